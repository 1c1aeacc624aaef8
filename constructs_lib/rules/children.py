"""Which alarms work through another one, or through something else than their actions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from constructs_lib.alarms.composite_rule import InvalidAlarmRule, parse
from constructs_lib.references import is_reference
from constructs_lib.terraform.blocks import leaves, text
from constructs_lib.terraform.stack import Stack

_CHILD = re.compile(r'(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*("(?:\\.|[^"\\])*"|[^\s()"]+)\s*\)')
_ALARM = re.compile(r"\b(aws_cloudwatch_(?:metric|composite)_alarm\.[\w-]+)")

# They stop or take back a deployment by an alarm's name or ARN; a module may do anything with one.
_USERS = (
    "aws_appconfig_environment", "aws_autoscaling_group", "aws_codedeploy_deployment_group", "aws_ecs_service",
    "aws_fis_experiment_template", "aws_route53_health_check", "aws_sagemaker_endpoint", "module",
)  # fmt: skip
_STATE_CHANGES = "CloudWatch Alarm State Change"


def spoken_for(stack: Stack) -> frozenset[str]:
    """Addresses of alarms that need no action of their own.

    A composite of the stack is made of them or silenced by them, a deployment watches them, or an event rule matches
    every alarm. Where a composite's rule can't be read, it may be made of any.
    """
    if any(_STATE_CHANGES in text(rule.values.get("event_pattern")) for rule in stack.of("aws_cloudwatch_event_rule")):
        return frozenset(alarm.address for alarm in stack.alarms)
    named = {alarm.name: alarm.address for alarm in stack.alarms}
    found: set[str] = set()
    for alarm in stack.alarms:
        if alarm.composite:
            children = [*_children(alarm.rule, stack, named), *_children(alarm.suppressor, stack, named)]
            if not children and is_reference(alarm.rule) and _ALARM.search(alarm.rule) is None:
                return frozenset(alarm.address for alarm in stack.alarms)
            found.update(children)
    for user in stack.of(*_USERS):
        for leaf in leaves(user.values):
            found.update(_children(leaf, stack, named))
    return frozenset(found)


def _children(written: str, stack: Stack, named: dict[str, str]) -> Iterator[str]:
    """The addresses of alarms that a rule, a name, an ARN or an expression names."""
    for name in (written, *_names(written)):
        if address := named.get(name.rpartition(":alarm:")[2]):
            yield address
    for reference in _ALARM.findall(written):
        for resource in stack.by_reference.get(reference, ()):
            yield resource.address
    if found := stack.referred(written):
        yield found.address


def _names(rule: str) -> Iterable[str]:
    try:
        return parse(rule).alarms
    except InvalidAlarmRule:  # another rule says so
        return [name.strip('"').replace('\\"', '"') for name in _CHILD.findall(rule)]
