"""Each kind of alarm in one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.register.build import build
from constructs_lib.register.entry import StackContext
from constructs_lib.register.sentence import sentence
from constructs_lib.rules.judgement import judge
from tests.configs import anomaly, metric
from tests.register.registers import ERRORS, by_hand, entries, registered
from tests.review.plans import ALARM, band, composite, math
from tests.rules.stacks import TOPIC

HOOK = [{"https": "${var.pagerduty_url}"}, {"email": "ml-oncall@example.com"}]
FIRES = "sum of errors of Lambda function ranker is above 5 in 3 of 5 periods of 1 minute."

OURS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a warning by e-mail": (ERRORS, {}, f"Alerts team when {FIRES}"),
    "a page to two": (
        ERRORS | {"severity": "critical"},
        {"critical": HOOK},
        f"Pages ml-oncall and pagerduty_url when {FIRES}",
    ),
    "information": (
        ERRORS | {"severity": "info"},
        {"info": [{"email": "log@example.com"}]},
        f"Notifies log when {FIRES}",
    ),
    "readers of a topic that is there already": (
        ERRORS,
        {"warning": [{"topic": "arn:aws:sns:us-east-1:123456789012:team-alerts"}]},
        f"Alerts the subscribers of topic team-alerts when {FIRES}",
    ),
    "a function and a queue": (
        ERRORS,
        {
            "warning": [
                {"lambda": "arn:aws:lambda:us-east-1:123456789012:function:on-alarm"},
                {"sqs": "arn:aws:sqs:us-east-1:123456789012:alarms"},
            ]
        },
        f"Alerts function on-alarm and queue alarms when {FIRES}",
    ),
    "a webhook without its secret path": (
        ERRORS,
        {"warning": [{"https": "https://hooks.example.com/T0/secret"}]},
        f"Alerts hooks.example.com when {FIRES}",
    ),
    "a percentile with a unit": (
        ERRORS | {"metric": metric(name="Duration", statistic="p99"), "above": 800, "unit": "ms"},
        {},
        "Alerts team when p99 duration of Lambda function ranker is above 800 ms in 3 of 5 periods of 5 minutes.",
    ),
    "a lower limit": (
        ERRORS
        | {
            "metric": metric(name="Invocations", period_seconds=60),
            "above": None,
            "at_most": 2,
            "evaluate": {"breaching": 1, "of": 1},
        },
        {},
        (
            "Alerts team when sum of invocations of Lambda function ranker is at or below 2 in one period of 1 minute, "
            "or nothing has come for 6 minutes."
        ),
    ),
    "a band": (
        anomaly(severity="warning", direction="above"),
        {},
        (
            "Alerts team when sum of invocations of Lambda function ranker is above its usual band "
            "(3 standard deviations) in 3 of 3 periods of 5 minutes."
        ),
    ),
}


@pytest.mark.parametrize(("monitor", "receivers", "expected"), OURS.values(), ids=OURS.keys())
def test_alarms_of_a_config(monitor: dict[str, Any], receivers: dict[str, Any], expected: str) -> None:
    notifications = {"warning": [{"email": "team@example.com"}]} | receivers
    (entry,) = registered({"it": monitor}, notifications=notifications).entries
    assert entry.sentence == expected


def test_parts_name_what_speaks_for_them() -> None:
    found = entries(registered({"calls": anomaly(quiet_below=20)}))
    assert found["calls-band"].sentence.startswith("Part of recommender-production-calls; in alarm when sum of ")
    assert not found["calls-band"].calls
    assert found["calls"].sentence.startswith("Pages oncall when sum of invocations of Lambda function ranker is ")


def test_grouped_alarms_name_their_group() -> None:
    found = entries(registered({"a": ERRORS | {"workload": "w"}, "b": ERRORS | {"workload": "w"}}, group_alarms=True))
    assert found["w-warning"].sentence == (
        "Alerts team when something is wrong with w: one of its 2 warning alarms is in alarm."
    )
    assert found["a"].sentence == f"Notifies through recommender-production-w-warning; in alarm when {FIRES}"


SUBSCRIBED = {
    "aws_sns_topic": {"oncall": {"name": "oncall"}},
    "aws_sns_topic_subscription": {
        "a": {"topic_arn": TOPIC, "protocol": "email", "endpoint": "ml-oncall@example.com"},
        "b": {"topic_arn": TOPIC, "protocol": "sms", "endpoint": "+4912345"},
    },
}
BY_HAND: dict[str, tuple[dict[str, Any], str]] = {
    "a limit": (ALARM, f"Pages ml-oncall and +4912345 when {FIRES}"),
    "switched off": (ALARM | {"actions_enabled": False}, f"Notifies no one itself; in alarm when {FIRES}"),
    "no severity": (ALARM | {"tags": {}}, f"Notifies ml-oncall and +4912345 when {FIRES}"),
    "a band": (
        band(3),
        (
            "Pages ml-oncall and +4912345 when sum of errors of Lambda function ranker is outside its usual band "
            "(3 standard deviations) in 3 of 5 periods of 5 minutes."
        ),
    ),
    "metric math": (
        math("m1 * 2"),
        "Pages ml-oncall and +4912345 when the result of `m1 * 2` is above 5 in 3 of 5 periods of 5 minutes.",
    ),
    "an unknown metric": (
        ALARM | {"namespace": "Mine", "metric_name": "Depth", "dimensions": {"Queue": "a"}, "datapoints_to_alarm": 0},
        "Pages ml-oncall and +4912345 when sum of Mine Depth (Queue a) is above 5 in 5 of 5 periods of 1 minute.",
    ),
    "nothing known": (
        ALARM | dict.fromkeys(("threshold", "evaluation_periods", "period", "dimensions"), "${var.x}"),
        (
            "Pages ml-oncall and +4912345 when sum AWS/Lambda Errors (dimensions not yet known) is above ${var.x} "
            "in periods of a length not yet known."
        ),
    ),
    "a scaling policy": (
        ALARM | {"alarm_actions": ["${aws_autoscaling_policy.out.arn}"]},
        f"Runs scaling policy out when {FIRES}",
    ),
}


@pytest.mark.parametrize(("alarm", "expected"), BY_HAND.values(), ids=BY_HAND.keys())
def test_alarms_written_by_hand(alarm: dict[str, Any], expected: str) -> None:
    actions = [TOPIC] if alarm["alarm_actions"] == ALARM["alarm_actions"] else alarm["alarm_actions"]
    stack = by_hand(SUBSCRIBED | {"aws_cloudwatch_metric_alarm": {"a": alarm | {"alarm_actions": actions}}})
    (entry,) = build(stack, StackContext(project="p", stack="s", account="1", region="r"), judge(stack)).entries
    assert entry.sentence == expected


RULES = {
    'ALARM("a") AND ALARM("b")': "a and b are in alarm",
    'ALARM("a") OR ALARM("b") OR ALARM("c")': "a, b or c is in alarm",
    'ALARM("a") AND NOT OK("b")': "a is in alarm and not (b is well)",
    '(ALARM("a") OR ALARM("b")) AND INSUFFICIENT_DATA("c")': "(a or b is in alarm) and c is without data",
    "TRUE": "always",
    "ALARM(": "its rule holds: ALARM(",
}


@pytest.mark.parametrize(("rule", "words"), RULES.items())
def test_composites_written_by_hand(rule: str, words: str) -> None:
    stack = by_hand({"aws_cloudwatch_composite_alarm": {"a": composite(rule, alarm_actions=[TOPIC])}} | SUBSCRIBED)
    (entry,) = build(stack, StackContext(project="p", stack="s", account="1", region="r"), judge(stack)).entries
    assert entry.sentence == f"Pages ml-oncall and +4912345 when {words}."


def test_events_that_reach_a_topic() -> None:
    rule = {"name": "failed", "description": "Training job ranker fails", "event_pattern": "{}"}
    resources = {
        "aws_cloudwatch_event_rule": {"r": rule},
        "aws_cloudwatch_event_target": {"t": {"rule": "${aws_cloudwatch_event_rule.r.name}", "arn": TOPIC}},
    }
    stack = by_hand(SUBSCRIBED | {"aws_sns_topic": {"oncall": {"name": "p-s-critical"}}} | resources)
    (entry,) = build(stack, StackContext(project="p", stack="s", account="1", region="r"), judge(stack)).entries
    assert entry.sentence == "Pages ml-oncall and +4912345 when training job ranker fails."
    assert (entry.kind, entry.dollars) == ("event", 0)


@pytest.mark.parametrize(
    ("condition", "within"),
    [
        ("Sum of errors is above 5", "sum of errors is above 5"),
        ("GPU fleet trainers is silent", "GPU fleet trainers is silent"),
        ("p99 latency is above 5", "p99 latency is above 5"),
        ("A run fails.", "a run fails"),
        ("Lambda function ranker calls itself", "Lambda function ranker calls itself"),
        ("Bedrock could not write", "Bedrock could not write"),
    ],
)
def test_names_keep_their_capital_within_a_sentence(condition: str, within: str) -> None:
    assert sentence("warning", [], condition).endswith(f"in alarm when {within}.")
