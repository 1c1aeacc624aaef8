"""Maintenance windows as metric math: the expression, worked out for every five minutes of two weeks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from constructs_lib.alarms.time_windows import (
    DAYS,
    EARLY_SECONDS,
    LATE_SECONDS,
    PERIOD_SECONDS,
    Window,
    expression,
    steps,
)

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


def value(text: str, now: datetime) -> int:
    """What CloudWatch makes of the expression at one moment."""
    match = re.fullmatch(r"IF\((.+), 1, 0\)", text)
    assert match is not None
    condition = match[1].replace("&&", "and").replace("||", "or")
    names = {
        "now": now,
        "minute": 60 * now.hour + now.minute,
        "DAY": datetime.isoweekday,
        "EPOCH": datetime.timestamp,
    }
    return int(eval(condition, {"__builtins__": {}}, names))  # noqa: S307  (our own expression)


def moments() -> Iterator[datetime]:
    for number in range(14 * 24 * 3_600 // PERIOD_SECONDS):
        yield MONDAY + timedelta(seconds=number * PERIOD_SECONDS)


def inside(window: Window, now: datetime) -> bool:
    """Whether the value of a period that begins now is to open the window, said another way."""
    if isinstance(window.start, datetime) and isinstance(window.end, datetime):
        first, last = window.start, window.end
        return first - timedelta(seconds=EARLY_SECONDS) <= now < last - timedelta(seconds=LATE_SECONDS)
    start, end = (timedelta(hours=int(str(at)[:2]), minutes=int(str(at)[3:])) for at in (window.start, window.end))
    end += timedelta(days=1) if end <= start else timedelta()
    for back in range(-1, 3):
        day = now.replace(hour=0, minute=0) - timedelta(days=back)
        if window.days and DAYS[day.weekday()] not in window.days:
            continue
        if day + start - timedelta(seconds=EARLY_SECONDS) <= now < day + end - timedelta(seconds=LATE_SECONDS):
            return True
    return False


@pytest.mark.parametrize(
    "window",
    [
        Window("02:00", "04:00", frozenset({"sunday"})),
        Window("02:00", "04:00", frozenset({"monday", "wednesday"})),
        Window("02:00", "04:00"),
        Window("23:00", "02:00", frozenset({"sunday"})),
        Window("00:00", "06:00", frozenset({"monday"})),
        Window("00:05", "00:00", frozenset({"saturday"})),
        Window("00:00", "00:00"),
        Window("12:00", "12:00", frozenset({"friday"})),
        Window(datetime(2026, 12, 1, 2, tzinfo=UTC), datetime(2026, 12, 3, 6, tzinfo=UTC)),
    ],
    ids=lambda window: f"{window.start} to {window.end} {sorted(window.days)}",
)
def test_the_expression_is_the_window(window: Window) -> None:
    text = expression([window])
    wrong = [now for now in moments() if value(text, now) != inside(window, now)]
    assert wrong == []


def test_any_of_several_windows() -> None:
    windows = [Window("02:00", "04:00", frozenset({"sunday"})), Window("12:00", "13:00")]
    text = expression(windows)
    assert all(value(text, now) == any(inside(window, now) for window in windows) for now in moments())


def test_a_value_of_any_metric_tells_the_time() -> None:
    assert steps(["a"])["now"] == "FILL(a, 0)"
    assert steps(["a", "b"]) == {"now": "FILL(MAX([a, b]), 0)", "minute": "60 * HOUR(now) + MINUTE(now)"}
