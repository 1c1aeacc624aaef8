"""An anomaly band learnt from history: an approximation, and never what CloudWatch learns.

CloudWatch does not publish its algorithm ("Using CloudWatch anomaly detection": up to two weeks of history, with
hourly, daily and weekly patterns, learnt again all the time). Here, each day is judged by the two weeks before it. The
centre is a median: of everything, of the hour of the day, or of the hour of the week, whichever describes days best
that it has not seen. Half the width is what 95 of 100 of those days' distances from the centre stay within, at two
standard deviations; by the hour of the day.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from constructs_lib.simulation.alarm import DAY_SECONDS, MetricAlarm
from constructs_lib.simulation.arrays import Floats, Ints
from constructs_lib.simulation.data import BandEdges, Data, Values
from constructs_lib.simulation.metric_math.parser import parse
from constructs_lib.simulation.metric_math.tree import Call, Name, NumberLiteral
from constructs_lib.simulation.statistic import parse as statistic

HISTORY_SECONDS = 14 * DAY_SECONDS
"""How far back CloudWatch looks."""

LEAST_SECONDS = 3 * 3600
"""A new band takes up to three hours to appear."""

_HOUR, _WEEK_HOURS = 3600, 168
_MONDAY = 3 * DAY_SECONDS
"""1 January 1970 was a Thursday: this many seconds after a Monday."""

_BETTER = 0.95
"""A pattern counts where days that it has not seen are that much nearer to it."""

_WITHIN, _DEVIATIONS = 0.95, 1.96
"""95 % of a normal distribution lie within 1.96 standard deviations."""


def subject(alarm: MetricAlarm) -> tuple[str, float]:
    """The id of what an alarm's band is for, and the band's width in standard deviations."""
    expression = next(query.expression for query in alarm.queries if query.id == alarm.band)
    match parse(expression):
        case Call("ANOMALY_DETECTION_BAND", (Name(key), *width)):
            return key, next((part.value for part in width if isinstance(part, NumberLiteral)), 2.0)
    raise ValueError(f"{expression!r} is not an anomaly band")


def edges(alarm: MetricAlarm, history: Values, *, start: int, length: int, before: int) -> BandEdges:
    """The band of an alarm in a scenario.

    Args:
        alarm: An alarm that compares with a band.
        history: What was published of the metric, at moments from the scenario's start on, most of them before it.
        start: When the scenario starts, in seconds since 1970.
        length: How long it is, in seconds.
        before: How long before the start edges are needed, in seconds.
    """
    key, width = subject(alarm)
    metric = next((query for query in alarm.queries if query.id == key and query.metric), None)
    period = alarm.period_seconds
    whole = Data({metric.metric: history} if metric and metric.metric else {}, length=length, before=HISTORY_SECONDS)
    begins = np.arange(-HISTORY_SECONDS, length, period, dtype=np.int64)
    if metric and metric.metric:
        samples = whole.samples(metric.metric)
        values = samples.over(statistic(metric.statistic), whole.tick_of(begins), whole.tick_of(begins + period))
    else:
        begins, values = history.at, history.total  # of an expression: its own values
    there = ~np.isnan(values)
    minutes = np.arange(-before, length + 60, 60, dtype=np.int64)
    lower, upper = band(begins[there] + start, values[there], minutes + start, first=start, width=width)
    return BandEdges(lower, upper, approximate=True, before=before)


def band(times: Ints, values: Floats, at: Ints, *, first: int, width: float) -> tuple[Floats, Floats]:
    """Lower and upper edge at some moments; NaN where too little is known.

    Args:
        times: When the values of the history are, ascending.
        values: The history.
        at: Moments, ascending. Those of a day from `first` on are judged by what was before that day; those before
            `first` as those of the day that begins there.
        first: When the first day begins.
        width: In standard deviations.
    """
    lower, upper = np.full(len(at), np.nan), np.full(len(at), np.nan)
    days = np.maximum(at - first, 0) // DAY_SECONDS
    for day in np.unique(days):
        begin = first + int(day) * DAY_SECONDS
        known = (times < begin) & (times >= begin - HISTORY_SECONDS)
        if not known.any() or begin - times[known][0] < LEAST_SECONDS:
            continue
        here = days == day
        pattern = _learn(times[known], values[known])
        centre, half = pattern.centre(at[here]), width * pattern.deviation(at[here])
        lower[here], upper[here] = centre - half, centre + half
        if values[known].min() >= 0:
            lower[here] = np.maximum(lower[here], 0)
    return lower, upper


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A centre by slot, an hour each, and a deviation by the hour of the day."""

    slots: Floats
    deviations: Floats

    def centre(self, at: Ints) -> Floats:
        return _between(self.slots, at)

    def deviation(self, at: Ints) -> Floats:
        return _between(self.deviations, at)


