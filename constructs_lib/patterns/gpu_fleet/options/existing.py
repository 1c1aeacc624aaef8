"""A fleet that is there already, as CloudWatch knows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.patterns.gpu_fleet.options.scaling import DEFAULT_BUSY_PERCENT
from constructs_lib.references import OrReference

Name = Annotated[str, Field(min_length=1, max_length=255), OrReference()]


class ExistingFleet(Model):
    """An Auto Scaling group, or a service of ECS."""

    group: Name | None = None
    """Name of an Auto Scaling group. Its group metrics have to be switched on, and an agent on its instances has to
    publish GPU metrics by AutoScalingGroupName alone (`aggregation_dimensions`)."""
    cluster: Name | None = None
    """Instead: the ECS cluster of a service. It needs Container Insights, which counts the tasks."""
    service: Name | None = None
    """The service's name."""
    busy_percent: Annotated[float, Field(gt=0, le=100), OrReference()] = DEFAULT_BUSY_PERCENT
    """GPU utilisation from which a group at its maximum size counts as saturated."""

    def problems(self) -> Iterator[Problem]:
        """One of the two."""
        if (self.group is None) == (self.cluster is None and self.service is None):
            found = "nothing" if self.group is None else "group, and a service of ECS,"
            yield Problem(f"{found} is given", "write `group`, or `cluster` and `service`")
        elif self.group is None and (self.cluster is None or self.service is None):
            missing = "cluster" if self.cluster is None else "service"
            yield Problem("is missing", "name cluster and service", path=missing)
        if self.group is None and "busy_percent" in self.model_fields_set:
            yield Problem("the largest size of a service is not published", "remove it", path="busy_percent")

    @property
    def called(self) -> str:
        """What people call it."""
        return self.group or f"{self.cluster}/{self.service}"
