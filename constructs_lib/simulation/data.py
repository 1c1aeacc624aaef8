"""What the metrics of a scenario hold, on one clock.

Time is in seconds from the start of the scenario, negative before it. A value belongs to the tick its time is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from constructs_lib.simulation.alarm import MetricIdentity
from constructs_lib.simulation.arrays import Floats, Ints
from constructs_lib.simulation.samples import Samples


@dataclass(frozen=True, slots=True)
class Values:
    """What was published of a metric.

    Attributes:
        at: Seconds of each.
        total: The value of a single sample; the sum of a set.
        count, smallest, largest: Of sets of samples; None for single ones.
        every: How many seconds lie between two of them as a rule: what was before the start is taken from that.
    """

    at: Ints
    total: Floats
    count: Floats | None = None
    smallest: Floats | None = None
    largest: Floats | None = None
    every: int = 60

    @classmethod
    def each_minute(cls, values: Sequence[float | None], start: int = 0) -> Values:
        """A value a minute; None is none."""
        array = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        there = np.flatnonzero(~np.isnan(array))
        return cls((there * 60 + start).astype(np.int64), array[there])

    def __add__(self, other: Values) -> Values:
        """Both."""
        sides = (self, other)
        sets = [
            (side.count, side.smallest, side.largest)
            if side.count is not None
            else (np.ones_like(side.total), side.total, side.total)
            for side in sides
        ]
        count, smallest, largest = (np.concatenate([_known(part[index]) for part in sets]) for index in range(3))
        at, total = (np.concatenate([getattr(side, name) for side in sides]) for name in ("at", "total"))
        return Values(at, total, count, smallest, largest, self.every)


def _known(values: Floats | None) -> Floats:
    return np.empty(0) if values is None else values


@dataclass(frozen=True, slots=True)
class BandEdges:
    """The usual band of an alarm: its edges by the minute in which a period begins; NaN where there is none.

    Attributes:
        before: How long before the scenario's start the edges begin, in seconds.
        approximate: Whether it was computed here, which is never what CloudWatch computes.
    """

    lower: Floats
    upper: Floats
    before: int = 0
    approximate: bool = False

    def reaching(self, before: int) -> BandEdges:
        """From that long before the start on; what is not known is held from the first edge that is."""
        more = -(-before // 60) - self.before // 60
        lower, upper = (
            edge[-more:] if more < 0 else np.concatenate([np.full(more, edge[0] if len(edge) else np.nan), edge])
            for edge in (self.lower, self.upper)
        )
        return BandEdges(lower, upper, before, self.approximate)

    def scaled(self, by: float) -> BandEdges:
        """The same band, wider or narrower."""
        centre, half = (self.lower + self.upper) / 2, (self.upper - self.lower) / 2 * by
        return BandEdges(centre - half, centre + half, self.before, self.approximate)


class Data:
    """All metrics of a scenario.

    Args:
        values: What was published.
        length: How long the scenario is, in seconds.
        before: How much before its start is known of, in seconds.
        start: When it starts, in seconds since 1970: a whole minute.
        tick: The length of a tick: 60, or 10 where an alarm has periods under a minute.
        bands: By the alarm's name.
    """

    def __init__(
        self,
        values: Mapping[MetricIdentity, Values],
        *,
        length: int,
        before: int = 0,
        start: int = 0,
        tick: int = 60,
        bands: Mapping[str, BandEdges] | None = None,
    ) -> None:
        self.length, self.start, self.tick = length, start, tick
        self.before = -(-before // 60) * 60
        self._values = values
        self._samples: dict[MetricIdentity, Samples] = {}
        self._reaching: dict[int, Data] = {}
        self._bands = bands or {}
        self.bands = {name: band.reaching(self.before) for name, band in self._bands.items()}

    @cached_property
    def ticks(self) -> int:
        """How many there are."""
        return -(-(self.before + self.length) // self.tick) + 1

    def reaching(self, before: int) -> Data:
        """The same data, with no more before the start than this: an alarm pays only for what it reads."""
        if before >= self.before:
            return self
        if before not in self._reaching:
            self._reaching[before] = Data(
                self._values,
                length=self.length,
                before=before,
                start=self.start,
                tick=self.tick,
                bands=self._bands,
            )
        return self._reaching[before]

    @property
    def metrics(self) -> Iterable[MetricIdentity]:
        """Every metric that something was published of."""
        return self._values.keys()

    def has(self, metric: MetricIdentity) -> bool:
        """Whether anything was published of it."""
        return metric in self._values

    def first(self, metric: MetricIdentity) -> int | None:
        """When its first value was published."""
        found = self._values.get(metric)
        return int(found.at.min()) if found is not None and len(found.at) else None

    def samples(self, metric: MetricIdentity) -> Samples:
        """Its samples, by tick."""
        if metric not in self._samples:
            values = self._values.get(metric, _NOTHING)
            at = (values.at + self.before) // self.tick
            inside = (at >= 0) & (at < self.ticks)
            self._samples[metric] = Samples(
                self.ticks,
                at[inside],
                values.total[inside],
                count=None if values.count is None else values.count[inside],
                smallest=None if values.smallest is None else values.smallest[inside],
                largest=None if values.largest is None else values.largest[inside],
            )
        return self._samples[metric]

    def forget(self) -> None:
        """Free what was computed of the metrics."""
        self._samples.clear()
        self._reaching.clear()

    def tick_of(self, seconds: Ints) -> Ints:
        """The tick that begins at a moment, or the one it is in."""
        return (seconds + self.before) // self.tick

    def edges(self, alarm: str, begins: Ints) -> tuple[Floats, Floats]:
        """Lower and upper edge of an alarm's band for periods that begin at these moments."""
        band = self.bands.get(alarm)
        if band is None:
            return np.full(begins.shape, np.nan), np.full(begins.shape, np.nan)
        minute = (begins + self.before) // 60
        lower, upper = (
            np.where((minute >= 0) & (minute < len(edge)), edge[np.clip(minute, 0, max(len(edge) - 1, 0))], np.nan)
            for edge in (band.lower, band.upper)
        )
        return lower, upper


_NOTHING = Values(np.empty(0, dtype=np.int64), np.empty(0))
