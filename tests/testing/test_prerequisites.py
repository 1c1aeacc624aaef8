"""What a stack refers to and does not make."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.testing import prerequisites
from tests.testing.stacks import metric_alarm, stack


def named(resources: dict[str, Any], variables: dict[str, Any] | None = None, **blocks: Any) -> list[tuple[str, str]]:
    return [(thing.kind, thing.name) for thing in prerequisites(stack(resources, **blocks), variables)]


@pytest.mark.parametrize(
    ("kind", "arguments", "found"),
    [
        ("aws_lambda_permission", {"function_name": "ranker:live"}, ("function", "ranker")),
        ("aws_cloudwatch_log_metric_filter", {"log_group_name": "/ai/ranker"}, ("log group", "/ai/ranker")),
        ("aws_s3_bucket_policy", {"bucket": "traffic"}, ("bucket", "traffic")),
        ("aws_iam_role_policy", {"role": "ranker"}, ("role", "ranker")),
        ("aws_autoscaling_policy", {"autoscaling_group_name": "gpus"}, ("Auto Scaling group", "gpus")),
        ("aws_appautoscaling_target", {"resource_id": "endpoint/ocr/variant/AllTraffic"}, ("endpoint", "ocr")),
        ("aws_autoscaling_group", {"vpc_zone_identifier": ["subnet-0a1b2c3d"]}, ("subnet", "subnet-0a1b2c3d")),
        (
            "aws_launch_template",
            {"network_interfaces": [{"security_groups": ["sg-0123abcd"]}]},
            ("security group", "sg-0123abcd"),
        ),
        ("aws_lambda_function", {"role": "arn:aws:iam::111122223333:role/team/ranker"}, ("role", "ranker")),
        ("aws_sns_topic_subscription", {"endpoint": "arn:aws:sqs:eu-west-1:111122223333:jobs"}, ("queue", "jobs")),
        (
            "aws_cloudwatch_composite_alarm",
            {"alarm_rule": 'ALARM("deploying")', "actions_suppressor": {"alarm": "deploying"}},
            ("alarm", "deploying"),
        ),
        (
            "aws_wafv2_web_acl_association",
            {"web_acl_arn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/models/6a8f2f0e"},
            ("web ACL", "regional/webacl/models/6a8f2f0e"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_named_and_not_made_is_expected(kind: str, arguments: dict[str, Any], found: tuple[str, str]) -> None:
    assert named({kind: {"it": arguments}}) == [found]


def test_what_the_stack_makes_is_not_expected_by_reference_or_by_name() -> None:
    resources = {
        "aws_cloudwatch_log_group": {"own": {"name": "/ai/ranker"}},
        "aws_lambda_function": {"own": {"function_name": "ranker"}},
        "aws_cloudwatch_log_metric_filter": {
            "by_name": {"log_group_name": "/ai/ranker"},
            "by_reference": {"log_group_name": "${aws_cloudwatch_log_group.own.name}"},
            "of_function": {"log_group_name": "/aws/lambda/${aws_lambda_function.own.function_name}"},
        },
        "aws_cloudwatch_metric_alarm": {"errors": metric_alarm("errors")},
        "aws_cloudwatch_composite_alarm": {
            "page": {"alarm_rule": 'ALARM("${aws_cloudwatch_metric_alarm.errors.alarm_name}")'}
        },
    }
    assert named(resources) == [("log group", "/aws/lambda/ranker")]


def test_an_arn_says_where_it_is() -> None:
    topic = "arn:aws:sns:eu-west-1:111122223333:oncall"
    (thing,) = prerequisites(
        stack({"aws_cloudwatch_metric_alarm": {"errors": metric_alarm("e", alarm_actions=[topic])}})
    )
    assert (thing.region, thing.account) == ("eu-west-1", "111122223333")
    assert str(thing) == ("aws_cloudwatch_metric_alarm.errors.alarm_actions: topic oncall of 111122223333 eu-west-1")


def test_variables_are_looked_up_and_what_hangs_on_others_is_left_out() -> None:
    permissions = {name: {"function_name": f"${{var.{name}}}"} for name in ("given", "default", "unknown")}
    variables = {"given": {}, "default": {"default": "embedder"}, "unknown": {}}
    found = named({"aws_lambda_permission": permissions}, {"given": "ranker"}, variable=variables)
    assert found == [("function", "ranker"), ("function", "embedder")]


def test_data_sources_look_things_up_too() -> None:
    data = {
        "aws_sns_topic": {"oncall": {"name": "oncall"}},
        "aws_caller_identity": {"here": {}},
        "aws_lb": {"front": {"name": "front"}},
    }
    assert named({}, data=data) == [("topic", "oncall"), ("data source", "aws_lb")]


def test_policies_and_patterns_name_nothing() -> None:
    policy = '{"Statement": [{"Resource": "arn:aws:sns:us-east-1:123456789012:oncall"}]}'
    topic = {"aws_sns_topic": {"own": {"name": "own"}}}
    policies = {"aws_sns_topic_policy": {"own": {"arn": "${aws_sns_topic.own.arn}", "policy": policy}}}
    anything = {"aws_lambda_permission": {"own": {"source_arn": "arn:aws:s3:::*"}}}
    assert named(topic | policies | anything) == []
