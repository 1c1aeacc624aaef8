"""event-has-target."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.blocks import flag, text
from constructs_lib.terraform.stack import Stack


@rule(
    "event-has-target",
    "not heard",
    story="A rule matched every failed job, and its only target had been removed.",
    page="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html",
)
def event_has_target(stack: Stack) -> Iterator[Broken]:
    """Every EventBridge rule that the stack makes is enabled and has a target.

    An event rule without a target drops what it matches; for what only events report, such as a failed training job, no
    alarm stands behind it.
    """
    aimed = {
        text(target.values.get("rule")) if not (found := stack.referred(target.values.get("rule"))) else found.address
        for target in stack.of("aws_cloudwatch_event_target")
    }
    may_be_any = any(
        is_reference(name) and not stack.referred(name)
        for name in (target.values.get("rule") for target in stack.of("aws_cloudwatch_event_target"))
    )
    for resource in stack.of("aws_cloudwatch_event_rule"):
        if not may_be_any and resource.address not in aimed and text(resource.values.get("name")) not in aimed - {""}:
            yield resource, Problem("it has no target", "add a target, or remove the rule")
        if resource.values.get("state") == "DISABLED" or flag(resource.values.get("is_enabled"), default=True) is False:
            yield resource, Problem("it is disabled", "enable it, or remove it")
