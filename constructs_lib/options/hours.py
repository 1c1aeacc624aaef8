"""Hours of the week in which another severity applies than at other times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Annotated, Literal, get_args

from pydantic import Field

from constructs_lib.alarms.mute import MuteSchedule
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import cron
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, not_empty, shown

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Day, ...] = get_args(Day)

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DAY = 24 * 60
_WEEK = 7 * _DAY
_CLOCKS_ARE_CHANGED = 4 * 60
"""By then, on the night on which they are; a window keeps its length, so one that ends later begins anew here."""
_HOUR = 60


def time_of_day(value: str) -> Problem | None:
    """Hours and minutes."""
    if _TIME.fullmatch(value):
        return None
    return Problem(f"{shown(value)} is not a time of day", 'write it in quotes: "02:00"')


def minutes(text: str) -> int:
    """Since midnight."""
    hours, _, rest = text.partition(":")
    return 60 * int(hours) + int(rest)


TimeOfDay = Annotated[str, checked(time_of_day)]
TimeZone = Annotated[str, checked(cron.time_zone)]


class Hours(Model):
    """When a monitor's severity applies, and which one does at other times.

    CloudWatch knows no hours: there are two alarms of the same condition, each muted while the other one calls. What is
    still wrong when its hours begin is called then.
    """

    days: Annotated[Items[Day], checked(not_empty)] = DAYS[:5]
    """Days of the week on which the hours begin; Monday to Friday if left out."""
    start: Annotated[TimeOfDay, Field(validation_alias="from")]
    """When they begin, such as "08:00"."""
    end: Annotated[TimeOfDay, Field(validation_alias="until")]
    """When they end; at or before the beginning is on the next day."""
    time_zone: TimeZone
    """Time zone of both, such as Europe/Berlin; daylight saving time is followed."""
    otherwise: Severity
    """The severity at other times."""

    def problems(self) -> Iterator[Problem]:
        """Some time is left."""
        if not self._gaps():
            rule = "is the whole week, and `otherwise` would never apply"
            yield Problem(rule, "end earlier, or leave the hours out", path="until")

    @property
    def words(self) -> str:
        """As a reader says them: `Monday to Friday, 08:00 to 20:00 Europe/Berlin`."""
        chosen = [day.capitalize() for day in DAYS if day in self.days]
        first = DAYS.index(min(self.days, key=DAYS.index))
        in_a_row = len(chosen) > 2 and set(self.days) == {*DAYS[first : first + len(chosen)]}
        days = f"{chosen[0]} to {chosen[-1]}" if in_a_row else ", ".join(chosen)
        return f"{days}, {self.start} to {self.end} {self.time_zone}"

    @property
    def inside(self) -> tuple[MuteSchedule, ...]:
        """The hours, as mute rules say them."""
        return self._schedules(self._spans(), self.words)

    @property
    def outside(self) -> tuple[MuteSchedule, ...]:
        """All other times."""
        return self._schedules(self._gaps(), f"outside {self.words}")

    def _spans(self) -> list[tuple[int, int]]:
        """Beginning and end of each day's hours, in minutes of the week."""
        begin, length = minutes(self.start), (minutes(self.end) - minutes(self.start) - 1) % _DAY + 1
        starts = sorted(DAYS.index(day) * _DAY + begin for day in set(self.days))
        return [(start, start + length) for start in starts]

    def _gaps(self) -> list[tuple[int, int]]:
        """The times between; one that goes over Sunday's end ends in the next week."""
        spans = self._spans()
        following = [*spans[1:], (spans[0][0] + _WEEK, 0)]
        return [(end, start) for (_, end), (start, _) in zip(spans, following, strict=True) if end < start]

    def _schedules(self, spans: Sequence[tuple[int, int]], words: str) -> tuple[MuteSchedule, ...]:
        """A schedule for all parts that begin at one time of day and have one length."""
        days: dict[tuple[int, int], set[int]] = {}
        for start, length in (part for span in spans for part in _parts(*span)):
            days.setdefault((start % _DAY, length), set()).add(start % _WEEK // _DAY)
        return tuple(
            MuteSchedule(
                f"cron({minute % 60} {minute // 60} * * {_weekdays(which)})",
                timedelta(minutes=length),
                self.time_zone,
                words,
            )
            for (minute, length), which in days.items()
        )


def _parts(start: int, end: int) -> list[tuple[int, int]]:
    """Beginning and length of the windows for a span: what lasts over a night is in two, so that it ends in time."""
    cut = end - end % _DAY + _CLOCKS_ARE_CHANGED
    if not start < cut < end:
        return [(start, end - start)]
    return [(start, cut + _HOUR - start), (cut, end - cut)]  # an hour into the second, for the night that has one more


def _weekdays(which: set[int]) -> str:
    return "*" if len(which) == len(DAYS) else ",".join(DAYS[day][:3].upper() for day in sorted(which))
