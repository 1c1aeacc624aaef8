"""Every event of a log group, on its way to S3: subscription, delivery stream, bucket."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import region_of
from constructs_lib.cdk import Construct
from constructs_lib.patterns.log_pattern.archive import Archive, ArchiveNames
from constructs_lib.resources.bucket import PrivateBucket
from constructs_lib.resources.encryption_key import AnyKey
from constructs_lib.resources.log_group import log_group
from constructs_lib.resources.policy import Conditions, Statement, from_source
from constructs_lib.resources.role import Role
from constructs_lib.resources.values import aws

BUFFER_MIB, BUFFER_SECONDS = 5, 300
"""Firehose writes a file when it has this much or this long: the service's own defaults."""
ERRORS_KEPT_DAYS = 30
_ERROR_STREAM = "S3Delivery"


class LogArchive(Construct):
    """Copies a log group's events to S3.

    CloudWatch Logs delivers its events as gzip; Firehose adds them to files as they are, so a file is gzip, once, and
    `zcat` reads it: JSON objects with `logGroup`, `logStream` and `logEvents`.

    Args:
        spec: The bucket, and how long it keeps things.
        names: Names of the parts.
        prefix: Folder in the bucket.
        log_group_name: Whose events.
        encryption_key: Encrypts the stream, the error log, and a bucket made here.
        retain: Whether the error log and a bucket made here outlive the monitor.

    Attributes:
        bucket: The PrivateBucket, or None where an existing one is used.
        bucket_name: Name of either.
        stream: The aws_kinesis_firehose_delivery_stream.
        errors: The aws_cloudwatch_log_group for what could not be delivered.
        delivery_role, subscription_role: Firehose's role, and CloudWatch Logs'.
        subscription: The aws_cloudwatch_log_subscription_filter.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: Archive,
        *,
        names: ArchiveNames,
        prefix: str,
        log_group_name: str,
        environment: Environment,
        encryption_key: AnyKey,
        retain: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self._names, self._environment = names, environment
        self.bucket = (
            PrivateBucket(
                self, "bucket", name=names.bucket, key=encryption_key, expire_days=spec.expire_days, retain=retain
            )
            if spec.creates
            else None
        )
        # Built from the name, so that what depends on the bucket shows whole in a plan.
        self.bucket_name: str = self.bucket.bucket.bucket if self.bucket is not None else names.bucket
        self.bucket_arn = f"arn:{environment.partition}:s3:::{self.bucket_name}"
        self.errors: Any = log_group(
            self, "errors", name=names.errors, retention_days=ERRORS_KEPT_DAYS, key=encryption_key, retain=retain
        )
        error_stream = aws.cloudwatch_log_stream.CloudwatchLogStream(
            self, "error-stream", name=_ERROR_STREAM, log_group_name=self.errors.name
        )
        bucket_key = encryption_key.arn if spec.creates else spec.kms_key_arn
        self.delivery_role = self._delivery_role(bucket_key)
        self.stream: Any = self._stream(prefix, bucket_key, encryption_key, error_stream)
        self.subscription_role = Role(
            self,
            "subscription-role",
            name=names.subscription_role,
            description=f"Lets CloudWatch Logs put events into {names.stream}",
            service="logs.amazonaws.com",
            # Of the keys of a source the user guide names this one alone; the account is in it.
            conditions={"ArnLike": {"aws:SourceArn": environment.arn("logs", "*")}},
            statements=[
                Statement(
                    sid="PutEvents",
                    actions=["firehose:PutRecord", "firehose:PutRecordBatch"],
                    resources=[self.stream.arn],
                )
            ],
        )
        self.subscription: Any = aws.cloudwatch_log_subscription_filter.CloudwatchLogSubscriptionFilter(
            self,
            "subscription",
            name=names.stream,
            log_group_name=log_group_name,
            filter_pattern="",  # every event
            destination_arn=self.stream.arn,
            role_arn=self.subscription_role.arn,
            # CloudWatch Logs sends a test event when it is made, which needs the permissions.
            depends_on=[self.subscription_role.policy],
        )

    def _delivery_role(self, bucket_key: str | None) -> Role:
        write = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        if self.bucket is None:
            write.append("s3:PutObjectAcl")  # its owner may be another account, whom Firehose then gives the files
        statements = [
            Statement(
                sid="FindBucket",
                actions=["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
                resources=[self.bucket_arn],
            ),
            Statement(sid="WriteFiles", actions=write, resources=[f"{self.bucket_arn}/*"]),
            Statement(sid="WriteErrors", actions=["logs:PutLogEvents"], resources=[f"{self.errors.arn}:log-stream:*"]),
        ]
        if bucket_key is not None:
            region = region_of(bucket_key) or self._environment.region
            # With S3's bucket keys the context is the bucket, without them the object. Key and bucket share a Region.
            statements.append(
                Statement(
                    sid="EncryptFiles",
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    resources=[bucket_key],
                    conditions={
                        "StringEquals": {"kms:ViaService": replace(self._environment, region=region).endpoint("s3")},
                        "StringLike": {"kms:EncryptionContext:aws:s3:arn": [self.bucket_arn, f"{self.bucket_arn}/*"]},
                    },
                )
            )
        return Role(
            self,
            "delivery-role",
            name=self._names.delivery_role,
            description=f"Lets the delivery stream {self._names.stream} write to S3",
            service="firehose.amazonaws.com",
            conditions=_from_stream(self._environment, self._names.stream),
            statements=statements,
        )

    def _stream(self, prefix: str, bucket_key: str | None, encryption_key: AnyKey, error_stream: Any) -> Any:
        firehose = aws.kinesis_firehose_delivery_stream
        configuration = firehose.KinesisFirehoseDeliveryStreamExtendedS3Configuration(
            bucket_arn=self.bucket_arn,
            role_arn=self.delivery_role.arn,
            prefix=f"{prefix}/",  # Firehose adds YYYY/MM/DD/HH/
            error_output_prefix=f"{prefix}-errors/!{{firehose:error-output-type}}/",
            buffering_size=BUFFER_MIB,
            buffering_interval=BUFFER_SECONDS,
            compression_format="UNCOMPRESSED",  # what arrives is gzip already
            file_extension=".gz",
            kms_key_arn=bucket_key,
            cloudwatch_logging_options=firehose.KinesisFirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptions(
                enabled=True, log_group_name=self.errors.name, log_stream_name=error_stream.name
            ),
        )
        return firehose.KinesisFirehoseDeliveryStream(
            self,
            "stream",
            name=self._names.stream,
            destination="extended_s3",
            extended_s3_configuration=configuration,
            server_side_encryption=firehose.KinesisFirehoseDeliveryStreamServerSideEncryption(
                enabled=True, key_type="CUSTOMER_MANAGED_CMK", key_arn=encryption_key.arn
            ),
            depends_on=[self.delivery_role.policy, *([self.bucket.policy] if self.bucket is not None else [])],
        )


def _from_stream(environment: Environment, stream: str) -> Conditions:
    """Only for this account's stream, so that no one else's can be passed off as it (confused deputy).

    Firehose gives the stream's account as external ID ("Create a Firehose delivery stream" in the CloudWatch Logs user
    guide). That it also sends aws:SourceArn and aws:SourceAccount is nowhere written: if it does, they have to fit.
    """
    source = from_source(environment, "firehose", f"deliverystream/{stream}")
    return {
        "StringEquals": {"sts:ExternalId": environment.account},
        **{f"{operator}IfExists": keys for operator, keys in source.items()},
    }
