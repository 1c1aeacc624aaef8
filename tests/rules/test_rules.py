"""Each rule: what passes it, and what it finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.rules import RULES, findings, table
from constructs_lib.terraform.reading import read
from constructs_lib.terraform.stack import Stack
from tests.rules.stacks import TOPIC, alarm, alarms, band, broken, stack

ROOT = Path(__file__).parents[2]


def composite(rule: str, **options: Any) -> dict[str, dict[str, Any]]:
    described = alarm()["alarm_description"]
    values = {"alarm_name": "both", "alarm_description": described, "alarm_rule": rule, "alarm_actions": [TOPIC]}
    return {"aws_cloudwatch_composite_alarm": {"both": values | options}}


def policy(service: str, action: str | list[str] = "sns:Publish", effect: str = "Allow") -> str:
    statement = {"Effect": effect, "Principal": {"Service": service}, "Action": action, "Resource": "*"}
    return json.dumps({"Statement": [statement]})


CHILD = "${aws_cloudwatch_metric_alarm.errors.alarm_name}"
SILENT = alarms(errors=alarm(alarm_actions=[]))
UNKNOWN = "${(known after apply)}"

PASSES: list[tuple[str, list[dict[str, dict[str, Any]]]]] = [
    ("alarm-has-receiver", [SILENT, composite(f'ALARM("{CHILD}")')]),
    ("alarm-has-receiver", [SILENT, composite('ALARM("errors")')]),
    ("alarm-has-receiver", [SILENT, composite("TRUE", actions_suppressor={"alarm": "errors"})]),
    ("alarm-has-receiver", [alarms(errors=alarm(alarm_actions=UNKNOWN))]),
    ("topic-has-subscriber", [alarms(errors=alarm(alarm_actions=["arn:aws:sns:us-east-1:123456789012:x"]))]),
    ("topic-has-subscriber", [SILENT, {"aws_sns_topic_subscription": {}}]),
    (
        "topic-lets-cloudwatch-publish",
        [{"aws_sns_topic_policy": {"p": {"arn": TOPIC, "policy": policy("cloudwatch.amazonaws.com", "SNS:*")}}}],
    ),
    ("topic-lets-cloudwatch-publish", [{"aws_sns_topic_policy": {"p": {"arn": TOPIC, "policy": "${data.x.y.json}"}}}]),
    (
        "topic-lets-cloudwatch-publish",
        [
            {"aws_sns_topic": {"oncall": {"kms_master_key_id": "${aws_kms_key.k.arn}"}}},
            {"aws_kms_key": {"k": {"policy": policy("cloudwatch.amazonaws.com", ["kms:Decrypt", "kms:Generate*"])}}},
        ],
    ),
    (
        "event-reaches-somebody",
        [
            {"aws_cloudwatch_event_rule": {"r": {"name": "failed"}}},
            {"aws_cloudwatch_event_target": {"t": {"rule": "${aws_cloudwatch_event_rule.r.name}"}}},
        ],
    ),
    (
        "event-reaches-somebody",
        [
            {"aws_cloudwatch_event_rule": {"r": {"name": "failed"}}},
            {"aws_cloudwatch_event_target": {"t": {"rule": "failed"}}},
        ],
    ),
    ("actions-possible", [alarms(errors=alarm(alarm_actions=["${aws_autoscaling_policy.out.arn}"]))]),
    ("alarm-has-runbook", [alarms(e=alarm(alarm_description="-", alarm_actions=["${aws_autoscaling_policy.o.arn}"]))]),
    ("alarm-has-runbook", [alarms(errors=alarm(alarm_description=UNKNOWN))]),
    ("alarm-name-unique", [alarms(a=alarm(alarm_name=UNKNOWN), b=alarm(alarm_name=UNKNOWN))]),
    ("condition-complete", [alarms(errors=band())]),
    ("condition-complete", [alarms(errors=alarm(threshold="${var.limit}"))]),
    ("condition-complete", [alarms(errors=alarm(threshold=0))]),
    ("window-legal", [alarms(errors=alarm(period=3600, evaluation_periods=168))]),
    ("window-legal", [alarms(errors=alarm(period="${var.period}", evaluation_periods="${var.n}"))]),
    ("metric-exists", [alarms(errors=alarm(namespace="Mine/Own", metric_name="anything"))]),
    ("metric-exists", [alarms(errors=alarm(dimensions="${var.dimensions}"))]),
    ("silence-is-heard", [alarms(errors=alarm(comparison_operator="LessThanThreshold", threshold=2))]),
    (
        "silence-is-heard",
        [
            alarms(
                errors=alarm(
                    comparison_operator="LessThanThreshold", threshold=1, insufficient_data_actions=[TOPIC]
                )
            )
        ],
    ),
    ("composite-rule-valid", [composite(f'ALARM("{CHILD}") AND NOT OK(errors)')]),
    ("composite-rule-valid", [composite("${var.rule}")]),
    ("composite-rule-valid", [composite("ALARM(deploying)", alarm_actions=[])]),
    ("dashboard-within-limits", [{"aws_cloudwatch_dashboard": {"d": {"dashboard_body": "${x}"}}}]),
]  # fmt: skip

BREAKS: list[tuple[str, list[dict[str, dict[str, Any]]], str]] = [
    ("alarm-has-receiver", [SILENT], "errors: it calls nobody"),
    ("alarm-has-receiver", [alarms(errors=alarm(actions_enabled=False))], "errors: its actions are switched off"),
    (
        "topic-has-subscriber",
        [{"aws_sns_topic_subscription": {}}],
        "aws_sns_topic.oncall: alarms publish to it, and nobody subscribes",
    ),
    (
        "topic-lets-cloudwatch-publish",
        [{"aws_sns_topic": {"oncall": {"kms_master_key_id": "alias/aws/sns"}}}],
        "aws_sns_topic.oncall: it is encrypted with alias/aws/sns, which CloudWatch can't use",
    ),
    (
        "topic-lets-cloudwatch-publish",
        [{"aws_sns_topic_policy": {"p": {"arn": TOPIC, "policy": policy("events.amazonaws.com")}}}],
        "aws_sns_topic.oncall: its policy does not let cloudwatch.amazonaws.com publish",
    ),
    (
        "topic-lets-cloudwatch-publish",
        [{"aws_sns_topic": {"oncall": {"policy": policy("cloudwatch.amazonaws.com", effect="Deny")}}}],
        "aws_sns_topic.oncall: its policy does not let cloudwatch.amazonaws.com publish",
    ),
    (
        "topic-lets-cloudwatch-publish",
        [{"aws_sns_topic": {"oncall": {"kms_master_key_id": "${aws_kms_key.k.arn}"}}}, {"aws_kms_key": {"k": {}}}],
        "aws_sns_topic.oncall: the policy of its key does not let cloudwatch.amazonaws.com in",
    ),
    (
        "event-reaches-somebody",
        [{"aws_cloudwatch_event_rule": {"r": {"name": "failed"}}}],
        "aws_cloudwatch_event_rule.r: it has no target",
    ),
    (
        "event-reaches-somebody",
        [
            {"aws_cloudwatch_event_rule": {"r": {"name": "failed", "state": "DISABLED"}}},
            {"aws_cloudwatch_event_target": {"t": {"rule": "failed"}}},
        ],
        "aws_cloudwatch_event_rule.r: it is disabled",
    ),
    (
        "actions-possible",
        [alarms(errors=alarm(alarm_actions=[f"arn:aws:sns:us-east-1:123456789012:t{i}" for i in range(6)]))],
        "errors: 6 actions, and CloudWatch calls at most 5 when an alarm changes state",
    ),
    (
        "actions-possible",
        [alarms(errors=band(alarm_actions=["arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:x"]))],
        "errors: an alarm on an anomaly band can't scale a group",
    ),
    (
        "actions-possible",
        [composite("TRUE", alarm_actions=["arn:aws:automate:us-east-1:ec2:stop"])],
        "both: a composite alarm can't scale a group or act on an instance",
    ),
    (
        "actions-possible",
        [
            alarms(
                errors=alarm(
                    alarm_actions=["arn:aws:sns:us-east-1:123456789012:a", "arn:aws:sns:eu-west-1:123456789012:b"]
                )
            )
        ],
        "errors: it calls topics in eu-west-1 and us-east-1",
    ),
    ("alarm-has-description", [alarms(errors=alarm(alarm_description=" "))], "errors: it has no description"),
    (
        "alarm-has-runbook",
        [alarms(errors=alarm(alarm_description="Calls fail."))],
        "errors: its description links to no runbook",
    ),
    (
        "alarm-name-unique",
        [alarms(a=alarm(), b=alarm())],
        "errors: aws_cloudwatch_metric_alarm.a has the same name",
    ),
    (
        "condition-complete",
        [alarms(errors=alarm(threshold=None))],
        "errors: GreaterThanThreshold without a threshold is deployed with 0",
    ),
    (
        "condition-complete",
        [alarms(errors=alarm(comparison_operator="GreaterThanUpperThreshold"))],
        "errors: GreaterThanUpperThreshold without a band",
    ),
    (
        "condition-complete",
        [alarms(errors=band(comparison_operator="GreaterThanThreshold"))],
        "errors: GreaterThanThreshold with a band",
    ),
    (
        "condition-complete",
        [alarms(errors=band(threshold_metric_id="other"))],
        "errors: threshold_metric_id names no query: 'other'",
    ),
    (
        "condition-complete",
        [alarms(errors=alarm(metric_name=None, metric_query=[{"id": "E1", "expression": "1", "return_data": True}]))],
        "errors: 'E1' can't name a metric in an expression",
    ),
    (
        "condition-complete",
        [alarms(errors=alarm(metric_name=None, metric_query=[{"id": "e1", "expression": "1"}]))],
        "errors: 0 of its queries return data, and CloudWatch wants 1",
    ),
    ("condition-complete", [alarms(errors=alarm(metric_name=None))], "errors: it watches no metric"),
    (
        "condition-complete",
        [alarms(errors=alarm(metric_name=None, metric_query=[{"id": "e1", "return_data": True}]))],
        "errors: query 'e1' needs either an expression or a metric",
    ),
    (
        "window-legal",
        [alarms(errors=alarm(datapoints_to_alarm=4))],
        "errors: 4 of 3 can never happen",
    ),
    (
        "window-legal",
        [alarms(errors=alarm(period=300, evaluation_periods=289))],
        "errors: 289 periods of 5 minutes are 1445 minutes, and CloudWatch looks back at most 1 day with this period",
    ),
    ("window-legal", [alarms(errors=alarm(period=90))], "errors: 90 is not 10, 20, 30 or a multiple of 60"),
    (
        "metric-exists",
        [alarms(errors=alarm(metric_name="Erors"))],
        "errors: AWS/Lambda has no metric 'Erors' that this library knows",
    ),
    (
        "metric-exists",
        [alarms(errors=alarm(dimensions={"Function": "ranker"}))],
        "errors: AWS never publishes AWS/Lambda Errors with {Function}",
    ),
    (
        "metric-exists",
        [
            alarms(errors=alarm(namespace="Mine", metric_name="eror", dimensions={})),
            {
                "aws_cloudwatch_log_metric_filter": {
                    "f": {"metric_transformation": {"namespace": "Mine", "name": "error", "value": "1"}}
                }
            },
        ],
        "errors: no metric filter publishes Mine eror",
    ),
    (
        "metric-switched-on",
        [
            alarms(
                errors=alarm(
                    namespace="AWS/ApiGateway",
                    metric_name="5XXError",
                    dimensions={"ApiName": "model", "Stage": "prod", "Method": "POST", "Resource": "/"},
                )
            ),
            {"aws_api_gateway_rest_api": {"a": {"name": "model"}}},
        ],
        "errors: 5XXError per method needs detailed metrics",
    ),
    (
        "metric-switched-on",
        [
            alarms(
                errors=alarm(
                    namespace="AWS/AutoScaling",
                    metric_name="GroupInServiceInstances",
                    dimensions={"AutoScalingGroupName": "${aws_autoscaling_group.g.name}"},
                )
            ),
            {"aws_autoscaling_group": {"g": {"enabled_metrics": ["GroupMinSize"]}}},
        ],
        "errors: the group does not publish GroupInServiceInstances",
    ),
    (
        "silence-is-heard",
        [
            alarms(
                errors=alarm(
                    metric_name="Invocations",
                    comparison_operator="LessThanThreshold",
                    threshold=1,
                    treat_missing_data="notBreaching",
                )
            )
        ],
        "errors: it waits for a value of nothing, which is not published, and treats missing data as notBreaching",
    ),
    (
        "composite-rule-valid",
        [composite('ALARM("eror")')],
        "both: its rule names 'eror', which is not in this stack",
    ),
    (
        "composite-rule-valid",
        [composite('ALARM("${aws_cloudwatch_metric_alarm.gone.alarm_name}")')],
        "both: its rule refers to aws_cloudwatch_metric_alarm.gone, which is not in this stack",
    ),
    ("composite-rule-valid", [composite("ALARM(errors")], "both: its rule does not parse, at column 1: 'ALARM(errors'"),
    (
        "dashboard-within-limits",
        [{"aws_cloudwatch_dashboard": {"d": {"dashboard_name": "a b", "dashboard_body": "{}"}}}],
        "aws_cloudwatch_dashboard.d: 'a b' is no dashboard name",
    ),
    (
        "dashboard-within-limits",
        [
            {
                "aws_cloudwatch_dashboard": {
                    "d": {"dashboard_body": json.dumps({"widgets": [{"properties": {}} for _ in range(501)]})}
                }
            }
        ],
        "aws_cloudwatch_dashboard.d: 501 widgets, and a dashboard has at most 500",
    ),
    (
        "quotas",
        [alarms(**{f"a{i}": band(alarm_name=f"a{i}") for i in range(501)})],
        "stack: 501 anomaly detection bands; an account starts with 500 in a Region",
    ),
]


@pytest.mark.parametrize(("rule", "resources"), PASSES)
def test_passes(rule: str, resources: list[dict[str, dict[str, Any]]]) -> None:
    assert broken(rule, *resources) == []


@pytest.mark.parametrize(("rule", "resources", "found"), BREAKS)
def test_finds(rule: str, resources: list[dict[str, dict[str, Any]]], found: str) -> None:
    assert broken(rule, *resources) == [found]


def test_the_good_stack_breaks_no_rule() -> None:
    assert findings(stack()) == []


def test_every_rule_is_seen_to_find_something() -> None:
    elsewhere = {path.stem.removeprefix("test_").replace("_", "-") for path in Path(__file__).parent.glob("test_*.py")}
    assert {rule.name for rule in RULES} <= {rule for rule, _, _ in BREAKS} | elsewhere


def test_the_committed_stack_breaks_no_rule() -> None:
    for file in sorted((ROOT / "cdktf.out" / "stacks").glob("*/cdk.tf.json")):
        found = read(file)
        assert isinstance(found, Stack)
        assert [str(finding) for finding in findings(found)] == []


def test_every_rule_says_what_is_compliant_and_why() -> None:
    for rule in RULES:
        assert rule.compliant.endswith("."), rule.name
        assert len(rule.why) > 40, rule.name


def test_the_table_in_the_docs_is_made_from_the_rules() -> None:
    assert table() in (ROOT / "docs" / "rules.md").read_text()
