"""When alarms of a stack notify no one: planned windows, once or again and again, in any time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from constructs_lib.alarms import mute
from constructs_lib.alarms.mute import Caller, MuteSchedule
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import cron as crontab
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import Items, Model, checked, shown
from constructs_lib.options.hours import Day, TimeZone, minutes, time_of_day
from constructs_lib.units import duration


def _moment(value: str | datetime) -> Problem | None:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return Problem(f"{shown(value)} has no time zone", "write it like 2026-12-01T02:00:00Z")
        return None
    return time_of_day(value)


def _cron(value: str) -> Problem | None:
    if broken := crontab.expression(value):
        return broken
    *_, day, _, weekday = value.split()
    if "/" in value:
        return Problem(f"{shown(value)} has a step, and mute rules know none", "list the values: 0,15,30,45")
    if "*" not in (day, weekday):
        return Problem(f"{shown(value)} names a day of the month and of the week", "write * for one of them")
    return None


Moment = Annotated[datetime | str, checked(_moment)]
Cron = Annotated[str, checked(_cron)]


class MaintenanceWindow(Model):
    """One window, written in one of three ways.

    On days of the week: `{days: [sunday], from: "02:00", until: "04:00"}`; without `days` every day.
    Once: `{from: 2026-12-01T02:00:00Z, until: 2026-12-01T06:00:00Z}`.
    By cron: `{cron: "0 2 1 * *", minutes: 120}`.
    """

    days: Items[Day] = ()
    """Days of the week on which it begins; all of them if left out."""
    start: Annotated[Moment | None, Field(validation_alias="from")] = None
    """When it begins: a time of day in `time_zone`, or a moment."""
    end: Annotated[Moment | None, Field(validation_alias="until")] = None
    """When it ends; a time of day at or before the start is on the next day."""
    cron: Cron | None = None
    """When it begins, as five fields: minute, hour, day of the month, month, day of the week."""
    minutes: Annotated[int, Field(ge=1, le=15 * 24 * 60)] | None = None
    """With `cron`: how long it lasts, up to 15 days."""
    time_zone: TimeZone = "UTC"
    """Time zone of `from`, `until` and `cron`, such as Europe/Berlin; daylight saving time is followed. A window keeps
    its length when the clocks change inside it."""
    workloads: Items[str] = ()
    """Only these workloads; all of them if left out."""
    monitors: Items[str] = ()
    """Only these monitors; all of them if left out."""
    severities: Items[Severity] = ()
    """Only alarms of these severities; all of them if left out."""

    def problems(self) -> Iterator[Problem]:
        """One of the three ways, a legal length, and an end."""
        if self.cron is not None:
            yield from self._by_cron()
        elif self.start is None or self.end is None:
            missing = "from" if self.start is None else "until"
            yield Problem("is missing", "write `from` and `until`, or `cron` and `minutes`", path=missing)
        elif self.minutes is not None:
            yield Problem("belongs to `cron`", "leave it out, for `until` says when it ends", path="minutes")
        elif isinstance(self.start, datetime) != isinstance(self.end, datetime):
            yield Problem("one end is a time of day, the other a moment", "write both alike", path="until")
        elif isinstance(self.start, datetime) and isinstance(self.end, datetime):
            yield from self._once(self.start, self.end)
        if isinstance(self.start, str) and self.start == self.end and not self.days and self.cron is None:
            yield Problem("the window never ends: its alarms would always be muted", "end it earlier", path="until")

    def _by_cron(self) -> Iterator[Problem]:
        for field, given in (("days", self.days), ("from", self.start), ("until", self.end)):
            if given:
                yield Problem("does not go with `cron`", "write one or the other", path=field)
        if self.minutes is None:
            yield Problem("is missing: how long the window lasts", "add it", path="minutes")
        elif mute.never_ends(f"cron({self.cron})", timedelta(minutes=self.minutes)):
            rule = f"{self.minutes} minutes: the next window begins before, and its alarms would always be muted"
            yield Problem(rule, "make it shorter", path="minutes")

    def _once(self, start: datetime, end: datetime) -> Iterator[Problem]:
        if self.days:
            yield Problem("a window that comes once has no days", "leave them out", path="days")
        if end <= start:
            yield Problem(f"{shown(end)} is not after its beginning", "write a later moment", path="until")
        elif end - start > mute.LONGEST:
            yield Problem(f"{shown(end)} is more than 15 days after it begins", "write several", path="until")
        for field, moment in (("from", start), ("until", end)):
            if moment.second or moment.microsecond:
                yield Problem(f"{shown(moment)} is not a whole minute", "leave out the seconds", path=field)

    def takes(self, caller: Caller) -> bool:
        """Whether it mutes this alarm."""
        return (
            (not self.workloads or caller.workload in self.workloads)
            and (not self.monitors or caller.monitor in self.monitors)
            and (not self.severities or caller.severity in self.severities)
        )

    def mutes(self, callers: Sequence[Caller]) -> list[str]:
        """Names of the alarms it mutes, each once.

        Raises:
            ConfigError: None of them, or a group that also calls for others.
        """
        names = dict.fromkeys(caller.alarm for caller in callers if self.takes(caller))
        if not names:
            raise ConfigError([Problem("mutes no alarm of this stack", "choose others, or remove it")])
        for caller in callers:
            if caller.alarm in names and not self.takes(caller):
                rule = f"would also mute {caller.monitor}, for which {caller.alarm} calls too"
                raise ConfigError([Problem(rule, "choose the whole workload: its alarms are grouped")])
        return [*names]

    @property
    def window(self) -> MuteSchedule:
        """As a mute rule says it."""
        zone = self.time_zone
        if self.cron is not None:
            length = timedelta(minutes=self.minutes or 0)
            words = f"{duration(length.total_seconds())} from each cron({self.cron})"
            return MuteSchedule(f"cron({self.cron})", length, zone, f"{words} {zone}")
        if isinstance(self.start, datetime) and isinstance(self.end, datetime):
            start, end = (moment.astimezone(ZoneInfo(zone)) for moment in (self.start, self.end))
            words = f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} {zone}"
            return MuteSchedule(f"at({start:%Y-%m-%dT%H:%M})", self.end - self.start, zone, words)
        start_minute, end_minute = (minutes(str(moment)) for moment in (self.start, self.end))
        days = ",".join(day[:3].upper() for day in self.days) or "*"
        length = timedelta(minutes=(end_minute - start_minute - 1) % (24 * 60) + 1)
        words = ", ".join(day.capitalize() for day in self.days) or "Every day"
        expression = f"cron({start_minute % 60} {start_minute // 60} * * {days})"
        return MuteSchedule(expression, length, zone, f"{words} {self.start} to {self.end} {zone}")
