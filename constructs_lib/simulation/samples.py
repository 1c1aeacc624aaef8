"""The samples of one metric, and its statistics over any windows of time.

Samples are kept a tick (a minute, or ten seconds) at a time: their sum, number, smallest and largest, and the values
themselves where a percentile needs them. A missing value is NaN, which CloudWatch does not take as a sample.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from constructs_lib.simulation.arrays import Flags, Floats, Ints
from constructs_lib.simulation.statistic import Statistic

_CELLS = 1 << 20
"""Values that are sorted at a time: 8 MB."""


class Samples:
    """Samples on a line of ticks, from 0 to `ticks`.

    Args:
        ticks: How many.
        at: The tick of each sample or set of samples.
        total: The sum of each set; the value of a single sample.
        count: How many samples are in each set.
        smallest, largest: Of each set; the value of a single sample.
    """

    def __init__(
        self,
        ticks: int,
        at: Ints,
        total: Floats,
        *,
        count: Floats | None = None,
        smallest: Floats | None = None,
        largest: Floats | None = None,
    ) -> None:
        self.ticks = ticks
        self._at, self._total = at, total
        self._count = np.ones_like(total) if count is None else count
        mean = total / self._count
        self._smallest = mean if smallest is None else smallest
        self._largest = mean if largest is None else largest
        self._windows: dict[tuple[Statistic, int, str], Floats] = {}

    def merged(self, other: Samples) -> Samples:
        """The samples of both, on the same line."""
        return Samples(
            self.ticks,
            np.concatenate([self._at, other._at]),
            np.concatenate([self._total, other._total]),
            count=np.concatenate([self._count, other._count]),
            smallest=np.concatenate([self._smallest, other._smallest]),
            largest=np.concatenate([self._largest, other._largest]),
        )

    @property
    def empty(self) -> bool:
        """Whether there are none at all."""
        return not len(self._at)

    @cached_property
    def _sums(self) -> Floats:
        return np.bincount(self._at, self._total, self.ticks).astype(np.float64)

    @cached_property
    def _counts(self) -> Floats:
        return np.bincount(self._at, self._count, self.ticks).astype(np.float64)

    @cached_property
    def _lows(self) -> Floats:
        lows = np.full(self.ticks, np.inf)
        np.minimum.at(lows, self._at, self._smallest)
        return lows

    @cached_property
    def _highs(self) -> Floats:
        highs = np.full(self.ticks, -np.inf)
        np.maximum.at(highs, self._at, self._largest)
        return highs

    def over(
        self,
        statistic: Statistic,
        starts: Ints,
        ends: Ints,
        interpolation: Literal["nearest", "linear"] = "nearest",
    ) -> Floats:
        """The statistic of every window of ticks [start, end); NaN where there is no sample in it."""
        if self.empty:
            return np.full(ends.shape, np.nan)
        widths = ends - starts
        found = np.full(ends.shape, np.nan)
        for width in np.unique(widths[widths > 0]):
            chosen = widths == width
            values = self._sliding(statistic, int(width), interpolation)
            last = ends[chosen]
            found[chosen] = np.where(
                (last < 0) | (last > self.ticks), np.nan, values[np.minimum(np.maximum(last, 0), self.ticks)]
            )
        return found

    def _sliding(self, statistic: Statistic, width: int, interpolation: str) -> Floats:
        """The statistic of every window of that width, by the tick it ends before."""
        key = (statistic, width, interpolation if statistic.kind == "p" else "")
        if key not in self._windows:
            if statistic.needs_samples:
                self._windows[key] = self._distributions(statistic, width, interpolation)
            else:
                self._windows[key] = self._simple(statistic, width)
        return self._windows[key]

    def _simple(self, statistic: Statistic, width: int) -> Floats:
        counts = _sliding(self._counts, width, np.add, 0.0)
        match statistic.kind:
            case "SampleCount":
                values = counts
            case "Sum":
                values = _sliding(self._sums, width, np.add, 0.0)
            case "Average":
                values = _sliding(self._sums, width, np.add, 0.0) / np.where(counts > 0, counts, 1)
            case "Minimum":
                values = _sliding(self._lows, width, np.minimum, np.inf)
            case _:
                values = _sliding(self._highs, width, np.maximum, -np.inf)
        return np.where(counts > 0, values, np.nan)

    @cached_property
    def _grid(self) -> tuple[Floats, Floats, Flags]:
        """By tick: distinct values, how often each, and whether a value is not known (a set of several) or negative."""
        unusable = np.zeros(self.ticks, dtype=np.bool_)
        unusable[self._at[(self._smallest < 0) | ((self._count > 1) & (self._smallest != self._largest))]] = True
        order = np.lexsort((self._smallest, self._at))
        at, value, count = self._at[order], self._smallest[order], self._count[order]
        begins = np.ones(len(at), dtype=np.bool_)
        begins[1:] = (at[1:] != at[:-1]) | (value[1:] != value[:-1])
        groups = np.cumsum(begins) - 1
        at, value = at[begins], value[begins]
        count = np.bincount(groups, count, groups[-1] + 1 if len(groups) else 0).astype(np.float64)
        firsts = np.searchsorted(at, at, side="left")
        column = np.arange(len(at)) - firsts
        columns = int(column.max()) + 1 if len(at) else 1
        values, weights = np.full((self.ticks, columns), np.inf), np.zeros((self.ticks, columns))
        values[at, column], weights[at, column] = value, count
        return values, weights, unusable

    def _distributions(self, statistic: Statistic, width: int, interpolation: str) -> Floats:
        values, weights, unusable = self._grid
        columns = values.shape[1]
        values = np.concatenate([np.full((width, columns), np.inf), values])
        weights = np.concatenate([np.zeros((width, columns)), weights])
        # Where the tick that leaves a window is like the one that enters, its samples are the same ones.
        changed = np.ones(self.ticks + 1, dtype=np.bool_)
        same = (values[width:] == values[:-width]).all(axis=1) & (weights[width:] == weights[:-width]).all(axis=1)
        changed[1:] = ~same
        rows = np.flatnonzero(changed)
        found = np.empty(len(rows))
        all_values, all_weights = (sliding_window_view(grid, width, axis=0) for grid in (values, weights))
        step = max(1, _CELLS // (columns * width))
        for first in range(0, len(rows), step):
            block = rows[first : first + step]
            value, weight = (view[block].reshape(len(block), -1) for view in (all_values, all_weights))
            order = np.argsort(value, axis=1, kind="stable")
            value, weight = np.take_along_axis(value, order, 1), np.take_along_axis(weight, order, 1)
            found[first : first + step] = _of(statistic, value, weight, interpolation)
        result: Floats = found[np.cumsum(changed) - 1]
        result[_sliding(unusable.astype(np.float64), width, np.add, 0.0) > 0] = np.nan
        return result


def _sliding(array: Floats, width: int, combine: Callable[[Floats, Floats], Floats], nothing: float) -> Floats:
    """Every window of `width` combined, by the index it ends before; made of windows of doubling width."""
    ends = len(array) + 1
    block = np.concatenate([np.full(width, nothing), array])
    total: Floats | None = None
    offset, size, left = 0, 1, width
    while True:
        if left & 1:
            part = block[offset : offset + ends]
            total = part if total is None else combine(total, part)
            offset += size
        left >>= 1
        if not left:
            assert total is not None  # noqa: S101  (a width has a highest bit)
            return total
        block = combine(block[:-size], block[size:])
        size *= 2


def _of(statistic: Statistic, value: Floats, weight: Floats, interpolation: str) -> Floats:
    """The statistic of each row of sorted values with their weights."""
    upto = np.cumsum(weight, axis=1)
    number = upto[:, -1:]
    value = np.where(weight > 0, value, 0.0)
    if statistic.kind == "p":
        result = _percentile(statistic.high or 0.0, value, upto, interpolation)
    else:
        result = _bounded(statistic, value, weight, upto)
    return np.where(number[:, 0] > 0, result, np.nan)


def _percentile(share: float, value: Floats, upto: Floats, interpolation: str) -> Floats:
    number = upto[:, -1:]
    if interpolation == "nearest":
        rank = np.maximum(np.ceil(np.round(share * number, 9)), 1)
        return _at_rank(value, upto, rank)
    position = np.maximum(number - 1, 0) * share
    below = np.floor(position)
    low, high = _at_rank(value, upto, below + 1), _at_rank(value, upto, np.minimum(below + 2, number))
    between: Floats = low + (high - low) * (position - below)[:, 0]
    return between


def _at_rank(value: Floats, upto: Floats, rank: Floats) -> Floats:
    """The value of the sample of that rank, counted from 1."""
    index = np.argmax(upto >= rank - 1e-9, axis=1)
    found: Floats = np.take_along_axis(value, index[:, None], 1)[:, 0]
    return found


def _bounded(statistic: Statistic, value: Floats, weight: Floats, upto: Floats) -> Floats:
    number = upto[:, -1]
    low = statistic.low
    high = statistic.high
    if statistic.percent:
        first = (low or 0.0) * number
        last = (1.0 if high is None else high) * number
        inside = np.clip(np.minimum(upto, last[:, None]) - np.maximum(upto - weight, first[:, None]), 0, None)
        lowest = _at_rank(value, upto, first[:, None] + 2e-9)
        highest = _at_rank(value, upto, last[:, None])
    else:
        within = (value > (-np.inf if low is None else low)) & (value <= (np.inf if high is None else high))
        inside = np.where(within, weight, 0.0)
        lowest = np.full(len(value), -np.inf if low is None else low)
        highest = np.full(len(value), np.inf if high is None else high)
    count: Floats = inside.sum(axis=1)
    total: Floats = (inside * value).sum(axis=1)
    safe = np.where(number > 0, number, 1)
    match statistic.kind:
        case "TC":
            return count
        case "TS":
            return total
        case "PR":
            return np.asarray(100 * count / safe)
        case "WM":
            held = np.clip(value, lowest[:, None], highest[:, None])
            return np.asarray((held * weight).sum(axis=1) / safe)
    return np.where(count > 0, total / np.where(count > 0, count, 1), np.nan)
