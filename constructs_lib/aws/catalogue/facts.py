"""The shape of a catalogue entry."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

DimensionSet = frozenset[str]


def dimension_sets(*sets: str) -> tuple[DimensionSet, ...]:
    """Dimension sets written as words: `dimension_sets("", "FunctionName", "FunctionName Resource")`."""
    return tuple(frozenset(names.split()) for names in sets)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFacts:
    """What AWS publishes under one metric name.

    Attributes:
        meaning: What is counted or measured, as it fits into "sum of … of Lambda function ranker".
        unit: The unit it is published with, in words; empty where that is not known.
        statistics: The statistics that mean something, the usual one first.
        impact: Why a reader should care when it is out of order; empty where no one has written it down.
        first_step: What to do first, in the imperative; empty likewise.
        lowest: What one value is at least, where that is not 0.
        highest: What one value is at most, where there is an end; percentages end at 100 without it.
        sampled: Whether AWS publishes the state of things at fixed times, and not a value for each thing that happens:
            sums and numbers of samples then say how often it was published.
        period_seconds: Seconds between two values.
        dimension_sets: The sets it is published with, where they differ from the namespace's.
        requires: What has to be switched on for the metric to exist, if anything.
        only: Whether no other statistic means anything.
        other_sets: Whether AWS publishes it with more dimension sets than these; None: as the namespace says.
        sparse: Whether there is no value when nothing happens; None: as its unit and statistics tell.
    """

    meaning: str
    unit: str
    statistics: tuple[str, ...]
    impact: str
    first_step: str
    lowest: float = 0.0
    highest: float | None = None
    sampled: bool = False
    period_seconds: int = 60
    dimension_sets: tuple[DimensionSet, ...] = ()
    requires: str | None = None
    only: bool = False
    other_sets: bool | None = None
    sparse: bool | None = None

    @property
    def counts(self) -> bool:
        """Whether it counts what happens."""
        return self.unit == "count" and not self.sampled and "Sum" in self.statistics

    @property
    def counter(self) -> bool:
        """Whether it counts what happens, and so has no value when nothing does."""
        return self.counts and self.statistics[0] == "Sum" if self.sparse is None else self.sparse

    def reach(self, statistic: str) -> tuple[float, float]:
        """The lowest and the highest value of a statistic; infinite where there is no end."""
        lowest = -math.inf if self.unit in ("", "none") else self.lowest
        highest = self.highest if self.highest is not None else _HIGHEST.get(self.unit, math.inf)
        return (lowest, highest) if _LIKE_ONE_VALUE.fullmatch(statistic) else (lowest, math.inf)


_HIGHEST = {"percent": 100.0, "0 or 1": 1.0, "0 to 1": 1.0}
_LIKE_ONE_VALUE = re.compile(r"Average|Minimum|Maximum|IQM|(p|tm|wm)[\d.]+|(TM|WM)\(.*\)")
"""Statistics that lie between the lowest and the highest value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """One CloudWatch namespace.

    Attributes:
        name: As in CloudWatch.
        source: The page the facts come from.
        dimension_sets: Every set its metrics are published with; none where that is for its users to say.
        other_sets: Whether AWS publishes its metrics with more dimension sets than these.
        lists_all: Whether `metrics` is the whole of AWS's list.
        region: The only Region it is in; empty for all.
        subject: Names the thing the dimensions point at: `Lambda function ranker`.
        metrics: By metric name.
    """

    name: str
    source: str
    dimension_sets: tuple[DimensionSet, ...]
    subject: Callable[[Mapping[str, str]], str]
    metrics: Mapping[str, MetricFacts]
    other_sets: bool = False
    lists_all: bool = True
    region: str = ""

    def legal_sets(self, metric: str) -> tuple[DimensionSet, ...]:
        """The sets of a metric."""
        facts = self.metrics.get(metric)
        return (facts.dimension_sets if facts else ()) or self.dimension_sets

    def has_other_sets(self, metric: str) -> bool:
        """Whether AWS publishes a metric with more sets than those."""
        facts = self.metrics.get(metric)
        return self.other_sets if facts is None or facts.other_sets is None else facts.other_sets
