"""Each rule: what passes it, and what it finds."""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from syrupy.assertion import SnapshotAssertion

from constructs_lib.cli import main
from constructs_lib.rules import NAMES, RULES, explained, findings
from constructs_lib.terraform.reading import read
from constructs_lib.terraform.stack import Stack
from tests.rules.stacks import BAND, TOPIC, alarm, alarms, band, broken, stack
from tests.rules.test_cases import CASES, FOUND, filtered

ROOT = Path(__file__).parents[2]


def composite(rule: str, **options: Any) -> dict[str, dict[str, Any]]:
    described = alarm()["alarm_description"]
    values = {"alarm_name": "both", "alarm_description": described, "alarm_rule": rule, "alarm_actions": [TOPIC]}
    return {"aws_cloudwatch_composite_alarm": {"both": values | options}}


def dashboard(*metrics: int) -> dict[str, dict[str, Any]]:
    """One widget for each number, with so many metrics."""
    body = json.dumps({"widgets": [{"properties": {"metrics": [["AWS/Lambda"]] * number}} for number in metrics]})
    return {"aws_cloudwatch_dashboard": {"d": {"dashboard_body": body}}}


def policy(service: str, action: str | list[str] = "sns:Publish", effect: str = "Allow") -> str:
    statement = {"Effect": effect, "Principal": {"Service": service}, "Action": action, "Resource": "*"}
    return json.dumps({"Statement": [statement]})


def topic_policy(*statements: dict[str, Any]) -> dict[str, Any]:
    written = [{key: value for key, value in statement.items() if value is not None} for statement in statements]
    text = json.dumps({"Version": "2012-10-17", "Statement": written})
    return {"aws_sns_topic_policy": {"p": {"arn": TOPIC, "policy": text}}}


def subscription(**options: Any) -> dict[str, Any]:
    values = {"topic_arn": TOPIC, "protocol": "email", "endpoint": "oncall@example.com"}
    return {"aws_sns_topic_subscription": {"s": values | options}}


def settings(**options: Any) -> dict[str, Any]:
    return {"aws_api_gateway_method_settings": {"m": {"settings": options}}}


def ecs_cluster(insights: str) -> dict[str, Any]:
    setting = [{"name": "containerInsights", "value": insights}]
    return {"aws_ecs_cluster": {"c": {"name": "speech", "setting": setting}}}


def added(*ids: str) -> dict[str, Any]:
    """An alarm on the sum of counters; `e` begins the id of an expression."""
    metrics: list[dict[str, Any]] = [
        {"id": one, "expression": "m1 * 1"}
        if one[0] == "e"
        else {
            "id": one,
            "metric": {"namespace": "AWS/Lambda", "metric_name": name, "period": 60, "stat": "Sum",
                       "dimensions": {"FunctionName": "ranker"}},
        }
        for one, name in zip(ids, cycle(("Errors", "Throttles")), strict=False)
    ]  # fmt: skip
    result = {"id": "all", "expression": " + ".join(ids) if len(ids) > 1 else f"{ids[0]} + 1", "return_data": True}
    return alarm(metric_name=None, namespace=None, dimensions=None, period=None, statistic=None,
                 metric_query=[*metrics, result])  # fmt: skip


def learnt_every(seconds: int) -> list[dict[str, Any]]:
    """The queries of the alarm on a band, of a metric with another period."""
    learnt, read = BAND["metric_query"]
    return [learnt, read | {"metric": read["metric"] | {"period": seconds}}]


def with_result(expression: str) -> dict[str, Any]:
    """An alarm on an expression over m1."""
    made = added("m1")
    *metrics, result = made["metric_query"]
    return made | {"metric_query": [*metrics, result | {"expression": expression}]}


def asking(query: str = 'SELECT MAX(Errors) FROM SCHEMA("AWS/Lambda", FunctionName)', **options: Any) -> dict[str, Any]:
    """An alarm on a query of Metrics Insights."""
    period = options.pop("period", 60)
    queries = [{"id": "q", "expression": query, "period": period, "return_data": True}]
    none = dict.fromkeys(("metric_name", "namespace", "dimensions", "period", "statistic"))
    return alarm(**none, metric_query=queries, **options)


def unusual(kind: str, frequency: str) -> dict[str, Any]:
    """A subscription of Cost Anomaly Detection."""
    values = {"frequency": frequency, "subscriber": [{"type": kind, "address": "a"}]}
    return {"aws_ce_anomaly_subscription": {"a": values}}


def of_filter(**options: Any) -> dict[str, Any]:
    """An alarm on what FILTER publishes: 1 for a line that matches, else 0."""
    return alarm(namespace="App", metric_name="Errors", dimensions={}, **options)


def webhook(url: str) -> dict[str, Any]:
    return {"aws_sns_topic_subscription": {"hook": {"topic_arn": TOPIC, "protocol": "https", "endpoint": url}}}


