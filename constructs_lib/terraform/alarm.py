"""A CloudWatch alarm, read from Terraform's JSON: ours, or one written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.alarms import insights
from constructs_lib.alarms.alarm import REGISTER
from constructs_lib.aws import names
from constructs_lib.aws.comparison import STATIC_OPERATORS, ComparisonOperator
from constructs_lib.references import is_reference
from constructs_lib.terraform.blocks import block, blocks, flag, number, string_map, text, texts

METRIC_ALARM, COMPOSITE_ALARM = "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"
ALARM_TYPES = (METRIC_ALARM, COMPOSITE_ALARM)

_BAND = re.compile(r"\s*ANOMALY_DETECTION_BAND\(\s*(\w+)\s*(?:,\s*([0-9.]+)\s*)?\)\s*", re.IGNORECASE)
_STATISTICS = {function: statistic for statistic, function in insights.FUNCTIONS.items()}

ANY = "${(each of them)}"
"""Stands for the values of a dimension by which a query finds several series; it reads like any other reference."""

_FILLED = re.compile(r"\s*FILL\(\s*(\w+)\s*,\s*(-?[\d.]+)\s*\)\s*")


@dataclass(frozen=True, slots=True)
class Series:
    """One metric an alarm reads.

    Attributes:
        dimensions: By name; None where they are not yet known.
        period_seconds: None where it is missing or not yet known.
        unit: Only values that were published with this unit count.
        account: The account it is in, where that is another one.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str] | None
    statistic: str
    period_seconds: float | None
    unit: str = ""
    account: str = ""

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it the same metric, however its values are summed up."""
        dimensions = tuple(sorted((self.dimensions or {}).items()))
        return (self.namespace, self.name, dimensions, self.unit, self.account)


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric against a fixed limit.

    Attributes:
        filler: What an expression gives in place of a missing value.
    """

    series: Series
    operator: ComparisonOperator
    limit: float
    filler: float | None = None

    def breaches(self, value: float) -> bool:
        """Whether a value is past the limit."""
        return bool(self.operator.breaches(value, self.limit, self.limit))


