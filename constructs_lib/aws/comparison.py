"""CloudWatch's comparison operators: each once, with its name in the API and in a sentence.

Source: CloudWatch API reference, PutMetricAlarm, ComparisonOperator.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Comparison = Literal["above", "at_least", "below", "at_most"]
Direction = Literal["outside", "above", "below"]


@dataclass(frozen=True, slots=True)
class ComparisonOperator:
    """How a value is compared with one limit, or with the two edges of a band.

    Attributes:
        name: As the API writes it.
        words: As a sentence says it: `at or above`.
        breaches: Whether a value breaches, given the lower and the upper edge, which of one limit are the same.
            Works on arrays, too.
        upper: Whether much breaches.
        lower: Whether little breaches.
    """

    name: str
    words: str
    breaches: Callable[[Any, Any, Any], Any]
    upper: bool = False
    lower: bool = False


def _limit(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    return lambda value, limit, _: compare(value, limit)


COMPARISONS: Mapping[Comparison, ComparisonOperator] = {
    "above": ComparisonOperator("GreaterThanThreshold", "above", _limit(operator.gt), upper=True),
    "at_least": ComparisonOperator("GreaterThanOrEqualToThreshold", "at or above", _limit(operator.ge), upper=True),
    "below": ComparisonOperator("LessThanThreshold", "below", _limit(operator.lt), lower=True),
    "at_most": ComparisonOperator("LessThanOrEqualToThreshold", "at or below", _limit(operator.le), lower=True),
}
"""With a fixed limit, by the option's name."""

DIRECTIONS: Mapping[Direction, ComparisonOperator] = {
    "outside": ComparisonOperator(
        "LessThanLowerOrGreaterThanUpperThreshold",
        "outside",
        lambda value, low, high: (value < low) | (value > high),
        upper=True,
        lower=True,
    ),
    "above": ComparisonOperator("GreaterThanUpperThreshold", "above", lambda value, _, high: value > high, upper=True),
    "below": ComparisonOperator("LessThanLowerThreshold", "below", lambda value, low, _: value < low, lower=True),
}
"""With a band that CloudWatch has learnt, by the option's value."""

STATIC_OPERATORS: Mapping[str, ComparisonOperator] = {found.name: found for found in COMPARISONS.values()}
BAND_OPERATORS: Mapping[str, ComparisonOperator] = {found.name: found for found in DIRECTIONS.values()}
"""By the API's name."""