FROM_ALARMS: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": "sns:Publish",
    "Resource": "*",
    "Condition": {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"},
    },
}
ONLY_TLS: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "sns:Publish",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
BELOW = "LessThanThreshold"
SENT = "NumberOfMessagesSent"
FILTERS = "aws_cloudwatch_log_metric_filter"
OF_Q = "${aws_cloudwatch_event_rule.q.name}"
TWO_RULES = {name: {"name": name, "event_pattern": "{}"} for name in "qr"}
FEW = {"comparison_operator": BELOW}
NO_LINES = "a log without a line publishes nothing, not even a default value, and it treats missing data as"
SCALES_ELSEWHERE = "arn:aws:autoscaling:eu-west-1:123456789012:scalingPolicy:x"
SIZE = alarm(
    namespace="AWS/AutoScaling",
    metric_name="GroupInServiceInstances",
    dimensions={"AutoScalingGroupName": "fleet"},
    statistic="Maximum",
)
AGE = alarm(
    namespace="AWS/SQS",
    metric_name="ApproximateAgeOfOldestMessage",
    dimensions={"QueueName": "jobs"},
    period=300,
)
GROUP: dict[str, Any] = {
    "aws_autoscaling_group": {
        "other": {"name": "other", "enabled_metrics": ["GroupInServiceInstances"]},
        "fleet": {"name": "fleet"},
    }
}
HTTP_ROUTE: dict[str, Any] = {
    "namespace": "AWS/ApiGateway",
    "metric_name": "5xx",
    "dimensions": {"ApiId": "${aws_apigatewayv2_api.a.id}", "Stage": "$default", "Method": "POST", "Resource": "/rank"},
}
TASKS: dict[str, Any] = {
    "namespace": "ContainerInsights",
    "metric_name": "RunningTaskCount",
    "dimensions": {"ClusterName": "speech", "ServiceName": "transcribers"},
}

PER_METHOD: dict[str, Any] = {
    "namespace": "AWS/ApiGateway",
    "metric_name": "5XXError",
    "dimensions": {"ApiName": "model", "Stage": "prod", "Method": "POST", "Resource": "/"},
}
API = {"aws_api_gateway_rest_api": {"other": {"name": "other"}, "a": {"name": "model"}}}
FILTER = filtered(default_value="0")
CHILD = "${aws_cloudwatch_metric_alarm.errors.alarm_name}"
SILENT = alarms(errors=alarm(alarm_actions=[]))
UNKNOWN = "${(known after apply)}"

MUTED_ALWAYS: dict[str, Any] = {
    "name": "always",
    "rule": [{"schedule": [{"expression": "cron(0 2 * * *)", "duration": "P1D"}]}],
    "mute_targets": [{"alarm_names": ["errors"]}],
}

PROMQL: dict[str, Any] = {
    "alarm_name": "hot",
    "alarm_description": "Hot.\nRunbook: https://runbooks.example.com/hot",
    "evaluation_criteria": [{"promql_criteria": [{"query": "avg(gpu_utilization) > 90", "pending_period": 300}]}],
    "evaluation_interval": 60,
    "alarm_actions": [TOPIC],
}
BY_THE_CLOCK = {"evaluation_window": [{"wall_clock_window": [{"timezone": "Europe/Berlin"}]}]}

