"""topic-has-subscriber."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack


@rule("topic-has-subscriber")
def topic_has_subscriber(stack: Stack) -> Iterator[Broken]:
    """Every topic that the stack makes and its alarms call has a subscriber in the stack.

    A severity without receivers looks complete in a plan; its alarms are published to nobody.
    """
    called = {topic.address for alarm in stack.alarms for action in alarm.actions if (topic := stack.referred(action))}
    heard = {
        topic.address
        for subscription in stack.of("aws_sns_topic_subscription")
        if (topic := stack.referred(subscription.values.get("topic_arn")))
    }
    known_arns = {subscription.values.get("topic_arn") for subscription in stack.of("aws_sns_topic_subscription")}
    for topic in stack.of("aws_sns_topic"):
        if topic.values.get("arn") in known_arns - {None}:  # of a plan over what is there already
            continue
        if topic.address in called and topic.address not in heard:
            yield Broken(topic, "alarms publish to it, and nobody subscribes", "add a receiver, or an existing topic")
