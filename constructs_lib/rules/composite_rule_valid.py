"""composite-rule-valid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from constructs_lib.alarms.composite_rule import InvalidAlarmRule, parse
from constructs_lib.aws import limits
from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import ALARM_TYPES, DeployedAlarm
from constructs_lib.terraform.stack import UNKNOWN, Stack, path_of

_REFERENCE = re.compile(r"\$\{[^}]*\}")


@rule(
    "composite-rule-valid",
    "will not fire",
    story="A composite alarm whose rule ended with a line break passed the plan and failed at apply.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
)
def composite_rule_valid(stack: Stack) -> Iterator[Broken]:
    """The rule of every composite alarm parses, is short enough, and names alarms of the stack.

    The provider does not read the rule; the API refuses it at apply.
    """
    named = {alarm.name for alarm in stack.alarms}
    for alarm in stack.alarms:
        if alarm.composite and UNKNOWN not in alarm.rule:
            # A mere silencer may follow an alarm made elsewhere, such as one that marks deployments.
            yield from _problems(stack, alarm, named, foreign=not alarm.actions)


def _problems(stack: Stack, alarm: DeployedAlarm, named: set[str], *, foreign: bool) -> Iterator[Broken]:
    if len(alarm.rule) > limits.COMPOSITE_RULE_CHARACTERS and not is_reference(alarm.rule):
        yield (
            alarm,
            Problem(f"its rule has {len(alarm.rule)} characters", f"stay below {limits.COMPOSITE_RULE_CHARACTERS}"),
        )
    if alarm.rule != alarm.rule.strip():
        yield alarm, Problem("its rule begins or ends with blanks, which PutCompositeAlarm refuses", "trim it")
    try:
        children = parse(alarm.rule).alarms
    except InvalidAlarmRule as error:
        if not is_reference(alarm.rule):
            yield alarm, Problem(f"its rule does not parse, at {error}", "write it as PutCompositeAlarm describes")
        return
    if len(children) > limits.COMPOSITE_CHILDREN:
        yield (
            alarm,
            Problem(f"it is made of {len(children)} alarms", f"use at most {limits.COMPOSITE_CHILDREN}, in steps"),
        )
    for child in sorted(children):
        if foreign and not is_reference(child):
            continue
        if missing := _missing(stack, child, named):
            yield alarm, Problem(missing, "name an alarm of this stack")


def _missing(stack: Stack, child: str, named: set[str]) -> str:
    if not is_reference(child):
        name = child.rpartition(":alarm:")[2]
        return "" if _may_be(name, named, stack) else f"its rule names {name!r}, which is not in this stack"
    path = path_of(child)
    if len(path) > 2 and path[0] in ALARM_TYPES and stack.referred(child) is None:
        return f"its rule refers to {path[0]}.{path[1]}, which is not in this stack"
    return ""


def _may_be(name: str, named: set[str], stack: Stack) -> bool:
    """Whether an alarm of the stack has this name: or may have, for what a module makes is not seen."""
    patterns = (_REFERENCE.split(other) for other in named if is_reference(other))
    return (
        name in named
        or bool(stack.of("module"))
        or any(re.fullmatch(".*".join(map(re.escape, parts)), name) for parts in patterns)
    )
