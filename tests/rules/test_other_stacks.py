"""A receiver that another stack of the app makes is judged as if it were in the same one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib import Environment, Notifications, NotificationsSpec, Receiver, enforce
from constructs_lib.alarms.routing import Routing
from constructs_lib.cdk import TerraformStack, aws
from constructs_lib.patterns.queue import QueueSpec
from constructs_lib.patterns.queue.construct import QueueMonitor
from tests.stacks import new_app

HERE = Environment("123456789012", "us-east-1")


def allow(service: str, action: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def stacks() -> tuple[TerraformStack, TerraformStack]:
    """One that makes receivers, and one that monitors."""
    app = new_app()
    found = (TerraformStack(app, "platform"), TerraformStack(app, "monitoring"))
    for stack in found:
        aws.provider.AwsProvider(stack, "aws", region="us-east-1")
    return found


def synthesise(stack: TerraformStack) -> None:
    enforce(stack)
    app: Any = stack.node.root
    app.synth()


@pytest.mark.parametrize("policy", ["", allow("events.amazonaws.com", "sqs:SendMessage")])
def test_a_queue_of_another_stack_that_does_not_let_the_topic_in_stops_the_synth(policy: str) -> None:
    platform, monitoring = stacks()
    queue = aws.sqs_queue.SqsQueue(platform, "alarms", name="alarms")
    if policy:
        aws.sqs_queue_policy.SqsQueuePolicy(platform, "policy", queue_url=queue.url, policy=policy)
    spec = NotificationsSpec(critical=[Receiver(sqs=queue.arn)])
    Notifications(monitoring, "alerts", spec, name="shop", environment=HERE)
    with pytest.raises(RuntimeError, match="of platform: its policy does not let sns.amazonaws.com send to it"):
        synthesise(monitoring)


def test_a_queue_of_another_stack_that_lets_it_in_is_right() -> None:
    platform, monitoring = stacks()
    queue = aws.sqs_queue.SqsQueue(platform, "alarms", name="alarms")
    text = allow("sns.amazonaws.com", "sqs:SendMessage")
    aws.sqs_queue_policy.SqsQueuePolicy(platform, "policy", queue_url=queue.url, policy=text)
    spec = NotificationsSpec(critical=[Receiver(sqs=queue.arn)])
    Notifications(monitoring, "alerts", spec, name="shop", environment=HERE)
    synthesise(monitoring)


def topic_of(platform: TerraformStack, *, key: Any = None) -> Any:
    topic = aws.sns_topic.SnsTopic(platform, "oncall", name="oncall", kms_master_key_id=key)
    aws.sns_topic_subscription.SnsTopicSubscription(
        platform, "mail", topic_arn=topic.arn, protocol="email", endpoint="oncall@example.com"
    )
    return topic


@pytest.mark.parametrize("key", ["alias/aws/sns", None])
def test_an_alarms_topic_in_another_stack_has_a_key_that_cloudwatch_can_use(key: str | None) -> None:
    platform, monitoring = stacks()
    topic = topic_of(platform, key=key)
    spec = QueueSpec(queue="jobs", wait_minutes=10, severity="critical")
    QueueMonitor(
        monitoring, "jobs", spec, notifications=Routing({"critical": [topic.arn]}), runbook="https://r.example"
    )
    if key is None:
        synthesise(monitoring)
        return
    with pytest.raises(RuntimeError, match="of platform: it is encrypted with alias/aws/sns"):
        synthesise(monitoring)
