"""The bucket a monitor keeps things in: one that is made, or one that is there."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct
from constructs_lib.options.storage import Storage
from constructs_lib.resources import s3_access
from constructs_lib.resources.bucket import PrivateBucket
from constructs_lib.resources.encryption_key import AnyKey
from constructs_lib.resources.policy import Statement


class StoragePlace(Construct):
    """A folder in a bucket, and what roles need to use it.

    Args:
        spec: The bucket, and how long it keeps things.
        name: What the name of a new bucket begins with.
        folder: Folder in the bucket; several monitors may share one bucket.
        encryption_key: Encrypts a new bucket.
        retain: Whether a new bucket outlives the monitor.

    Attributes:
        bucket: The PrivateBucket, or None where one is used that is there.
        bucket_name: Name of either.
        address: The folder: `s3://bucket/folder`.
        kms_key_arn: Key that encrypts it, or None where none is known.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: Storage,
        *,
        name: str,
        folder: str,
        environment: Environment,
        encryption_key: AnyKey,
        retain: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self._environment = environment
        bucket_name = spec.bucket_name(name, environment)
        self.bucket = (
            PrivateBucket(
                self, "bucket", name=bucket_name, key=encryption_key, expire_days=spec.expire_days, retain=retain
            )
            if spec.creates
            else None
        )
        self.kms_key_arn = encryption_key.arn if spec.creates else spec.kms_key_arn
        # The name and not the ID, so that what depends on the bucket shows whole in a plan.
        self.bucket_name: str = self.bucket.bucket.bucket if self.bucket is not None else bucket_name
        self.folder = folder
        self.address = f"s3://{self.bucket_name}/{folder}"
        self.ready: list[Any] = [self.bucket.policy] if self.bucket is not None else []
        """What to depend on before anything writes."""
        self._arn = f"arn:{environment.partition}:s3:::{self.bucket_name}"

    def writable(self, sid: str) -> list[Statement]:
        """Lets a role write into the folder."""
        statements = [
            Statement(sid=f"Find{sid}", actions=["s3:GetBucketLocation"], resources=[self._arn]),
            Statement(
                sid=f"Write{sid}",
                actions=["s3:AbortMultipartUpload", "s3:PutObject"],
                resources=[f"{self._arn}/{self.folder}/*"],
            ),
        ]
        return statements + self._encryption(f"Encrypt{sid}")

    def readable(self, sid: str) -> list[Statement]:
        """Lets a role find and read what is in the folder."""
        return [
            Statement(
                sid=f"List{sid}",
                actions=["s3:ListBucket"],
                resources=[self._arn],
                conditions={"StringLike": {"s3:prefix": f"{self.folder}/*"}},
            ),
            Statement(sid=f"Read{sid}", actions=["s3:GetObject"], resources=[f"{self._arn}/{self.folder}/*"]),
        ]

    def _encryption(self, sid: str) -> list[Statement]:
        return [s3_access.use_key(sid, self.kms_key_arn, self._environment)] if self.kms_key_arn is not None else []
