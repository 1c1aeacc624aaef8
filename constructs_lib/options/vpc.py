"""The network a job or a model runs in."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, not_empty, shown
from constructs_lib.references import OrReference

_SUBNET = re.compile(r"subnet-[0-9a-f]{8}([0-9a-f]{9})?")
_SECURITY_GROUP = re.compile(r"sg-[0-9a-f]{8}([0-9a-f]{9})?")


def _subnet(text: str) -> Problem | None:
    if _SUBNET.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not a subnet", "write its ID, like subnet-0a1b2c3d")


def _security_group(text: str) -> Problem | None:
    if _SECURITY_GROUP.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not a security group", "write its ID, like sg-0123abcd")


Subnet = Annotated[str, checked(_subnet), OrReference()]
SecurityGroup = Annotated[str, checked(_security_group), OrReference()]


class Vpc(Model):
    """Subnets and security groups of your own. SageMaker then needs a way to S3, ECR and CloudWatch from there."""

    subnets: Annotated[Items[Subnet], Field(max_length=16), checked(not_empty)]
    """Subnet IDs, 1 to 16; take two zones or more."""
    security_groups: Annotated[Items[SecurityGroup], Field(max_length=5), checked(not_empty)]
    """Security group IDs, 1 to 5."""
