"""How often something was asked for, and how often it failed: what an objective is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from constructs_lib.alarms.metric import Metric, PeriodSeconds


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Good and bad outcomes of one thing.

    Attributes:
        metrics: Counts, by the id that the expressions call them. Their sums count, over whatever window is looked at.
        bad: An expression over them: how many failed.
        total: How many there were.
        words: What they are: `requests of API ranker`.
    """

    metrics: Mapping[str, Metric]
    bad: str
    total: str
    words: str

    def over(self, period_seconds: PeriodSeconds) -> Outcomes:
        """The same in periods of another length."""
        changed = {"period_seconds": period_seconds, "statistic": "Sum"}
        return replace(self, metrics={key: one.model_copy(update=changed) for key, one in self.metrics.items()})

    def filled(self, expression: str) -> str:
        """An expression in which no value is 0: most counts are not published while there is nothing to count."""
        ids = "|".join(map(re.escape, self.metrics))
        return re.sub(rf"\b({ids})\b", r"FILL(\1, 0)", expression)
