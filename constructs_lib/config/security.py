"""What an organisation asks of the roles and keys that a stack makes."""

from __future__ import annotations

import re
from typing import Annotated

from constructs_lib.aws import names
from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked, shown
from constructs_lib.options.arn import KEY_EXAMPLE
from constructs_lib.references import OrReference


def _boundary(text: str) -> Problem | None:
    if ":policy/" in text:
        return names.arn(text, "iam", "arn:aws:iam::123456789012:policy/boundary")
    return Problem(f"{shown(text)} is not a policy's ARN", "write it like arn:aws:iam::123456789012:policy/boundary")


def _path(text: str) -> Problem | None:
    """IAM API reference, CreateRole: 1 to 512 characters, a slash at both ends."""
    if re.fullmatch(r"/([\x21-\x7e]+/)?", text) and len(text) <= 512 and "//" not in text:
        return None
    return Problem(f"{shown(text)} is not a path of IAM", "begin and end it with a slash: /monitoring/")


def _own_key(text: str) -> Problem | None:
    """An alias could be moved to another key, whose policy no one has looked at."""
    if ":alias/" in text:
        return Problem(f"{shown(text)} is an alias", f"name the key itself: {KEY_EXAMPLE}")
    return names.arn(text, "kms", KEY_EXAMPLE)


class RoleRules(Model):
    """What every role that a stack makes has."""

    permissions_boundary: Annotated[str, checked(_boundary), OrReference()] | None = None
    """ARN of the policy that bounds what each role may do."""
    path: Annotated[str, checked(_path), OrReference()] | None = None
    """IAM path of the roles and instance profiles: /monitoring/. Left out: /."""


class OwnKeys(Model):
    """Keys of your own, in place of those that a stack makes. Their policies have to let the services in."""

    notifications_kms_key_arn: Annotated[str, checked(_own_key), OrReference()] | None = None
    """Encrypts the topics. It has to allow kms:Decrypt and kms:GenerateDataKey* for cloudwatch.amazonaws.com, for
    events.amazonaws.com without a condition where failed jobs are sent, and for Budgets where these are heard."""
    data_kms_key_arn: Annotated[str, checked(_own_key), OrReference()] | None = None
    """Encrypts log groups, buckets and streams. It has to allow CloudWatch Logs, and IAM policies of the account."""
