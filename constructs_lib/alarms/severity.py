"""How urgent an alarm is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Severity = Literal["critical", "warning", "info"]
"""critical: wake a person. warning: look today. info: worth knowing."""


class Facts(NamedTuple):
    """What goes with a severity.

    Attributes:
        verb: What an alarm does to its receivers, as its sentence begins: `Pages`.
        figure: What several alarms do: `page`.
        color: Of a threshold's line in a graph: CloudWatch's own red, orange and blue.
    """

    verb: str
    figure: str
    color: str


FACTS: Mapping[Severity, Facts] = {
    "critical": Facts("Pages", "page", "#d13212"),
    "warning": Facts("Alerts", "alert", "#ff9900"),
    "info": Facts("Notifies", "notify", "#1f77b4"),
}
"""The most urgent first."""
NONE = Facts("Notifies", "notify", "#5f6b7a")
"""Of alarms without a severity."""

SEVERITIES: tuple[Severity, ...] = tuple(FACTS)


_RANKS: Mapping[str, int] = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_FACTS: Mapping[str, Facts] = {str(severity): facts for severity, facts in FACTS.items()}


def rank(severity: Severity) -> int:
    """0 is the most urgent."""
    return _RANKS[severity]


def rank_of(word: str) -> int | None:
    """The rank of a word, however it is capitalised; None if it is not a severity."""
    return _RANKS.get(word.lower())


def milder(one: Severity, other: Severity) -> Severity:
    """The less urgent of the two."""
    return max(one, other, key=rank)


def sterner(severity: Severity) -> Severity | None:
    """One step more urgent; None of the most urgent."""
    return SEVERITIES[rank(severity) - 1] if rank(severity) else None


def facts_of(severity: str) -> Facts:
    """Of a severity as an alarm says it, which may be any word or none."""
    return _FACTS.get(severity, NONE)
