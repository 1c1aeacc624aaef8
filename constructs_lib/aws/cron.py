"""The cron expressions of EC2 Auto Scaling: five fields, as in crontab(5); not EventBridge's six.

Source: Amazon EC2 Auto Scaling user guide, "Scheduled scaling", and crontab(5).
"""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass

from constructs_lib.errors import Problem
from constructs_lib.model import nearest, shown

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PART = re.compile(r"(?P<first>\*|\w+)(-(?P<last>\w+))?(/(?P<step>\d+))?")


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five fields: its name, its range, and the names its numbers have."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> set[int] | None:
        """Every value the field allows, or None where it does not parse."""
        found: set[int] = set()
        for part in text.split(","):
            match = _PART.fullmatch(part)
            if match is None:
                return None
            first, last = self._range(match["first"], match["last"])
            step = int(match["step"] or 1)
            if first is None or last is None or first > last or step == 0:
                return None
            if match["step"] and match["first"] != "*" and not match["last"]:
                last = self.high  # 5/15 is 5-59/15
            found.update(range(first, last + 1, step))
        return found

    def _range(self, first: str, last: str | None) -> tuple[int | None, int | None]:
        if first == "*":
            return (self.low, self.high) if last is None else (None, None)
        start = self._number(first)
        return start, start if last is None else self._number(last)

    def _number(self, text: str) -> int | None:
        if text.upper() in self.names:
            return self.low + self.names.index(text.upper())
        number = int(text) if text.isascii() and text.isdigit() else -1
        return number if self.low <= number <= self.high else None

    @property
    def says(self) -> str:
        """The values it takes, in words."""
        names = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"{self.low} to {self.high}{names}"


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _DAYS),  # 0 and 7 are Sunday
)


def expression(text: str) -> Problem | None:
    """Five fields of numbers, names, ranges, lists and steps that meet on some day."""
    fields = text.split()
    if len(fields) != len(_FIELDS):
        return Problem(
            f"{shown(text)} has {len(fields)} fields, and a schedule has five",
            "write minute, hour, day of the month, month, day of the week: 0 20 * * MON-FRI",
        )
    values = []
    for field, part in zip(_FIELDS, fields, strict=True):
        allowed = field.values(part)
        if allowed is None:
            return Problem(
                f"{shown(text)}: {shown(part)} is not a valid {field.name}",
                f"write *, {field.says}, a range such as 1-5, a list such as 1,3 or a step such as */2",
            )
        values.append(allowed)
    _, _, days, months, _ = values
    if fields[4] == "*" and min(days) > max(_MONTH_LENGTHS[month - 1] for month in months):
        return Problem(f"{shown(text)} names a day that never comes", "choose a day the month has")
    return None


def meaning(text: str) -> tuple[frozenset[int], ...]:
    """What a valid expression stands for: `0 1 * * MON` and `0  1 * * 1` are the same."""
    *others, weekdays = (frozenset(field.values(part) or ()) for field, part in zip(_FIELDS, text.split(), strict=True))
    return (*others, frozenset(day % 7 for day in weekdays))


def time_zone(name: str) -> Problem | None:
    """A name of the IANA database; where the system has none to look in, anything passes."""
    known = zoneinfo.available_timezones()
    if not known or name in known:
        return None
    guess = nearest(name, known)
    return Problem(
        f"{shown(name)} is not a time zone", guess if guess.startswith("did") else "write it like Europe/Zurich or UTC"
    )
