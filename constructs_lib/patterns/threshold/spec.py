"""The pattern `threshold`: one metric, a metric-math expression, or a fleet, against a limit you set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from constructs_lib.alarms.alarm import Math
from constructs_lib.alarms.fleet import Fleet
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws import limits
from constructs_lib.errors import Problem
from constructs_lib.options.limit import OneLimit
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.references import of_literals
from constructs_lib.units import converted, named, number


class ThresholdSpec(MonitorSpec, OneLimit):
    """Alerts when a metric is past a limit.

    Give one of `metric`, `math` and `fleet`, and one of `above`, `at_least`, `below`, `at_most`.
    """

    pattern: Literal["threshold"] = "threshold"
    metric: Metric | None = None
    """The metric to watch."""
    math: Math | None = None
    """A metric-math expression to watch instead."""
    fleet: Fleet | None = None
    """One metric of many things to watch instead, each of which is judged by itself."""

    def problems(self) -> Iterator[Problem]:
        """One thing to watch, one limit, and a legal look-back window."""
        broken_limit = [*super().problems()]
        yield from broken_limit
        if sum(watch is not None for watch in (self.metric, self.math, self.fleet)) != 1:
            yield Problem("give one of `metric`, `math` and `fleet`, to have one thing to watch", path="metric")
        elif self.metric is None and self.minimum_samples is not None:
            fix = "write it into the expression: IF(samples >= 20, value, 0)" if self.math else "watch a `metric`"
            what = "an expression" if self.math else "a fleet"
            yield Problem(f"{what} has no samples of its own", fix, path="minimum_samples")
        elif broken := self._window_problem():
            yield broken
        measured = self.metric or self.fleet
        if measured is not None and not broken_limit and (broken := _unit_problem(measured, self.limit, self.unit)):
            yield broken.at("unit")

    def _window_problem(self) -> Problem | None:
        period, look = self.watch.period_seconds, self.evaluate
        broken = limits.insights_window(period, look.of, look.wall_clock or "") if self.fleet is not None else None
        return broken or limits.window(period, look.of)

    def notes(self) -> Iterator[Problem]:
        """What a fleet does not see."""
        if self.fleet is not None and not self.upper:
            rule = "one that publishes nothing any more is not heard of: CloudWatch takes it out of the fleet"
            yield Problem(rule, "watch it by a `metric` of its own where its silence matters", "fleet")

    @property
    def watch(self) -> Metric | Math | Fleet:
        """What to watch."""
        watch = self.metric or self.math or self.fleet
        assert watch is not None  # `problems` has made sure  # noqa: S101
        return watch


def _unit_problem(metric: Metric | Fleet, limit: float, unit: str) -> Problem | None:
    """A limit that is said in one unit and compared in another."""
    facts, said = metric.facts, named(unit)
    published = facts.unit.partition(",")[0] if facts else ""  # `percent, up to 100 for each GPU`
    if facts is None or said in (None, published) or published in ("", "none") or metric.statistic == "SampleCount":
        return None
    same = of_literals(converted)(limit, said, published)
    write = f"write {number(same)} {published}" if same is not None else f"give the limit in {published}"
    return Problem(f"{metric.namespace} {metric.name} is in {published}, not in {unit}", f"{write}, or leave unit out")
