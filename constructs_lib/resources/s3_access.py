"""What a role may do at an address in S3."""

from __future__ import annotations

from constructs_lib.cdk import Construct
from constructs_lib.resources.expression import local, operand
from constructs_lib.resources.policy import Conditions, Statement
from constructs_lib.signals import s3
from constructs_lib.signals.environment import Environment

_SCHEME = "s3://"


def read(scope: Construct, sid: str, address: str, environment: Environment) -> list[Statement]:
    """Lets a role find and read what is below an address."""
    prefix = f"arn:{environment.partition}:s3:::"
    conditions: Conditions = {}
    if address.startswith(_SCHEME):
        bucket, path = s3.bucket_of(address), f"{s3.bucket_of(address)}/{s3.key_of(address)}"
        conditions = {"StringLike": {"s3:prefix": f"{s3.key_of(address)}*"}}
    else:
        # Of a reference only Terraform knows the parts: s3: / (nothing) / bucket / key.
        bucket = local(scope, f"{sid}-bucket", f'split("/", {operand(address)})[2]')
        path = local(scope, f"{sid}-path", f'replace({operand(address)}, "{_SCHEME}", "")')
    return [
        Statement(sid=f"List{sid}", actions=["s3:ListBucket"], resources=[f"{prefix}{bucket}"], conditions=conditions),
        Statement(sid=f"Read{sid}", actions=["s3:GetObject"], resources=[f"{prefix}{path}*"]),
    ]


def use_key(sid: str, key_arn: str, environment: Environment) -> Statement:
    """Lets a role read and write, through S3, what a key encrypts."""
    return Statement(
        sid=sid,
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=[key_arn],
        conditions={"StringEquals": {"kms:ViaService": environment.endpoint("s3")}},
    )