PASSES: list[tuple[str, list[dict[str, dict[str, Any]]]]] = [
    ("alarm-has-receiver", [SILENT, composite(f'ALARM("{CHILD}")')]),
    ("condition-complete", [alarms(hot=PROMQL)]),
    ("window-legal", [alarms(hot=PROMQL)]),
    ("window-legal", [alarms(errors=alarm(period=300, **BY_THE_CLOCK))]),
    ("alarm-has-receiver", [SILENT, composite('ALARM("errors")')]),
    ("alarm-has-receiver", [SILENT, composite("TRUE", actions_suppressor={"alarm": "errors"})]),
    ("alarm-has-receiver", [alarms(errors=alarm(alarm_actions=UNKNOWN))]),
    ("topic-has-subscriber", [alarms(errors=alarm(alarm_actions=["arn:aws:sns:us-east-1:123456789012:x"]))]),
    ("topic-has-subscriber", [SILENT, {"aws_sns_topic_subscription": {}}]),
    ("subscription-confirmed", [webhook("https://alarms.example.com/aws")]),
    ("subscription-confirmed", [webhook("${var.pagerduty_url}")]),
    ("subscription-confirmed", [webhook(UNKNOWN)]),
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
    ("topic-lets-cloudwatch-publish", [topic_policy(FROM_ALARMS)]),
    ("topic-lets-cloudwatch-publish", [topic_policy(FROM_ALARMS | {"Resource": TOPIC})]),
    ("topic-lets-cloudwatch-publish", [topic_policy(FROM_ALARMS | {"Resource": "${aws_sns_topic.other.arn}"})]),
    ("topic-lets-cloudwatch-publish", [topic_policy(FROM_ALARMS | {"Condition": "${var.condition}"})]),
    ("topic-lets-cloudwatch-publish", [topic_policy(FROM_ALARMS, ONLY_TLS)]),
    (
        "event-has-target",
        [
            {"aws_cloudwatch_event_rule": {"r": {"name": "failed"}}},
            {"aws_cloudwatch_event_target": {"t": {"rule": "${aws_cloudwatch_event_rule.r.name}"}}},
        ],
    ),
    (
        "event-has-target",
        [
            {"aws_cloudwatch_event_rule": {"r": {"name": "failed"}}},
            {"aws_cloudwatch_event_target": {"t": {"rule": "failed"}}},
        ],
    ),
    ("actions-possible", [alarms(errors=alarm(alarm_actions=["${aws_autoscaling_policy.out.arn}"]))]),
    ("alarm-has-runbook", [alarms(e=alarm(alarm_description="-", alarm_actions=["${aws_autoscaling_policy.o.arn}"]))]),
    ("alarm-has-runbook", [alarms(errors=alarm(alarm_description=UNKNOWN))]),
    ("alarm-has-runbook", [alarms(errors=alarm(alarm_description="See ${var.runbook}"))]),
    ("alarm-has-runbook", [alarms(errors=alarm(alarm_description="See ${aws_ssm_parameter.runbook.value}"))]),
    (
        "alarm-has-runbook",
        [
            alarms(errors=alarm(alarm_description="See ${aws_ssm_parameter.runbook.value}")),
            {"aws_ssm_parameter": {"runbook": {"name": "runbook", "value": "https://runbooks.example.com/errors"}}},
        ],
    ),
    ("alarm-name-unique", [alarms(a=alarm(alarm_name=UNKNOWN), b=alarm(alarm_name=UNKNOWN))]),
    ("condition-complete", [alarms(errors=band())]),
    ("condition-complete", [alarms(errors=alarm(threshold="${var.limit}"))]),
    ("condition-complete", [alarms(errors=alarm(threshold=0))]),
    ("window-legal", [alarms(errors=alarm(period=3600, evaluation_periods=168))]),
    ("window-legal", [alarms(errors=alarm(period="${var.period}", evaluation_periods="${var.n}"))]),
    ("composite-rule-valid", [composite(f"((((({' OR '.join(['ALARM(errors)'] * 602)})))))")]),
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
            {"aws_api_gateway_method_settings": {"a": {"settings": {"metrics_enabled": True}}}},
        ],
    ),
    ("burst-counts-once", [alarms(errors=alarm(datapoints_to_alarm=2))]),
    ("burst-counts-once", [alarms(errors=alarm(period=300))]),
    ("burst-counts-once", [alarms(errors=alarm(period=300, datapoints_to_alarm=1))]),
    ("burst-counts-once", [alarms(errors=alarm(period=300, datapoints_to_alarm=2, **BY_THE_CLOCK))]),
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
    ("dashboard-within-limits", [{"aws_cloudwatch_dashboard": {"d": {"dashboard_body": "[]"}}}]),
    ("dashboard-within-limits", [{"aws_cloudwatch_dashboard": {"d": {"dashboard_body": None}}}]),
    ("dashboard-within-limits", [dashboard(*[500] * 5, *[0] * 495)]),
    ("composite-rule-valid", [composite(" OR ".join(f"ALARM(a{n})" for n in range(100)), alarm_actions=[])]),
    ("composite-rule-valid", [composite("ALARM(${aws_cloudwatch_metric_alarm})")]),
    ("statistic-fits", [alarms(errors=AGE | {"threshold": 0})]),
    ("actions-possible", [alarms(errors=alarm(alarm_actions=["arn:aws:sns:us-east-1:1:a", SCALES_ELSEWHERE]))]),
    ("actions-possible", [alarms(errors=alarm(alarm_actions=["arn:aws:sns:us-east-1:1:a", "${var.topic}"]))]),
    ("metric-switched-on", [alarms(errors=SIZE | {"dimensions": {"AutoScalingGroupName": ""}}), GROUP]),
    ("metric-switched-on", [alarms(errors=alarm(**TASKS)), ecs_cluster("enhanced")]),
    ("metric-switched-on", [alarms(errors=alarm(**TASKS)), {"aws_ecs_cluster": {"c": {"name": "speech"}}}]),
    ("metric-switched-on", [alarms(errors=alarm(**HTTP_ROUTE)), {"aws_apigatewayv2_api": {"a": {"name": "model"}}}]),
    ("metric-switched-on", [alarms(errors=alarm(**PER_METHOD)), API, settings(metrics_enabled="${var.detailed}")]),
    ("subscription-takes-alarms", [subscription(filter_policy="{")]),
    ("subscription-takes-alarms", [subscription(filter_policy='{"severity": [{"exists": false}]}')]),
    ("subscription-takes-alarms", [subscription(filter_policy='["severity"]')]),
    ("sum-of-sparse-counters", [alarms(errors=added("m1", "e2"))]),
    ("sum-of-sparse-counters", [alarms(errors=added("m1"))]),
    ("limit-above-health", [alarms(errors=alarm(statistic="SampleCount", comparison_operator=BELOW, threshold=1))]),
    ("limit-reachable", [FILTER, alarms(errors=of_filter(statistic="Maximum", threshold=0))]),
    ("limit-reachable", [filtered(value="-1", default_value="0"), alarms(errors=of_filter(statistic="Maximum"))]),
    (
        "event-has-target",
        [{"aws_cloudwatch_event_rule": TWO_RULES, "aws_cloudwatch_event_target": {"t": {"rule": "${var.rule}"}}}],
    ),
    (
        "subscription-takes-alarms",
        [
            {
                "aws_sns_topic_subscription": {
                    "any": {"topic_arn": UNKNOWN, "protocol": "email", "endpoint": "a@example.com"},
                    **subscription(filter_policy='{"severity": ["critical"]}')["aws_sns_topic_subscription"],
                }
            }
        ],
    ),
    ("window-legal", [alarms(errors=alarm(period=30))]),
    ("quotas", [alarms(**{f"a{i}": asking(alarm_name=f"a{i}") for i in range(200)})]),
    ("silence-is-heard", [alarms(errors=AGE | {"comparison_operator": BELOW, "threshold": 1})]),
    ("budget-is-heard", [unusual("EMAIL", "DAILY"), unusual("SNS", "IMMEDIATE")]),
    ("condition-complete", [alarms(errors=added(*(f"m{n}" for n in range(10))))]),
    ("alarm-has-receiver", [SILENT, composite('ALARM("arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors")')]),
    (
        "alarm-has-receiver",
        [alarms(errors=alarm(alarm_name='er"r', alarm_actions=[])), composite('ALARM("er\\"r")')],
    ),
]  # fmt: skip

