"""The same objective in CloudWatch Application Signals, which the AWS provider has no resource for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from constructs_lib.alarms.metric import Metric
from constructs_lib.cdk import Construct
from constructs_lib.patterns.slo.spec import SloSpec
from constructs_lib.resources.cloud_control import cloud_control

TYPE = "AWS::ApplicationSignals::ServiceLevelObjective"
PERIOD = 60
WARNING_PERCENT = 50
"""The share of the budget that is left when the console begins to warn."""


def objective(scope: Construct, construct_id: str, spec: SloSpec, *, name: str, tags: Mapping[str, str]) -> Any:
    """The aws_cloudcontrolapi_resource; only its name can't be changed in place."""
    return cloud_control(scope, construct_id, TYPE, desired(spec, name, tags))


def desired(spec: SloSpec, name: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """What Cloud Control is asked for: a share of requests over a window that moves on."""
    windows = sorted({seconds // 60 for tier in spec.tiers for seconds in (tier.long_seconds, tier.short_seconds)})
    return {
        "Name": name,
        "Description": spec.budget,
        "RequestBasedSli": {"RequestBasedSliMetric": _counts(spec)},
        "Goal": {
            "AttainmentGoal": spec.target_percent,
            "WarningThreshold": WARNING_PERCENT,
            "Interval": {"RollingInterval": {"DurationUnit": "DAY", "Duration": spec.window_days}},
        },
        "BurnRateConfigurations": [{"LookBackWindowMinutes": minutes} for minutes in windows],
        **({"Tags": [{"Key": key, "Value": tags[key]} for key in sorted(tags)]} if tags else {}),
    }


def _counts(spec: SloSpec) -> dict[str, Any]:
    if spec.within is not None:
        metric, good = spec.within.metric, f"TC(:{spec.within.limit})"
        return {
            "TotalRequestCountMetric": [_query("total", metric, "SampleCount", returned=True)],
            "MonitoredRequestCountMetric": {"GoodCountMetric": [_query("good", metric, good, returned=True)]},
        }
    outcomes = spec.outcomes
    assert outcomes is not None  # the alarms' table has refused it  # noqa: S101

    def queries(expression: str) -> list[dict[str, Any]]:
        used = {*re.findall(r"\w+", expression)}
        metrics = [_query(key, one, "Sum", returned=False) for key, one in outcomes.metrics.items() if key in used]
        return [{"Id": "result", "Expression": outcomes.filled(expression), "ReturnData": True}, *metrics]

    return {
        "TotalRequestCountMetric": queries(outcomes.total),
        "MonitoredRequestCountMetric": {"BadCountMetric": queries(outcomes.bad)},
    }


def _query(query_id: str, metric: Metric, statistic: str, *, returned: bool) -> dict[str, Any]:
    dimensions = [{"Name": key, "Value": value} for key, value in sorted(metric.dimensions.items())]
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
    return {
        "Id": query_id,
        "MetricStat": {"Metric": named, "Period": PERIOD, "Stat": statistic},
        "ReturnData": returned,
    }
