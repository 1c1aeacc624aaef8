"""topic-has-subscriber."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform import chat
from constructs_lib.terraform.blocks import leaves
from constructs_lib.terraform.delivery import SUBSCRIPTION, TOPIC, called_by_alarms
from constructs_lib.terraform.stack import Stack

# They subscribe to the topics they are given; so may a module.
_SUBSCRIBERS = (*chat.TYPES, "module")


@rule(
    "topic-has-subscriber",
    "not heard",
    story="A new severity had alarms and a topic, and no one subscribed to the topic.",
    page="https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html",
)
def topic_has_subscriber(stack: Stack) -> Iterator[Broken]:
    """Every topic that the stack makes and its alarms call has a subscriber in the stack.

    A severity without receivers looks complete in a plan; its alarms reach no one.
    """
    called = called_by_alarms(stack)
    topics = [subscription.values.get("topic_arn") for subscription in stack.of(SUBSCRIPTION)]
    if any(map(stack.may_be_any, topics)):
        return
    heard = {topic.address for arn in topics if (topic := stack.find(arn, TOPIC))}
    for user in stack.of(*_SUBSCRIBERS):
        heard |= {topic.address for leaf in leaves(user.values) if (topic := stack.referred(leaf))}
    for topic in stack.of(TOPIC):
        if topic.address in called and topic.address not in heard:
            yield (
                topic,
                Problem("alarms publish to it, but it has no reader", "add a receiver, or an existing topic"),
            )