def _learn(times: Ints, values: Floats) -> _Pattern:
    span = times[-1] - times[0]
    patterns = [1]
    if span >= 2 * DAY_SECONDS - _HOUR:
        patterns.append(24)
    if span >= HISTORY_SECONDS - DAY_SECONDS:
        patterns.append(_WEEK_HOURS)
    slots, distances = _of(1, times, values)
    for count in patterns[1:]:
        other_slots, other_distances = _of(count, times, values)
        if np.median(other_distances) < _BETTER * np.median(distances):
            slots, distances = other_slots, other_distances
    return _Pattern(slots, _deviations(times, distances))


def _of(slots: int, times: Ints, values: Floats) -> tuple[Floats, Floats]:
    """A centre for each slot, and how far each value is from what the other days say of its slot."""
    if slots == 1:
        centre = np.median(values, keepdims=True)
        return centre, np.abs(values - centre)
    place = (times + _MONDAY) // _HOUR
    turn, slot = place // slots - place[0] // slots, place % slots
    table = np.full((int(turn[-1]) + 1, slots), np.nan)
    cells, begins = np.unique(turn * slots + slot, return_index=True)
    for cell, part in zip(cells, np.split(values, begins[1:]), strict=True):
        table.flat[cell] = np.median(part)
    distances = np.empty(len(values))
    for one in np.unique(turn):
        others = np.where(np.arange(len(table))[:, None] == one, np.nan, table)
        here = turn == one
        distances[here] = np.abs(values[here] - _between(_medians(others, table), times[here]))
    return _medians(table, table), distances


def _medians(table: Floats, everything: Floats) -> Floats:
    """The median of each slot and its neighbours, over all turns."""
    near = np.concatenate([np.roll(table, shift, axis=1) for shift in (-1, 0, 1)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a slot without any value
        medians = np.nanmedian(near, axis=0)
    return np.where(np.isnan(medians), np.nanmedian(everything), medians)


def _deviations(times: Ints, distances: Floats) -> Floats:
    """By the hour of the day, with its neighbours; at least half of what it is over all."""
    whole = float(np.quantile(distances, _WITHIN)) / _DEVIATIONS
    found = np.full(24, whole)
    if times[-1] - times[0] < 3 * DAY_SECONDS:
        return found
    hours = times // _HOUR % 24
    for hour in range(24):
        near = np.isin(hours, [(hour - 1) % 24, hour, (hour + 1) % 24])
        if near.sum() >= 24:
            found[hour] = max(float(np.quantile(distances[near], _WITHIN)) / _DEVIATIONS, whole / 2)
    return found


def _between(slots: Floats, at: Ints) -> Floats:
    """Slots are an hour long: between the middles of two, a line."""
    count = len(slots)
    place = (at + _MONDAY) / _HOUR - 0.5
    low = np.floor(place)
    share = place - low
    index = low.astype(np.int64)
    return slots[index % count] * (1 - share) + slots[(index + 1) % count] * share
