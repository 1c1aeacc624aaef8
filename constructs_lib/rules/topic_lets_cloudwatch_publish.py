"""topic-lets-cloudwatch-publish."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws.policy import NOT_KNOWN, Answer
from constructs_lib.aws.policy.service_calls import ALARM_PUBLISHES, ALARM_USES_KEY, some_arn
from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.blocks import text
from constructs_lib.terraform.policies import policy_of
from constructs_lib.terraform.stack import Resource, Stack

_CLOUDWATCH = ALARM_PUBLISHES.service


@rule(
    "topic-lets-cloudwatch-publish",
    "not heard",
    story="A topic was encrypted with alias/aws/sns, and from then on no alarm arrived, without an error anywhere.",
    page="https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
)
def topic_lets_cloudwatch_publish(stack: Stack) -> Iterator[Broken]:
    """Topics that alarms call let CloudWatch publish: by their policy, and by the policy of their key.

    The alarm changes its state, SNS refuses the message, and no one notices either. The AWS-managed key
    (alias/aws/sns) never lets CloudWatch in, and a topic policy replaces the default one whole.
    """
    called = {topic.address for alarm in stack.alarms for action in alarm.actions if (topic := stack.referred(action))}
    for topic in stack.of("aws_sns_topic"):
        if topic.address not in called:
            continue
        if ALARM_PUBLISHES.answer(policy_of(stack, topic), _arn(topic)) == Answer.DENIED:
            yield (
                topic,
                Problem(
                    f"its policy does not let {_CLOUDWATCH} publish", f"allow {_CLOUDWATCH} the action sns:Publish"
                ),
            )
        yield from _key(stack, topic)


def _arn(topic: Resource) -> str:
    name = text(topic.values.get("name"))
    return text(topic.values.get("arn")) or (some_arn("sns", name) if name else NOT_KNOWN)


def _key(stack: Stack, topic: Resource) -> Iterator[Broken]:
    key_id = topic.values.get("kms_master_key_id")
    if text(key_id).endswith("alias/aws/sns"):
        yield (
            topic,
            Problem(
                "it is encrypted with alias/aws/sns, which CloudWatch can't use",
                f"use a key of your own whose policy allows {_CLOUDWATCH} kms:Decrypt and kms:GenerateDataKey*",
            ),
        )
    key = stack.referred(key_id)
    if not key or key.type != "aws_kms_key":
        return
    if ALARM_USES_KEY.answer(policy_of(stack, key), NOT_KNOWN) == Answer.DENIED:
        yield (
            topic,
            Problem(
                f"the policy of its key does not let {_CLOUDWATCH} in",
                f"allow {_CLOUDWATCH} kms:Decrypt and kms:GenerateDataKey*",
            ),
        )
