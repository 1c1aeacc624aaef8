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
from constructs_lib.references import of_literals
from constructs_lib.units import converted, named, number


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
        broken_limit = [*super().problems()]
        yield from broken_limit
        if (self.metric is None) == (self.math is None):
            yield Problem("give either `metric` or `math`, to have one thing to watch", path="metric")
        elif self.math is not None and self.minimum_samples is not None:
            fix = "write it into the expression: IF(samples >= 20, value, 0)"
            yield Problem("an expression has no samples of its own", fix, path="minimum_samples")
        elif broken := limits.window(self.watch.period_seconds, self.evaluate.of):
            yield broken
        if (
            self.metric is not None
            and not broken_limit
            and (broken := _unit_problem(self.metric, self.limit, self.unit))
        ):
            yield broken.at("unit")

    @property
    def watch(self) -> Metric | Math:
        """What to watch."""
        watch = self.metric if self.metric is not None else self.math
        assert watch is not None  # `problems` has made sure  # noqa: S101
        return watch


def _unit_problem(metric: Metric, limit: float, unit: str) -> Problem | None:
    """A limit that is said in one unit and compared in another."""
    facts, said = metric.facts, named(unit)
    published = facts.unit.partition(",")[0] if facts else ""  # `percent, up to 100 for each GPU`
    if facts is None or said is None or said == published or metric.statistic == "SampleCount":
        return None
    same = of_literals(converted)(limit, said, published)
    write = f"write {number(same)} {published}" if same is not None else f"give the limit in {published}"
    return Problem(f"{metric.namespace} {metric.name} is in {published}, not in {unit}", f"{write}, or leave unit out")
