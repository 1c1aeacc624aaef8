"""A place in S3 for what a monitor keeps: a bucket that is made, or one that is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from constructs_lib.aws import names
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.options.arn import KeyArn
from constructs_lib.references import OrReference

CREATE = "create"
KEPT_DAYS = 90
"""A quarter: as long as someone asks about a report."""


class Storage(Model):
    """A bucket, and for how long it keeps things."""

    bucket: Annotated[str, OrReference()] = CREATE
    """`create`, to have a private, encrypted one made; or the name of one that is there."""
    expire_days: Annotated[int, Field(ge=1), OrReference()] | None = KEPT_DAYS
    """Days until S3 deletes a file from a bucket made here; null keeps them."""
    kms_key_arn: KeyArn | None = None
    """Key that encrypts an existing bucket, if a customer-managed one does: the monitor's role may then use it."""

    def problems(self) -> Iterator[Problem]:
        """A bucket name S3 takes, and no options that would have no effect."""
        if self.creates:
            if self.kms_key_arn is not None:
                yield Problem("has no effect on a bucket made here", "remove it", path="kms_key_arn")
            return
        if broken := names.bucket(self.bucket):
            yield broken.under("bucket")
        if "expire_days" in self.model_fields_set and self.expire_days is not None:
            yield Problem(
                f"{self.expire_days} has no effect on a bucket that is not made here",
                "remove it and set the bucket's own lifecycle, or write `bucket: create`",
                path="expire_days",
            )

    @property
    def creates(self) -> bool:
        """Whether the bucket is made."""
        return self.bucket == CREATE

    def bucket_name(self, name: str, environment: Environment) -> str:
        """The bucket's name; the account makes that of a new one unique in the world."""
        if not self.creates:
            return self.bucket
        return join(names.of_bucket(name), environment.account)

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:
        """A new bucket's name over S3's limit."""
        bucket = self.bucket_name(name, environment)
        if self.creates and (broken := names.bucket(bucket)):
            yield broken
