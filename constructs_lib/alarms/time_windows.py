"""Windows of time as metric math, so that an alarm can mark them.

CloudWatch has no clock to ask, but every value carries its time: DAY (Monday is 1), HOUR, MINUTE and EPOCH of a series
are in UTC (CloudWatch user guide, "Using math expressions with CloudWatch metrics").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

PERIOD_SECONDS = 300
"""Five minutes, as often as nearly every AWS service publishes."""
EARLY_SECONDS = 600
"""A value is there only after its period, and evaluated a little later: the alarm is to be on when a window begins."""
LATE_SECONDS = 300
"""And off soon after it ends."""

_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """One window in UTC: from a moment to another, or every week from a time of day to another.

    Attributes:
        days: Those it begins on; all, where there are none.
        start, end: Moments, or times of day such as 02:00; an end at or before the start is on the next day.
        words: The window as a reader says it.
    """

    start: datetime | str
    end: datetime | str
    days: frozenset[str] = frozenset()
    words: str = ""


def steps(metrics: Sequence[str]) -> Mapping[str, str]:
    """What `expression` reads: `now`, a series with a value in every period, and `minute`, its minute of the day.

    Args:
        metrics: Query ids; a value of any of them will do.
    """
    values = metrics[0] if len(metrics) == 1 else f"MAX([{', '.join(metrics)}])"
    return {"now": f"FILL({values}, 0)", "minute": "60 * HOUR(now) + MINUTE(now)"}


def expression(windows: Iterable[Window]) -> str:
    """1 inside any of the windows, 0 outside."""
    return f"IF({' || '.join(part for window in windows for part in _conditions(window))}, 1, 0)"


def _conditions(window: Window) -> list[str]:
    if isinstance(window.start, datetime) and isinstance(window.end, datetime):
        first = int(window.start.timestamp()) - EARLY_SECONDS
        last = int(window.end.timestamp()) - LATE_SECONDS
        return [f"(EPOCH(now) >= {first} && EPOCH(now) < {last})"]
    start, end = _minutes(str(window.start)), _minutes(str(window.end))
    if end <= start:
        end += _DAY_MINUTES
    first, last = start - EARLY_SECONDS // 60, end - LATE_SECONDS // 60
    days = {DAYS.index(day) for day in window.days} or set(range(7))
    found = []
    for shift in (-1, 0, 1):  # the early beginning may be on the day before, the end on the day after
        low, high = max(first - shift * _DAY_MINUTES, 0), min(last - shift * _DAY_MINUTES, _DAY_MINUTES)
        if low < high:
            found.append(_on({(day + shift) % 7 + 1 for day in days}, low, high))
    return found


def _on(days: set[int], low: int, high: int) -> str:
    """On these days, from one minute of the day to another."""
    parts = []
    if len(days) < 7:
        options = " || ".join(f"DAY(now) == {day}" for day in sorted(days))
        parts.append(f"({options})" if len(days) > 1 else options)
    parts += [f"minute >= {low}"] if low else []
    parts += [f"minute < {high}"] if high < _DAY_MINUTES else []
    return f"({' && '.join(parts or ['minute >= 0'])})"


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return 60 * int(hours) + int(minutes)
