"""ARNs of what is there already: roles and keys."""

from __future__ import annotations

from typing import Annotated

from constructs_lib.aws import names
from constructs_lib.errors import Problem
from constructs_lib.model import checked
from constructs_lib.references import OrReference

KEY_EXAMPLE = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def _role(text: str) -> Problem | None:
    return names.arn(text, "iam", "arn:aws:iam::123456789012:role/monitoring")


def key(text: str) -> Problem | None:
    """The ARN of a key, or of its alias."""
    return names.arn(text, "kms", KEY_EXAMPLE)


RoleArn = Annotated[str, checked(_role), OrReference()]
KeyArn = Annotated[str, checked(key), OrReference()]
