"""A rule set aside, by name and with a reason that a reader of the register sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import Field

from constructs_lib.model import Items, Model, Violation, checked, nearest, shown
from constructs_lib.rules import NAMES
from constructs_lib.rules.rule import Finding


def _known(name: str) -> Violation | None:
    return None if name in NAMES else Violation(f"{shown(name)} is no rule", nearest(name, NAMES))


class Waiver(Model):
    """Lets a stack break one rule."""

    rule: Annotated[str, checked(_known)]
    """The rule's name; docs/rules.md lists them."""
    reason: Annotated[str, Field(min_length=10)]
    """Why, for the readers of the register; say until when."""
    monitors: Items[str] = ()
    """Only for these monitors. Left out: for the whole stack."""

    def covers(self, finding: Finding) -> bool:
        """Whether it sets this finding aside."""
        return finding.rule == self.rule and (not self.monitors or finding.monitor in self.monitors)


def settle(
    findings: Iterable[Finding], waivers: Sequence[Waiver]
) -> tuple[list[Finding], list[tuple[Waiver, list[Finding]]]]:
    """What stays, and what each waiver sets aside; the first that covers a finding takes it."""
    aside: list[tuple[Waiver, list[Finding]]] = [(waiver, []) for waiver in waivers]
    open_findings: list[Finding] = []
    for finding in findings:
        taken = next((taken for waiver, taken in aside if waiver.covers(finding)), open_findings)
        taken.append(finding)
    return open_findings, aside


def beside(file: str | Path) -> list[Waiver]:
    """The waivers that the register beside a configuration tells of; none where there is no register."""
    register = Path(file).with_name("register.json")
    try:
        told = orjson.loads(register.read_bytes())["waived"]
    except (OSError, KeyError, TypeError, orjson.JSONDecodeError):
        return []
    return [Waiver(rule=item["rule"], reason=item["reason"], monitors=item["monitors"]) for item in told]
