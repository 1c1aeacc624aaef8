"""Configurations as a person writes them, for rules to judge."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from constructs_lib.rules import NAMES
from constructs_lib.terraform.reading import parse
from constructs_lib.terraform.stack import Stack

TOPIC = "${aws_sns_topic.oncall.arn}"

ALARM: dict[str, Any] = {
    "alarm_name": "errors",
    "alarm_description": "Calls fail.\nRunbook: https://runbooks.example.com/errors",
    "comparison_operator": "GreaterThanThreshold",
    "evaluation_periods": 3,
    "metric_name": "Errors",
    "namespace": "AWS/Lambda",
    "dimensions": {"FunctionName": "ranker"},
    "period": 60,
    "statistic": "Sum",
    "threshold": 5,
    "alarm_actions": [TOPIC],
}
BAND: dict[str, Any] = {
    "comparison_operator": "GreaterThanUpperThreshold",
    "threshold_metric_id": "band",
    "threshold": None,
    "metric_name": None,
    "namespace": None,
    "dimensions": None,
    "period": None,
    "statistic": None,
    "metric_query": [
        {"id": "band", "expression": "ANOMALY_DETECTION_BAND(m1, 2)", "return_data": True},
        {
            "id": "m1",
            "return_data": True,
            "metric": {
                "metric_name": "Errors",
                "namespace": "AWS/Lambda",
                "dimensions": {"FunctionName": "ranker"},
                "period": 300,
                "stat": "Sum",
            },
        },
    ],
}

RESOURCES: dict[str, dict[str, dict[str, Any]]] = {
    "aws_cloudwatch_metric_alarm": {"errors": ALARM},
    "aws_sns_topic": {"oncall": {"name": "oncall"}},
    "aws_sns_topic_subscription": {
        "oncall": {"topic_arn": TOPIC, "protocol": "email", "endpoint": "oncall@example.com"}
    },
}


def alarm(**options: Any) -> dict[str, Any]:
    """The good alarm with other arguments."""
    return deepcopy(ALARM) | options


def band(**options: Any) -> dict[str, Any]:
    """The good alarm on a band, with other arguments."""
    return deepcopy(ALARM) | deepcopy(BAND) | options


def alarms(**named: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {"aws_cloudwatch_metric_alarm": named}


def stack(*resources: dict[str, dict[str, Any]]) -> Stack:
    """The good stack, with some types of resources replaced; `module` is for calls of modules."""
    merged = deepcopy(RESOURCES)
    for kinds in resources:
        merged |= kinds
    found = parse({"module": merged.pop("module", {}), "resource": merged}, name="stack")
    assert isinstance(found, Stack)
    return found


def broken(rule: str, *resources: dict[str, dict[str, Any]]) -> list[str]:
    """Where and how a stack breaks one rule."""
    return [f"{finding.subject}: {finding.problem.rule}" for finding in NAMES[rule].findings(stack(*resources))]
