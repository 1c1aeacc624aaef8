"""The pattern `threshold`: one metric, or a metric-math expression, against a limit you set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from constructs_lib.alarms.alarm import Math
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws import limits
from constructs_lib.errors import Problem
from constructs_lib.options.limit import OneLimit
from constructs_lib.options.monitor import MonitorSpec


class ThresholdSpec(MonitorSpec, OneLimit):
    """Alerts when a metric is past a limit.

    Give either `metric` or `math`, and one of `above`, `at_least`, `below`, `at_most`.
    """

    pattern: Literal["threshold"] = "threshold"
    metric: Metric | None = None
    """The metric to watch."""
    math: Math | None = None
    """A metric-math expression to watch instead."""

    def problems(self) -> Iterator[Problem]:
        """One thing to watch, one limit, and a legal look-back window."""
        yield from super().problems()
        if (self.metric is None) == (self.math is None):
            yield Problem("give either `metric` or `math`, to have one thing to watch", path="metric")
        elif broken := limits.window(self.watch.period_seconds, self.evaluate.of):
            yield broken

    @property
    def watch(self) -> Metric | Math:
        """What to watch."""
        watch = self.metric if self.metric is not None else self.math
        assert watch is not None  # `problems` has made sure  # noqa: S101
        return watch
