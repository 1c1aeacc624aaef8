"""A small configuration to write tests of alarms for: plain Terraform, nothing of this library's."""

from __future__ import annotations

import json
from typing import Any

from constructs_lib.behaviour.file import Report, Suite, loads
from constructs_lib.simulation.simulation import Simulation

TOPIC = "${aws_sns_topic.oncall.arn}"
DEEP = "${aws_cloudwatch_metric_alarm.deep.alarm_name}"


def configuration(**resources: Any) -> dict[str, Any]:
    """Two alarms on a queue, one on a log, a composite, a rule; more resources, or others."""
    depth = {
        "namespace": "AWS/SQS",
        "metric_name": "ApproximateNumberOfMessagesVisible",
        "dimensions": {"QueueName": "jobs"},
        "statistic": "Maximum",
        "period": 60,
    }
    usual = {
        "evaluation_periods": 3,
        "treat_missing_data": "notBreaching",
        "alarm_actions": [TOPIC],
        "ok_actions": [TOPIC],
    }
    alarms: dict[str, Any] = {
        "deep": {
            "alarm_name": "shop-jobs-deep",
            "alarm_description": "Too many jobs wait.",
            "comparison_operator": "GreaterThanThreshold",
            "threshold": 100,
            "tags": {"severity": "critical"},
            **depth,
            **usual,
        },
        "failing": {
            "alarm_name": "shop-jobs-failing",
            "comparison_operator": "GreaterThanThreshold",
            "threshold": 0,
            "namespace": "Logs",
            "metric_name": "failures",
            "statistic": "Sum",
            "period": 60,
            **usual,
            "evaluation_periods": 1,
        },
        "share": {
            "alarm_name": "shop-jobs-share",
            "comparison_operator": "GreaterThanThreshold",
            "threshold": 5,
            **usual,
            "metric_query": [
                {"id": "result", "expression": "100 * bad / total", "return_data": True},
                *(
                    {
                        "id": name,
                        "metric": {"namespace": "Shop", "metric_name": name, "period": 300, "stat": "Sum"},
                    }
                    for name in ("bad", "total")
                ),
            ],
        },
    }
    event = {"source": ["shop"], "detail": {"state": ["failed"]}}
    return {
        "resource": {
            "aws_sns_topic": {"oncall": {"name": "shop-oncall"}, "else": {"name": "shop-else"}},
            "aws_sns_topic_subscription": {
                "else": {
                    "topic_arn": "${aws_sns_topic.else.arn}",
                    "protocol": "email",
                    "endpoint": "else@example.com",
                },
                "mail": {"topic_arn": TOPIC, "protocol": "email", "endpoint": "oncall@example.com"},
                "filtered": {
                    "topic_arn": TOPIC,
                    "protocol": "https",
                    "endpoint": "https://example.com/ok",
                    "filter_policy": json.dumps({"NewStateValue": ["OK"]}),
                    "filter_policy_scope": "MessageBody",
                },
            },
            "aws_cloudwatch_log_group": {"jobs": {"name": "/shop/jobs"}},
            "aws_cloudwatch_log_metric_filter": {
                "failures": {
                    "name": "failures",
                    "pattern": '{ $.level = "ERROR" }',
                    "log_group_name": "${aws_cloudwatch_log_group.jobs.name}",
                    "metric_transformation": {
                        "namespace": "Logs",
                        "name": "failures",
                        "value": "1",
                        "default_value": "0",
                    },
                }
            },
            "aws_cloudwatch_event_rule": {"failed": {"name": "shop-failed", "event_pattern": json.dumps(event)}},
            "aws_cloudwatch_event_target": {
                "failed": {
                    "rule": "${aws_cloudwatch_event_rule.failed.name}",
                    "arn": TOPIC,
                    "input_transformer": {
                        "input_paths": {"job": "$.detail.jobs[0].name"},
                        "input_template": '"Job <job> failed"',
                    },
                }
            },
            "aws_cloudwatch_metric_alarm": alarms,
            "aws_cloudwatch_composite_alarm": {
                "broken": {
                    "alarm_name": "shop-jobs-broken",
                    "alarm_rule": f'ALARM("{DEEP}") AND ALARM(shop-jobs-failing)',
                    "alarm_actions": [TOPIC],
                }
            },
            **resources,
        }
    }


SIMULATION = Simulation.of(configuration())


def suite(text: str, simulation: Simulation = SIMULATION) -> Suite:
    """A file of tests on that configuration."""
    return loads(text, simulation=simulation)


def run(text: str, simulation: Simulation = SIMULATION) -> Report:
    """Its results."""
    return suite(text, simulation).run()


def failures(given: str, expect: str, simulation: Simulation = SIMULATION) -> list[str]:
    """What one test says that does not hold."""
    report = run(f"tests:\n  - name: a test\n    given: {given}\n    expect: {expect}\n", simulation)
    return [failure.text for verdict in report.verdicts for failure in verdict.failures]
