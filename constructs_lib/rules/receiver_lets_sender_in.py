"""receiver-lets-sender-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from constructs_lib.aws.policy.service_calls import ALARM_PUBLISHES
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.delivery import hops, refusals
from constructs_lib.terraform.stack import Stack


@rule(
    "receiver-lets-sender-in",
    "not heard",
    story="An event rule matched every failed job, and its topic still had the policy it was born with, "
    "which lets no service in.",
    page="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
)
def receiver_lets_sender_in(stack: Stack) -> Iterator[Broken]:
    """Each topic, queue and function on the way to a person lets its caller in, and so does the key of each.

    EventBridge and Budgets need a statement in a topic's policy, for EventBridge without a condition; a queue or
    function that subscribes to a topic, or is the target of a rule, one that names the caller. Nothing says so when a
    message is refused.

    Stays quiet: a policy that a module or an expression may have changed; a target with a role of its own.
    """
    seen = set()
    for hop in hops(stack):
        step = (hop.home.name, hop.to.address, hop.call.service)
        if (hop.call is ALARM_PUBLISHES and hop.home is stack) or step in seen:
            continue  # what alarms publish to is topic-lets-cloudwatch-publish's
        seen.add(step)
        for problem in refusals(hop.home, hop.to, hop.call):
            yield hop.to, problem if hop.home is stack else replace(problem, rule=f"of {hop.home.name}: {problem.rule}")
