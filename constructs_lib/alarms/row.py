"""The language of alarm tables: rows that are read down their columns, and the one loop that makes alarms of them.

    Row("errors", share, above(limits.errors_percent, "%"), window, impact="Callers wait", first_step="Read the log")

A row says what is watched, which limit it is compared with, and in how many periods. A row whose limit is None is left
out. What a row does not say is filled in here, in one place and with its reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeVar

from constructs_lib.alarms.alarm import (
    Alarm,
    AllOf,
    AnyOf,
    Band,
    Combined,
    Composite,
    Condition,
    Evaluate,
    Insights,
    Math,
    MissingData,
    Threshold,
)
from constructs_lib.alarms.duty import Duty, Notifies
from constructs_lib.alarms.metric import Metric, PeriodSeconds
from constructs_lib.alarms.mute import MuteSchedule
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import limits
from constructs_lib.aws.catalogue import MetricFacts
from constructs_lib.aws.comparison import COMPARISONS, Comparison, Direction
from constructs_lib.aws.names import join
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import nearest, shown
from constructs_lib.references import known, of_literals
from constructs_lib.units import duration, plain

ONCE = Evaluate(breaching=1, of=1)
"""One period is enough."""


SUSTAINED = Evaluate(breaching=5, of=20)
"""Minutes. A shorter burst passes; trouble that comes and goes is one alarm, for it lasts a quarter of an hour longer
than the last of it. CloudWatch has no hysteresis: of 3 of 3 periods each good one would be the end of an alarm."""
OFTEN = Evaluate(breaching=3, of=20)
"""Minutes of what can't wait."""


def every(periods: int) -> Evaluate:
    """Each one of the last periods."""
    return Evaluate(breaching=periods, of=periods)


@dataclass(frozen=True, slots=True)
class Past:
    """On the wrong side of a limit."""

    comparison: Comparison
    limit: float
    unit: str = ""
    low_samples: Literal["evaluate", "ignore"] = "evaluate"

    def on(self, watch: Metric | Math | Insights) -> Threshold:
        """The condition of an alarm."""
        return Threshold(
            watch=watch, comparison=self.comparison, limit=self.limit, unit=self.unit, low_samples=self.low_samples
        )


@dataclass(frozen=True, slots=True)
class Unusual:
    """Outside the band that CloudWatch has learnt."""

    width: float
    direction: Direction = "outside"

    def on(self, watch: Metric | Math | Insights) -> Band:
        """The condition of an alarm; CloudWatch learns the band of one metric."""
        if not isinstance(watch, Metric):
            raise TypeError(f"{type(watch).__name__} has no band")
        return Band(watch=watch, width=self.width, direction=self.direction)


FILLED_FROM_SECONDS = 300
"""With shorter periods the newest value is often not there yet, and would be taken for 0."""


def counted(metric: Metric) -> Metric | Math:
    """A count, in which no value is 0.

    CloudWatch looks at two periods more than it is to judge, and prefers an old value to none: where a counter falls
    silent, an alarm would judge old periods again, or find out too late (CloudWatch user guide, "Configuring how
    CloudWatch alarms treat missing data"). Before the first value ever there is nothing to fill: missing data counts.
    """
    if (filled := _filled("count", metric)) == "count":
        return metric
    return Math(expression=filled, metrics={"count": metric}, label=metric.describe())


def _filled(name: str, metric: Metric) -> str:
    return name if known(metric.period_seconds, 0) < FILLED_FROM_SECONDS else f"FILL({name}, 0)"


FEWEST = 20
"""Of fewer, a share or a percentile says nothing: 1 of 2 is 50 %."""


@of_literals
def fewest(percent: float | None) -> int:
    """Of how many a share can be held against a limit: one bad one alone, and one more, do not exceed it."""
    return max(FEWEST, math.ceil(200 / percent) if percent else FEWEST)


FEWEST_IN_A_MINUTE = 5
"""Where several minutes have to agree, each may have few."""


def guarded(
    result: str,
    metrics: Mapping[str, Metric],
    label: str,
    *,
    of: str,
    percent: float | None = None,
    minimum: float | None = None,
) -> Math:
    """A share or a percentile; 0 while there is too little of what it is taken from, or nothing any more.

    Args:
        result: The expression.
        metrics: What it reads.
        label: What it is, in words.
        of: The metric that counts what it is taken from.
        percent: The share that is too much: of a p99, 1. Its `fewest` is the minimum, unless one is given.
        minimum: As a user gives it.
    """
    filled = _filled(of, metrics[of])
    floor = minimum if minimum is not None else fewest(percent)
    enough = f"{filled} >= {plain(floor)}" if floor is not None else f"{filled} * {plain(percent or 0)} >= 200"
    return Math(expression=f"IF({enough}, {result}, 0)", metrics=metrics, label=label)


