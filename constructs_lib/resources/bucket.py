"""A private S3 bucket: encrypted, versioned, TLS only, with an end to how long things are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.cdk import Construct, TerraformResourceLifecycle
from constructs_lib.resources.encryption_key import AnyKey
from constructs_lib.resources.policy import Statement, document, only_tls
from constructs_lib.resources.values import aws

ABORT_UPLOAD_DAYS = 7
"""Parts of an upload that never finished are invisible and cost money."""


class PrivateBucket(Construct):
    """A bucket no one outside the account can reach.

    Args:
        name: Bucket name, unique in the world.
        key: Encrypts every object.
        expire_days: Days until an object, and an older version of one, is deleted; None keeps them.
        retain: Whether a plan that would delete it fails. Objects in it keep it in any case: nothing empties it.
        statements: What else the bucket policy says.

    Attributes:
        bucket: The aws_s3_bucket; Terraform refuses to delete it while it holds objects.
        arn: Its ARN.
        policy: The aws_s3_bucket_policy; depend on it before anything writes.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        key: AnyKey,
        expire_days: int | None,
        retain: bool,
        statements: Sequence[Statement] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket: Any = aws.s3_bucket.S3Bucket(
            self, "bucket", bucket=name, lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if retain else None
        )
        self.arn: str = self.bucket.arn
        block = aws.s3_bucket_public_access_block.S3BucketPublicAccessBlock(
            self,
            "public-access",
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        ownership = aws.s3_bucket_ownership_controls
        ownership.S3BucketOwnershipControls(
            self,
            "ownership",
            bucket=self.bucket.id,
            rule=ownership.S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        versioning = aws.s3_bucket_versioning
        versions = versioning.S3BucketVersioningA(
            self,
            "versioning",
            bucket=self.bucket.id,
            versioning_configuration=versioning.S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        self._encrypt(key)
        self._expire(expire_days, after=versions)
        tls = only_tls(["s3:*"], [self.arn, f"{self.arn}/*"])
        # S3 refuses two changes of a bucket's access at once.
        self.policy: Any = aws.s3_bucket_policy.S3BucketPolicy(
            self, "policy", bucket=self.bucket.id, policy=document([tls, *statements]), depends_on=[block]
        )

    def _encrypt(self, key: AnyKey) -> None:
        encryption = aws.s3_bucket_server_side_encryption_configuration
        encryption.S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=self.bucket.id,
            rule=[
                encryption.S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=encryption.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                        sse_algorithm="aws:kms", kms_master_key_id=key.arn
                    ),
                    bucket_key_enabled=True,  # one KMS call for many objects
                )
            ],
        )

    def _expire(self, days: int | None, *, after: Any) -> None:
        lifecycle = aws.s3_bucket_lifecycle_configuration
        arguments: dict[str, Any] = {}
        if days is not None:
            arguments = {
                "expiration": [lifecycle.S3BucketLifecycleConfigurationRuleExpiration(days=days)],
                "noncurrent_version_expiration": [
                    lifecycle.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=days)
                ],
            }
        rule = lifecycle.S3BucketLifecycleConfigurationRule(
            id="expire",
            status="Enabled",
            filter=[lifecycle.S3BucketLifecycleConfigurationRuleFilter(prefix="")],
            abort_incomplete_multipart_upload=[
                lifecycle.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                    days_after_initiation=ABORT_UPLOAD_DAYS
                )
            ],
            **arguments,
        )
        lifecycle.S3BucketLifecycleConfiguration(
            self, "lifecycle", bucket=self.bucket.id, rule=[rule], depends_on=[after]
        )
