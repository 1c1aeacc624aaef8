"""What an alarm is there for: one of four things, each with the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass

from constructs_lib.alarms.mute import MuteSchedule


@dataclass(frozen=True, slots=True)
class Notifies:
    """Notifies the receivers of its severity.

    Attributes:
        when_over: Whether they also hear when the alarm is over.
        at: When it notifies; empty for always.
        muted: The windows in which it does not, where it notifies at some hours only.
    """

    when_over: bool = True
    at: str = ""
    muted: tuple[MuteSchedule, ...] = ()

    def __str__(self) -> str:
        return "Notifies no one itself"  # as the register puts it where the severity has no receivers


@dataclass(frozen=True, slots=True)
class PartOf:
    """Is a part of a composite alarm, which notifies in its place.

    Attributes:
        composite: The composite's name.
    """

    composite: str

    def __str__(self) -> str:
        return f"Part of {self.composite}"


@dataclass(frozen=True, slots=True)
class GroupedIn:
    """Has something to say, which the composite of its whole workload sends.

    Attributes:
        composite: The composite's name.
    """

    composite: str

    def __str__(self) -> str:
        return f"Notifies through {self.composite}"


@dataclass(frozen=True, slots=True)
class Scales:
    """Calls a scaling policy, and no people.

    Attributes:
        change: What the policy does: `adds 2 instances`.
    """

    change: str

    def __str__(self) -> str:
        return f"Its scaling policy {self.change}"


Duty = Notifies | PartOf | GroupedIn | Scales
