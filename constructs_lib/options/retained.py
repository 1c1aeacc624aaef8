"""What outlives the monitor it was made for: by the ids of its constructs below the monitor's, each with its type.

Every pattern lists its own, so that Terraform can be made to let go of them when the monitor is no longer described.
"""

from __future__ import annotations

from collections.abc import Mapping

Retained = Mapping[str, str]

KEY: Retained = {"key": "aws_kms_key", "alias": "aws_kms_alias"}
"""The parts of an encryption key."""
_BUCKET: Retained = {
    "bucket": "aws_s3_bucket",
    "public-access": "aws_s3_bucket_public_access_block",
    "ownership": "aws_s3_bucket_ownership_controls",
    "versioning": "aws_s3_bucket_versioning",
    "encryption": "aws_s3_bucket_server_side_encryption_configuration",
    "lifecycle": "aws_s3_bucket_lifecycle_configuration",
    "policy": "aws_s3_bucket_policy",
}


def bucket(place: str) -> Retained:
    """A bucket, with all that keeps it private, encrypted and within its days."""
    return {f"{place}/{part}": kind for part, kind in _BUCKET.items()}


def log_group(place: str) -> Retained:
    """A log group."""
    return {place: "aws_cloudwatch_log_group"}
