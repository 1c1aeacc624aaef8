"""The way to a person: who calls what, and whether what is called lets the caller in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constructs_lib.aws.policy import NOT_KNOWN, Answer
from constructs_lib.aws.policy.service_calls import (
    ALARM_INVOKES,
    ALARM_PUBLISHES,
    ALARM_USES_KEY,
    BUDGET_PUBLISHES,
    BUDGET_USES_KEY,
    COST_ANOMALY_PUBLISHES,
    COST_ANOMALY_USES_KEY,
    RULE_INVOKES,
    RULE_PUBLISHES,
    RULE_SENDS,
    RULE_USES_KEY,
    TOPIC_INVOKES,
    TOPIC_SENDS,
    TOPIC_USES_KEY,
    ServiceCall,
    some_arn,
)
from constructs_lib.errors import Problem
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.blocks import blocks, text, texts
from constructs_lib.terraform.policies import FUNCTION, key_of, policy_of
from constructs_lib.terraform.stack import Resource, Stack

TOPIC, QUEUE = "aws_sns_topic", "aws_sqs_queue"
SUBSCRIPTION = "aws_sns_topic_subscription"

_BY_ALARM = {TOPIC: ALARM_PUBLISHES, FUNCTION: ALARM_INVOKES}
_BY_RULE = {TOPIC: RULE_PUBLISHES, QUEUE: RULE_SENDS, FUNCTION: RULE_INVOKES}
_BY_TOPIC = {QUEUE: TOPIC_SENDS, FUNCTION: TOPIC_INVOKES}
_KEY_USE = {
    ALARM_PUBLISHES: ALARM_USES_KEY,
    RULE_PUBLISHES: RULE_USES_KEY,
    RULE_SENDS: RULE_USES_KEY,
    BUDGET_PUBLISHES: BUDGET_USES_KEY,
    COST_ANOMALY_PUBLISHES: COST_ANOMALY_USES_KEY,
    TOPIC_SENDS: TOPIC_USES_KEY,
}
_ARNS = {TOPIC: "sns", QUEUE: "sqs"}


@dataclass(frozen=True, slots=True)
class Hop:
    """One step on the way.

    Attributes:
        sender: What is set to call: an alarm, a target of an event rule, a budget, a subscription.
        to: What is called.
        call: How.
        home: The stack that what is called is in, which may be another one.
    """

    sender: DeployedAlarm | Resource
    to: Resource
    call: ServiceCall
    home: Stack


def hops(stack: Stack) -> Iterator[Hop]:
    """Every step whose next stop is in the stack, or in one whose outputs it reads."""
    for alarm in stack.alarms:
        for action in dict.fromkeys((*alarm.actions, *alarm.ok_actions, *alarm.insufficient_data_actions)):
            yield from _hop(stack, alarm, action, _BY_ALARM)
    for target in stack.of("aws_cloudwatch_event_target"):
        if not target.values.get("role_arn"):  # with one, the role's policy decides
            yield from _hop(stack, target, target.values.get("arn"), _BY_RULE)
    yield from _of_bills(stack)
    for subscription in stack.of(SUBSCRIPTION):
        if subscription.values.get("protocol") in ("lambda", "sqs"):
            yield from _hop(stack, subscription, subscription.values.get("endpoint"), _BY_TOPIC)


def _of_bills(stack: Stack) -> Iterator[Hop]:
    for budget in stack.of("aws_budgets_budget"):
        for notification in blocks(budget.values.get("notification")):
            for arn in texts(notification.get("subscriber_sns_topic_arns")):
                yield from _hop(stack, budget, arn, {TOPIC: BUDGET_PUBLISHES})
    for unusual in stack.of("aws_ce_anomaly_subscription"):
        for subscriber in blocks(unusual.values.get("subscriber")):
            yield from _hop(stack, unusual, subscriber.get("address"), {TOPIC: COST_ANOMALY_PUBLISHES})


def _hop(stack: Stack, sender: DeployedAlarm | Resource, to: object, calls: dict[str, ServiceCall]) -> Iterator[Hop]:
    here = stack.find(to)
    home, found = (stack, here) if here else stack.elsewhere(to) or (stack, None)
    if found and found.type in calls:
        yield Hop(sender, found, calls[found.type], home)


def called_by_alarms(stack: Stack) -> frozenset[str]:
    """Addresses of the topics that alarms call when they fire."""
    return frozenset(
        found.address for alarm in stack.alarms for action in alarm.actions if (found := stack.find(action, TOPIC))
    )


def refusals(stack: Stack, to: Resource, call: ServiceCall) -> Iterator[Problem]:
    """Why a call does not get in: by the policy of what is called, or by that of its key."""
    service = call.service
    if call.answer(policy_of(stack, to), _arn(to)) == Answer.DENIED:
        allowed = " and ".join(call.actions)
        fix = f"allow {service} the action {allowed}" if to.type != FUNCTION else f"add a permission for {service}"
        yield Problem(f"its policy does not let {service} {_VERBS[call.actions[0]]}", fix)
    use = _KEY_USE.get(call)
    key = key_of(stack, to) if use else None
    fix = f"{service} kms:Decrypt and kms:GenerateDataKey*"
    if isinstance(key, str):
        yield Problem(
            f"it is encrypted with {key}, which {_CALLERS.get(service, service)} can't use",
            f"use a key of your own whose policy allows {fix}",
        )
    elif use and key and use.answer(policy_of(stack, key), NOT_KNOWN) == Answer.DENIED:
        yield Problem(f"the policy of its key does not let {service} in", f"allow {fix}")


_VERBS = {"sns:Publish": "publish", "sqs:SendMessage": "send to it", "lambda:InvokeFunction": "invoke it"}
_CALLERS = {
    "cloudwatch.amazonaws.com": "CloudWatch",
    "events.amazonaws.com": "EventBridge",
    "budgets.amazonaws.com": "Budgets",
    "costalerts.amazonaws.com": "Cost Anomaly Detection",
    "sns.amazonaws.com": "SNS",
}


def _arn(resource: Resource) -> str:
    name = text(resource.values.get("name"))
    known = text(resource.values.get("arn"))
    return known or (some_arn(_ARNS[resource.type], name) if name and resource.type in _ARNS else NOT_KNOWN)
