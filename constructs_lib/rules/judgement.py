"""What the rules say of a stack, once its waivers are taken into account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from constructs_lib.errors import Problem
from constructs_lib.rules import RULES, findings
from constructs_lib.rules.rule import Finding, Rule
from constructs_lib.rules.waiver import AnyWaiver, settle
from constructs_lib.terraform.stack import Stack


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings in a stack.

    Attributes:
        blocking: Those a synth stops for.
        advice: The others.
        waived: What each waiver sets aside, perhaps nothing.
    """

    blocking: tuple[Finding, ...]
    advice: tuple[Finding, ...]
    waived: tuple[tuple[AnyWaiver, tuple[Finding, ...]], ...]

    def problems(self, stack_name: str) -> list[Problem]:
        """The blocking ones in the words of monitoring.yaml."""
        return [
            Problem(
                f"{finding.subject}: {finding.problem.rule} [{finding.rule}]",
                finding.problem.fix,
                path=f"stacks.{stack_name}" + (f".monitors.{finding.monitor}" if finding.monitor else ""),
            )
            for finding in self.blocking
        ]


def judge(stack: Stack, waivers: Sequence[AnyWaiver] = (), rules: Iterable[Rule] = RULES) -> Judgement:
    """Hold a stack to rules."""
    left, waived = settle(findings(stack, rules), waivers)
    return Judgement(
        blocking=tuple(finding for finding in left if finding.blocks),
        advice=tuple(finding for finding in left if not finding.blocks),
        waived=tuple((waiver, tuple(taken)) for waiver, taken in waived),
    )
