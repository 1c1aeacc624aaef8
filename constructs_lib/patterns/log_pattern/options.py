"""The options of a log pattern's parts: the lines to try, and when to tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from constructs_lib.alarms.alarm import Evaluate, MissingData, Number
from constructs_lib.alarms.metric import PeriodSeconds
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import limits
from constructs_lib.aws.comparison import COMPARISONS, Comparison
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked
from constructs_lib.references import above, of_literals


class Examples(Model):
    """Lines the filter is tried on before anything is deployed."""

    match: Items[str] = ()
    """Lines it must match."""
    ignore: Items[str] = ()
    """Lines it must not match."""


class LogAlarm(Model):
    """When the filter's metric is out of order. Give one of `above`, `at_least`, `below`, `at_most`."""

    statistic: Annotated[str, checked(limits.statistic)] = "Sum"
    """Sum for matching lines; for a `value` also Average, Minimum, Maximum or a percentile such as p90."""
    above: Number | None = None
    """Fires above this."""
    at_least: Number | None = None
    """Fires at this or above."""
    below: Number | None = None
    """Fires below this."""
    at_most: Number | None = None
    """Fires at this or below."""
    unit: str = ""
    """Unit of the limit, for the reader only: `ms`."""
    period_seconds: PeriodSeconds = 300
    """Length of one period, a multiple of 60: filters publish once a minute. Five minutes smooth out single spikes."""
    evaluate: Evaluate = Evaluate(breaching=1, of=1)
    """How many of the last periods must breach; one of one, for such a line is worth hearing of at once."""
    severity: Severity | None = None
    """critical, warning or info. Left out: the monitor's."""
    missing_data: MissingData | None = None
    """What a period without data counts as. Left out: not_breaching for an upper limit, for a group without events
    publishes nothing; breaching for a lower one, so that silence can't pass for health."""
    low_samples: Literal["evaluate", "ignore"] = "evaluate"
    """For percentiles: whether periods with few samples count."""

    def problems(self) -> Iterator[Problem]:
        """One limit, a period filters publish in, and a legal look-back window."""
        given = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "no limit is given"
            yield Problem(found, f"give exactly one of {', '.join(COMPARISONS)}", path="".join(given[1:2]))
        if above(60, self.period_seconds):
            yield Problem(
                f"{self.period_seconds} is shorter than the minute between two values of a metric filter",
                "write 60 or more",
                path="period_seconds",
            )
        if broken := limits.window(self.period_seconds, self.evaluate.of):
            yield broken

    @property
    def comparison(self) -> Comparison:
        """Which of the four limits is given."""
        return next(name for name in COMPARISONS if getattr(self, name) is not None)

    @property
    def limit(self) -> float:
        """The number beside it; it may be a reference."""
        limit: float = getattr(self, self.comparison)
        return limit

    def fires_at(self, value: float) -> bool:
        """Whether a value is known to be past the limit."""
        return bool(of_literals(COMPARISONS[self.comparison].breaches)(value, self.limit, self.limit))

    @property
    def upper(self) -> bool:
        """Whether it fires on much rather than on little."""
        return COMPARISONS[self.comparison].upper
