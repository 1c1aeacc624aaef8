"""The options of an objective's parts: what it counts, and how fast is fast enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

from pydantic import Field

from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.outcomes import Outcomes
from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.options.link import Exports, Kind, Link
from constructs_lib.units import plain

PER_MILLISECOND = {"milliseconds": 1.0, "microseconds": 1_000.0, "seconds": 0.001}
"""How much of a unit a millisecond is."""


class OutcomesLink(Link):
    """A monitor that knows what was asked of something, and what failed."""

    kind: ClassVar[Kind] = "outcomes"
    words: ClassVar[str] = "what a monitor watches"

    def problems(self) -> Iterator[Problem]:
        """A monitor; nothing is known of what no monitor watches."""
        if self.monitor is None:
            yield Problem("names no monitor of this stack", self.instead)

    @property
    def instead(self) -> str:
        """What to do where there is no such monitor."""
        return "give `bad` and `total` in its place"

    def to(self, made: Exports, references: Exports | None = None) -> Self:  # noqa: ARG002  (as declared)
        """The same link, once it is known what the monitor counts."""
        resolved = self.model_copy()
        resolved._made = made  # noqa: SLF001  (its own class)
        return resolved

    @property
    def outcomes(self) -> Outcomes | None:
        """What the monitor counts; None as long as it was not looked up."""
        found: Outcomes | None = self.made.get("outcomes")
        return found


class CountMetric(Metric):
    """A count. The objective's windows are its periods, and its sum is taken."""

    statistic: str = "Sum"

    def problems(self) -> Iterator[Problem]:
        """What the catalogue knows of it; sums, for nothing else adds up over a window."""
        yield from super().problems()
        if self.statistic != "Sum":
            yield Problem(f"{self.statistic} does not count anything", "leave it out", path="statistic")


class TimeMetric(Metric):
    """A time, one value for each request."""

    statistic: str = "SampleCount"

    def problems(self) -> Iterator[Problem]:
        """What the catalogue knows of it: a time with percentiles, for others have no share below a limit."""
        yield from super().problems()
        if self.statistic != "SampleCount":
            yield Problem(f"{self.statistic} is not what is looked at", "leave it out", path="statistic")
        if self.facts is None:
            return
        if self.facts.unit not in PER_MILLISECOND:
            yield Problem(
                f"{self.name} is in {self.facts.unit or 'no unit'}, not a time", "name a latency or a duration"
            )
        elif self.facts.impact and not any(one.startswith("p") for one in self.facts.statistics):
            yield Problem(f"{self.name} has no percentiles, and so no share of fast requests", "name another metric")


class Within(Model):
    """Requests are good when they take no longer than this."""

    metric: TimeMetric
    """The time that requests take. A metric of your own is taken to be in milliseconds."""
    milliseconds: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    """How long a good request takes at most."""

    @property
    def limit(self) -> str:
        """In the metric's own unit, as a statistic has it: `PR(:3000)`."""
        facts = self.metric.facts
        factor = PER_MILLISECOND[facts.unit] if facts is not None else 1.0
        return plain(float(self.milliseconds * factor))
