"""How many instances, and how many of them are Spot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.references import OrReference, above

Instances = Annotated[int, Field(ge=0), OrReference()]


class Size(Model):
    """The limits of the group; between them its policies decide."""

    min: Instances = 1
    """Instances that are always there."""
    max: Annotated[int, Field(ge=1), OrReference()]
    """Instances there are at most: what a runaway scale-out can cost."""

    def problems(self) -> Iterator[Problem]:
        """The provider lets a minimum above the maximum through, to fail at apply."""
        yield from _in_order(min=self.min, max=self.max)


class PartialSize(Model):
    """New limits for a while; what is left out stays as it is."""

    min: Instances | None = None
    """New minimum."""
    max: Instances | None = None
    """New maximum."""
    desired: Instances | None = None
    """Instances to have at that moment; policies may change it right after."""

    def problems(self) -> Iterator[Problem]:
        """At least one, and in order."""
        if self.min is None and self.max is None and self.desired is None:
            yield Problem("changes nothing", "give min, max or desired")
        yield from _in_order(min=self.min, max=self.max)
        yield from _in_order(min=self.min, desired=self.desired)
        yield from _in_order(desired=self.desired, max=self.max)

    def within(self, size: Size) -> Iterator[Problem]:
        """What is left out is the group's own."""
        if self.min is None:
            yield from _in_order(min=size.min, max=self.max)
            yield from _in_order(min=size.min, desired=self.desired)
        if self.max is None:
            yield from _in_order(min=self.min, max=size.max)
            yield from _in_order(desired=self.desired, max=size.max)


class Spot(Model):
    """Spot instances next to On-Demand ones: cheaper, and taken back with two minutes' notice."""

    on_demand_base: Instances = 0
    """Instances that are On-Demand before any Spot instance is asked for."""
    on_demand_percent: Annotated[int, Field(ge=0, le=100), OrReference()] = 0
    """Share of On-Demand among the instances above the base."""


def _in_order(**limits: int | None) -> Iterator[Problem]:
    """Two limits, the lower one first; nothing is said of one that is left out or a reference."""
    (low_name, low), (high_name, high) = limits.items()
    if above(low, high):
        yield Problem(
            f"{low_name} {low} is above {high_name} {high}", f"lower {low_name} or raise {high_name}", path=low_name
        )