BREAKS: list[tuple[str, list[dict[str, dict[str, Any]]], str]] = [
    ("alarm-has-receiver", [SILENT], "errors: it has no receiver"),
    ("alarm-has-receiver", [alarms(errors=alarm(actions_enabled=False))], "errors: its actions are switched off"),
    (
        "topic-has-subscriber",
        [{"aws_sns_topic_subscription": {}}],
        "aws_sns_topic.oncall: alarms publish to it, but it has no reader",
    ),
    (
        "subscription-confirmed",
        [webhook("https://hooks.slack.com/services/T0/B0/x")],
        "aws_sns_topic_subscription.hook: a webhook of hooks.slack.com never confirms SNS's subscription",
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
    *(
        (
            "topic-lets-cloudwatch-publish",
            [topic_policy(*statements)],
            "aws_sns_topic.oncall: its policy does not let cloudwatch.amazonaws.com publish",
        )
        for statements in (
            [FROM_ALARMS | {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:events:*:*:rule/*"}}}],
            [FROM_ALARMS | {"Resource": "arn:aws:sns:us-east-1:123456789012:another"}],
            [FROM_ALARMS | {"NotAction": "sns:Publish", "Action": None}],
            [FROM_ALARMS, ONLY_TLS | {"Condition": {"StringLike": {"aws:SourceArn": "arn:*:cloudwatch:*"}}}],
        )
    ),
    (
        "topic-lets-cloudwatch-publish",
        [
            {"aws_sns_topic": {"oncall": {"kms_master_key_id": "${aws_kms_key.k.arn}"}}},
            {"aws_kms_key": {"k": {"policy": policy("cloudwatch.amazonaws.com", "kms:GenerateDataKey*")}}},
        ],
        "aws_sns_topic.oncall: the policy of its key does not let cloudwatch.amazonaws.com in",
    ),
    (
        "topic-lets-cloudwatch-publish",
        [{"aws_sns_topic": {"oncall": {"kms_master_key_id": "${aws_kms_key.k.arn}"}}}, {"aws_kms_key": {"k": {}}}],
        "aws_sns_topic.oncall: the policy of its key does not let cloudwatch.amazonaws.com in",
    ),
    (
        "event-has-target",
        [{"aws_cloudwatch_event_rule": {"r": {"name": "failed"}}}],
        "aws_cloudwatch_event_rule.r: it has no target",
    ),
    (
        "event-has-target",
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
        [
            alarms(errors=alarm(alarm_description="${aws_lambda_function.f.function_name} fails")),
            {"aws_lambda_function": {"f": {"function_name": "ranker"}}},
        ],
        "errors: its description links to no runbook",
    ),
    (
        "alarm-has-runbook",
        [alarms(errors=alarm(alarm_description="${aws_lambda_function.elsewhere.function_name} fails"))],
        "errors: its description links to no runbook",
    ),
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
        "errors: 289 periods of 5 minutes are 1,445 minutes, and CloudWatch looks back at most 1 day with this period",
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
        "actions-possible",
        [
            alarms(
                errors=alarm(
                    metric_name=None,
                    namespace=None,
                    dimensions=None,
                    period=None,
                    statistic=None,
                    metric_query=[{"id": "e", "expression": "TIME_SERIES(1)", "return_data": True}],
                    alarm_actions=["arn:aws:automate:us-east-1:ec2:stop"],
                )
            )
        ],
        "errors: an alarm on a math expression can't act on an instance",
    ),
    (
        "composite-rule-valid",
        [composite(" OR ".join(["ALARM(errors)"] * 603))],
        "both: its rule has 10247 characters",
    ),
    (
        "composite-rule-valid",
        [composite(" OR ".join(f"ALARM(errors-{number})" for number in range(101)), alarm_actions=[])],
        "both: it is made of 101 alarms",
    ),
    (
        "composite-rule-valid",
        [composite("ALARM(errors) ")],
        "both: its rule begins or ends with blanks, which PutCompositeAlarm refuses",
    ),
    (
        "composite-rule-valid",
        [composite('ALARM("arn:aws:cloudwatch:us-east-1:123456789012:alarm:eror")')],
        "both: its rule names 'eror', which is not in this stack",
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
        "composite-rule-valid",
        [composite('ALARM("!first") OR ALARM(${aws_cloudwatch_metric_alarm.gone.alarm_name})', alarm_actions=[])],
        "both: its rule refers to aws_cloudwatch_metric_alarm.gone, which is not in this stack",
    ),
    (
        "actions-possible",
        [alarms(errors=alarm(region="eu-west-1")), {"aws_sns_topic": {"oncall": {"region": "us-east-1"}}}],
        "errors: it calls topics in us-east-1 and is in eu-west-1",
    ),
    (
        "metric-switched-on",
        [
            alarms(errors=alarm(**HTTP_ROUTE)),
            {
                "aws_apigatewayv2_api": {"a": {"name": "model"}},
                "aws_apigatewayv2_stage": {"s": {"default_route_settings": {"detailed_metrics_enabled": False}}},
            },
        ],
        "errors: 5xx per route needs detailed metrics",
    ),
    (
        "metric-switched-on",
        [alarms(errors=alarm(**TASKS)), ecs_cluster("disabled")],
        "errors: RunningTaskCount needs Container Insights, which the cluster has switched off",
    ),
    (
        "metric-switched-on",
        [alarms(errors=SIZE), GROUP],
        "errors: the group does not publish GroupInServiceInstances",
    ),
    (
        "metric-switched-on",
        [alarms(errors=alarm(**PER_METHOD)), API, settings(data_trace_enabled=False)],
        "errors: 5XXError per method needs detailed metrics",
    ),
    (
        "subscription-takes-alarms",
        [
            {"aws_sns_topic": {"quiet": {"name": "quiet"}, "oncall": {"name": "oncall"}}},
            subscription(filter_policy='{"severity": ["critical"]}', filter_policy_scope="MessageAttributes"),
        ],
        "aws_sns_topic_subscription.s: its filter policy asks for message attributes, and alarms have none",
    ),
    (
        "sum-of-sparse-counters",
        [alarms(errors=added("m1", "m2"))],
        "errors: m1 + m2 may have no value where one of them has none",
    ),
    (
        "limit-reachable",
        [FILTER, alarms(errors=of_filter(statistic="Maximum", threshold=1))],
        "errors: highest App Errors is never above 1, and it waits for above 1",
    ),
    (
        "statistic-fits",
        [alarms(errors=AGE | {"threshold": 1})],
        "errors: Sum of AWS/SQS ApproximateAgeOfOldestMessage adds its samples",
    ),
    (
        "metric-exists",
        [filtered(dimensions={"org": "$.org", "zone": "$.zone"}), alarms(errors=of_filter(statistic="Sum"))],
        "errors: the metric filter publishes App Errors with {org, zone}, and it reads no dimensions",
    ),
    (
        "limit-above-health",
        [alarms(errors=alarm(statistic="Average", comparison_operator=BELOW, threshold=1))],
        "errors: average errors of Lambda function ranker is below 1 while nothing fails",
    ),
    (
        "limit-above-health",
        [alarms(errors=alarm(statistic="Maximum", comparison_operator=BELOW, threshold=1))],
        "errors: highest errors of Lambda function ranker is below 1 while nothing fails",
    ),
    (
        "dashboard-within-limits",
        [{"aws_cloudwatch_dashboard": {"d": {"dashboard_name": "a b", "dashboard_body": "{}"}}}],
        "aws_cloudwatch_dashboard.d: 'a b' is not a valid name",
    ),
    (
        "dashboard-within-limits",
        [dashboard(*[0] * 501)],
        "aws_cloudwatch_dashboard.d: 501 widgets, and a dashboard has at most 500",
    ),
    (
        "dashboard-within-limits",
        [dashboard(*[499] * 5, 6)],
        "aws_cloudwatch_dashboard.d: 2501 metrics, and a dashboard has at most 2500",
    ),
    (
        "dashboard-within-limits",
        [dashboard(501)],
        "aws_cloudwatch_dashboard.d: 501 metrics in one widget, and at most 500 fit",
    ),
    (
        "window-legal",
        [alarms(errors=alarm(period=120, **BY_THE_CLOCK))],
        "errors: 2 minutes is not a period that follows the clock",
    ),
    (
        "burst-counts-once",
        [alarms(errors=alarm(period=300, datapoints_to_alarm=2))],
        (
            "errors: it asks for 2 of 3 periods of 5 minutes: a burst across the border of two counts twice, and the "
            "alarm flaps"
        ),
    ),
    (
        "mute-ends",
        [{"aws_cloudwatch_alarm_mute_rule": {"always": MUTED_ALWAYS}}],
        "aws_cloudwatch_alarm_mute_rule.always: it mutes its alarms always (P1D from cron(0 2 * * *) UTC)",
    ),
    (
        "quotas",
        [alarms(**{f"a{i}": band(alarm_name=f"a{i}") for i in range(501)})],
        "stack: 501 anomaly detection bands; an account starts with 500 in a Region",
    ),
    (
        "quotas",
        [alarms(**{f"a{i}": asking(alarm_name=f"a{i}") for i in range(201)})],
        "stack: 201 alarms on Metrics Insights queries; an account starts with 200 in a Region",
    ),
    (
        "window-legal",
        [alarms(errors=asking(period=7200))],
        "errors: 3 periods of 2 hours are more than the 3 hours that a query in an alarm reads",
    ),
    (
        "metric-exists",
        [alarms(errors=asking('SELECT SUM(Errors) FROM "AWS/Lambda" GROUP BY Colour'))],
        "errors: AWS never publishes AWS/Lambda Errors with {Colour}",
    ),
    (
        "condition-complete",
        [alarms(errors=added(*(f"m{n}" for n in range(11))))],
        "errors: it reads 11 metrics",
    ),
    (
        "silence-is-heard",
        [alarms(errors=alarm(statistic="SampleCount", comparison_operator=BELOW, threshold=1, metric_name="Duration"))],
        "errors: it waits for a value of nothing, which is not published, and treats missing data as missing",
    ),
    (
        "log-silence-is-heard",
        [
            FILTER,
            alarms(errors=of_filter(statistic="SampleCount", comparison_operator=BELOW, treat_missing_data="ignore")),
        ],
        f"errors: {NO_LINES} ignore",
    ),
    (
        "log-silence-is-heard",
        [FILTER, alarms(errors=of_filter(**FEW))],
        f"errors: {NO_LINES} missing",
    ),
    (
        "event-has-target",
        [
            {
                "aws_cloudwatch_event_rule": {"q": TWO_RULES["q"]},
                "aws_cloudwatch_event_target": {"t": {"rule": "elsewhere"}},
            }
        ],
        "aws_cloudwatch_event_rule.q: it has no target",
    ),
    (
        "event-has-target",
        [{"aws_cloudwatch_event_rule": TWO_RULES, "aws_cloudwatch_event_target": {"t": {"rule": OF_Q}}}],
        "aws_cloudwatch_event_rule.r: it has no target",
    ),
    (
        "alarm-name-unique",
        [alarms(a=alarm(alarm_name=UNKNOWN), b=alarm(), c=alarm())],
        "errors: aws_cloudwatch_metric_alarm.b has the same name",
    ),
    (
        "expression-valid",
        [alarms(errors=with_result("m1 + m9"))],
        "errors: 'm9' is not a metric of the expression",
    ),
    (
        "metric-filter-valid",
        [
            {
                FILTERS: {
                    "asked": {**FILTER[FILTERS]["f"], "pattern": "${var.pattern}"},
                    **filtered("{ $.a = 1")[FILTERS],
                }
            }
        ],
        f"{FILTERS}.f: '{{ $.a = 1', column 10: the pattern ends, where `}}`, `&&` or `||` is allowed",
    ),
    (
        "dead-letters-counted",
        [
            alarms(errors=AGE | {"metric_name": SENT, "dimensions": {"QueueName": "dead"}}),
            {
                "aws_sqs_queue": {"dead": {"name": "dead"}},
                "aws_sqs_queue_redrive_policy": {
                    "p": {"redrive_policy": '{"deadLetterTargetArn": "${aws_sqs_queue.dead.arn}"}'}
                },
            },
        ],
        f"errors: aws_sqs_queue.dead is a dead-letter queue, and {SENT} does not count what is moved there",
    ),
    (
        "window-legal",
        [alarms(errors=band(metric_query=learnt_every(30)))],
        "errors: 30 is a high-resolution period, and CloudWatch learns no band for those",
    ),
    (
        "budget-is-heard",
        [unusual("EMAIL", "IMMEDIATE")],
        "aws_ce_anomaly_subscription.a: mails at once, which AWS refuses",
    ),
    (
        "budget-is-heard",
        [unusual("SNS", "WEEKLY")],
        "aws_ce_anomaly_subscription.a: calls a topic WEEKLY, which AWS refuses",
    ),
    (
        "event-has-target",
        [
            {"aws_cloudwatch_event_rule": {"r": {"name": "failed", "is_enabled": False}}},
            {"aws_cloudwatch_event_target": {"t": {"rule": "failed"}}},
        ],
        "aws_cloudwatch_event_rule.r: it is disabled",
    ),
]


def test_no_file_is_no_silent_success() -> None:
    result = CliRunner().invoke(main, ["rules"])
    assert (result.exit_code, "name at least one file" in result.output) == (2, True)


MISSPELT = ("Eror", "errors", "Invocation", "Duratoin", "Thottles")


@pytest.mark.parametrize("name", MISSPELT)
def test_a_slip_of_the_pen_is_found(name: str) -> None:
    assert len(broken("metric-exists", alarms(errors=alarm(metric_name=name)))) == 1


@pytest.mark.parametrize(
    ("name", "found"),
    [("error", True), ("erorrs", True), ("Errors", True), ("api-errors", False), ("errors5xx", False)],
)
def test_another_metric_of_an_application_is_not_a_slip_of_the_pen(name: str, found: bool) -> None:
    published = {"metric_transformation": {"namespace": "Mine", "name": "errors", "value": "1"}}
    reads = alarms(errors=alarm(namespace="Mine", metric_name=name, dimensions={}))
    assert bool(broken("metric-exists", reads, {"aws_cloudwatch_log_metric_filter": {"f": published}})) is found


QUIET = alarm(alarm_actions=[])
QUERIES: dict[str, Any] = dict.fromkeys(("metric_name", "namespace", "dimensions", "period", "statistic"))
EACH = alarm(for_each="${var.x}", alarm_name="app-${each.key}-errors")
ELSEWHERE: dict[str, Any] = {"aws_sns_topic_subscription": {}}
NAMED = ["${aws_cloudwatch_metric_alarm.a.alarm_name}"]
CHANGES = json.dumps({"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]})
ANYBODY = {"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["SNS:*"], "Resource": "*"}}
CLOUDWATCH = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": ["cloudwatch.amazonaws.com"]}, "Action": "kms:*"}]
}


def watching(namespace: str, name: str, *dimensions: str) -> dict[str, dict[str, Any]]:
    return alarms(a=alarm(namespace=namespace, metric_name=name, dimensions=dict.fromkeys(dimensions, "x")))


LEGAL: dict[str, list[dict[str, Any]]] = {
    "comments": [{"//": "all of it", "aws_cloudwatch_metric_alarm": {"//": "one", "a": alarm()}}],
    "numbers and flags as text": [
        alarms(a=alarm(threshold="5", evaluation_periods="3", period="60", actions_enabled="true"))
    ],
    "a query as an object": [
        alarms(
            a=alarm(
                **QUERIES, metric_query={"id": "m", "return_data": "true", "metric": BAND["metric_query"][1]["metric"]}
            )
        ),
    ],
    "queries made of a variable": [
        alarms(a=alarm(**QUERIES, dynamic={"metric_query": {"for_each": "${var.q}", "content": {}}}))
    ],
    "queries made of a variable, as a list": [
        alarms(a=alarm(**QUERIES, dynamic=[{"metric_query": [{"for_each": "${var.q}", "content": [{}]}]}]))
    ],
    "actions as an expression": [alarms(a=alarm(alarm_actions="${compact([var.a, var.b])}"))],
    "one name in two Regions": [alarms(a=alarm(), b=alarm(provider="aws.eu"), c=alarm(region="eu-west-1"))],
    "one or the other": [alarms(a=alarm(count="${var.x ? 1 : 0}"), b=alarm(count="${var.x ? 0 : 1}"))],
    "a rule joined of alarms": [
        alarms(a=QUIET),
        composite('${join(" OR ", [for a in aws_cloudwatch_metric_alarm.a : "ALARM(${a.alarm_name})"])}'),
    ],
    "a rule of a local value": [alarms(a=QUIET), composite("${local.rule}")],
    "a rule with an expression in it": [alarms(a=alarm()), composite("ALARM(errors) OR ${local.rule}")],
    "a rule with an index": [
        alarms(a=EACH | {"alarm_actions": []}),
        composite('ALARM("${aws_cloudwatch_metric_alarm.a["x"].alarm_name}")'),
    ],
    "one of many by its name": [alarms(a=EACH), composite('ALARM("app-web-errors")')],
    "an alarm of a module": [{"module": {"x": {"source": "./x"}}}, composite('ALARM("of-x")')],
    "an alarm for a module": [alarms(a=QUIET), {"module": {"x": {"source": "./x", "alarms": NAMED}}}],
    "an ECS deployment's": [alarms(a=QUIET), {"aws_ecs_service": {"s": {"alarms": {"alarm_names": NAMED}}}}],
    "a SageMaker deployment's": [
        alarms(a=QUIET),
        {"aws_sagemaker_endpoint": {"e": {"deployment_config": [{"alarms": {"alarm_name": NAMED[0]}}]}}},
    ],
    "a deployment's by name": [
        alarms(a=QUIET),
        {"aws_codedeploy_deployment_group": {"g": {"alarm_configuration": [{"alarms": ["errors"]}]}}},
    ],
    "a health check's": [alarms(a=QUIET), {"aws_route53_health_check": {"h": {"cloudwatch_alarm_name": NAMED[0]}}}],
    "alarms that an event rule hears of": [
        alarms(a=QUIET),
        {"aws_cloudwatch_event_rule": {"r": {"name": "r", "is_enabled": "true", "event_pattern": CHANGES}}},
        {"aws_cloudwatch_event_target": {"t": {"rule": "${aws_cloudwatch_event_rule.r.id}", "arn": "x"}}},
    ],
    "targets for each of a list": [
        {"aws_cloudwatch_event_rule": {"r": {"name_prefix": "r"}}},
        {"aws_cloudwatch_event_target": {"t": {"for_each": "${local.rules}", "rule": "${each.value}", "arn": "x"}}},
    ],
    "chat": [ELSEWHERE, {"aws_chatbot_slack_channel_configuration": {"c": {"sns_topic_arns": [TOPIC]}}}],
    "subscribed by a module": [ELSEWHERE, {"module": {"people": {"source": "./people", "topic": TOPIC}}}],
    "subscriptions for each of a list": [
        {"aws_sns_topic_subscription": {"s": {"for_each": "${local.topics}", "topic_arn": "${each.value}"}}}
    ],
    "the policy that SNS itself gives": [
        {"aws_sns_topic_policy": {"p": {"arn": TOPIC, "policy": json.dumps(ANYBODY)}}},
    ],
    "a key with its policy apart": [
        {"aws_sns_topic": {"oncall": {"kms_master_key_id": "${aws_kms_key.k.arn}"}}},
        {"aws_kms_key": {"k": {}}},
        {"aws_kms_key_policy": {"k": {"key_id": "${aws_kms_key.k.id}", "policy": json.dumps(CLOUDWATCH)}}},
    ],
    "a group that publishes what a variable says": [
        watching("AWS/AutoScaling", "GroupTotalInstances", "AutoScalingGroupName"),
        {"aws_autoscaling_group": {"x": {"name": "x", "enabled_metrics": "${var.metrics}"}}},
    ],
    "a metric of one's own beside a filter's": [
        watching("App", "Latency"),
        {"aws_cloudwatch_log_metric_filter": {"f": {"metric_transformation": {"namespace": "App", "name": "Errors"}}}},
    ],
    "a dashboard of something else": [
        {
            "aws_cloudwatch_dashboard": {
                "d": {"dashboard_body": '{"widgets": [{"properties": null}, 1]}'},
                "e": {"dashboard_body": '{"widgets": null}'},
            }
        },
    ],
    "an HTTP API": [watching("AWS/ApiGateway", "Count", "ApiId")],
    "an HTTP API's errors": [watching("AWS/ApiGateway", "4xx", "ApiId")],
    "burst credits": [watching("AWS/EC2", "CPUCreditBalance", "InstanceId")],
    "a queue's empty reads": [watching("AWS/SQS", "NumberOfMessagesReceived", "QueueName")],
    "an event bus of one's own": [watching("AWS/Events", "FailedInvocations", "EventBusName", "RuleName")],
    "a delivery to elsewhere": [watching("AWS/Firehose", "DeliveryToSplunk.DataFreshness", "DeliveryStreamName")],
    "an asynchronous endpoint": [watching("AWS/SageMaker", "ApproximateBacklogSizePerInstance", "EndpointName")],
}


@pytest.mark.parametrize("resources", LEGAL.values(), ids=LEGAL.keys())
def test_unusual_and_legal(resources: list[dict[str, Any]]) -> None:
    found = stack(*resources)
    assert [str(finding) for finding in findings(found)] == []


@pytest.mark.parametrize(("rule", "resources"), PASSES)
def test_passes(rule: str, resources: list[dict[str, dict[str, Any]]]) -> None:
    assert broken(rule, *resources) == []


@pytest.mark.parametrize(("rule", "resources", "found"), BREAKS)
def test_finds(rule: str, resources: list[dict[str, dict[str, Any]]], found: str) -> None:
    assert broken(rule, *resources) == [found]


def test_every_finding_reads_well(snapshot: SnapshotAssertion) -> None:
    """All of them with their fixes, word by word, where a review can read them."""
    wrong = [(rule, stack(*resources)) for rule, resources, _ in BREAKS]
    wrong += [(found.rule, stack(found.wrong)) for (found,) in (parameter.values for parameter in CASES)]
    said: dict[str, dict[str, None]] = {rule.name: {} for rule in RULES}
    for rule, judged in wrong:
        said[rule] |= {f"  {finding.subject}: {finding.problem}": None for finding in NAMES[rule].findings(judged)}
    assert "\n".join(line for rule, lines in said.items() for line in (rule, *lines)) == snapshot


IN_FRONT: dict[str, dict[str, Any]] = {
    "good": alarm(alarm_name="good"),
    "band": band(alarm_name="band"),
    "asked": alarm(alarm_name="asked", metric_name="${var.metric}", unit="${var.unit}"),
    "sized": SIZE | {"alarm_name": "sized", "dimensions": {"AutoScalingGroupName": "theirs"}},
    "scales": alarm(alarm_name="scales", alarm_description="-", alarm_actions=[SCALES_ELSEWHERE]),
    "computed": added("m1") | {"alarm_name": "computed"},
    "apart": alarm(alarm_name="apart", dimensions="${var.dimensions}"),
    "child": alarm(alarm_name="child", alarm_actions=[]),
}
"""Alarms on which each rule has nothing to say, and leaves off early."""


@pytest.mark.parametrize(
    ("rule", "resources", "found"), [case for case in BREAKS if case[0] not in ("quotas", "alarm-name-unique")]
)
def test_finds_it_behind_others(rule: str, resources: list[dict[str, dict[str, Any]]], found: str) -> None:
    merged = {kind: named for kinds in resources for kind, named in kinds.items()}
    written = merged.get("aws_cloudwatch_metric_alarm", alarms(errors=alarm())["aws_cloudwatch_metric_alarm"])
    parent = composite("ALARM(child)", alarm_name="parent")["aws_cloudwatch_composite_alarm"]["both"]
    composites = {"parent": parent} | merged.get("aws_cloudwatch_composite_alarm", {})
    crowded = merged | alarms(**IN_FRONT, **written) | {"aws_cloudwatch_composite_alarm": composites}
    assert found in broken(rule, crowded)


def test_the_good_stack_breaks_no_rule() -> None:
    assert findings(stack()) == []


def test_every_rule_is_seen_to_find_something() -> None:
    elsewhere = {path.stem.removeprefix("test_").replace("_", "-") for path in Path(__file__).parent.glob("test_*.py")}
    assert {rule.name for rule in RULES} <= {rule for rule, _, _ in BREAKS} | elsewhere | FOUND


def test_the_committed_stack_breaks_no_rule() -> None:
    for file in sorted((ROOT / "cdktf.out" / "stacks").glob("*/cdk.tf.json")):
        found = read(file)
        assert isinstance(found, Stack)
        assert [str(finding) for finding in findings(found)] == []


def test_every_rule_says_what_is_compliant_and_why() -> None:
    for rule in RULES:
        assert rule.compliant.endswith("."), rule.name
        assert len(rule.why) > 40, rule.name


def test_what_the_docs_say_of_the_rules_is_made_from_them() -> None:
    assert explained() in (ROOT / "docs" / "rules.md").read_text()
