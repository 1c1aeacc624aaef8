"""What holds an alarm's actions back: an actions suppressor, and mute rules. States are never held back.

Source: CloudWatch user guide, "Alarm suppression" and "Alarm Mute Rules".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from constructs_lib.alarms.mute import length_of
from constructs_lib.aws import cron
from constructs_lib.simulation.alarm import State
from constructs_lib.simulation.windows import time_zone
from constructs_lib.terraform.mute import DeployedMuteRule

Holder = Literal["Alarm", "WaitPeriod", "ExtensionPeriod"]

Change = tuple[int, State]
"""When, and to which state."""


@dataclass(frozen=True, slots=True)
class Held:
    """A change of state whose actions did not run at once.

    Attributes:
        at: When the state changed, in seconds.
        by: What held them back first.
    """

    at: int
    state: State
    by: Holder


class Suppression:
    """The state machine of a composite alarm with an actions suppressor.

    Args:
        suppressing: Whether the suppressor is in ALARM at the start.
        wait_seconds: How long actions wait for the suppressor to come.
        extension_seconds: How long they stay held once it has gone.
    """

    def __init__(self, *, suppressing: bool, wait_seconds: int, extension_seconds: int) -> None:
        self._suppressing = suppressing
        self._wait, self._extension = wait_seconds, extension_seconds
        self._until: int | None = None
        self._pending: State | None = None
        self.held: list[Held] = []

    def run(self, changes: Iterable[Change], suppressor: Iterable[Change], end: int) -> Iterator[Change]:
        """When actions run, and those of which state.

        Of changes in the same second the suppressor's come first: its own actions are not what it is for.
        """
        events: list[tuple[int, int, State]] = sorted(
            [*((at, 0, state) for at, state in suppressor), *((at, 1, state) for at, state in changes)],
            key=lambda event: event[:2],
        )
        for at, kind, state in events:
            yield from self._elapsed(at)
            if kind == 0:
                self._suppressor_changed(at, state)
            else:
                self._changed(at, state)
        yield from self._elapsed(end)

    def _elapsed(self, now: int) -> Iterator[Change]:
        if self._until is not None and self._until <= now:
            at, state = self._until, self._pending
            self._until = self._pending = None
            if state is not None:
                yield at, state

    def _changed(self, at: int, state: State) -> None:
        self._pending = state
        self._until = None if self._suppressing else at + self._wait
        self.held.append(Held(at, state, "Alarm" if self._suppressing else "WaitPeriod"))

    def _suppressor_changed(self, at: int, state: State) -> None:
        if state == "ALARM":
            self._suppressing, self._until = True, None
        elif self._suppressing:
            self._suppressing = False
            self._until = at + self._extension if self._pending is not None else None


@dataclass(frozen=True, slots=True)
class MuteWindow:
    """One window of a mute rule, in seconds from the scenario's start."""

    rule: str
    begin: int
    end: int


def mute_windows(rule: DeployedMuteRule, start: int, length: int) -> list[MuteWindow]:
    """The windows of a mute rule that a scenario meets.

    Args:
        rule: The rule.
        start: When the scenario starts, in seconds since 1970.
        length: How long it is, in seconds.

    Raises:
        ValueError: A schedule, a duration or a zone that is not one.
    """
    zone, lasts = time_zone(rule.timezone), length_of(rule.duration)
    if lasts is None:
        raise ValueError(f"{rule.duration!r} is not a duration such as PT4H")
    seconds = int(lasts.total_seconds())

    def moment(text: str) -> int:
        return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())

    first, last = start - seconds, start + length
    kind, _, inside = rule.expression.rstrip(")").partition("(")
    if kind == "at":
        begins: Sequence[int] = [moment(inside)]
    elif kind == "cron" and cron.expression(inside) is None:
        begins = [int(found.timestamp()) for found in _cron_moments(inside, datetime.fromtimestamp(first, zone), last)]
    else:
        raise ValueError(f"{rule.expression!r} is neither cron(…) nor at(…)")
    after = moment(rule.starts) if rule.starts else first
    before = moment(rule.expires) if rule.expires else last + 1
    return [
        MuteWindow(rule.name, begin - start, min(begin + seconds, before) - start)
        for begin in begins
        if max(first, after) <= begin < min(last, before)
    ]


def merged(windows: Iterable[MuteWindow]) -> Iterator[MuteWindow]:
    """Windows that overlap, or follow one another, as one: an alarm is muted while any rule mutes it.

    Args:
        windows: In the order of their beginnings.
    """
    current: MuteWindow | None = None
    for window in windows:
        if current is not None and window.begin <= current.end:
            current = replace(current, end=max(current.end, window.end))
            continue
        if current is not None:
            yield current
        current = window
    if current is not None:
        yield current


def _cron_moments(expression: str, first: datetime, last: int) -> Iterator[datetime]:
    minutes, hours, days, months, weekdays = cron.meaning(expression)
    texts = expression.split()
    any_day, any_weekday = texts[2] == "*", texts[4] == "*"
    day = first.replace(hour=0, minute=0, second=0, microsecond=0)
    while day.timestamp() <= last:
        on_day, on_weekday = day.day in days, day.isoweekday() % 7 in weekdays
        # crontab(5): with both a day and a weekday, either will do.
        due = (on_day and on_weekday) if any_day or any_weekday else (on_day or on_weekday)
        if due and day.month in months:
            yield from (day.replace(hour=hour, minute=minute) for hour in sorted(hours) for minute in sorted(minutes))
        day = (day + timedelta(days=1)).replace(hour=0)
