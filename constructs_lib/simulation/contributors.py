"""The states of an alarm on a query with GROUP BY: each series it gives is a contributor with a state of its own.

Source: CloudWatch user guide, "Create an alarm based on a Multi Time Series Metrics Insights query", "Alarm actions",
"Configuring how CloudWatch alarms treat missing data" and "Alarm limits".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from constructs_lib.simulation import insights, judgement
from constructs_lib.simulation.alarm import STATES, MetricAlarm, State
from constructs_lib.simulation.arrays import Flags, Floats, States
from constructs_lib.simulation.data import Data
from constructs_lib.simulation.evaluation import CannotSimulate, Evaluation, Transition, changes
from constructs_lib.simulation.metric_math.tree import MetricMathError
from constructs_lib.simulation.settings import Settings

MOST_SERIES, MOST_ALARMING = 500, 100
"""How many series a query gives an alarm, and how many of them can be in ALARM."""

_TREATED = {
    "missing": judgement.INSUFFICIENT,
    "ignore": judgement.KEEP,
    "breaching": judgement.ALARM,
    "notBreaching": judgement.OK,
}
"""The state of the alarm while its query gives nothing."""

_ORDERS: Mapping[str, Callable[..., Any]] = {"AVG": np.nanmean, "MAX": np.nanmax, "MIN": np.nanmin, "SUM": np.nansum}


class GroupedEvaluation:
    """One alarm with contributors, evaluated over the data of a scenario.

    Args:
        alarm: The alarm.
        query: The query that it watches.
        data: What its metrics hold.
        settings: What is not documented.
        new: Whether the alarm is made at the start.

    Raises:
        CannotSimulate: There are more series than CloudWatch takes, and the query does not say which come first.
    """

    def __init__(
        self, alarm: MetricAlarm, query: insights.InsightsQuery, data: Data, settings: Settings, *, new: bool
    ) -> None:
        self.alarm, self.query, self.data, self.new = alarm, query, data, new
        groups = sorted({query.group_of(metric) for metric in query.matching(data.metrics)})
        self.members = {group: Evaluation(alarm, data, settings, group=group) for group in groups}
        """By the values that they are grouped by."""
        self._nothing = Evaluation(alarm, data, settings)
        self.moments = self._nothing.moments
        self._most = min(MOST_SERIES, len(groups) if query.limit is None else query.limit)
        if len(groups) > self._most and not query.order:
            raise CannotSimulate(
                f"{alarm.name}: its query gives {len(groups)} series, of which CloudWatch takes {self._most}: without "
                "ORDER BY no one knows which"
            )

    @property
    def gaps(self) -> bool:
        """Whether an evaluation of a contributor found a period without a point."""
        return any(member.gaps for member in self.members.values())

    @cached_property
    def _computed(self) -> tuple[States, States]:
        """The alarm's states at the start and after each moment, and those of its contributors: a row each."""
        at = np.concatenate([np.zeros(1, dtype=np.int64), self.moments])
        count = len(self.members)
        codes = np.full((count, len(at)), judgement.OK, dtype=np.int8)
        given, keys = np.zeros((count, len(at)), dtype=np.bool_), np.full((count, len(at)), np.nan)
        for row, member in enumerate(self.members.values()):
            codes[row] = member.codes(at)
            points = [block.values for block in member.blocks(at)]
            given[row] = np.concatenate([~np.isnan(values).all(axis=1) for values in points])
            keys[row] = np.concatenate([self._key(values) for values in points])
        given &= self._first(keys, given)
        # A contributor that the query no longer gives goes to OK, whatever the treatment of missing data.
        codes[~given] = judgement.OK
        if self.new:
            codes[:, 0] = judgement.OK
        for row in range(count):
            codes[row] = judgement.settled(codes[row], judgement.OK)
        alarming = codes == judgement.ALARM
        codes[alarming & (np.cumsum(alarming, axis=0) > MOST_ALARMING)] = judgement.OK
        whole = np.where(alarming.any(axis=0), judgement.ALARM, judgement.OK)
        whole = np.where(given.any(axis=0), whole, _TREATED[self.alarm.missing])
        if self.new:
            warming = np.concatenate([[True], self._nothing.warming_up()])
            whole[warming], codes[:, warming] = judgement.INSUFFICIENT, judgement.OK
        return judgement.settled(whole.astype(np.int8), judgement.INSUFFICIENT), codes

    def _key(self, values: Floats) -> Floats:
        """What ORDER BY orders by, of the points of each evaluation."""
        if not self.query.order:
            return np.zeros(len(values))
        there = ~np.isnan(values)
        if self.query.order == "COUNT":
            return np.asarray(there.sum(axis=1), dtype=np.float64)
        known = there.any(axis=1)
        keys = np.full(len(values), np.nan)
        if known.any():
            keys[known] = _ORDERS[self.query.order](values[known], axis=1)
        return keys

    def _first(self, keys: Floats, given: Flags) -> Flags:
        """Those series that come first at each evaluation."""
        order = np.argsort(np.where(given, -keys if self.query.descending else keys, np.inf), axis=0, kind="stable")
        first = np.zeros_like(given)
        np.put_along_axis(first, order[: self._most], values=True, axis=0)
        return first

    @cached_property
    def initial(self) -> State:
        """The alarm's state at the scenario's start."""
        return "INSUFFICIENT_DATA" if self.new else STATES[int(self._computed[0][0])]

    @property
    def states(self) -> States:
        """The alarm's state after each of `moments`."""
        return self._computed[0][1:]

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """Every change of the alarm's state."""
        return changes(self.alarm.name, self.moments, self.initial, self.states)

    def of(self, group: tuple[str, ...]) -> tuple[State, tuple[Transition, ...]]:
        """The state of a contributor at the start, and every change of it."""
        row = self._computed[1][list(self.members).index(group)]
        initial = STATES[int(row[0])]
        return initial, changes(self.alarm.name, self.moments, initial, row[1:])

    def reason(self, at: int) -> str:
        """Why the alarm is in ALARM, as CloudWatch words it."""
        index = int(np.searchsorted(self.moments, at))
        alarming = int((self._computed[1][:, index + 1] == judgement.ALARM).sum())
        most = f"{MOST_ALARMING}+" if alarming >= MOST_ALARMING else f"{alarming} out of {len(self.members)}"
        return f"{most} time series evaluated to ALARM"


def evaluation_of(
    alarm: MetricAlarm, data: Data, settings: Settings, *, new: bool = False
) -> Evaluation | GroupedEvaluation:
    """How an alarm is evaluated.

    Raises:
        CannotSimulate: It can't be.
    """
    try:
        query = insights.grouped(alarm)
    except MetricMathError as error:
        raise CannotSimulate(f"{alarm.name}: {error}") from None
    if query is None:
        return Evaluation(alarm, data, settings, new=new)
    return GroupedEvaluation(alarm, query, data, settings, new=new)
