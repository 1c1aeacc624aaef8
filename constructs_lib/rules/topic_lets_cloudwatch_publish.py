"""topic-lets-cloudwatch-publish."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws.policy.service_calls import ALARM_PUBLISHES
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.delivery import TOPIC, called_by_alarms, refusals
from constructs_lib.terraform.stack import Stack


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
    called = called_by_alarms(stack)
    for topic in stack.of(TOPIC):
        if topic.address in called:
            for problem in refusals(stack, topic, ALARM_PUBLISHES):
                yield topic, problem
