"""A limit that a user sets, and how often it must be past before anyone hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from constructs_lib.alarms.alarm import Evaluate, MissingData, Number
from constructs_lib.alarms.row import Past
from constructs_lib.aws.comparison import COMPARISONS, Comparison
from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.references import of_literals


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
    """For percentiles: whether periods with few samples count."""

    def problems(self) -> Iterator[Problem]:
        """One limit."""
        given = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "no limit is given"
            yield Problem(found, f"give exactly one of {', '.join(COMPARISONS)}", path="".join(given[1:2]))

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
