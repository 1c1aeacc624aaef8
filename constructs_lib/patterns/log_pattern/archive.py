"""Where the events of a log group are kept when the group no longer does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field

from constructs_lib.alarms.metric import Metric
from constructs_lib.aws import log_limits, names
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.errors import Problem
from constructs_lib.model import checked
from constructs_lib.options.arn import KEY_EXAMPLE, key
from constructs_lib.options.storage import Storage
from constructs_lib.references import OrReference

STALE_AFTER_SECONDS = 1_800
"""Delivery is buffered for five minutes; half an hour is several deliveries that did not happen."""
LONGEST_DAYS = 2**31 - 1
"""What fits into a lifecycle rule."""
KEPT_DAYS = 400
"""A year and the month in which someone asks for it."""


class ArchiveNames(NamedTuple):
    """Names of what one archive is made of."""

    stream: str
    errors: str
    """Log group for Firehose's own errors."""
    delivery_role: str
    """Firehose writes to S3 with it."""
    subscription_role: str
    """CloudWatch Logs writes to Firehose with it."""
    bucket: str

    def problems(self) -> Iterator[Problem]:
        """Names over their service's limits."""
        checks = [
            (log_limits.stream_name, self.stream),
            (log_limits.log_group_name, self.errors),
            (names.role, self.delivery_role),
            (names.role, self.subscription_role),
            (names.bucket, self.bucket),
        ]
        for check, name in checks:
            if broken := check(name):
                yield broken.under("archive")


def _own_key(arn: str) -> Problem | None:
    if broken := key(arn):
        return broken
    if ":alias/" in arn:
        rule = f"{arn} is an alias, and a permission for one is none for the key"
        return Problem(rule, f"write the key's own ARN, like {KEY_EXAMPLE}")
    return None


class Archive(Storage):
    """Keeps every event of a log group in S3, as gzip files with the JSON that CloudWatch Logs delivers."""

    bucket: Annotated[str, OrReference()] | None = None  # type: ignore[assignment]  # none is made unless asked for
    """`create`, to have a private, encrypted one made; or the name of one that is there."""
    expire_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS), OrReference()] | None = KEPT_DAYS
    """Days until S3 deletes a file from a bucket made here; null keeps them. 400: a year, and a month to ask for it."""
    kms_key_arn: Annotated[str, checked(_own_key), OrReference()] | None = None
    """Key that encrypts an existing bucket, if a customer-managed one does: the archive's role may then use it."""

    def problems(self) -> Iterator[Problem]:
        """A bucket that may be made or is there, and no options that would have no effect."""
        if self.bucket is None:
            yield Problem(
                "no bucket is named, and none is made unless asked for",
                "write `bucket: create`, or the name of one that is there",
                path="bucket",
            )
        else:
            yield from super().problems()

    def parts(self, name: str, environment: Environment) -> ArchiveNames:
        """Names for the archive of the monitor `name`; the account makes the bucket's unique in the world."""
        return ArchiveNames(
            stream=stream_name(name),
            errors=error_log_group(name),
            delivery_role=join(name, "delivery"),
            subscription_role=join(name, "subscription"),
            bucket=self.bucket_name(join(name, "logs"), environment),
        )


def stream_name(name: str) -> str:
    """The delivery stream of a monitor's archive."""
    return join(name, "archive")


def error_log_group(name: str) -> str:
    """Where Firehose writes why it could not deliver."""
    return f"/aws/kinesisfirehose/{stream_name(name)}"


def freshness(name: str) -> Metric:
    """Seconds the oldest event has been waiting. Firehose publishes none while it can't deliver at all."""
    return Metric(
        namespace="AWS/Firehose",
        name="DeliveryToS3.DataFreshness",
        dimensions={"DeliveryStreamName": stream_name(name)},
        statistic="Maximum",
        label=f"age of the oldest event that {stream_name(name)} has not yet put into S3",
    )


def success(name: str) -> Metric:
    """Share of writes to S3 that succeeded."""
    return Metric(
        namespace="AWS/Firehose",
        name="DeliveryToS3.Success",
        dimensions={"DeliveryStreamName": stream_name(name)},
        statistic="Average",
        label=f"share of the writes to S3 by {stream_name(name)} that succeeded",
    )
