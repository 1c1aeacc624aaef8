"""subscription-confirmed."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.alarms.receivers import webhook
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.blocks import text
from constructs_lib.terraform.stack import Stack


@rule(
    "subscription-confirmed",
    "not heard",
    story="A topic had Slack's incoming webhook as a subscriber, which stayed pending; no alarm ever arrived.",
    page="https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html",
)
def subscription_confirmed(stack: Stack) -> Iterator[Broken]:
    """Every webhook that subscribes to a topic can answer SNS, and its secret is not written out.

    SNS sends nothing until the address has confirmed its subscription, and a chat's incoming webhook never does. Who
    reads the file, the plan or the state can post in the name of AWS where the address holds a key.
    """
    for subscription in stack.of("aws_sns_topic_subscription"):
        url = text(subscription.values.get("endpoint"))
        if text(subscription.values.get("protocol")) == "https" and not is_reference(url) and (broken := webhook(url)):
            yield subscription, broken
