"""The AWS provider of a stack: for which versions the stack is written, and as whom it works."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked, shown
from constructs_lib.options.arn import RoleArn
from constructs_lib.references import OrReference

OLDEST, NEXT_MAJOR = (5, 100), 7
"""What is emitted is valid from 5.100 on, and for every 6.x."""
WARM_UP_SINCE = WALL_CLOCK_SINCE = (6, 69)
"""The oldest version known to take `warm_up_configuration` and `evaluation_window`: that of the newest bindings there
are."""

_VERSION = re.compile(r"(\d+)\.(\d+)(\.\d+)?")


def _version(text: str) -> Problem | None:
    match = _VERSION.fullmatch(text)
    if match is None:
        return Problem(f"{shown(text)} is not a version", 'write it in quotes: "6.60"')
    version = (int(match[1]), int(match[2]))
    if version < OLDEST or version[0] >= NEXT_MAJOR:
        return Problem(f"{shown(text)} is not a version from 5.100 to 6.x", "write one of these")
    return None


def _session(name: str) -> Problem | None:
    if re.fullmatch(r"[\w+=,.@-]{2,64}", name, re.ASCII):
        return None
    return Problem(f"{shown(name)} is not the name of a session", "use 2 to 64 letters, digits and + = , . @ - _")


class AssumedRole(Model):
    """The role that Terraform takes on in the stack's account."""

    role_arn: RoleArn
    """ARN of the role."""
    session_name: Annotated[str, checked(_session), OrReference()] | None = None
    """What CloudTrail shows. Left out: chosen by the AWS SDK."""
    external_id: Annotated[str, Field(min_length=2, max_length=1_224), OrReference()] | None = None
    """What the role asks for, where another organisation owns it."""


class ProviderSpec(Model):
    """The AWS provider of a stack."""

    at_least: Annotated[str, checked(_version)] = "5.100.0"
    """The oldest version of the AWS provider that deploys the stack, in quotes. A newer one allows what older ones do
    not know: from 6.69 on, alarms warm up before they are first evaluated."""

    assume_role: AssumedRole | None = None
    """The role that deploys, for an account other than that of the credentials."""
    profile: Annotated[str, Field(min_length=1), OrReference()] | None = None
    """Profile of the shared AWS configuration that holds the credentials."""

    @property
    def versions(self) -> str:
        """As Terraform's version constraint."""
        return f">= {self.at_least}, < {NEXT_MAJOR}.0.0"

    def has(self, since: tuple[int, int]) -> bool:
        """Whether every version that deploys the stack is at least this one."""
        major, minor = self.at_least.split(".")[:2]
        return (int(major), int(minor)) >= since
