"""The shape of a catalogue entry."""

from __future__ import annotations

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
        unit: The unit it is published with, in words.
        statistics: The statistics that mean something, the usual one first.
        impact: Why a reader should care when it is out of order.
        first_step: What to do first, in the imperative.
        period_seconds: Seconds between two values.
        dimension_sets: The sets it is published with, where they differ from the namespace's.
        requires: What has to be switched on for the metric to exist, if anything.
    """

    meaning: str
    unit: str
    statistics: tuple[str, ...]
    impact: str
    first_step: str
    period_seconds: int = 60
    dimension_sets: tuple[DimensionSet, ...] = ()
    requires: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """One CloudWatch namespace.

    Attributes:
        name: As in CloudWatch.
        source: The page the facts come from.
        dimension_sets: Every set its metrics are published with.
        subject: Names the thing the dimensions point at: `Lambda function ranker`.
        metrics: By metric name.
    """

    name: str
    source: str
    dimension_sets: tuple[DimensionSet, ...]
    subject: Callable[[Mapping[str, str]], str]
    metrics: Mapping[str, MetricFacts]
