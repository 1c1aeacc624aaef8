"""What a role may do at an address in S3."""

from __future__ import annotations

from constructs_lib.aws import s3
from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct
from constructs_lib.resources.expression import local, operand
from constructs_lib.resources.policy import Statement

_SCHEME = "s3://"


def read(scope: Construct, sid: str, address: str, environment: Environment) -> list[Statement]:
    """Lets a role find and read what is below an address."""
    bucket, key = parts(scope, sid, address)
    arn = f"arn:{environment.partition}:s3:::{bucket}"
    below = {"StringLike": {"s3:prefix": f"{key}*"}}
    return [
        Statement(sid=f"List{sid}", actions=["s3:ListBucket"], resources=[arn], conditions=below),
        Statement(sid=f"Read{sid}", actions=["s3:GetObject"], resources=[f"{arn}/{key}*"]),
    ]


def parts(scope: Construct, what: str, address: str) -> tuple[str, str]:
    """Bucket and key of an address; those of a reference only Terraform knows.

    Args:
        scope: Holds the locals for them.
        what: What their names begin with.
        address: `s3://bucket/key`, or a reference to one.
    """
    if address.startswith(_SCHEME):
        return s3.bucket_of(address), s3.key_of(address)
    whole = operand(address)
    bucket = local(scope, f"{what}-bucket", f'split("/", {whole})[2]')  # s3: / (nothing) / bucket / key
    return bucket, local(scope, f"{what}-key", f'replace({whole}, "/^s3://[^/]*/?/", "")')


def use_key(sid: str, key_arn: str, environment: Environment) -> Statement:
    """Lets a role read and write, through S3, what a key encrypts."""
    return Statement(
        sid=sid,
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=[key_arn],
        conditions={"StringEquals": {"kms:ViaService": environment.endpoint("s3")}},
    )
