"""Alarms and what is around them, as the simulation takes them: plain data, every reference resolved.

`constructs_lib.simulation.deployed` reads it from Terraform's JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
STATES: tuple[State, ...] = ("OK", "ALARM", "INSUFFICIENT_DATA")

Treatment = Literal["missing", "ignore", "breaching", "notBreaching"]

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, order=True)
class MetricIdentity:
    """What makes a metric the one it is: no value goes to any other.

    Attributes:
        dimensions: Names and values, sorted by name.
        unit: Only values published with this unit count; empty: any.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    account: str = ""

    def __str__(self) -> str:
        dimensions = ", ".join(f"{name}: {value}" for name, value in self.dimensions)
        return f"{self.namespace} {self.name} {{{dimensions}}}"

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Mapping[str, str] | None = None) -> MetricIdentity:
        """A metric, from its dimensions in any order."""
        return cls(namespace, name, tuple(sorted((dimensions or {}).items())))


@dataclass(frozen=True, slots=True)
class DataQuery:
    """One entry of an alarm's metric data queries.

    Attributes:
        metric, statistic: What it reads; None and empty for an expression.
        expression: Metric math, or a Metrics Insights query; empty for a metric.
    """

    id: str
    metric: MetricIdentity | None = None
    statistic: str = ""
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Actions:
    """What an alarm does when it comes into a state: ARNs, or the Terraform addresses that stand for them."""

    enabled: bool = True
    on: Mapping[State, tuple[str, ...]] = field(default_factory=dict)

    def of(self, state: State) -> tuple[str, ...]:
        """The actions of a state."""
        return self.on.get(state, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricAlarm:
    """A metric alarm.

    Attributes:
        watched: The id of the query that is compared.
        band: The id of the anomaly band it is compared with; empty with a threshold.
        periods, breaching: N and M.
        missing: How missing points are treated.
        few_samples_ignored: Whether a percentile of few samples keeps the state.
        zone: Time zone of a wall clock window; None for a sliding one.
        warm_up_minutes: How long a new alarm waits for its first evaluation; 0 for none.
        whole_warm_up: Whether it waits that long even where data is there earlier.
        assumed: Whether AWS makes it, for target tracking: it is in no file.
    """

    name: str
    queries: tuple[DataQuery, ...]
    watched: str
    operator: str
    period_seconds: int
    periods: int
    breaching: int
    threshold: float | None = None
    band: str = ""
    missing: Treatment = "missing"
    few_samples_ignored: bool = False
    zone: str | None = None
    warm_up_minutes: int = 0
    whole_warm_up: bool = False
    actions: Actions = Actions()
    severity: str = ""
    address: str = ""
    assumed: bool = False

    @property
    def metrics(self) -> tuple[MetricIdentity, ...]:
        """All it reads."""
        return tuple(query.metric for query in self.queries if query.metric)

    @property
    def window_seconds(self) -> int:
        """N periods."""
        return self.period_seconds * self.periods

    @property
    def step_seconds(self) -> int:
        """How often it is evaluated ("Alarm evaluation"): every minute, or 10 seconds, or hour."""
        if self.window_seconds > DAY_SECONDS:
            return 3600
        return 10 if self.period_seconds < 60 else 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeAlarm:
    """A composite alarm.

    Attributes:
        rule: Its rule, with the names of alarms.
        suppressor: The alarm that holds its actions back; empty for none.
        wait_seconds, extension_seconds: How long actions wait for it, and how long they stay held after it.
    """

    name: str
    rule: str
    suppressor: str = ""
    wait_seconds: int = 0
    extension_seconds: int = 0
    actions: Actions = Actions()
    severity: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideAlarm:
    """An alarm of someone else's that a composite names: a scenario says in which state it is, or it is OK."""

    name: str
    actions: Actions = Actions()


Alarm = MetricAlarm | CompositeAlarm | OutsideAlarm
