"""The states of one metric alarm over a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from constructs_lib.alarms.insights import is_query
from constructs_lib.simulation import insights, judgement, statistic, windows
from constructs_lib.simulation.alarm import STATES, MetricAlarm, State
from constructs_lib.simulation.arrays import Flags, Floats, Ints, States
from constructs_lib.simulation.data import Data
from constructs_lib.simulation.insights import InsightsQuery
from constructs_lib.simulation.metric_math import compute
from constructs_lib.simulation.metric_math.parser import parse
from constructs_lib.simulation.metric_math.tree import MetricMathError
from constructs_lib.simulation.samples import Samples
from constructs_lib.simulation.settings import Settings

_CELLS = 1 << 19
"""Points that are judged at a time: 4 MB a series."""


class CannotSimulate(ValueError):
    """An alarm that the simulation can't evaluate as CloudWatch does."""


@dataclass(frozen=True, slots=True)
class Points:
    """What evaluations read: a row an evaluation, a column a period, the oldest first; NaN where there is no point.

    Attributes:
        begins: When each period begins, in seconds from the scenario's start.
        values: The points.
        lower, upper: What they are compared with: the threshold, or the edges of a band.
        breaching: Which of them breach.
        judged: Which of them decide.
        counts: How many samples each has, where a percentile of few samples keeps the state.
    """

    begins: Ints
    values: Floats
    lower: Floats
    upper: Floats
    breaching: Flags
    judged: Flags
    counts: Floats | None


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of state.

    Attributes:
        at: Seconds from the scenario's start.
    """

    at: int
    alarm: str
    before: State
    after: State


def depth(alarm: MetricAlarm, settings: Settings) -> int:
    """How far back an evaluation of an alarm can read, in seconds."""
    return (settings.periods_read(alarm.period_seconds, alarm.periods) + 1) * alarm.period_seconds + alarm.step_seconds


class Evaluation:
    """One metric alarm, evaluated over the data of a scenario; what it gives may raise CannotSimulate, too.

    Args:
        alarm: The alarm.
        data: What its metrics hold.
        settings: What is not documented.
        new: Whether the alarm is made at the start; else it has been there, and the start is its settled state.
        group: Of a query with GROUP BY, the values of the one series to look at.

    Raises:
        CannotSimulate: It reads something that is not known here; the message says what.
    """

    def __init__(
        self,
        alarm: MetricAlarm,
        data: Data,
        settings: Settings | None = None,
        *,
        new: bool = False,
        group: tuple[str, ...] = (),
    ) -> None:
        self.alarm, self.data, self.new, self.group = alarm, data, new, group
        self.settings = settings if settings is not None else Settings()
        self.moments = windows.moments(alarm, data.length, data.start, self.settings)
        self.gaps = False
        """Whether an evaluation found a period among its newest N without a point."""
        try:
            self._statistics = {q.id: statistic.parse(q.statistic) for q in alarm.queries if q.metric}
            expressions = {query.id: query.expression for query in alarm.queries if not query.metric}
            self._insights = {key: insights.parse(text) for key, text in expressions.items() if is_query(text)}
            self._expressions = {key: parse(text) for key, text in expressions.items() if key not in self._insights}
            self._windows = windows.Windows(alarm, data.start, (data.before, data.length), self.settings)
        except ValueError as error:
            raise CannotSimulate(f"{alarm.name}: {error}") from None

    def points(self, at: Ints) -> Points:
        """What evaluations at these moments read."""
        alarm, data = self.alarm, self.data
        begins, ends = self._windows.of(at)
        first, last = data.tick_of(begins), data.tick_of(ends)
        metrics = {
            query.id: data.samples(query.metric).over(self._statistics[query.id], first, last, self.settings.percentile)
            for query in alarm.queries
            if query.metric
        }
        for key, query in self._insights.items():
            metrics[key] = self._matching(query).over(query.statistic, first, last)
        edges = data.edges(alarm.name, begins)
        reads = compute.Range(
            period_seconds=alarm.period_seconds,
            at=begins + data.start,
            metrics=metrics,
            expressions=self._expressions,
            settings=self.settings,
            bands=dict.fromkeys([*metrics, *self._expressions], edges),
        )
        try:
            values = metrics[alarm.watched] if alarm.watched in metrics else reads.series(alarm.watched)
        except MetricMathError as error:
            raise CannotSimulate(f"{alarm.name}: {error}") from None
        if alarm.band:
            lower, upper = edges
        else:
            lower = upper = np.full(values.shape, np.nan if alarm.threshold is None else alarm.threshold)
        # A point without a band says nothing.
        values = np.where(np.isnan(lower) & np.isnan(upper), np.nan, values) if alarm.band else values
        there = ~np.isnan(values)
        return Points(
            begins=begins,
            values=values,
            lower=lower,
            upper=upper,
            breaching=judgement.breaches(alarm.operator, values, lower, upper) & there,
            judged=judgement.judged(there, alarm.periods),
            counts=self._sample_counts(first, last),
        )

    def _matching(self, query: InsightsQuery) -> Samples:
        """The samples of every metric that a query reads."""
        metrics = [metric for metric in query.matching(self.data.metrics) if query.group_of(metric) == self.group]
        found = [self.data.samples(metric) for metric in metrics]
        nothing = Samples(self.data.ticks, np.empty(0, dtype=np.int64), np.empty(0))
        return reduce(Samples.merged, found, nothing)

    def _sample_counts(self, first: Ints, last: Ints) -> Floats | None:
        watched = self._statistics.get(self.alarm.watched)
        if not self.alarm.few_samples_ignored or watched is None or not watched.low_sample_limit:
            return None
        metric = next(query.metric for query in self.alarm.queries if query.id == self.alarm.watched)
        assert metric is not None  # noqa: S101  (it has a statistic)
        return np.nan_to_num(self.data.samples(metric).over(statistic.parse("SampleCount"), first, last))

    def codes(self, at: Ints) -> States:
        """The state that each evaluation gives, by the codes of `judgement`."""
        return np.concatenate([self._judged(points) for points in self.blocks(at)])

    def blocks(self, at: Ints) -> Iterator[Points]:
        """What evaluations at these moments read, some moments at a time."""
        step = max(1, _CELLS // (self._windows.columns * max(1, len(self.alarm.queries))))
        return (self.points(at[first : first + step]) for first in range(0, len(at), step))

    def _judged(self, points: Points) -> States:
        states = judgement.judge(
            ~np.isnan(points.values),
            points.breaching,
            periods=self.alarm.periods,
            needed=self.alarm.breaching,
            missing=self.alarm.missing,
            settings=self.settings,
        )
        self.gaps |= bool(np.isnan(points.values[:, -self.alarm.periods :]).any())
        if points.counts is not None:
            states[self._few(points, points.counts)] = judgement.KEEP
        return states

    def _few(self, points: Points, counts: Floats) -> Flags:
        limit = self._statistics[self.alarm.watched].low_sample_limit
        if self.settings.low_samples == "all":
            return np.asarray((counts * points.judged).sum(axis=1) < limit)
        return np.asarray(((counts < limit) & points.judged).any(axis=1))

    @cached_property
    def initial(self) -> State:
        """The state at the scenario's start."""
        if self.new:
            return "INSUFFICIENT_DATA"
        return STATES[int(judgement.settled(self._codes[:1], judgement.INSUFFICIENT)[0])]

    @cached_property
    def _codes(self) -> States:
        """Of the start, and of all moments after it."""
        return self.codes(np.concatenate([np.zeros(1, dtype=np.int64), self.moments]))

    @cached_property
    def states(self) -> States:
        """The state after each of `moments`."""
        codes = self._codes[1:]
        if self.new and self.alarm.warm_up_minutes:
            codes[self.warming_up()] = judgement.INSUFFICIENT
        return judgement.settled(codes, STATES.index(self.initial))

    def warming_up(self) -> Flags:
        """At which moments a new alarm still waits.

        That ends early once N periods can be filled and the newest has a point ("Alarm warm-up periods").
        """
        over = self.moments >= self.alarm.warm_up_minutes * 60
        if not self.alarm.whole_warm_up:
            firsts = [first for metric in self.alarm.metrics if (first := self.data.first(metric)) is not None]
            if firsts:
                newest = ~np.isnan(self.points(self.moments).values[:, -1])
                over |= (self.moments - min(firsts) >= self.alarm.window_seconds) & newest
        return np.asarray(~np.logical_or.accumulate(over))

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """Every change of state."""
        return changes(self.alarm.name, self.moments, self.initial, self.states)


def changes(name: str, moments: Ints, initial: State, states: States) -> tuple[Transition, ...]:
    """Where states differ from the ones before."""
    before = np.concatenate([[STATES.index(initial)], states[:-1]])
    return tuple(
        Transition(int(moments[index]), name, STATES[int(before[index])], STATES[int(states[index])])
        for index in np.flatnonzero(states != before)
    )