@dataclass(frozen=True, slots=True)
class Query:
    """One `metric_query`: a metric, or an expression over others.

    Attributes:
        period_seconds: Its own, of a Metrics Insights query.
        returns: Whether the alarm looks at it; None where that is not yet known.
    """

    id: str
    expression: str
    label: str
    series: Series | None
    period_seconds: float | None
    returns: bool | None

    @property
    def is_insights(self) -> bool:
        """Whether it is a query of Metrics Insights, which is no metric math."""
        return insights.is_query(self.expression)

    @property
    def fleet(self) -> insights.SelectQuery | None:
        """What it asks Metrics Insights for, as far as this library can read it."""
        try:
            return insights.SelectQuery.read(self.expression) if self.is_insights else None
        except ValueError:
            return None

    @property
    def member(self) -> Series | None:
        """Any one of the series that it asks Metrics Insights for: what differs between them is a reference."""
        asked = self.fleet
        if asked is None:
            return None
        equal = {name: value for name, is_equal, value in asked.conditions if is_equal}
        names = asked.dimensions if asked.dimensions is not None else ()
        return Series(
            namespace=asked.namespace,
            name=asked.name,
            dimensions={name: equal.get(name, ANY) for name in names} if asked.dimensions is not None else None,
            statistic=_STATISTICS[asked.function],
            period_seconds=self.period_seconds,
        )

    @property
    def band(self) -> tuple[str, float] | None:
        """Of an anomaly detection band: the query it is learnt from, and its width in standard deviations."""
        match = _BAND.fullmatch(self.expression)
        return (match[1], float(match[2]) if match[2] else 2.0) if match else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedAlarm:
    """What one alarm resource says. Text that is not yet known is a reference, a number None.

    Attributes:
        monitor: The monitor it belongs to, where that is known.
        region: Where it is; empty where that is not known.
        enabled: Whether it acts at all; None where that is not yet known.
        queries: Its `metric_query` blocks, in their order.
        queries_known: Whether these are all; not where Terraform makes them of a list, or does not know them yet.
        series: Every metric it reads.
        breaching, of: M of N; M is N where it is left out.
        rule: A composite's rule.
        suppressor: The alarm that silences it.
        promql: Its query, where it is a PromQL alarm: it then has neither metrics, nor a limit, nor M of N.
        wall_clock: The time zone whose clock its periods follow; empty for a sliding window.
        warm_up_minutes: How long a new alarm waits for data before it is evaluated; 0 for not at all.
        whole_warm_up: Whether it waits that long even where data is there earlier.
        silence_seconds: How long its actions wait for the suppressor, and how long they stay silent after it.
    """

    address: str
    monitor: str
    composite: bool
    name: str
    description: str
    severity: str
    enabled: bool | None
    actions: tuple[str, ...]
    ok_actions: tuple[str, ...]
    insufficient_data_actions: tuple[str, ...]
    region: str = ""
    operator: str = ""
    threshold: float | None = None
    threshold_text: str = ""
    threshold_query: str = ""
    breaching: float | None = None
    of: float | None = None
    missing_data: str = ""
    low_samples: str = ""
    queries: tuple[Query, ...] = ()
    queries_known: bool = True
    series: tuple[Series, ...] = ()
    promql: str = ""
    wall_clock: str = ""
    warm_up_minutes: float = 0
    whole_warm_up: bool = False
    rule: str = ""
    suppressor: str = ""
    silence_seconds: tuple[float | None, float | None] = (None, None)

    @classmethod
    def read(
        cls, address: str, kind: str, values: Mapping[str, Any], monitor: str = "", *, region: str = ""
    ) -> DeployedAlarm:
        """From a resource's arguments, as a configuration or a plan writes them."""
        composite = kind == COMPOSITE_ALARM
        return cls(
            address=address,
            monitor=monitor,
            region=region,
            composite=composite,
            name=text(values.get("alarm_name")),
            description=text(values.get("alarm_description")),
            severity=_severity(values),
            enabled=flag(values.get("actions_enabled"), default=True),
            actions=texts(values.get("alarm_actions")),
            ok_actions=texts(values.get("ok_actions")),
            insufficient_data_actions=texts(values.get("insufficient_data_actions")),
            **(_composite(values) if composite else _metric(values)),
        )

    @property
    def runbook(self) -> str:
        """The first link in its description, but for the one to the register."""
        lines = self.description.splitlines()
        return names.link_in("\n".join(line for line in lines if not line.startswith(REGISTER)))

    @property
    def period_seconds(self) -> float | None:
        """The period its metrics share."""
        # An expression has the period of what it computes with.
        parts = self.series or [query for query in self.queries if query.period_seconds]
        periods = {part.period_seconds for part in parts}
        return periods.pop() if len(periods) == 1 else None

    @property
    def watched(self) -> Query | None:
        """The query whose result is compared, where it has queries: not the band it is compared with."""
        returning = [query for query in self.queries if query.returns and query.id != self.threshold_query]
        return returning[0] if len(returning) == 1 else None

    @property
    def looked_for(self) -> tuple[Series, ...]:
        """Every metric it reads, and any one of those that its Metrics Insights queries find."""
        return (*self.series, *(member for query in self.queries if (member := query.member)))

    @property
    def compared(self) -> Compared | None:
        """The one metric whose value is compared with a fixed limit, where it is no more than one."""
        limit, operator = self.threshold, STATIC_OPERATORS.get(self.operator)
        if limit is None or operator is None:
            return None
        if self.series and not self.queries:
            return Compared(self.series[0], operator, limit)
        watched = self.watched
        filled = _FILLED.fullmatch(watched.expression) if watched else None
        if watched and (single := watched.series or watched.member):
            return Compared(single, operator, limit)
        series = next((query.series for query in self.queries if filled and query.id == filled[1]), None)
        return Compared(series, operator, limit, float(filled[2])) if filled and series else None

    @property
    def band_width(self) -> float | None:
        """Half the width of the band it compares with, in standard deviations."""
        band = next((query.band for query in self.queries if query.id == self.threshold_query), None)
        return band[1] if band else None