def sampled(metric: Metric, minimum: float | None) -> Metric | Math:
    """A metric of which a period with fewer values than the minimum counts as 0."""
    if minimum is None:
        return metric
    samples = Metric(**{**dict(metric), "statistic": "SampleCount"})
    metrics = {"value": metric, "samples": samples}
    return guarded("value", metrics, metric.describe(), of="samples", minimum=minimum)


def above(limit: float | None, unit: str = "") -> Past | None:
    """More than the limit."""
    return Past("above", limit, unit) if limit is not None else None


def at_least(limit: float | None, unit: str = "") -> Past | None:
    """The limit or more."""
    return Past("at_least", limit, unit) if limit is not None else None


def below(limit: float | None, unit: str = "") -> Past | None:
    """Less than the limit."""
    return Past("below", limit, unit) if limit is not None else None


def at_most(limit: float | None, unit: str = "") -> Past | None:
    """The limit or less."""
    return Past("at_most", limit, unit) if limit is not None else None


def unusual(width: float | None, direction: Direction = "outside") -> Unusual | None:
    """Outside the band whose half is this many standard deviations wide."""
    return Unusual(width, direction) if width is not None else None


@dataclass(frozen=True, slots=True)
class Row:
    """One alarm of a table.

    Attributes:
        key: Construct id within the monitor. `alarm` is the monitor's one alarm, which has the monitor's own name.
        watch: A metric, an expression, a query; or the rows before it that a composite is made of.
        limit: What the watched is compared with; nothing for a composite.
        window: How many of the last periods must breach.
        severity: If not the monitor's.
        missing: What a period without data counts as. Left out: breaching for a lower limit, so that silence can't pass
            for health; else not_breaching, for most series have no value when nothing happens.
        says: What happened. Left out: made from what is watched, limit and window.
        impact: Why it matters. Left out: the catalogue's words for the metric.
        first_step: What to do first. Left out: the same.
        duty: What it is there for.
        rolls_back: Whether it takes back a deployment under way.
        name: CloudWatch's alarm name, where it is not that of the monitor and the key.
    """

    key: str
    watch: Metric | Math | Insights | AllOf | AnyOf | Combined
    limit: Past | Unusual | None = None
    window: Evaluate = ONCE
    severity: Severity | None = None
    missing: MissingData | None = None
    says: str | None = None
    impact: str | None = None
    first_step: str | None = None
    duty: Duty = field(default_factory=Notifies)
    rolls_back: bool = False
    name: str | None = None


T = TypeVar("T")


class ByHours(Protocol):
    """When one severity applies, and when another one does."""

    @property
    def otherwise(self) -> Severity: ...  # noqa: D102
    @property
    def words(self) -> str: ...  # noqa: D102
    @property
    def inside(self) -> tuple[MuteSchedule, ...]: ...  # noqa: D102
    @property
    def outside(self) -> tuple[MuteSchedule, ...]: ...  # noqa: D102


class Monitor(Protocol):
    """What the options of a monitor say of all its alarms: its own words go before a row's."""

    @property
    def severity(self) -> Severity: ...  # noqa: D102
    @property
    def impact(self) -> str | None: ...  # noqa: D102
    @property
    def first_step(self) -> str | None: ...  # noqa: D102
    @property
    def runbook(self) -> str | None: ...  # noqa: D102
    @property
    def ok_messages(self) -> bool: ...  # noqa: D102
    @property
    def hours(self) -> ByHours | None: ...  # noqa: D102
    @property
    def adopt(self) -> Mapping[str, str]: ...  # noqa: D102
    def adopted(self, key: str) -> str | None: ...  # noqa: D102
    def once(self, key: Hashable, work_out: Callable[[], T]) -> T: ...  # noqa: D102


Spec_contra = TypeVar("Spec_contra", bound=Monitor, contravariant=True)
Spec = TypeVar("Spec", bound=Monitor)


class Alarms(Protocol[Spec_contra]):
    """The alarms of a pattern."""

    def __call__(self, spec: Spec_contra, name: str, *, runbook: str | None = None) -> tuple[Alarm, ...]:
        """The table.

        Args:
            spec: The options of the monitor.
            name: What the names of its alarms begin with.
            runbook: The stack's runbook link, for monitors without one of their own.
        """


def table(rows: Callable[[Spec, str], Iterable[Row]]) -> Alarms[Spec]:
    """Turn a function that gives the rows of a pattern into one that gives its alarms."""

    def alarms(spec: Spec, name: str, *, runbook: str | None = None) -> tuple[Alarm, ...]:
        return spec.once((rows, name, runbook), lambda: _by_hours(_alarms(rows(spec, name), spec, name, runbook), spec))

    alarms.__doc__ = rows.__doc__
    return alarms


