"""What a rule is: one function from a stack to what is wrong in it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from constructs_lib.errors import Problem
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.metric_filter import DeployedFilter
from constructs_lib.terraform.stack import Resource, Stack

Broken: TypeAlias = tuple[DeployedAlarm | DeployedFilter | Resource | None, Problem]
"""What a rule's function yields: the alarm or resource (None for the stack as a whole), and the problem there."""


RuleClass = Literal["will not fire", "not heard", "fires wrongly", "advice"]
"""What comes of it where a rule is broken."""

RULE_CLASSES: tuple[RuleClass, ...] = get_args(RuleClass)
"""The most harmful first: an alarm that can't fire is as good as none."""


_QUIET = "\n\nStays quiet: "
"""Begins the last paragraph of a rule's docstring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place that breaks a rule.

    Attributes:
        rule: The rule's name.
        kind: What comes of it.
        blocks: Whether a synth stops for it.
        address: The Terraform address, empty for the stack as a whole.
        subject: The alarm's name, or the address.
        monitor: The monitor it belongs to, where that is known.
        problem: What is wrong, and how to fix it.
    """

    rule: str
    kind: RuleClass
    blocks: bool
    address: str
    subject: str
    monitor: str
    problem: Problem

    def __str__(self) -> str:
        return f"{self.subject}: {self.problem} [{self.rule}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A named check; its docstring's first line is the compliant state, the rest says why.

    Attributes:
        name: What a waiver calls it.
        kind: What comes of it where the rule is broken.
        story: How it went for a team that did not know, in one sentence.
        page: AWS's page on it.
        check: The function.
        blocks: Whether a synth stops for it.
    """

    name: str
    kind: RuleClass
    story: str
    page: str
    check: Callable[[Stack], Iterator[Broken]]
    blocks: bool

    def findings(self, stack: Stack) -> Iterator[Finding]:
        """Every place in the stack that breaks it."""
        for where, problem in self.check(stack):
            named = where.name if isinstance(where, DeployedAlarm) else ""
            address = where.address if where else ""
            yield Finding(
                rule=self.name,
                kind=self.kind,
                blocks=self.blocks,
                address=address,
                subject=named or address or stack.name,
                monitor=where.monitor if where else "",
                problem=problem.at(""),  # the place is the resource
            )

    @property
    def compliant(self) -> str:
        """The state in which nothing is found, in a sentence."""
        return self._doc[0]

    @property
    def why(self) -> str:
        """What goes wrong otherwise."""
        return self._doc[1]

    @property
    def quiet(self) -> str:
        """What is not found, though it may look like it."""
        return self._doc[2]

    @property
    def _doc(self) -> tuple[str, str, str]:
        head, _, rest = inspect.cleandoc(self.check.__doc__ or "").partition("\n")
        why, _, quiet = rest.partition(_QUIET)
        return head, " ".join(why.split()), " ".join(quiet.split())


def rule(
    name: str, kind: RuleClass, *, story: str, page: str, blocks: bool | None = None
) -> Callable[[Callable[[Stack], Iterator[Broken]]], Rule]:
    """Make a function a rule; advice stops no synth, unless `blocks` says so."""
    stops = blocks if blocks is not None else kind != "advice"
    return lambda check: Rule(name=name, kind=kind, story=story, page=page, check=check, blocks=stops)
