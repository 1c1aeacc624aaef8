"""Alarms of plain Terraform, tested on the plan that Terraform makes of them: for_each, locals, target tracking."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.behaviour.file import loads
from constructs_lib.simulation.simulation import Simulation
from constructs_lib.testing.fixtures import WorkspaceFactory

pytestmark = pytest.mark.plan

TOPIC = ["${aws_sns_topic.oncall.arn}"]
CHECKOUT, SEARCH = (
    f'ALARM(${{aws_cloudwatch_metric_alarm.errors["{name}"].alarm_name}})' for name in ("checkout", "search")
)
QUERY = 'SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", FunctionName) GROUP BY FunctionName'
FOREIGN: dict[str, Any] = {
    "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0"}}},
    "provider": {"aws": {"region": "eu-west-1"}},
    "variable": {"env": {"default": "prod"}},
    "locals": {"prefix": "shop-${var.env}"},
    "resource": {
        "aws_sns_topic": {"oncall": {"name": "${local.prefix}-oncall"}},
        "aws_sns_topic_subscription": {
            "mail": {"topic_arn": TOPIC[0], "protocol": "email", "endpoint": "oncall@example.com"}
        },
        "aws_autoscaling_group": {
            "web": {
                "name": "${local.prefix}-web",
                "min_size": 2,
                "max_size": 10,
                "launch_template": [{"id": "lt-0123456789abcdef0", "version": "1"}],
                "availability_zones": ["eu-west-1a"],
            }
        },
        "aws_autoscaling_policy": {
            "cpu": {
                "name": "cpu",
                "policy_type": "TargetTrackingScaling",
                "autoscaling_group_name": "${aws_autoscaling_group.web.name}",
                "target_tracking_configuration": [
                    {
                        "target_value": 50,
                        "predefined_metric_specification": [{"predefined_metric_type": "ASGAverageCPUUtilization"}],
                    }
                ],
            }
        },
        "aws_cloudwatch_metric_alarm": {
            "errors": {
                "for_each": '${toset(["checkout", "search"])}',
                "alarm_name": "${local.prefix}-${each.key}-errors",
                "comparison_operator": "GreaterThanThreshold",
                "threshold": 5,
                "evaluation_periods": 3,
                "datapoints_to_alarm": 2,
                "namespace": "AWS/Lambda",
                "metric_name": "Errors",
                "statistic": "Sum",
                "period": 60,
                "dimensions": {"FunctionName": "${each.key}"},
                "treat_missing_data": "notBreaching",
                "alarm_actions": TOPIC,
            },
            "insight": {
                "alarm_name": "${local.prefix}-insight",
                "comparison_operator": "GreaterThanThreshold",
                "threshold": 5,
                "evaluation_periods": 1,
                "alarm_actions": TOPIC,
                "metric_query": [{"id": "q", "expression": QUERY, "period": 60, "return_data": True}],
            },
        },
        "aws_cloudwatch_composite_alarm": {
            "both": {
                "alarm_name": "${local.prefix}-both",
                "alarm_rule": f"{CHECKOUT} AND {SEARCH}",
                "alarm_actions": TOPIC,
            }
        },
    },
}
TESTS = """
tests:
  - name: errors of one function notify once
    given: {metrics: [{of: checkout-errors, values: 0x5 10x10}]}
    expect:
      alarms: {checkout-errors: {alarm: 7m}, both: quiet, insight: {alarm: 6m, contributors: {checkout: {alarm: 6m}}}}
      messages: {oncall: 2}
      receivers: {oncall@example.com: 2}
  - name: busy machines are joined by others
    given: {metrics: [{of: web-AlarmHigh, values: 45x5 100x3 45x10}]}
    expect: {sizes: {web: {8m: 4}}}
"""


def test_alarms_of_plain_terraform(workspace: WorkspaceFactory) -> None:
    simulation = Simulation.of(workspace(FOREIGN).plan().json)
    assert simulation.deployment.left_out == {}
    report = loads(TESTS, simulation=simulation).run()
    assert [failure.text for verdict in report.verdicts for failure in verdict.failures] == []