def _alarms(rows: Iterable[Row], spec: Monitor, name: str, runbook: str | None) -> dict[str, Alarm]:
    made: dict[str, Alarm] = {}
    for row in rows:
        condition = _condition(row, made)
        if condition is not None:
            made[row.key] = _alarm(row, condition, spec, name, runbook)
    if unknown := [key for key in spec.adopt if key not in made]:
        raise ConfigError(
            Problem(f"{shown(key)} is not an alarm of this monitor", nearest(key, made), f"adopt.{key}")
            for key in unknown
        )
    return made


OFF_HOURS = "off-hours"
"""Ends the key and the name of the alarm that calls at other times."""


def _by_hours(made: Mapping[str, Alarm], spec: Monitor) -> tuple[Alarm, ...]:
    """The alarms, each one that notifies twice where its severity is one at some hours and another at all others."""
    hours = spec.hours
    if hours is None:
        return tuple(made.values())
    during: list[Alarm] = []
    otherwise: list[Alarm] = []
    for alarm in made.values():
        if not isinstance(alarm.duty, Notifies) or alarm.severity == hours.otherwise:
            during.append(alarm)
            continue
        at_others = f"at other times than {hours.words}; then {alarm.name} does"
        off = {
            "key": join(alarm.key, OFF_HOURS),
            "name": join(alarm.name, OFF_HOURS),
            "severity": hours.otherwise,
            "duty": replace(alarm.duty, at=at_others, muted=hours.inside),
            "rolls_back": False,
            "adopted": False,
        }
        on = replace(alarm.duty, at=f"{hours.words}; at other times {off['name']} does", muted=hours.outside)
        during.append(Alarm(**{**dict(alarm), "duty": on}))
        otherwise.append(Alarm(**{**dict(alarm), **off}))
    return (*during, *otherwise)


def _condition(row: Row, made: Mapping[str, Alarm]) -> Condition | None:
    """When the alarm fires; None for a row that is left out, as is a composite of one that is."""
    if isinstance(row.watch, Composite):
        return row.watch if isinstance(row.watch, Combined) or made.keys() >= {*row.watch.alarms} else None
    return row.limit.on(row.watch) if row.limit is not None else None


def _alarm(row: Row, condition: Condition, spec: Monitor, name: str, runbook: str | None) -> Alarm:
    adopted = spec.adopted(row.key)
    full = adopted or row.name or (name if row.key == "alarm" else join(name, row.key))
    link = spec.runbook if spec.runbook is not None else runbook
    missing = row.missing if row.missing is not None else _missing(condition)
    says = row.says if isinstance(condition, Composite) else row.says or _says(condition, row.window, missing)
    facts = facts_of(row.watch)
    impact = spec.impact or row.impact or (facts and facts.impact)
    first_step = spec.first_step or row.first_step or (facts and facts.first_step)
    if not (says and impact and first_step):
        raise ValueError(f"the row {row.key} does not say what happened, why it matters and what to do first")
    return Alarm(
        key=row.key,
        name=full,
        adopted=adopted is not None,
        severity=row.severity if row.severity is not None else spec.severity,
        summary=says,
        impact=impact,
        first_step=first_step,
        runbook=link.replace("{alarm}", full) if link is not None else None,
        condition=condition,
        evaluate=row.window,
        missing_data=missing,
        duty=Notifies(when_over=spec.ok_messages) if isinstance(row.duty, Notifies) else row.duty,
        rolls_back=row.rolls_back,
    )


def _says(condition: Threshold | Band, window: Evaluate, missing: MissingData) -> str:
    """What happened; and where missing data breaches, how long after the last value, for that is not the window."""
    watch = condition.watch
    says = condition.describe(window)
    filled = isinstance(watch, Math) and "FILL(" in "".join((watch.expression, *watch.steps.values()))
    periods = of_literals(limits.evaluation_range)(watch.period_seconds, window.of)
    if missing != "breaching" or filled or periods is None:
        return says
    return f"{says}, or nothing has come for {duration(periods * watch.period_seconds)}"


def _missing(condition: Condition) -> MissingData:
    if isinstance(condition, Threshold):
        return "not_breaching" if COMPARISONS[condition.comparison].upper else "breaching"
    if isinstance(condition, Band):
        return "breaching" if condition.direction == "below" else "not_breaching"
    return "missing"


def facts_of(watch: object) -> MetricFacts | None:
    """What the catalogue knows of a metric, or of the only metric in an expression."""
    if isinstance(watch, Math) and len(watch.metrics) == 1:
        (watch,) = watch.metrics.values()
    return watch.facts if isinstance(watch, Metric) else None


def series(
    namespace: str, dimensions: Mapping[str, str], period_seconds: PeriodSeconds
) -> Callable[[str, str], Metric]:
    """The metrics of one thing: a function of a metric's name and statistic."""

    def metric(name: str, statistic: str) -> Metric:
        return Metric(
            namespace=namespace,
            name=name,
            dimensions=dimensions,
            statistic=statistic,
            period_seconds=period_seconds,
        )

    return metric
