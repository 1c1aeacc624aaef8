"""When a stack's groups of alarms keep quiet: windows in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.time_windows import Window
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, shown

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _moment(value: str | datetime) -> Problem | None:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return Problem(f"{shown(value)} has no time zone", "write it like 2026-12-01T02:00:00Z")
        return None
    if _TIME.fullmatch(value):
        return None
    return Problem(f"{shown(value)} is no time of day", 'write it in quotes: "02:00"')


Moment = Annotated[datetime | str, checked(_moment)]


class MaintenanceWindow(Model):
    """One window: every week on some days, or once.

    Every week: `{days: [sunday], from: "02:00", until: "04:00"}`; without `days` every day.
    Once: `{from: 2026-12-01T02:00:00Z, until: 2026-12-01T06:00:00Z}`.
    """

    days: Items[Day] = ()
    """Days of the week in UTC on which it begins; all of them if left out."""
    start: Annotated[Moment, Field(alias="from")]
    """When it begins, in UTC: a time of day, or a moment."""
    end: Annotated[Moment, Field(alias="until")]
    """When it ends, in UTC; a time of day at or before the start is on the next day."""

    def problems(self) -> Iterator[Problem]:
        """Two times of day, or two moments in their order."""
        if isinstance(self.start, datetime) != isinstance(self.end, datetime):
            yield Problem("one end is a time of day, the other a moment", "write both alike", path="until")
        elif isinstance(self.start, datetime) and isinstance(self.end, datetime):
            if self.days:
                yield Problem("a window that comes once has no days", "leave them out", path="days")
            if self.end <= self.start:
                yield Problem(f"{shown(self.end)} is not after its beginning", "write a later moment", path="until")

    @property
    def window(self) -> Window:
        """As an alarm marks it."""
        return Window(self.start, self.end, frozenset(self.days), self._words())

    def _words(self) -> str:
        if isinstance(self.start, datetime) and isinstance(self.end, datetime):
            return f"{_stamp(self.start)} to {_stamp(self.end)} UTC"
        days = ", ".join(day.capitalize() for day in self.days) or "every day"
        return f"{days} {self.start} to {self.end} UTC"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
