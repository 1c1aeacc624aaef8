"""What a role may do at an address in S3."""

from __future__ import annotations

from constructs_lib.resources.policy import Conditions, Statement
from constructs_lib.signals import s3
from constructs_lib.signals.environment import Environment

_SCHEME = "s3://"


def read(sid: str, address: str, environment: Environment) -> list[Statement]:
    """Lets a role find and read what is below an address."""
    return [
        _list(f"List{sid}", address, environment),
        Statement(sid=f"Read{sid}", actions=["s3:GetObject"], resources=[_objects(address, environment)]),
    ]


def write(sid: str, address: str, environment: Environment) -> list[Statement]:
    """Lets a role write below an address, and nothing else."""
    bucket = _bucket(address, environment)
    return [
        Statement(sid=f"Find{sid}", actions=["s3:GetBucketLocation"], resources=[bucket]),
        Statement(
            sid=f"Write{sid}",
            actions=["s3:AbortMultipartUpload", "s3:PutObject"],
            resources=[_objects(address, environment)],
        ),
    ]


def use_key(sid: str, key_arn: str, environment: Environment) -> Statement:
    """Lets a role read and write, through S3, what a key encrypts."""
    return Statement(
        sid=sid,
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=[key_arn],
        conditions={"StringEquals": {"kms:ViaService": f"s3.{environment.region}.amazonaws.com"}},
    )


def _list(sid: str, address: str, environment: Environment) -> Statement:
    conditions: Conditions = {}
    if address.startswith(_SCHEME):
        conditions = {"StringLike": {"s3:prefix": f"{s3.key_of(address)}*"}}
    return Statement(
        sid=sid, actions=["s3:ListBucket"], resources=[_bucket(address, environment)], conditions=conditions
    )


def _bucket(address: str, environment: Environment) -> str:
    if address.startswith(_SCHEME):
        return f"arn:{environment.partition}:s3:::{s3.bucket_of(address)}"
    # Of a reference only Terraform knows the parts: s3: / (nothing) / bucket / key.
    return f'arn:{environment.partition}:s3:::${{element(split("/", "{address}"), 2)}}'


def _objects(address: str, environment: Environment) -> str:
    prefix = f"arn:{environment.partition}:s3:::"
    if address.startswith(_SCHEME):
        return f"{prefix}{s3.bucket_of(address)}/{s3.key_of(address)}*"
    return f'${{replace("{address}", "{_SCHEME}", "{prefix}")}}*'
