"""subscription-takes-alarms."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform import chat
from constructs_lib.terraform.blocks import text
from constructs_lib.terraform.delivery import SUBSCRIPTION, TOPIC, called_by_alarms
from constructs_lib.terraform.stack import Resource, Stack


@rule(
    "subscription-takes-alarms",
    "not heard",
    story="A subscription was to take only messages with the attribute severity, and took none: alarms carry "
    "no attributes.",
    page="https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html",
)
def subscription_takes_alarms(stack: Stack) -> Iterator[Broken]:
    """A topic that alarms call has a subscription that takes their messages, which carry no message attributes.

    A filter policy looks at attributes unless its scope is the message body, and one that asks for an attribute takes
    no alarm at all.

    Stays quiet: a topic with another subscription that takes everything: the filter may be meant for other messages.
    """
    called = called_by_alarms(stack)
    if any(stack.may_be_any(item.values.get("topic_arn")) for item in stack.of(SUBSCRIPTION)):
        return
    readers: dict[str, list[Resource]] = {}
    for subscription in stack.of(SUBSCRIPTION):
        if topic := stack.find(subscription.values.get("topic_arn"), TOPIC):
            readers.setdefault(topic.address, []).append(subscription)
    posted = {topic for channel in chat.channels(stack) for topic in channel.topics}
    for topic in stack.of(TOPIC):
        found = readers.get(topic.address, [])
        if topic.address not in called or topic.address in posted or stack.handed_over(topic):
            continue
        if found and all(_asks_for_attributes(one.values) for one in found):
            yield (
                found[0],
                Problem(
                    "its filter policy asks for message attributes, and alarms have none",
                    'filter by the message: filter_policy_scope = "MessageBody"',
                ),
            )


def _asks_for_attributes(values: Mapping[str, Any]) -> bool:
    """Whether a message without attributes never passes."""
    if text(values.get("filter_policy_scope")) not in ("", "MessageAttributes"):
        return False
    try:
        policy = json.loads(text(values.get("filter_policy")) or "{}")
    except ValueError:
        return False
    return isinstance(policy, dict) and any(
        isinstance(allowed, list) and {"exists": False} not in allowed for allowed in policy.values()
    )
