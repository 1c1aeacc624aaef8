"""The functions of metric math that an alarm may use.

Source: CloudWatch user guide, "Using math expressions with CloudWatch metrics", for every rule that has no other one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from constructs_lib.simulation.arrays import Flags, Floats, Ints
from constructs_lib.simulation.metric_math.tree import MetricMathError
from constructs_lib.simulation.metric_math.values import (
    NAMES,
    Scalar,
    Several,
    TimeSeries,
    Value,
    finite,
    series_of,
    several_of,
)

RANGE_DEPENDENT = frozenset(
    {"AVG", "SUM", "MIN", "MAX", "STDDEV", "DATAPOINT_COUNT", "RUNNING_SUM", "REMOVE_EMPTY", "RATE", "DIFF", "SORT"}
)
"""AWS advises against these in alarms: an alarm reads more points than it judges, and their result depends on it."""

ELSEWHERE = frozenset({"SERVICE_QUOTA", "INSIGHT_RULE_METRIC", "DB_PERF_INSIGHTS", "LAMBDA"})
"""Functions whose values come from outside the metrics."""


# --- point by point


def _log(values: Floats) -> Floats:
    return np.log(np.where(values > 0, values, np.nan))


def _log10(values: Floats) -> Floats:
    return np.log10(np.where(values > 0, values, np.nan))


POINTWISE: Mapping[str, Callable[[Floats], Floats]] = {
    "ABS": np.abs,
    "CEIL": np.ceil,
    "FLOOR": np.floor,
    "LOG": _log,
    "LOG10": _log10,
}


def each(function: Callable[[Floats], Floats], value: Value, what: str) -> Value:
    """A function of every series there is."""
    match value:
        case TimeSeries(values):
            return TimeSeries(finite(function(values)))
        case Several(values, there):
            return Several(finite(function(values)), there)
    raise MetricMathError(f"{what} takes series, not a number")


# --- one number of a series, or one series of several


def reduce(name: str, value: Value, *, sample: bool) -> Value:
    """SUM, AVG, MIN, MAX, STDDEV, DATAPOINT_COUNT."""
    match value:
        case TimeSeries(values):
            there = ~np.isnan(values)
            return Scalar(_reduced(name, values, there, there.sum(axis=1, keepdims=True), 1, sample=sample))
        case Several(values, members):
            there = ~np.isnan(values) & members[:, :, None]
            # "Missing values are treated as 0" in the average of several series.
            number = members.sum(axis=0)[:, None] * np.ones((1, values.shape[2]))
            size = number if name == "AVG" else there.sum(axis=0)
            return TimeSeries(_reduced(name, values, there, size, 0, sample=sample)[0])
    raise MetricMathError(f"{name} takes series, not a number")


def _reduced(name: str, values: Floats, there: Flags, size: Any, axis: int, *, sample: bool) -> Floats:
    """Along an axis, which is kept."""
    any_there = there.any(axis=axis, keepdims=True)
    known = np.where(there, values, 0.0)
    safe = np.maximum(size, 1)
    match name:
        case "SUM":
            result = known.sum(axis=axis, keepdims=True)
        case "AVG":
            result = known.sum(axis=axis, keepdims=True) / safe
        case "MIN":
            result = np.where(there, values, np.inf).min(axis=axis, keepdims=True)
        case "MAX":
            result = np.where(there, values, -np.inf).max(axis=axis, keepdims=True)
        case "DATAPOINT_COUNT":
            result = there.sum(axis=axis, keepdims=True).astype(np.float64)
        case _:
            mean = known.sum(axis=axis, keepdims=True) / safe
            squares = np.where(there, (values - mean) ** 2, 0.0).sum(axis=axis, keepdims=True)
            with np.errstate(all="ignore"):
                result = np.sqrt(squares / (size - 1 if sample else safe))
    return finite(np.where(any_there, result, np.nan))


def metric_count(value: Value) -> Value:
    """How many series there are."""
    return Scalar(several_of(value, "METRIC_COUNT").there.sum(axis=0)[:, None].astype(np.float64))


# --- steps in time


def _before(values: Floats) -> Ints:
    """The index of the point before each one that there is; -1 for none."""
    index = np.where(np.isnan(values), -1, np.arange(values.shape[-1]))
    last = np.maximum.accumulate(index, axis=-1)
    return np.concatenate([np.full((*values.shape[:-1], 1), -1), last[..., :-1]], axis=-1).astype(np.int64)


def _steps(values: Floats, period: int) -> tuple[Floats, Floats]:
    """Difference and seconds to the point before."""
    before = _before(values)
    there = ~np.isnan(values) & (before >= 0)
    earlier = np.take_along_axis(values, np.maximum(before, 0), -1)
    seconds = (np.arange(values.shape[-1]) - before) * float(period)
    return np.where(there, values - earlier, np.nan), np.where(there, seconds, np.nan)


def stepwise(name: str, period: int) -> Callable[[Floats], Floats]:
    """DIFF, DIFF_TIME, RATE, RUNNING_SUM."""

    def compute(values: Floats) -> Floats:
        if name == "RUNNING_SUM":
            there = ~np.isnan(values)
            return np.where(there, np.cumsum(np.where(there, values, 0.0), axis=-1), np.nan)
        difference, seconds = _steps(values, period)
        return {"DIFF": difference, "DIFF_TIME": seconds}.get(name, difference / seconds)

    return compute


# --- what the time stamps say


def stamps(name: str, at: Ints) -> TimeSeries:
    """MINUTE, HOUR, DAY, DATE, MONTH, YEAR, EPOCH of every period, in UTC, also where there is no point."""
    match name:
        case "EPOCH":
            values = at
        case "MINUTE":
            values = at // 60 % 60
        case "HOUR":
            values = at // 3600 % 24
        case "DAY":
            values = (at // 86400 + 3) % 7 + 1  # 1 January 1970 was a Thursday; Monday is 1
        case _:
            days, where = np.unique(at // 86400, return_inverse=True)
            dates = [datetime.fromtimestamp(int(day) * 86400, UTC) for day in days]
            field = {"DATE": "day", "MONTH": "month", "YEAR": "year"}[name]
            values = np.array([getattr(date, field) for date in dates])[where].reshape(at.shape)
    return TimeSeries(values.astype(np.float64))


# --- gaps


def fill(value: Value, filler: Value | str) -> Value:
    """FILL(TS or TS[], S, TS, REPEAT or LINEAR)."""
    if isinstance(value, Scalar):
        raise MetricMathError("FILL takes series, not a number")
    values = value.values
    match filler:
        case "REPEAT":
            last = _last(values)
            filled = np.where(last < 0, np.nan, np.take_along_axis(values, np.maximum(last, 0), -1))
        case "LINEAR":
            filled = _linear(values)
        case Scalar(number) | TimeSeries(number):
            filled = np.where(np.isnan(values), number, values)
        case _:
            raise MetricMathError("FILL takes a number, a series, REPEAT or LINEAR to fill with")
    return TimeSeries(filled) if isinstance(value, TimeSeries) else Several(filled, value.there)


def _last(values: Floats) -> Ints:
    index = np.where(np.isnan(values), -1, np.arange(values.shape[-1]))
    return np.maximum.accumulate(index, axis=-1).astype(np.int64)


def _linear(values: Floats) -> Floats:
    """Between two points; what is before the first or after the last one stays missing."""
    columns = values.shape[-1]
    before, after = _last(values), columns - 1 - _last(values[..., ::-1])[..., ::-1]
    between = (before >= 0) & (after < columns)
    low, high = np.maximum(before, 0), np.minimum(after, columns - 1)
    first, second = np.take_along_axis(values, low, -1), np.take_along_axis(values, high, -1)
    share = (np.arange(columns) - low) / np.maximum(high - low, 1)
    return np.where(~np.isnan(values), values, np.where(between, first + (second - first) * share, np.nan))


# --- a choice


def choose(condition: Value, yes: Value, no: Value | None, *, without_value: str) -> Value:
    """IF(condition, yes, no): AWS has a table for each combination of series and numbers."""
    for part in (condition, yes, no):
        if isinstance(part, Several):
            raise MetricMathError("IF takes a series or a number, not several series")
    if isinstance(condition, Scalar):
        return _choose_whole(condition, yes, no)
    chosen = np.where(np.isnan(yes.values), 0.0, yes.values) if isinstance(yes, TimeSeries) else yes.values
    if no is None:
        other = np.full((1, 1), np.nan)
    elif isinstance(no, TimeSeries) and isinstance(yes, TimeSeries) and without_value == "zero":
        other = np.where(np.isnan(no.values), 0.0, no.values)
    else:
        other = no.values
    result = np.where(condition.values != 0, chosen, other)
    return TimeSeries(np.where(np.isnan(condition.values), np.nan, result))


def _choose_whole(condition: Scalar, yes: Value, no: Value | None) -> Value:
    other = np.full((1, 1), np.nan) if no is None else no.values
    result = np.where(condition.values != 0, yes.values, other)
    result = np.where(np.isnan(condition.values), np.nan, result)
    return TimeSeries(result) if isinstance(yes, TimeSeries) or isinstance(no, TimeSeries) else Scalar(result)


# --- several series


def sliced(value: Value, first: int, end: int | None) -> Several:
    """SLICE: some of the series, by their place among those that are there."""
    array = several_of(value, "SLICE")
    place = np.cumsum(array.there, axis=0) - 1
    inside = (place >= first) & (place < (len(array.values) if end is None else end))
    return Several(array.values, array.there & inside)


def picked(value: Value, name: str) -> TimeSeries:
    """FIRST or LAST of several series."""
    array = several_of(value, name)
    index: Ints = np.argmax(array.there if name == "FIRST" else array.there[::-1], axis=0).astype(np.int64)
    if name == "LAST":
        index = len(array.there) - 1 - index
    found = array.values[index, np.arange(array.values.shape[1])]
    empty = ~array.there.any(axis=0, keepdims=True)
    return TimeSeries(np.where(empty.T, np.nan, found))


def ordered(value: Value, by: str, order: str, limit: int | None) -> Several:
    """SORT: by AVG, MIN, MAX or SUM of each series over the range; those without a point come last."""
    array = several_of(value, "SORT")
    if by not in ("AVG", "MIN", "MAX", "SUM") or order not in ("ASC", "DESC"):
        raise MetricMathError("SORT takes AVG, MIN, MAX or SUM, and ASC or DESC")
    there = ~np.isnan(array.values)
    size = there.sum(axis=2, keepdims=True)
    key = _reduced(by, array.values, there, size, 2, sample=False)[:, :, 0]
    key = np.where(np.isnan(key) | ~array.there, np.inf, -key if order == "DESC" else key)
    index = np.argsort(key, axis=0, kind="stable")
    result = Several(np.take_along_axis(array.values, index[:, :, None], 0), np.take_along_axis(array.there, index, 0))
    return result if limit is None else sliced(result, 0, limit)


def without_empty(value: Value) -> Several:
    """REMOVE_EMPTY: the series that have a point."""
    array = several_of(value, "REMOVE_EMPTY")
    return Several(array.values, array.there & ~np.isnan(array.values).all(axis=2))


def joined(values: list[Value]) -> Several:
    """[m1, m2], also of arrays: one after the other."""
    parts: list[Several] = []
    for value in values:
        if isinstance(value, Scalar):
            raise MetricMathError(f"an array takes series, not {NAMES[Scalar]}")
        if isinstance(value, Several):
            parts.append(value)
        else:
            one = series_of(value, "an array").values[None]
            parts.append(Several(one, np.ones(one.shape[:2], dtype=np.bool_)))
    rows = max(part.values.shape[1] for part in parts)
    columns = max(part.values.shape[2] for part in parts)
    return Several(
        np.concatenate([np.broadcast_to(part.values, (len(part.values), rows, columns)) for part in parts]),
        np.concatenate([np.broadcast_to(part.there, (len(part.there), rows)) for part in parts]),
    )
