"""An alarm resource that this library did not make, described as one of its own."""

from __future__ import annotations

from typing import Any

from constructs_lib.alarms.alarm import Alarm, AnyOf, Band, Condition, Evaluate, Math, Threshold
from constructs_lib.alarms.composite_rule import InvalidAlarmRule, parse
from constructs_lib.alarms.duty import Notifies, PartOf
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.severity import SEVERITIES
from constructs_lib.aws.comparison import BAND_OPERATORS, COMPARISONS, DIRECTIONS, STATIC_OPERATORS
from constructs_lib.cdk import TerraformResource, TerraformStack
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.resources.values import resolved
from constructs_lib.terraform import wording
from constructs_lib.terraform.alarm import DeployedAlarm, Query, Series
from constructs_lib.terraform.stack import Stack


def described(resource: TerraformResource) -> Alarm:
    """What groups, dashboards and maintenance need to know of it.

    Raises:
        ConfigError: It has no severity.
    """
    written: dict[str, Any] = resolved(TerraformStack.of(resource), resource.to_terraform())
    ((kind, named),) = written["resource"].items()
    ((name, values),) = named.items()
    read = DeployedAlarm.read(f"{kind}.{name}", kind, values)
    severity = read.severity.lower()
    if severity not in SEVERITIES:
        fix = f'add tags={{"severity": "warning"}}, or another of {", ".join(SEVERITIES)}'
        raise ConfigError([Problem("has no severity to go by", fix, resource.node.path)])
    calls = read.enabled is not False and bool(read.actions)
    return Alarm(
        key=resource.node.id,
        name=read.name,
        severity=severity,
        summary=read.name if read.composite else wording.condition(read, Stack("", ())),
        impact="",
        first_step="",
        condition=_condition(read),
        evaluate=Evaluate(breaching=read.breaching or 1, of=read.of or 1),
        duty=Notifies() if calls else PartOf("another"),
    )


def _condition(read: DeployedAlarm) -> Condition:
    """What it compares; where that can't be drawn, nothing but its own state."""
    if not read.composite:
        try:
            if found := _of_metrics(read):
                return found
        except ConfigError:  # math that this library would not write
            pass
    try:
        alarms = tuple(sorted(parse(read.rule).alarms))
    except InvalidAlarmRule:
        alarms = ()
    return AnyOf(alarms=alarms or (read.name,), suppressed_by=read.suppressor or None)


def _of_metrics(read: DeployedAlarm) -> Threshold | Band | None:
    band, static = BAND_OPERATORS.get(read.operator), STATIC_OPERATORS.get(read.operator)
    if band and read.watched and read.watched.series and read.band_width:
        direction = next(key for key, one in DIRECTIONS.items() if one == band)
        return Band(watch=_metric(read.watched.series), width=read.band_width, direction=direction)
    if static is None or read.threshold is None:
        return None
    watch = _metric(read.series[0]) if not read.queries and read.series else _math(read)
    comparison = next(key for key, one in COMPARISONS.items() if one == static)
    return Threshold(watch=watch, comparison=comparison, limit=read.threshold) if watch else None


def _math(read: DeployedAlarm) -> Metric | Math | None:
    watched = read.watched
    if watched is None or watched.is_insights:
        return None
    if watched.series:
        return _metric(watched.series)
    others: list[Query] = [query for query in read.queries if query is not watched]
    return Math(
        expression=watched.expression,
        metrics={query.id: _metric(query.series) for query in others if query.series},
        steps={query.id: query.expression for query in others if query.expression},
        label=watched.label or watched.expression,
    )


def _metric(series: Series) -> Metric:
    return Metric(
        namespace=series.namespace,
        name=series.name,
        dimensions=series.dimensions or {},
        statistic=series.statistic,
        period_seconds=int(series.period_seconds or 300),
        custom=True,  # whether AWS publishes it is a question for the rules
    )
