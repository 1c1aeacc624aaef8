"""Arithmetic, comparison and logic, with AWS's rules for missing values.

Between two series a missing value counts as 0 where the other has a point; between a series and a number the point
stays missing. A point that would divide by zero is dropped ("Using math expressions with CloudWatch metrics").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from constructs_lib.simulation.arrays import Floats
from constructs_lib.simulation.metric_math.tree import MetricMathError
from constructs_lib.simulation.metric_math.values import Scalar, Several, TimeSeries, Value, finite


def _and(left: Floats, right: Floats) -> Floats:
    return np.asarray((left != 0) & (right != 0), dtype=np.float64)


def _or(left: Floats, right: Floats) -> Floats:
    return np.asarray((left != 0) | (right != 0), dtype=np.float64)


_SIGNS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "==": np.equal,
    "!=": np.not_equal,
    "<=": np.less_equal,
    ">=": np.greater_equal,
    "<": np.less,
    ">": np.greater,
    "AND": _and,
    "OR": _or,
}


def operate(sign: str, left: Value, right: Value) -> Value:
    """The value of `left sign right`."""
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        missing = np.isnan(left.values) | np.isnan(right.values)
        return Scalar(np.where(missing, np.nan, _compute(sign, left.values, right.values)))
    arrays = [side for side in (left, right) if isinstance(side, Several)]
    if len({len(array.values) for array in arrays}) > 1:
        raise MetricMathError(f"{sign} takes arrays with the same number of series")
    values = _join(sign, left.values, right.values, numbers=(isinstance(left, Scalar), isinstance(right, Scalar)))
    if not arrays:
        return TimeSeries(values)
    return Several(values, arrays[0].there & arrays[-1].there)


def negative(value: Value) -> Value:
    """-x."""
    match value:
        case Scalar(values):
            return Scalar(-values)
        case TimeSeries(values):
            return TimeSeries(-values)
        case Several(values, there):
            return Several(-values, there)


def _join(sign: str, left: Floats, right: Floats, numbers: tuple[bool, bool]) -> Floats:
    no_left, no_right = np.isnan(left), np.isnan(right)
    missing = (no_left | no_right) if any(numbers) else (no_left & no_right)
    result = _compute(sign, np.where(no_left, 0.0, left), np.where(no_right, 0.0, right))
    return np.where(missing, np.nan, result)


def _compute(sign: str, left: Floats, right: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return finite(np.asarray(_SIGNS[sign](left, right), dtype=np.float64))
