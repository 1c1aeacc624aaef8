"""What an expression gives: a number, a series, or several series; for every evaluation at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from constructs_lib.simulation.arrays import Flags, Floats
from constructs_lib.simulation.metric_math.tree import MetricMathError


@dataclass(frozen=True, slots=True)
class Scalar:
    """S: a number for each evaluation.

    Attributes:
        values: One row an evaluation (or one row for all), one column; NaN where there is none.
    """

    values: Floats


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """TS: a point or none for each evaluation and period.

    Attributes:
        values: One row an evaluation, one column a period, the oldest first; NaN where there is no point.
    """

    values: Floats


@dataclass(frozen=True, slots=True)
class Several:
    """TS[]: series in their order.

    Attributes:
        values: TimeSeries, evaluations, periods.
        there: TimeSeries, evaluations: whether the series is in the array at that evaluation.
    """

    values: Floats
    there: Flags


Value = Scalar | TimeSeries | Several

NAMES = {Scalar: "a number", TimeSeries: "a series", Several: "several series"}


def scalar(value: float) -> Scalar:
    """One number for all evaluations."""
    return Scalar(np.full((1, 1), float(value)))


def several(values: Floats) -> Several:
    """TimeSeries that are always there."""
    return Several(values, np.ones(values.shape[:2], dtype=np.bool_))


def finite(values: Floats) -> Floats:
    """CloudWatch drops a point that divides by zero or has no value."""
    return np.where(np.isfinite(values), values, np.nan)


def series_of(value: Value, what: str) -> TimeSeries:
    """The value as one series.

    Raises:
        MetricMathError: It is not one.
    """
    if not isinstance(value, TimeSeries):
        raise MetricMathError(f"{what} takes a series, not {NAMES[type(value)]}")
    return value


def several_of(value: Value, what: str) -> Several:
    """The value as several series.

    Raises:
        MetricMathError: It is not that.
    """
    if not isinstance(value, Several):
        raise MetricMathError(f"{what} takes several series, not {NAMES[type(value)]}")
    return value
