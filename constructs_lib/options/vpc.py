"""The network a job or a model runs in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from constructs_lib.model import Items, Model, checked, not_empty
from constructs_lib.references import OrReference


class Vpc(Model):
    """Subnets and security groups of your own. SageMaker then needs a way to S3, ECR and CloudWatch from there."""

    subnets: Annotated[Items[Annotated[str, OrReference()]], Field(max_length=16), checked(not_empty)]
    """Subnet IDs, 1 to 16; take two zones or more."""
    security_groups: Annotated[Items[Annotated[str, OrReference()]], Field(max_length=5), checked(not_empty)]
    """Security group IDs, 1 to 5."""
