"""The pattern `anomaly`: a metric leaves the band CloudWatch has learnt for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.alarm import Evaluate, MissingData, Number
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws import limits
from constructs_lib.aws.comparison import Direction
from constructs_lib.errors import Problem
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.references import OrReference, at_least
from constructs_lib.units import number


class AnomalySpec(MonitorSpec):
    """Alerts when a metric leaves its usual band.

    CloudWatch learns the band from up to two weeks of data, with the hour of the day and the day of the week in it;
    in the first days it is wide.
    """

    pattern: Literal["anomaly"] = "anomaly"
    metric: Metric
    """The metric to watch."""
    band_width: Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()] = 3
    """Half the band's width in standard deviations. 2 is CloudWatch's own default, and chance alone leaves such a band
    in one period of 22."""
    direction: Direction = "outside"
    """outside, above or below the band."""
    evaluate: Evaluate = Evaluate(breaching=3, of=3)
    """How many of the last periods must be outside; 3 of 3 rides out a short burst."""
    missing_data: MissingData | None = None
    """What a period without data counts as. Left out: not_breaching, for most counters are not published when nothing
    happens; breaching with `direction: below` and no `quiet_below`, so that silence can't pass for health."""
    quiet_below: Number | None = None
    """No page while the metric itself, by its own statistic, is under this: a band means little on a handful of calls.

    A drop to nothing is then silent too: watch for that with a `threshold` monitor.
    """
    suppressed_by: Annotated[str, Field(min_length=1, max_length=1_600), OrReference()] | None = None
    """Name of an alarm that silences this one while it is in alarm, such as one that marks a deployment."""

    def problems(self) -> Iterator[Problem]:
        """The look-back window, the band's resolution, and choices that would mute the alarm."""
        period = self.metric.period_seconds
        if broken := limits.window(period, self.evaluate.of):
            yield broken
        if broken := limits.band_period(period):
            yield broken.under("metric")
        if self.quiet_below is not None and at_least(0, self.quiet_below):
            yield Problem(
                f"{number(self.quiet_below)} keeps nothing quiet", "write a number above 0", path="quiet_below"
            )
        if self.quiet_below is not None and self.missing_data == "breaching":
            yield Problem(
                "'breaching' can't fire together with quiet_below: without data the metric is not above it",
                "remove quiet_below, or watch for missing data with a threshold monitor",
                path="missing_data",
            )
