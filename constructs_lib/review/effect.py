"""What a review finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

from constructs_lib.alarms.severity import rank, rank_of
from constructs_lib.references import is_reference

Kind = Literal[
    "deleted",
    "disabled",
    "loosened",
    "receivers",
    "signals",
    "encryption",
    "retention",
    "data",
    "unclear",
    "remark",
    "new",
]
KINDS: dict[Kind, str] = {
    "deleted": "Alarms deleted",
    "disabled": "Alarms disabled",
    "loosened": "Alarms loosened",
    "receivers": "Receivers lost",
    "signals": "Signals lost",
    "encryption": "Encryption and access weakened",
    "retention": "Kept for a shorter time",
    "data": "Data lost",
    "unclear": "For you to judge",
    "remark": "Good to know",
    "new": "New",
}
"""Worst first, with the heading a reader sees."""


Level = Literal["weakened", "unclear", "remark", "new"]


W = TypeVar("W", bound=str)


def unless_unknown(value: object, verdict: W) -> W | Literal["unclear"]:
    """What a change is, or for a person to judge where its value is known after apply only."""
    return "unclear" if is_reference(value) else verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing the plan does.

    Attributes:
        kind: What sort of thing; the worst come first.
        address: The Terraform address.
        name: What people call it: the alarm's name, or type and name of the resource; the address of one without.
        severity: The alarm's, where it says one.
        summary: One sentence, without a full stop.
        details: What changed, a line each: `threshold: above 5 → above 50`.
    """

    kind: Kind
    address: str
    name: str
    severity: str = ""
    summary: str
    details: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """Weakened, unclear, a remark or new."""
        if self.kind in ("unclear", "remark", "new"):
            return self.kind
        return "weakened"


def order(effect: Effect) -> tuple[int, int, str]:
    """Worst first: by kind, then by severity (an unknown one counts as a warning), then by name."""
    known = rank_of(effect.severity)
    return (list(KINDS).index(effect.kind), rank("warning") if known is None else known, effect.name)
