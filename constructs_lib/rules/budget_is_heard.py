"""budget-is-heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.blocks import blocks, text, texts
from constructs_lib.terraform.stack import Stack


@rule(
    "budget-is-heard",
    "not heard",
    story="A budget was spent in its second week, and the bill was the first that anyone heard of it.",
    page="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html",
)
def budget_is_heard(stack: Stack) -> Iterator[Broken]:
    """A budget notifies someone, of what AWS can tell; unusual costs are sent as often as their receivers take them.

    The AWS provider accepts a budget without a notification, which is silent, a forecast of a day, which AWS does not
    make, and a topic that is to be called once a day, which Cost Anomaly Detection refuses.

    Stays quiet: a budget that only an action of AWS Budgets reads.
    """
    acting = {
        found.address
        for action in stack.of("aws_budgets_budget_action")
        if (found := stack.find(action.values.get("budget_name"), "aws_budgets_budget"))
    }
    for budget in stack.of("aws_budgets_budget"):
        given = budget.values.get("notification")
        notices = [*blocks(given)]
        if not notices and not is_reference(given) and budget.address not in acting:
            yield budget, Problem("notifies no one", "add a `notification` with a topic or an address")
        for notice in notices:
            yield from ((budget, problem) for problem in _notice(notice, text(budget.values.get("time_unit"))))
    for subscription in stack.of("aws_ce_anomaly_subscription"):
        frequency = text(subscription.values.get("frequency"))
        for subscriber in blocks(subscription.values.get("subscriber")):
            kind = text(subscriber.get("type"))
            if kind == "SNS" and frequency in ("DAILY", "WEEKLY"):
                yield subscription, Problem(f"calls a topic {frequency}, which AWS refuses", "use IMMEDIATE")
            if kind == "EMAIL" and frequency == "IMMEDIATE":
                yield subscription, Problem("mails at once, which AWS refuses", "use DAILY, or a topic")


def _notice(notice: Mapping[str, Any], time_unit: str) -> Iterator[Problem]:
    if time_unit == "DAILY" and text(notice.get("notification_type")) == "FORECASTED":
        yield Problem("AWS forecasts no single day", "use ACTUAL, or a MONTHLY budget")
    topics, addresses = texts(notice.get("subscriber_sns_topic_arns")), notice.get("subscriber_email_addresses")
    if not topics and not addresses:
        yield Problem("has a notification for no one", "name a topic or an address")
    if len(topics) > 1:
        yield Problem("has a notification to several topics, and AWS takes one", "name one topic")
