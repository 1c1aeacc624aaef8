"""One deployment, and what it does in a scenario: the way in for Python.

simulation = Simulation.of("cdktf.out/stacks/production/cdk.tf.json")
errors = simulation.metric("AWS/Lambda", "Errors", FunctionName="ranker")
outcome = simulation.run(Scenario(values={errors: Values.each_minute([0] * 30 + [5] * 30)}, length=3600))
outcome.states("ranker-errors")  # [(33.0, 'ALARM')]
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from constructs_lib.simulation import insights, reason
from constructs_lib.simulation.alarm import (
    Alarm,
    CompositeAlarm,
    MetricAlarm,
    MetricIdentity,
    OutsideAlarm,
    State,
)
from constructs_lib.simulation.contributors import GroupedEvaluation
from constructs_lib.simulation.data import BandEdges, Data, Values
from constructs_lib.simulation.deployed import DeployedMonitoring
from constructs_lib.simulation.deployed import read as read_deployment
from constructs_lib.simulation.evaluation import depth
from constructs_lib.simulation.messages import Message, messages
from constructs_lib.simulation.names import Names
from constructs_lib.simulation.run import History, Run
from constructs_lib.simulation.scaling import Measured, Resize, resized
from constructs_lib.simulation.settings import Settings
from constructs_lib.simulation.sources import Delivered, LogLine, filtered, matched
from constructs_lib.terraform.reading import ReadPlan, parse, read
from constructs_lib.terraform.stack import Stack

MONDAY = 1_767_571_200
"""Monday, 5 January 2026, 00:00 UTC: when a scenario starts that does not say."""

_MINUTE = 60


Source = Stack | ReadPlan | str | Path | Mapping[str, Any]
"""Terraform's JSON: a file, what it holds, or what was read of it."""


_Taken = tuple[dict[MetricIdentity, Values], dict[MetricIdentity, Values], list[Delivered]]
"""What filters publish, what rules count, and what they send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What happens to a deployment.

    Attributes:
        length: How long it is, in seconds.
        values: What is published of metrics.
        lines: Log events, for the metric filters.
        events: Events by the second they happen in, for the event rules; what was before the start is counted only.
        outside: States that alarms of someone else's come into, by name and moment.
        bands: The usual band of an alarm, by its name.
        start: When it starts, in seconds since 1970: a whole minute.
        steady: Whether what is published in the first minute had been published in every minute before, so that an
            alarm begins in the state that this gives. Else there was nothing before.
        new: Whether the alarms are made at the start, without any state.
        sizes: Sizes of groups at the start, by name; those they are deployed with, else.
    """

    length: int
    values: Mapping[MetricIdentity, Values] = field(default_factory=dict)
    lines: Sequence[LogLine] = ()
    events: Sequence[tuple[int, Mapping[str, Any]]] = ()
    outside: Mapping[str, Sequence[tuple[int, State]]] = field(default_factory=dict)
    bands: Mapping[str, BandEdges] = field(default_factory=dict)
    start: int = MONDAY
    steady: bool = True
    new: bool = False
    sizes: Mapping[str, int] = field(default_factory=dict)


