"""The pattern `threshold`: one metric, or a metric-math expression, against a limit you set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from constructs_lib.alarms.alarm import Alarm, Evaluate, Math, MissingData, Number, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws import limits
from constructs_lib.aws.comparison import COMPARISONS
from constructs_lib.errors import Problem
from constructs_lib.options.monitor import MonitorSpec


class ThresholdSpec(MonitorSpec):
    """Tells when a metric is past a limit.

    Give either `metric` or `math`, and one of `above`, `at_least`, `below`, `at_most`.
    """

    pattern: Literal["threshold"] = "threshold"
    metric: Metric | None = None
    """The metric to watch."""
    math: Math | None = None
    """A metric-math expression to watch instead."""
    above: Number | None = None
    """Fires above this."""
    at_least: Number | None = None
    """Fires at this or above."""
    below: Number | None = None
    """Fires below this."""
    at_most: Number | None = None
    """Fires at this or below."""
    unit: str = ""
    """Unit of the limit, for the reader only: `ms`, `%`."""
    evaluate: Evaluate = Evaluate(breaching=1, of=1)
    """How many of the last periods must breach; one of one, for a limit set by hand is worth hearing of at once."""
    missing_data: MissingData | None = None
    """What a period without data counts as. Left out: not_breaching for an upper limit, for most counters are not
    published when nothing happens; breaching for a lower one, so that silence can't pass for health."""
    low_samples: Literal["evaluate", "ignore"] = "evaluate"
    """For percentiles: whether periods with few samples count."""

    def problems(self) -> Iterator[Problem]:
        """One thing to watch, one limit, and a legal look-back window."""
        given = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "no limit is given"
            yield Problem(found, f"give exactly one of {', '.join(COMPARISONS)}", path="".join(given[1:2]))
        if (self.metric is None) == (self.math is None):
            yield Problem("give either `metric` or `math`, to have one thing to watch", path="metric")
            return
        if broken := limits.window(self._watch.period_seconds, self.evaluate.of):
            yield broken

    @property
    def _watch(self) -> Metric | Math:
        watch = self.metric if self.metric is not None else self.math
        assert watch is not None  # `problems` has made sure  # noqa: S101
        return watch

    def alarms(self, name: str, *, runbook: str | None = None) -> tuple[Alarm, ...]:
        """One alarm."""
        comparison = next(name for name in COMPARISONS if getattr(self, name) is not None)
        condition = Threshold(
            watch=self._watch,
            comparison=comparison,
            limit=getattr(self, comparison),
            unit=self.unit,
            low_samples=self.low_samples,
        )
        silence: MissingData = "not_breaching" if comparison in ("above", "at_least") else "breaching"
        facts = self.metric.facts if self.metric else None
        return (
            self.row(
                "alarm",
                name,
                summary=condition.describe(self.evaluate),
                impact=facts.impact if facts else "The workload is past a limit that was set for it",
                first_step=facts.first_step if facts else "Compare with the last deployment",
                runbook=runbook,
                condition=condition,
                evaluate=self.evaluate,
                missing_data=self.missing_data if self.missing_data is not None else silence,
            ),
        )
