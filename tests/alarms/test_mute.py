"""Mute rules as data: the window as CloudWatch writes it, and whether it ever ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from constructs_lib.alarms.mute import MuteSchedule, length_of, never_ends, rules
from constructs_lib.config.maintenance import MaintenanceWindow

WHEN = datetime(2026, 12, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "expression", "duration", "words"),
    [
        ({"days": ["sunday"], "from": "02:00", "until": "04:00"}, "cron(0 2 * * SUN)", "PT2H", "Sunday 02:00 to 04:00"),
        ({"from": "22:30", "until": "02:00"}, "cron(30 22 * * *)", "PT3H30M", "Every day 22:30 to 02:00"),
        ({"days": ["sunday"], "from": "02:00", "until": "02:00"}, "cron(0 2 * * SUN)", "P1D", "Sunday 02:00 to 02:00"),
        (
            {"from": WHEN, "until": WHEN + timedelta(hours=4)},
            "at(2026-12-01T22:00)",
            "PT4H",
            "2026-12-01 22:00 to 2026-12-02 02:00",
        ),
        ({"cron": "0 2 1 * *", "minutes": 90}, "cron(0 2 1 * *)", "PT1H30M", "90 minutes from each cron(0 2 1 * *)"),
    ],
)
def test_a_window_as_cloudwatch_writes_it(options: dict[str, Any], expression: str, duration: str, words: str) -> None:
    window = MaintenanceWindow(**options).window
    assert (window.expression, window.duration, window.words) == (expression, duration, f"{words} UTC")


def test_a_moment_is_written_in_the_windows_time_zone() -> None:
    options: dict[str, Any] = {"from": WHEN, "until": WHEN + timedelta(hours=4), "time_zone": "Asia/Tokyo"}
    window = MaintenanceWindow(**options).window
    assert (window.expression, window.timezone, window.duration) == ("at(2026-12-02T07:00)", "Asia/Tokyo", "PT4H")


@pytest.mark.parametrize(
    ("expression", "minutes", "always"),
    [
        ("cron(0 2 * * *)", 1439, False),
        ("cron(0 2 * * *)", 1440, True),
        ("cron(0 * * * *)", 59, False),
        ("cron(0 * * * *)", 60, True),
        ("cron(0 0 * * MON)", 7 * 1440 - 1, False),
        ("cron(0 0 * * MON)", 7 * 1440, True),
        ("cron(0 0 1,15 * *)", 15 * 1440, False),
        ("cron(0 0 1 1 *)", 15 * 1440, False),
        ("at(2026-12-01T22:00)", 15 * 1440, False),
        ("cron(nonsense)", 15 * 1440, False),
        ("${var.when}", 15 * 1440, False),
    ],
)
def test_whether_a_schedule_ever_lets_alarms_call(expression: str, minutes: int, *, always: bool) -> None:
    assert never_ends(expression, timedelta(minutes=minutes)) is always


def test_more_alarms_than_one_rule_mutes() -> None:
    window = MuteSchedule("cron(0 2 * * *)", timedelta(hours=2), "UTC", "")
    first, second = rules("p", 3, window, [f"a{number}" for number in range(150)])
    assert [(rule.key, rule.name, len(rule.alarms)) for rule in (first, second)] == [
        ("3", "p-maintenance-3", 100),
        ("3-2", "p-maintenance-3-2", 50),
    ]


def test_a_duration_that_is_none() -> None:
    assert length_of("PT2H") == timedelta(hours=2)
    assert length_of("two hours") is None