class Simulation:
    """A deployment that scenarios are run on.

    Args:
        deployment: What is deployed.
        settings: What AWS does not document.
    """

    def __init__(self, deployment: DeployedMonitoring, settings: Settings | None = None) -> None:
        self.deployment = deployment
        self.settings = settings if settings is not None else Settings()
        self.alarms = _alarms(deployment, self.settings)
        others = {name for name, alarm in self.alarms.items() if not is_own(alarm)}
        self.names = Names(self.alarms.keys() - others, others)
        self._idle: dict[str, State] = {}
        """States of alarms without data: no setting changes these."""
        self._under: dict[Settings, Simulation] = {}
        self._last: tuple[Scenario, _Taken] | None = None
        self._reach = reaches(self.alarms.values(), self.settings)
        self.topic_names = Names(set(deployment.topics.values()))
        self.group_names = Names({group.name for group in deployment.groups.values()})

    @classmethod
    def of(
        cls, source: Stack | ReadPlan | str | Path | Mapping[str, Any], settings: Settings | None = None
    ) -> Simulation:
        """The simulation of Terraform's JSON: a file, what it holds, or what was read of it.

        Raises:
            ConfigError: It is not Terraform's.
        """
        if isinstance(source, Mapping):
            source = parse(source, name="stack")
        found = read(source) if isinstance(source, (str, Path)) else source
        return cls(read_deployment(found.after if isinstance(found, ReadPlan) else found), settings)

    def under(self, settings: Settings) -> Simulation:
        """The same deployment under other settings."""
        if settings not in self._under:
            other = copy(self)
            other.settings, other.alarms = settings, _alarms(self.deployment, settings)
            other._reach = reaches(other.alarms.values(), settings)  # noqa: SLF001
            self._under[settings] = other
        self._under[settings]._last = self._last  # noqa: SLF001
        return self._under[settings]

    @staticmethod
    def metric(namespace: str, name: str, /, **dimensions: str) -> MetricIdentity:
        """A metric, to give values to."""
        return MetricIdentity.of(namespace, name, dimensions)

    @cached_property
    def metrics(self) -> frozenset[MetricIdentity]:
        """All that alarms read by its name."""
        return frozenset(m for alarm in self.alarms.values() if isinstance(alarm, MetricAlarm) for m in alarm.metrics)

    def reads(self, metric: MetricIdentity) -> bool:
        """Whether an alarm reads a metric, by its name or by a query."""
        return metric in self.metrics or any(
            insights.reads(alarm, metric) for alarm in self.alarms.values() if isinstance(alarm, MetricAlarm)
        )

    def reach(self, namespace: str) -> int:
        """How far back alarms read metrics of a namespace, in seconds."""
        return max((reach for metric, reach in self._reach.items() if metric.namespace == namespace), default=0)

    def run(self, scenario: Scenario, known: Mapping[str, History] | None = None) -> Outcome:
        """What happens.

        Args:
            scenario: In what.
            known: What some alarms do, where that was worked out before.

        Raises:
            CannotSimulate: An alarm can't be evaluated.
        """
        from_lines, counted, delivered = self._taken(scenario)
        values = dict(scenario.values)
        for metric, found in from_lines.items():
            values[metric] = values[metric] + found if metric in values else found
        if scenario.steady and not scenario.new:
            values = {metric: self._before(metric, found) for metric, found in values.items()}
        for metric, found in counted.items():
            values[metric] = values[metric] + found if metric in values else found
        alarms = [alarm for alarm in self.alarms.values() if isinstance(alarm, MetricAlarm)]
        before = max((depth(alarm, self.settings) for alarm in alarms), default=0)
        fine = any(alarm.period_seconds < _MINUTE for alarm in alarms)
        data = Data(
            values,
            length=scenario.length,
            before=before,
            start=scenario.start,
            tick=10 if fine else _MINUTE,
            bands=scenario.bands,
        )
        run = Run(
            self.alarms.values(),
            data,
            mute_rules=self.deployment.mute_rules,
            settings=self.settings,
            new=scenario.new,
            scaling=self.deployment.policies,
            outside=scenario.outside,
            idle=self._idle,
            known=known,
        )
        return Outcome(self, scenario, run, tuple(one for one in delivered if one.at >= 0))

    def _taken(self, scenario: Scenario) -> _Taken:
        """What filters and rules make of a scenario: kept, as it is the same under all settings."""
        if self._last is None or self._last[0] is not scenario:
            lines = filtered(self.deployment.filters, scenario.lines)
            self._last = (scenario, (lines, *matched(self.deployment.rules, scenario.events)))
        return self._last[1]

    def _query_reach(self, metric: MetricIdentity) -> int:
        """How far back the queries read that a metric matches."""
        alarms = (alarm for alarm in self.alarms.values() if isinstance(alarm, MetricAlarm))
        return max((depth(alarm, self.settings) for alarm in alarms if insights.reads(alarm, metric)), default=0)

    def _before(self, metric: MetricIdentity, values: Values) -> Values:
        """With what is in the first minute repeated back to where alarms read it."""
        if (values.at < 0).any():
            return values  # what was before is known
        first = np.flatnonzero(values.at < _MINUTE)
        reach = self._reach[metric] if metric in self._reach else self._query_reach(metric)
        times = -(-reach // values.every)
        if not len(first) or not times:
            return values
        shifts = np.repeat(np.arange(1, times + 1) * values.every, len(first))
        index = np.concatenate([np.tile(first, times), np.arange(len(values.at))])
        at = np.concatenate([np.tile(values.at[first], times) - shifts, values.at])
        count, smallest, largest = (
            None if part is None else part[index] for part in (values.count, values.smallest, values.largest)
        )
        return Values(at, values.total[index], count, smallest, largest, values.every)


def is_own(alarm: Alarm) -> bool:
    """Whether the deployment makes an alarm: not someone else, nor AWS."""
    return not isinstance(alarm, OutsideAlarm) and not (isinstance(alarm, MetricAlarm) and alarm.assumed)


def _alarms(deployment: DeployedMonitoring, settings: Settings) -> dict[str, Alarm]:
    made = (alarm for tracked in deployment.tracked for alarm in tracked.alarms(settings.tracking_low_percent))
    return {alarm.name: alarm for alarm in (*deployment.alarms, *made)}


def reaches(alarms: Iterable[Alarm], settings: Settings) -> dict[MetricIdentity, int]:
    """How far back each metric is read, in seconds."""
    found: dict[MetricIdentity, int] = {}
    for alarm in alarms:
        if isinstance(alarm, MetricAlarm):
            for metric in alarm.metrics:
                found[metric] = max(found.get(metric, 0), depth(alarm, settings))
    return found


@dataclass(frozen=True)
class Outcome:
    """What happened in a scenario.

    Attributes:
        run: States and actions.
        delivered: What event rules sent.
    """

    simulation: Simulation
    scenario: Scenario
    run: Run
    delivered: tuple[Delivered, ...]

    def states(self, alarm: str) -> list[tuple[float, State]]:
        """When an alarm changed, in minutes, and to what.

        Raises:
            UnknownName: There is no such alarm.
        """
        history = self.run.histories[self.simulation.names.find(alarm)]
        return [(change.at / _MINUTE, change.after) for change in history.transitions]

    def contributors(self, alarm: str) -> dict[str, list[tuple[float, State]]]:
        """When each series of an alarm on a query with GROUP BY changed, by the values it is grouped by.

        Raises:
            UnknownName: There is no such alarm.
        """
        found = self.run.contributors.get(self.simulation.names.find(alarm), {})
        return {
            ", ".join(group): [(change.at / _MINUTE, change.after) for change in history.transitions]
            for group, history in found.items()
        }

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """What was published to topics."""
        return tuple(
            messages(
                self.simulation.deployment,
                self.run.acts,
                self.delivered,
                start=self.scenario.start,
                reason=lambda act: self.reason(act.alarm, act.changed_at, act.group),
            )
        )

    def reason(self, name: str, at: int, group: tuple[str, ...] = ()) -> str:
        """Why an alarm, or a contributor to it, came into its state at a moment, as CloudWatch words it."""
        history = self.run.contributors[name][group] if group else self.run.histories[name]
        alarm = self.simulation.alarms[name]
        if isinstance(alarm, CompositeAlarm):
            return self._composite_reason(alarm, at)
        if isinstance(alarm, OutsideAlarm):
            return "given"
        whole = None if group else self.run.whole(name)
        if isinstance(whole, GroupedEvaluation):
            return whole.reason(at)
        return reason.of_metric_alarm(whole or self.run.evaluation(name, group), at, history.at(at))

    def _composite_reason(self, alarm: CompositeAlarm, at: int) -> str:
        from constructs_lib.alarms import composite_rule

        changes = [
            change
            for child in sorted(composite_rule.parse(alarm.rule).alarms)
            for change in self.run.histories[child].transitions
            if change.at <= at
        ]
        if not changes:
            return "Unchecked: Initial alarm creation"
        last = max(changes, key=lambda change: change.at)
        return reason.of_composite(last.alarm, last.after, self.scenario.start + last.at)

    @cached_property
    def sizes(self) -> list[Resize]:
        """How groups were scaled."""
        deployment = self.simulation.deployment
        groups = {
            key: replace(group, desired=self.scenario.sizes.get(group.name, group.desired))
            for key, group in deployment.groups.items()
        }
        acts = [act for act in self.run.acts if act.action in deployment.policies]
        seen = {name: self._measured(name, {act.at for act in acts if act.alarm == name}) for name in self.run.alarms}
        return resized(acts, deployment.policies, groups, lambda act: seen[act.alarm].get(act.at))

    def size(self, group: str, seconds: int) -> int:
        """The size that a group should have at a moment.

        Raises:
            UnknownName: There is no such group.
        """
        name = self.simulation.group_names.find(group)
        groups = self.simulation.deployment.groups.values()
        start = self.scenario.sizes.get(name, next(found.desired for found in groups if found.name == name))
        changes: Iterable[Resize] = (change for change in self.sizes if change.group == name and change.at <= seconds)
        return max(changes, key=lambda change: change.at, default=Resize(0, name, start, "")).size

    def _measured(self, name: str, moments: set[int]) -> dict[int, Measured]:
        """The newest point that an alarm had at some moments, and its threshold."""
        alarm = self.simulation.alarms[name]
        if not moments or not isinstance(alarm, MetricAlarm) or alarm.threshold is None:
            return {}
        at = np.array(sorted(moments), dtype=np.int64)
        points = self.run.evaluation(name).points(at)
        newest = points.values.shape[1] - 1 - np.argmax(points.judged[:, ::-1], axis=1)
        values = np.take_along_axis(points.values, newest[:, None], 1)[:, 0]
        return {
            moment: Measured(value, alarm.threshold)
            for moment, value in zip(at.tolist(), values.tolist(), strict=True)
            if not math.isnan(value)
        }
