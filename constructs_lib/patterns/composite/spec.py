"""What a user may say of an alarm on other alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field

from constructs_lib.alarms.composite_rule import InvalidAlarmRule, Node, implies, parse
from constructs_lib.aws import limits
from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked
from constructs_lib.options.monitor import MonitorSpec, Sentence

_FIX = "write names with AND, OR, NOT and brackets: a AND (b OR NOT c)"


def _rule(text: str) -> Problem | None:
    try:
        tree = parse(text, bare=True)
    except InvalidAlarmRule as error:
        return Problem(f"is not a rule, at {error}", _FIX)
    if not tree.alarms:
        return Problem("names no alarm", _FIX)
    if len(tree.alarms) > limits.COMPOSITE_CHILDREN:
        rule = f"names {len(tree.alarms)} alarms, and CloudWatch takes {limits.COMPOSITE_CHILDREN}"
        return Problem(rule, "name fewer, in steps")
    if implies(tree, Node("FALSE")):
        return Problem("can never hold, whatever its alarms do", "change it: as it is, no one is ever called")
    if implies(Node("TRUE"), tree):
        return Problem("always holds, whatever its alarms do", "change it: as it is, it never ends")
    return None


class SuppressedBy(Model):
    """What silences an alarm on alarms: it notifies no one while the other is in alarm."""

    alarm: Annotated[str, Field(min_length=1)] | None = None
    """An alarm of the same stack."""
    existing: Annotated[str, Field(min_length=1, max_length=1_600)] | None = None
    """Name or ARN of an alarm that is made elsewhere, such as one that marks deployments."""
    extension_seconds: Annotated[int, Field(ge=1)] = 180
    """How long it stays silent after the other is over: the value of the CloudWatch user guide's example."""

    def problems(self) -> Iterator[Problem]:
        """One of the two."""
        if (self.alarm is None) == (self.existing is None):
            yield Problem("needs either `alarm` or `existing`", "give one of them")

    @property
    def name(self) -> str:
        """Of the other alarm."""
        return self.alarm or self.existing or ""


class CompositeSpec(MonitorSpec):
    """Alerts by the states of other alarms of the stack: when both fail, or one without the other."""

    pattern: Literal["composite"] = "composite"
    when: Annotated[str, Field(min_length=1, max_length=limits.COMPOSITE_RULE_CHARACTERS), checked(_rule)]
    """Alarms by name, with AND, OR, NOT and brackets. A name alone means that the alarm is in alarm; CloudWatch's
    OK(name), INSUFFICIENT_DATA(name) and AT_LEAST(2, ALARM, (a, b, c)) are taken, too. The name is the alarm's, without
    project and stack: `ranker-errors`, `ranker-invocations-band`."""
    summary: Sentence | None = None
    """What it means that the rule holds, in a sentence: `Neither the cache nor the store answers`. Left out: the rule
    in words."""
    impact: Sentence
    """Why it matters, in one sentence."""
    first_step: Sentence
    """What to do first, in one sentence."""
    suppressed_by: SuppressedBy | None = None
    """An alarm that silences it."""
    replaces_alarms: bool = False
    """Whether it calls in place of the alarms that raise it: they then notify no one by themselves. Without it people
    hear of each of them as well."""

    @property
    def tree(self) -> Node:
        """The rule."""
        return parse(self.when, bare=True)

    def combines(self) -> Mapping[str, str]:
        """The alarms of the rule, and the suppressor of this stack."""
        silencer = self.suppressed_by.alarm if self.suppressed_by is not None else None
        members = dict.fromkeys(sorted(self.tree.alarms), "when")
        return members if silencer is None else {silencer: "suppressed_by.alarm"} | members

    def naming(self, full: Mapping[str, str]) -> Self:
        """With the full names."""
        silencer = self.suppressed_by
        if silencer is not None and silencer.alarm is not None:
            silencer = silencer.model_copy(update={"alarm": full[silencer.alarm]})
        rule = str(self.tree.renamed(lambda name: full.get(name, name)))
        said = self.summary if self.summary is not None else self.tree.words
        return self.model_copy(update={"when": rule, "summary": said, "suppressed_by": silencer})

    @property
    def replaces(self) -> frozenset[str]:
        """The alarms that raise it, if it calls in their place."""
        return self.tree.raised_by if self.replaces_alarms else frozenset()
