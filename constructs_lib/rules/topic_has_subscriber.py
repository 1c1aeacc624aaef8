"""topic-has-subscriber."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform import chat
from constructs_lib.terraform.blocks import leaves, text
from constructs_lib.terraform.stack import Stack, path_of

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
    called = {topic.address for alarm in stack.alarms for action in alarm.actions if (topic := stack.referred(action))}
    heard = {
        topic.address
        for subscription in stack.of("aws_sns_topic_subscription")
        if (topic := stack.referred(subscription.values.get("topic_arn")))
    }
    if any(_may_be_any(stack, item.values.get("topic_arn")) for item in stack.of("aws_sns_topic_subscription")):
        return
    for user in stack.of(*_SUBSCRIBERS):
        heard |= {topic.address for leaf in leaves(user.values) if (topic := stack.referred(leaf))}
    known_arns = {text(subscription.values.get("topic_arn")) for subscription in stack.of("aws_sns_topic_subscription")}
    for topic in stack.of("aws_sns_topic"):
        if text(topic.values.get("arn")) in known_arns - {""}:  # of a plan over what is there already
            continue
        if topic.address in called and topic.address not in heard:
            yield (
                topic,
                Problem("alarms publish to it, but it has no reader", "add a receiver, or an existing topic"),
            )


def _may_be_any(stack: Stack, topic: object) -> bool:
    """Whether a subscription's topic is an expression over topics, such as `each.value` or a local one."""
    if not is_reference(topic) or stack.referred(topic):
        return False
    head = (path_of(topic) or [""])[0]
    return head not in ("var", "data", "aws_sns_topic")
