"""Where Terraform keeps a stack's state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from constructs_lib.model import Model, Violation


class LocalBackendSpec(Model):
    """A file beside the project; for trying out."""

    path: str | None = None
    """State file, relative to the project. Left out: terraform.STACK.tfstate."""


class S3BackendSpec(Model):
    """An S3 bucket; the state is encrypted and locked."""

    bucket: Annotated[str, Field(min_length=3, max_length=63)]
    """Bucket that already exists."""
    region: str | None = None
    """The bucket's Region. Left out: the stack's."""
    key: str | None = None
    """Object key. Left out: PROJECT/STACK.tfstate."""
    kms_key_id: str | None = None
    """ARN of the key that encrypts the state. Left out: the bucket's own encryption."""
    dynamodb_table: str | None = None
    """Lock table, for Terraform before 1.10. Left out: S3's own lock file (Terraform 1.10 and later)."""


class CloudBackendSpec(Model):
    """HCP Terraform, or Terraform Enterprise: it runs the plan and keeps the state."""

    organization: Annotated[str, Field(min_length=1)]
    """Organization name."""
    workspace: Annotated[str, Field(min_length=1)]
    """Workspace name."""
    hostname: str | None = None
    """Host of a Terraform Enterprise. Left out: HCP Terraform."""


class BackendSpec(Model):
    """One of three places."""

    local: LocalBackendSpec | None = None
    """A file beside the project; for trying out."""
    s3: S3BackendSpec | None = None
    """An S3 bucket; the state is encrypted and locked."""
    cloud: CloudBackendSpec | None = None
    """HCP Terraform or Terraform Enterprise."""

    def violations(self) -> Iterator[Violation]:
        """Exactly one place."""
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) if given else "nothing"
            yield Violation(f"{found} is given", "write one of local, s3, cloud", at=tuple(given[1:]))
