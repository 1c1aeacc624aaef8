"""The network a job or a model runs in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from constructs_lib.model import Items, Model
from constructs_lib.references import OrReference


class Vpc(Model):
    """Subnets and security groups of your own. SageMaker then needs a way to S3, ECR and CloudWatch from there."""

    subnets: Annotated[Items[Annotated[str, OrReference()]], Field(min_length=1, max_length=16), OrReference()]
    """Subnet IDs, 1 to 16; take two zones or more."""
    security_groups: Annotated[Items[Annotated[str, OrReference()]], Field(min_length=1, max_length=5), OrReference()]
    """Security group IDs, 1 to 5."""
