"""The five fields of Auto Scaling's schedules."""

from __future__ import annotations

import pytest

from constructs_lib.aws import cron


@pytest.mark.parametrize(
    "expression",
    [
        "0 20 * * MON-FRI",
        "*/15 * * * *",
        "0 6,18 1-7 jan,JUL 0",
        "30 0 1 1,6,12 *",
        "5/20 * * * 7",
        "0 0 31 2 MON",  # the day of the week alone is enough
        "59 23 29 2 *",
    ],
)
def test_what_crontab_takes(expression: str) -> None:
    assert cron.expression(expression) is None


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("whenever", "'whenever' has 1 fields, and a schedule has five"),
        ("0 20 ? * MON-FRI *", "'0 20 ? * MON-FRI *' has 6 fields, and a schedule has five"),  # EventBridge's
        ("", "'' has 0 fields, and a schedule has five"),
        ("60 * * * *", "'60 * * * *': '60' is not a valid minute"),
        ("0 24 * * *", "'0 24 * * *': '24' is not a valid hour"),
        ("0 0 0 * *", "'0 0 0 * *': '0' is not a valid day of the month"),
        ("0 0 ? * *", "'0 0 ? * *': '?' is not a valid day of the month"),
        ("0 0 * 13 *", "'0 0 * 13 *': '13' is not a valid month"),
        ("0 0 * * MOON", "'0 0 * * MOON': 'MOON' is not a valid day of the week"),
        ("0 0 * * FRI-MON", "'0 0 * * FRI-MON': 'FRI-MON' is not a valid day of the week"),
        ("*/0 * * * *", "'*/0 * * * *': '*/0' is not a valid minute"),
        ("*-5 * * * *", "'*-5 * * * *': '*-5' is not a valid minute"),
        ("1,,2 * * * *", "'1,,2 * * * *': '1,,2' is not a valid minute"),
        ("² * * * *", "'² * * * *': '²' is not a valid minute"),
        ("0 0 31 4,6 *", "'0 0 31 4,6 *' names a day that never comes"),
        ("0 0 30 FEB *", "'0 0 30 FEB *' names a day that never comes"),
    ],
)
def test_nonsense_is_refused(expression: str, rule: str) -> None:
    violation = cron.expression(expression)
    assert violation is not None
    assert violation.rule == rule
    assert violation.fix


def test_time_zones() -> None:
    assert cron.time_zone("Europe/Zurich") is None
    violation = cron.time_zone("Europe/Zürich")
    assert violation is not None and violation.fix == "did you mean 'Europe/Zurich'?"


def test_any_time_zone_passes_where_the_system_knows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    assert cron.time_zone("Europe/Zurich") is None


@pytest.mark.parametrize("same", ["0 1 * * 1", "0  1 * * mon", "0 1 * */1 MON"])
def test_one_time_written_differently(same: str) -> None:
    assert cron.meaning(same) == cron.meaning("0 1 * * MON")
    assert cron.meaning(same) != cron.meaning("0 1 * * TUE")


def test_sunday_has_two_numbers() -> None:
    assert cron.meaning("0 1 * * 0") == cron.meaning("0 1 * * 7")