def _severity(values: Mapping[str, Any]) -> str:
    """The tag `severity`, however it is capitalised; tags that are not yet known are a reference."""
    for argument in ("tags", "tags_all"):
        tags = string_map(values.get(argument))
        if tags is None:
            return text(values[argument])
        for key, value in tags.items():
            if key.lower() == "severity":
                return value
    return ""


def _composite(values: Mapping[str, Any]) -> dict[str, Any]:
    silencing = block(values.get("actions_suppressor"))
    return {
        "rule": text(values.get("alarm_rule")),
        "suppressor": text(silencing.get("alarm")),
        "silence_seconds": (number(silencing.get("wait_period")), number(silencing.get("extension_period"))),
    }


def _metric(values: Mapping[str, Any]) -> dict[str, Any]:
    queries = tuple(_query(item) for item in blocks(values.get("metric_query")))
    of = number(values.get("evaluation_periods"))
    breaching = values.get("datapoints_to_alarm")
    threshold = values.get("threshold")
    single = text(values.get("metric_name"))
    warm_up = block(values.get("warm_up_configuration"))
    return {
        "operator": text(values.get("comparison_operator")),
        # A plan says 0 for a threshold that is left out because the band is one.
        "threshold": None if values.get("threshold_metric_id") else number(threshold),
        "threshold_text": text(threshold) if is_reference(threshold) else "",
        "threshold_query": text(values.get("threshold_metric_id")),
        "breaching": number(breaching) if breaching else of,
        "of": of,
        "missing_data": text(values.get("treat_missing_data")) or "missing",
        "low_samples": text(values.get("evaluate_low_sample_count_percentiles")),
        "promql": text(block(block(values.get("evaluation_criteria")).get("promql_criteria")).get("query")),
        "wall_clock": text(block(block(values.get("evaluation_window")).get("wall_clock_window")).get("timezone")),
        "warm_up_minutes": number(warm_up.get("warm_up_period_duration_in_minutes")) or 0,
        "whole_warm_up": bool(flag(warm_up.get("only_start_evaluating_after_warm_up_period_ends"), default=False)),
        "queries": queries,
        "queries_known": _all_known(values),
        "series": (_series(values, "statistic", "extended_statistic"),)
        if single
        else tuple(query.series for query in queries if query.series),
    }


def _all_known(values: Mapping[str, Any]) -> bool:
    """Whether every query is written out, and not made by a `dynamic` block or known after apply only."""
    queries = blocks(values.get("metric_query"))
    written = [values.get("metric_query"), *(query.get("metric") for query in queries)]
    made = [kind for part in (values, *queries) for kinds in blocks(part.get("dynamic")) for kind in kinds]
    return not any(isinstance(part, str) for part in written) and not {"metric_query", "metric"} & set(made)


def _query(values: Mapping[str, Any]) -> Query:
    metric = block(values.get("metric"))
    return Query(
        id=text(values.get("id")),
        expression=text(values.get("expression")),
        label=text(values.get("label")),
        series=_series(metric, "stat", account=text(values.get("account_id"))) if metric else None,
        period_seconds=number(values.get("period")) or None,
        returns=flag(values.get("return_data"), default=False),
    )


def _series(values: Mapping[str, Any], *statistics: str, account: str = "") -> Series:
    return Series(
        namespace=text(values.get("namespace")),
        name=text(values.get("metric_name")),
        dimensions=string_map(values.get("dimensions")),
        statistic=next((found for key in statistics if (found := text(values.get(key)))), ""),
        period_seconds=number(values.get("period")) or None,
        unit=text(values.get("unit")),
        account=account,
    )
