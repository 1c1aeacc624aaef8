"""The limits of a fleet's alarms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from constructs_lib.alarms.severity import Severity
from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.references import OrReference


class Idle(Model):
    """GPUs that cost money and do nothing."""

    below_percent: Annotated[float, Field(gt=0, le=100), OrReference()] = 5
    """GPU utilisation in percent, averaged over the fleet; an idle GPU is at 0."""
    for_minutes: Annotated[int, Field(ge=5, le=1_440, multiple_of=5)] = 60
    """For so long, in steps of five minutes."""
    severity: Severity | None = None
    """Who hears of it, if not those of the other alarms: wasted money need not wake anyone."""


class AlarmOptions(Model):
    """Limits of the alarms; null leaves one out.

    That the fleet is saturated, lacks capacity or has gone silent always alerts.
    """

    idle: Idle | None = Idle()
    """GPUs that do nothing."""
    temperature_celsius: Annotated[float, Field(ge=50, le=110), OrReference()] | None = 85
    """Hottest GPU; NVIDIA's data-centre GPUs slow down a few degrees above, and an idle one has up to 50."""
    memory_percent: Annotated[float, Field(ge=1, lt=100), OrReference()] | None = 95
    """Fullest GPU; above, the next allocation fails and takes the job with it."""

    def unavailable(self) -> Iterator[Problem]:
        """What was asked for and only the agent measures."""
        for field in ("temperature_celsius", "memory_percent"):
            if field in self.model_fields_set and getattr(self, field) is not None:
                yield Problem(
                    "comes from the agent that goes with the default metric, and there is none here",
                    "remove it, or use the default metric",
                    path=f"alarms.{field}",
                )
