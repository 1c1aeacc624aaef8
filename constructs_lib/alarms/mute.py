"""Windows in which alarms change their state and notify no one: CloudWatch's alarm mute rules as data.

Source: CloudWatch user guide, "Alarm mute rules", and API reference, `PutAlarmMuteRule` and `Schedule`. When a window
ends, the actions that it held back are run for alarms that are still in that state. Messages that EventBridge sends
are not held back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import cron
from constructs_lib.aws.names import join

ALARMS = 100
"""Alarms of one mute rule (API reference, `MuteTargets`)."""
LONGEST = timedelta(days=15)
"""Of one window (API reference, `Schedule`: PT1M to P15D)."""

_CRON = re.compile(r"cron\((.+)\)")
_DURATION = TypeAdapter(timedelta)


@dataclass(frozen=True, slots=True)
class MuteSchedule:
    """When a rule mutes.

    Attributes:
        expression: `cron(…)` of five fields, or `at(yyyy-MM-ddThh:mm)`, in `timezone`.
        length: From each beginning to its end.
        timezone: A name of the IANA database.
        words: The window as a reader says it.
    """

    expression: str
    length: timedelta
    timezone: str
    words: str

    @property
    def duration(self) -> str:
        """The length in ISO 8601: PT2H."""
        return str(to_json(self.length), "ascii").strip('"')


@dataclass(frozen=True, slots=True)
class PlannedMute:
    """One mute rule.

    Attributes:
        key: Construct id: a part of the Terraform address.
        name: Its name, unique in the account and Region.
        alarms: Names of the alarms it mutes.
        why: What its description begins with.
    """

    key: str
    name: str
    window: MuteSchedule
    alarms: tuple[str, ...]
    why: str = "Maintenance"


@dataclass(frozen=True, slots=True)
class Caller:
    """An alarm that calls people, by itself or through the composite of its group.

    Attributes:
        alarm: Name of the alarm, or of the composite that calls in its place.
    """

    monitor: str
    workload: str
    severity: Severity
    alarm: str


def rules(name: str, number: int, window: MuteSchedule, alarms: Sequence[str]) -> Iterator[PlannedMute]:
    """The rules of one window: as many as its alarms need.

    Args:
        name: What all names of the stack begin with.
        number: The window's place in the file, from 1.
        window: When.
        alarms: Whom, each once.
    """
    for part, start in enumerate(range(0, len(alarms), ALARMS), start=1):
        key = f"{number}-{part}" if part > 1 else str(number)
        yield PlannedMute(key, join(name, "maintenance", key), window, tuple(alarms[start : start + ALARMS]))


def length_of(duration: str) -> timedelta | None:
    """An ISO 8601 duration, or None where it is not one."""
    try:
        return _DURATION.validate_python(duration)
    except ValidationError:
        return None


def never_ends(expression: str, length: timedelta) -> bool:
    """Whether a schedule begins again before, or as soon as, its last window is over: always muted."""
    match = _CRON.fullmatch(expression.strip())
    if match is None or cron.expression(match[1]) is not None:
        return False
    gaps = [later - earlier for earlier, later in pairwise(_starts(match[1]))]
    return bool(gaps) and max(gaps) <= length


def _starts(expression: str) -> Iterator[datetime]:
    """The beginnings in some thirteen months, so that each month and its first day are among them."""
    minutes, hours, days, months, weekdays = cron.meaning(expression)
    either = "*" not in (expression.split()[2], expression.split()[4])  # crontab(5): with both, one of them will do
    day = datetime(2027, 1, 1, tzinfo=UTC)
    for _ in range(400):
        on_date, on_weekday = day.day in days, day.isoweekday() % 7 in weekdays
        if day.month in months and (on_date or on_weekday if either else on_date and on_weekday):
            yield from (day.replace(hour=hour, minute=minute) for hour in sorted(hours) for minute in sorted(minutes))
        day += timedelta(days=1)
