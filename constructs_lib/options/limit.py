"""A limit that a user sets, and how often it must be past before anyone hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from constructs_lib.alarms.alarm import Count, Evaluate, MissingData, Number
from constructs_lib.alarms.row import Past
from constructs_lib.aws.comparison import COMPARISONS, Comparison
from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.references import of_literals
from constructs_lib.units import number


class OneLimit(Model):
    """One of `above`, `at_least`, `below`, `at_most`."""

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
    """What a period without data counts as. Left out: not_breaching for an upper limit, for most counters and logs
    publish nothing when nothing happens; breaching for a lower one, so that silence can't pass for health."""
    low_samples: Literal["evaluate", "ignore"] = "evaluate"
    """For percentiles: whether periods with few values count. `ignore` keeps the state until there are 1,000 values in
    a period for p99, 200 for p95, 100 for p90; `minimum_samples` lets you choose the number."""
    minimum_samples: Count | None = None
    """Traffic guard of an upper limit: a period with fewer values counts as 0, for the p99 of a handful is the slowest
    one. 200 for p99, or 20 for p90, are not past the limit by two slow ones."""

    def problems(self) -> Iterator[Problem]:
        """One limit, and a guard that can hold."""
        given = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "no limit is given"
            yield Problem(found, f"give exactly one of {', '.join(COMPARISONS)}", path="".join(given[1:2]))
        elif self.minimum_samples is not None:
            yield from self._guard_problems()

    def _guard_problems(self) -> Iterator[Problem]:
        if not self.upper or self.fires_at(0):
            yield Problem(
                f"too few values count as 0, which is past the limit {self.comparison} {number(self.limit)}",
                "remove it, or give an upper limit",
                path="minimum_samples",
            )
        if self.low_samples == "ignore":
            yield Problem("minimum_samples says how few are ignored", "remove it", path="low_samples")

    @property
    def comparison(self) -> Comparison:
        """Which of the four is given."""
        return next(name for name in COMPARISONS if getattr(self, name) is not None)

    @property
    def limit(self) -> float:
        """Its number, which may be a reference."""
        limit: float = getattr(self, self.comparison)
        return limit

    @property
    def past(self) -> Past:
        """As a row of an alarm table compares with it."""
        return Past(self.comparison, self.limit, self.unit, self.low_samples)

    def fires_at(self, value: float) -> bool:
        """Whether a value is known to be past the limit."""
        return bool(of_literals(COMPARISONS[self.comparison].breaches)(value, self.limit, self.limit))

    @property
    def upper(self) -> bool:
        """Whether it fires on much rather than on little."""
        return COMPARISONS[self.comparison].upper
