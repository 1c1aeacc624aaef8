"""A stack of another account and Region, on what it expects to be there: real Terraform, real provider, moto."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.testing import CannotPrepare, MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.names import Names
from tests.testing.stacks import metric_alarm, stack

ACCOUNT, REGION = "111122223333", "eu-west-1"


def elsewhere(resources: dict[str, Any], **blocks: Any) -> dict[str, Any]:
    """A stack of that account and Region."""
    return stack(resources, **blocks) | {"provider": {"aws": [{"region": REGION, "allowed_account_ids": [ACCOUNT]}]}}


def on_what_is_there(names: Names) -> dict[str, Any]:
    """Everything by name: a function, a log group, a topic, subnets and a group, a bucket, a queue, a role."""
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:{names('oncall')}"
    launch = {
        "name": names("gpus"),
        "image_id": "ami-12c6146b",
        "instance_type": "g5.xlarge",
        "network_interfaces": [{"security_groups": ["sg-0123456789abcdef0"]}],
    }
    group = {
        "name": names("gpus"),
        "min_size": 0,
        "max_size": 1,
        "vpc_zone_identifier": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "launch_template": {"id": "${aws_launch_template.gpus.id}", "version": "1"},
    }
    oom = {
        "name": names("oom"),
        "log_group_name": names("/ai/ranker"),
        "pattern": "MemoryError",
        "metric_transformation": {"name": "oom", "namespace": names("ranker"), "value": "1"},
    }
    alarm = metric_alarm(
        names("oom"), namespace=names("ranker"), metric_name="oom", dimensions={}, alarm_actions=[topic]
    )
    rule = f'ALARM("${{aws_cloudwatch_metric_alarm.oom.alarm_name}}") AND NOT ALARM("{names("deploying")}")'
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    encrypted = {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    return elsewhere(
        {
            "aws_lambda_permission": {
                "invoke": {
                    "function_name": names("ranker"),
                    "action": "lambda:InvokeFunction",
                    "principal": "events.amazonaws.com",
                }
            },
            "aws_launch_template": {"gpus": launch},
            "aws_autoscaling_group": {"gpus": group},
            "aws_cloudwatch_log_metric_filter": {"oom": oom},
            "aws_cloudwatch_metric_alarm": {"oom": alarm},
            "aws_s3_bucket_server_side_encryption_configuration": {
                "traffic": {"bucket": names("traffic"), "rule": [encrypted]}
            },
            "aws_sns_topic_subscription": {
                "jobs": {
                    "topic_arn": topic,
                    "protocol": "sqs",
                    "endpoint": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{names('jobs')}",
                }
            },
            "aws_iam_role_policy": {
                "ranker": {
                    "role": names("ranker"),
                    "policy": json.dumps({"Version": "2012-10-17", "Statement": [read]}),
                }
            },
            "aws_cloudwatch_composite_alarm": {
                "page": {
                    "alarm_name": names("page"),
                    "alarm_rule": rule,
                    "alarm_actions": [topic],
                }
            },
        },
        output={"alarm": {"value": "${aws_cloudwatch_metric_alarm.oom.arn}"}, "topic": {"value": topic}},
    )


@pytest.mark.apply
def test_a_stack_finds_what_it_expects_where_it_expects_it(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    content = on_what_is_there(names)
    made = moto.prepare(content)
    assert {thing.kind for thing in made} == {
        *("function", "subnet", "security group", "log group", "topic", "bucket", "queue", "role", "alarm")
    }
    assert moto.prepare(content) == made, "what is there stays"
    here = moto.of(content)
    with applied(workspace(content, endpoint=moto.url)) as live:
        outputs = live.workspace.outputs()
        assert outputs["alarm"] == f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{names('oom')}"
        probe = moto.listen(outputs["topic"])
        here.put_log_lines(names("/ai/ranker"), "MemoryError: CUDA", "served")
        assert here.metric(names("ranker"), "oom") == 1
        moto.set_alarm_state(outputs["alarm"], "ALARM")
        messages = {message["AlarmName"]: message for message in probe.alarm_messages()}
        assert messages.keys() == {names("oom"), names("page")}
        assert messages[names("oom")]["AWSAccountId"] == ACCOUNT
        assert messages[names("oom")]["Region"] == "Europe (Ireland)"
        assert here.alarm_state(names("page")) == moto.alarm_state(outputs["alarm"]) == "ALARM"
        with pytest.raises(
            LookupError, match=f"there is no alarm '{names('oom')}' in us-east-1 of account 123456789012"
        ):
            moto.alarm_state(names("oom"))


@pytest.mark.apply
def test_the_stacks_own_check_of_its_account_stays(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    topic = {"aws_sns_topic": {"pages": {"name": names("pages")}}}
    with applied(workspace(elsewhere(topic), endpoint=moto.url)) as live:
        state = live.workspace.state()["aws_sns_topic.pages"]
    assert state["arn"] == f"arn:aws:sns:{REGION}:{ACCOUNT}:{names('pages')}"


def test_what_can_not_be_made_is_listed_and_nothing_is_made(moto: MotoServer, names: Names) -> None:
    group = "targetgroup/ranker/0123456789abcdef"
    target = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:{group}"
    content = elsewhere(
        {
            "aws_autoscaling_group": {"gpus": {"target_group_arns": [target]}},
            "aws_cloudwatch_log_metric_filter": {"oom": {"log_group_name": names("/ai/ranker")}},
        },
        data={"aws_lb": {"front": {"name": "front"}}},
    )
    with pytest.raises(CannotPrepare) as found:
        moto.prepare(content)
    assert str(found.value).splitlines() == [
        "the stack expects what can't be made for it in moto:",
        f"  aws_autoscaling_group.gpus.target_group_arns: target group {group} of {ACCOUNT} {REGION}",
        "  data.aws_lb.front: data source aws_lb",
        "Make it with `moto.client(…)` and write what AWS called it into the stack, or take it out of the test",
    ]
    logs = moto.of(content).client("logs")
    assert logs.describe_log_groups(logGroupNamePrefix=names("/ai"))["logGroups"] == []


@pytest.mark.parametrize(
    ("provider", "place"),
    [
        ({}, ("us-east-1", "123456789012")),
        ({"region": "eu-west-1"}, ("eu-west-1", "123456789012")),
        ({"region": "${var.region}", "allowed_account_ids": ["111122223333"]}, ("us-east-1", "111122223333")),
        (
            {"assume_role": [{"role_arn": "arn:aws:iam::444455556666:role/deploy"}]},
            ("us-east-1", "444455556666"),
        ),
        ({"allowed_account_ids": ["${var.account}"]}, ("us-east-1", "123456789012")),
    ],
    ids=["nothing", "region", "account", "role", "references"],
)
def test_the_place_of_a_stack(moto: MotoServer, provider: dict[str, Any], place: tuple[str, str]) -> None:
    here = moto.of(stack({}) | {"provider": {"aws": [provider]}})
    assert (here.region, here.account) == place


def test_the_place_of_one_of_several_providers(moto: MotoServer) -> None:
    content = stack({}) | {"provider": {"aws": [{"region": REGION}, {"alias": "us", "region": "us-west-2"}]}}
    assert moto.of(content, alias="us").region == "us-west-2"
    with pytest.raises(LookupError, match="no AWS provider with the alias 'eu'; its aliases: us"):
        moto.of(content, alias="eu")


def test_a_vpc_has_the_id_that_is_expected(moto: MotoServer) -> None:
    content = elsewhere({"aws_security_group": {"own": {"vpc_id": "vpc-0123456789abcdef0"}}})
    moto.prepare(content)
    (vpc,) = moto.of(content).client("ec2").describe_vpcs(VpcIds=["vpc-0123456789abcdef0"])["Vpcs"]
    assert vpc["VpcId"] == "vpc-0123456789abcdef0"
