"""When an alarm is evaluated, and which periods each evaluation reads.

Source: CloudWatch user guide, "Alarm evaluation" and "Alarm evaluation window".
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from constructs_lib.simulation.alarm import DAY_SECONDS, MetricAlarm
from constructs_lib.simulation.arrays import Ints
from constructs_lib.simulation.settings import Settings

WEEK_SECONDS = 7 * DAY_SECONDS


def moments(alarm: MetricAlarm, length: int, start: int, settings: Settings) -> Ints:
    """The evaluations of a scenario, in seconds from its start, without the one at the start itself.

    Args:
        alarm: Which alarm.
        length: How long the scenario is.
        start: When it starts, in seconds since 1970.
        settings: What is not documented.
    """
    step = alarm.step_seconds
    phase = (settings.hourly_minute * 60 - start) % step if step == 3600 else (-start) % step
    found = np.arange(phase, length + 1, step, dtype=np.int64)
    return found[found > 0]


class Windows:
    """The periods that evaluations of one alarm read.

    Args:
        alarm: Which alarm.
        start: When the scenario starts, in seconds since 1970.
        reach: How far before and after the start evaluations and their periods lie, in seconds.
        settings: What is not documented.
    """

    def __init__(self, alarm: MetricAlarm, start: int, reach: tuple[int, int], settings: Settings) -> None:
        self._alarm, self._start, self._settings = alarm, start, settings
        period, periods = alarm.period_seconds, alarm.periods
        if alarm.zone is None:
            self.columns = settings.periods_read(period, periods)
            self._borders = None
        else:
            self.columns = periods  # "wall clock windows fetch exactly N points"
            before = reach[0] + (periods + 2) * period
            self._borders = borders(alarm.zone, period, start - before, start + reach[1] + period) - start

    def of(self, at: Ints) -> tuple[Ints, Ints]:
        """When the periods begin and end that evaluations at these moments read: a row each, the oldest first.

        An end is cut off where later values have not arrived yet.
        """
        ages = np.arange(self.columns, dtype=np.int64)[::-1]
        if self._borders is not None:
            last = np.searchsorted(self._borders, at, side="right") - 1
            places = last[:, None] - ages[None, :]
            begins, ends = self._borders[places - 1], self._borders[places]
        else:
            edge = self._edge(at)[:, None]
            ends = edge - ages[None, :] * self._alarm.period_seconds
            begins = ends - self._alarm.period_seconds
        arrived = at[:, None] - self._settings.arrival_delay_seconds
        return begins, np.maximum(np.minimum(ends, arrived), begins)

    def _edge(self, at: Ints) -> Ints:
        """The end of the newest period: an alarm of more than a day sees the last full hour."""
        step = self._alarm.step_seconds
        return (at + self._start) // step * step - self._start


def borders(zone: str, period: int, first: int, last: int) -> Ints:
    """When periods of a wall clock window begin, in seconds since 1970: weeks on Mondays, days at midnight."""
    where = time_zone(zone)
    if period < DAY_SECONDS:
        return _within_days(where, period, first, last)
    day = datetime.fromtimestamp(first, where).date() - timedelta(days=8)
    found = []
    while True:
        moment = int(datetime(day.year, day.month, day.day, tzinfo=where).timestamp())
        if period == DAY_SECONDS or day.weekday() == 0:
            found.append(moment)
        if moment > last:
            return np.array(found, dtype=np.int64)
        day += timedelta(days=1)


def _within_days(where: tzinfo, period: int, first: int, last: int) -> Ints:
    """Zones are a multiple of five minutes from UTC, and change on the hour or half-hour."""
    step = min(period, 300)
    moments = np.arange(first // step * step - period, last + period, step, dtype=np.int64)
    halves, which = np.unique(moments // 1800, return_inverse=True)
    offsets = np.array([_offset(where, int(half) * 1800) for half in halves], dtype=np.int64)[which]
    found: Ints = moments[(moments + offsets) % period == 0]
    return found


def _offset(where: tzinfo, moment: int) -> int:
    offset = datetime.fromtimestamp(moment, where).utcoffset()
    return int(offset.total_seconds()) if offset else 0


@lru_cache
def time_zone(name: str) -> tzinfo:
    """An IANA name, `UTC`, `+05:30` or `UTC+05:30`.

    Raises:
        ValueError: No such zone.
    """
    text = name.removeprefix("UTC") or "+00:00"
    if text[0] in "+-" and len(text) == 6 and text[3] == ":" and (text[1:3] + text[4:]).isdigit():
        minutes = int(text[1:3]) * 60 + int(text[4:])
        return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone") from None
