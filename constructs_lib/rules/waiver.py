"""Findings that a waiver sets aside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from constructs_lib.rules.rule import Finding


class AnyWaiver(Protocol):
    """A rule set aside; the config's `config.waiver`, or one read from a register."""

    @property
    def rule(self) -> str:
        """The rule's name."""

    @property
    def reason(self) -> str:
        """Why."""

    @property
    def monitors(self) -> Sequence[str]:
        """Only for these monitors; without any for the whole stack."""


W = TypeVar("W", bound=AnyWaiver)


@dataclass(frozen=True, slots=True)
class RegisteredWaiver:
    """A waiver read from a register."""

    rule: str
    reason: str
    monitors: Sequence[str] = ()


def covers(waiver: AnyWaiver, finding: Finding) -> bool:
    """Whether a waiver sets a finding aside."""
    return finding.rule == waiver.rule and (not waiver.monitors or finding.monitor in waiver.monitors)


def settle(
    findings: Iterable[Finding], waivers: Sequence[W], covered: Callable[[W, Finding], bool] = covers
) -> tuple[list[Finding], list[tuple[W, list[Finding]]]]:
    """What stays, and what each waiver sets aside; the first that covers a finding takes it."""
    aside: list[tuple[W, list[Finding]]] = [(waiver, []) for waiver in waivers]
    left: list[Finding] = []
    for finding in findings:
        next((taken for waiver, taken in aside if covered(waiver, finding)), left).append(finding)
    return left, aside


def registered_for(file: str | Path) -> list[RegisteredWaiver]:
    """The waivers in the register next to a configuration; none without a register."""
    try:
        waivers = json.loads(Path(file).with_name("register.json").read_bytes())["waived"]
    except (OSError, KeyError, TypeError, ValueError):
        return []
    return [RegisteredWaiver(item["rule"], item["reason"], item["monitors"]) for item in waivers]
