"""The JSON that CloudWatch sends to an SNS topic when an alarm changes state.

Shape: "Notifying users on alarm changes" in the CloudWatch user guide, and messages as received from metric, metric
math and composite alarms.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import botocore.session

if TYPE_CHECKING:
    from moto.cloudwatch.models import Alarm, Dimension, MetricDataQuery

_SUBJECT_LIMIT = 100
"""Characters SNS allows in a subject."""


def subject(alarm: Alarm) -> str:
    """As in the mail's subject line: ``ALARM: "name" in US East (N. Virginia)``."""
    return f'{alarm.state_value}: "{alarm.name}" in {_region(alarm.region_name)}'[:_SUBJECT_LIMIT]


def message(alarm: Alarm, account: str, old_state: str) -> str:
    """The message body for the state `alarm` is in now."""
    content = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": account,
        "AlarmConfigurationUpdatedTimestamp": _time(alarm.configuration_updated_timestamp),
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": _time(alarm.state_updated_timestamp),
        "Region": _region(alarm.region_name),
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": old_state,
        "OKActions": alarm.ok_actions,
        "AlarmActions": alarm.alarm_actions or [],
        "InsufficientDataActions": alarm.insufficient_data_actions,
    }
    if alarm.rule is not None:
        return json.dumps({**content, "AlarmRule": alarm.rule})
    return json.dumps({**content, "Trigger": _trigger(alarm)})


def _trigger(alarm: Alarm) -> dict[str, Any]:
    evaluation = {
        "Period": alarm.period,
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm,
        "ComparisonOperator": alarm.comparison_operator,
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.treat_missing_data or "missing",
        "EvaluateLowSampleCountPercentile": alarm.evaluate_low_sample_count_percentile or "",
    }
    if alarm.metric_data_queries:
        queries = [_query(query) for query in alarm.metric_data_queries]
        return {**evaluation, "Metrics": queries, "ThresholdMetricId": alarm.threshold_metric_id}
    if alarm.extended_statistic:
        statistic = {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": alarm.extended_statistic}
    else:
        statistic = {"StatisticType": "Statistic", "Statistic": alarm.statistic.upper()}
    metric = {
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "Dimensions": _dimensions(alarm.dimensions),
    }
    return {**metric, **statistic, "Unit": alarm.unit, **evaluation}


def _query(query: MetricDataQuery) -> dict[str, Any]:
    common = {"Id": query.id, "Label": query.label, "ReturnData": query.return_data}
    if query.metric_stat is None:
        return {**common, "Expression": query.expression, "Period": query.period}
    metric = query.metric_stat.metric
    stat = {
        "Metric": {
            "Dimensions": _dimensions(metric.dimensions),
            "MetricName": metric.metric_name,
            "Namespace": metric.namespace,
        },
        "Period": query.metric_stat.period,
        "Stat": query.metric_stat.stat,
    }
    return {**common, "MetricStat": stat}


def _dimensions(dimensions: list[Dimension]) -> list[dict[str, Any]]:
    return [{"value": dimension.value, "name": dimension.name} for dimension in dimensions]


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


@lru_cache
def _region(name: str) -> str:
    """The Region as a person knows it: alarm messages say "US East (N. Virginia)", not us-east-1."""
    endpoints = botocore.session.get_session().get_data("endpoints")
    for partition in endpoints["partitions"]:
        if name in partition["regions"]:
            return str(partition["regions"][name]["description"])
    return name
