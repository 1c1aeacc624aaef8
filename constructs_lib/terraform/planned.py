"""The alarms of a table as they will be deployed, before there is any Terraform JSON of them.

What judges them is the same that judges them afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from constructs_lib.alarms.alarm import SUPPRESSOR_WAIT_SECONDS, Alarm, Band, Composite, Insights, Math, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws import limits
from constructs_lib.aws.comparison import COMPARISONS, DIRECTIONS
from constructs_lib.references import is_reference
from constructs_lib.terraform.alarm import COMPOSITE_ALARM, METRIC_ALARM, DeployedAlarm
from constructs_lib.units import plain

_MISSING = {"not_breaching": "notBreaching"}


def planned(table: Iterable[Alarm], monitor: str = "", *, region: str = "") -> Iterator[DeployedAlarm]:
    """The alarms of one table, without whom they call."""
    alarms = tuple(table)
    names = {alarm.key: alarm.name for alarm in alarms}
    for alarm in alarms:
        condition = alarm.condition
        kind = COMPOSITE_ALARM if isinstance(condition, Composite) else METRIC_ALARM
        values: dict[str, Any] = {"alarm_name": alarm.name, "alarm_description": alarm.description}
        if isinstance(condition, Composite):
            values["alarm_rule"] = condition.rule(lambda key: names.get(key, key))
            if condition.suppressed_by is not None:
                values["actions_suppressor"] = {
                    "alarm": names.get(condition.suppressed_by, condition.suppressed_by),
                    "wait_period": SUPPRESSOR_WAIT_SECONDS,
                    "extension_period": condition.extension_seconds,
                }
        else:
            values |= {
                "evaluation_periods": alarm.evaluate.of,
                "datapoints_to_alarm": alarm.evaluate.breaching,
                "treat_missing_data": _MISSING.get(alarm.missing_data, alarm.missing_data),
                "evaluation_window": {"wall_clock_window": {"timezone": alarm.evaluate.wall_clock}},
                **(_band(condition) if isinstance(condition, Band) else _threshold(condition)),
            }
        yield DeployedAlarm.read(f"{kind}.{alarm.name}", kind, values, monitor, region=region)


def _band(condition: Band) -> dict[str, Any]:
    expression = f"ANOMALY_DETECTION_BAND(metric, {plain(condition.width)})"
    band = {"id": "band", "expression": expression, "label": "Usual band", "return_data": True}
    return {
        "comparison_operator": DIRECTIONS[condition.direction].name,
        "threshold_metric_id": "band",
        "metric_query": [_query("metric", condition.watch, returns=True), band],
    }


def _threshold(condition: Threshold) -> dict[str, Any]:
    watch = condition.watch
    arguments: dict[str, Any] = {
        "comparison_operator": COMPARISONS[condition.comparison].name,
        "threshold": condition.limit,
    }
    if isinstance(watch, Insights):
        query = {"id": Math.RESULT_ID, "expression": watch.query, "period": watch.period_seconds, "label": watch.label}
        return arguments | {"metric_query": [query | {"return_data": True}]}
    if isinstance(watch, Math):
        result = {"id": Math.RESULT_ID, "expression": watch.expression, "label": watch.label, "return_data": True}
        steps = [
            {"id": key, "expression": text, "label": key, "return_data": False} for key, text in watch.steps.items()
        ]
        inputs = [_query(key, metric, returns=False) for key, metric in watch.metrics.items()]
        return arguments | {"metric_query": [result, *steps, *inputs]}
    if is_reference(watch.statistic):  # which of the two arguments it belongs into shows only at deployment
        return arguments | {"metric_query": [_query("metric", watch, returns=True)]}
    arguments |= _metric(watch)
    if limits.is_simple_statistic(watch.statistic):
        return arguments | {"statistic": watch.statistic}
    return arguments | {
        "extended_statistic": watch.statistic,
        "evaluate_low_sample_count_percentiles": condition.low_samples,
    }


def _query(query_id: str, metric: Metric, *, returns: bool) -> dict[str, Any]:
    return {"id": query_id, "return_data": returns, "metric": {**_metric(metric), "stat": metric.statistic}}


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": metric.dimensions,
        "period": metric.period_seconds,
    }
