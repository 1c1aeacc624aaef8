"""Where Terraform keeps a stack's state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked, literal

Text = Annotated[str, Field(min_length=1), checked(literal)]
"""Terraform opens the state before it knows any variable, and takes `${…}` here for part of the name."""


class LocalBackendSpec(Model):
    """A file next to the project; for trying out."""

    path: Text | None = None
    """State file, relative to the project. Left out: terraform.STACK.tfstate."""


class S3BackendSpec(Model):
    """An S3 bucket; the state is encrypted and locked."""

    bucket: Annotated[str, Field(min_length=3, max_length=63), checked(literal)]
    """Bucket that already exists."""
    region: Text | None = None
    """The bucket's Region. Left out: the stack's."""
    key: Text | None = None
    """Object key. Left out: PROJECT/STACK.tfstate."""
    kms_key_id: Text | None = None
    """ARN of the key that encrypts the state. Left out: the bucket's own encryption."""
    dynamodb_table: Text | None = None
    """Lock table, for Terraform before 1.10. Left out: S3's own lock file (Terraform 1.10 and later)."""


class CloudBackendSpec(Model):
    """HCP Terraform, or Terraform Enterprise: it runs the plan and keeps the state."""

    organization: Text
    """Organization name."""
    workspace: Text
    """Workspace name."""
    hostname: Text | None = None
    """Host of a Terraform Enterprise. Left out: HCP Terraform."""


class BackendSpec(Model):
    """One of three places."""

    local: LocalBackendSpec | None = None
    """A file next to the project; for trying out."""
    s3: S3BackendSpec | None = None
    """An S3 bucket; the state is encrypted and locked."""
    cloud: CloudBackendSpec | None = None
    """HCP Terraform or Terraform Enterprise."""

    def problems(self) -> Iterator[Problem]:
        """Exactly one place."""
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "nothing is given"
            yield Problem(found, "write one of local, s3, cloud", path=".".join(given[1:]))

    def place(self, project: str, stack: str) -> tuple[str, ...]:
        """Where the state of a stack is, in words; two stacks in one place destroy each other's resources."""
        if self.cloud is not None:
            return "workspace", self.cloud.hostname or "", self.cloud.organization, self.cloud.workspace
        if self.s3 is not None:
            return "object", self.s3.bucket, self.s3.key or f"{project}/{stack}.tfstate"
        return "file", (self.local and self.local.path) or f"terraform.{stack}.tfstate"
