"""Severity by the hours of the day: the windows between two alarms never leave one of them out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from constructs_lib import ConfigError, Hours
from constructs_lib.alarms.mute import MuteSchedule
from constructs_lib.aws import cron
from constructs_lib.options.hours import DAYS
from constructs_lib.testing import resources, synth
from tests.configs import anomaly, config, problems, threshold
from tests.stacks import monitoring_stack

OFFICE = {"from": "08:00", "until": "20:00", "time_zone": "Europe/Berlin", "otherwise": "warning"}


def hours(**options: Any) -> Hours:
    return Hours.model_validate(OFFICE | options)


def windows(schedules: tuple[MuteSchedule, ...], first: datetime, days: int) -> list[tuple[datetime, datetime]]:
    """Beginning and end of every window in some days, as CloudWatch would make them."""
    found = []
    for schedule in schedules:
        minutes, at, _, _, weekdays = cron.meaning(schedule.expression.removeprefix("cron(").removesuffix(")"))
        ((minute,), (hour,)) = ([*minutes], [*at])
        for day in range(-8, days + 1):
            begin = (first + timedelta(days=day)).replace(hour=hour, minute=minute, tzinfo=ZoneInfo(schedule.timezone))
            if begin.isoweekday() % 7 in weekdays:
                found.append((begin.astimezone(UTC), begin.astimezone(UTC) + schedule.length))
    return found


def muted(found: list[tuple[datetime, datetime]], moment: datetime) -> bool:
    return any(begin <= moment < end for begin, end in found)


@pytest.mark.parametrize("start", ["2026-03-23", "2026-10-19", "2026-06-01"], ids=["spring", "autumn", "summer"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"days": [*DAYS]},
        {"days": ["saturday", "sunday"], "from": "06:30", "until": "06:30"},
        {"days": ["monday", "wednesday"], "from": "22:00", "until": "06:00"},
        {"days": ["sunday"], "from": "23:00", "until": "12:00", "time_zone": "America/New_York"},
        {"days": [*DAYS], "from": "12:00", "until": "11:00", "time_zone": "UTC"},
    ],
)
def test_at_every_minute_of_two_weeks_just_one_of_the_two_is_muted(options: dict[str, Any], start: str) -> None:
    chosen = hours(**options)
    first = datetime.fromisoformat(start)
    inside, outside = windows(chosen.inside, first, 15), windows(chosen.outside, first, 15)
    wrong = [
        moment
        for minute in range(0, 14 * 24 * 60, 10)
        if muted(inside, moment := first.replace(tzinfo=UTC) + timedelta(minutes=minute)) == muted(outside, moment)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Monday to Friday, 08:00 to 20:00 Europe/Berlin"),
        ({"days": ["sunday", "monday"]}, "Monday, Sunday, 08:00 to 20:00 Europe/Berlin"),
        ({"days": [*DAYS]}, "Monday to Sunday, 08:00 to 20:00 Europe/Berlin"),
        ({"days": ["friday", "wednesday", "tuesday"]}, "Tuesday, Wednesday, Friday, 08:00 to 20:00 Europe/Berlin"),
    ],
)
def test_words(options: dict[str, Any], words: str) -> None:
    assert hours(**options).words == words


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"from": "8:00"}, "from: '8:00' is not a time of day"),
        ({"time_zone": "Berlin"}, "time_zone: 'Berlin'"),
        ({"days": []}, "days: is empty; add an entry"),
        ({"days": [*DAYS], "until": "08:00"}, "until: is the whole week, and `otherwise` would never apply"),
        ({"otherwise": "critical"}, "otherwise: 'critical' is the severity already"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], said: str) -> None:
    (found,) = problems(config({"errors": threshold(hours=OFFICE | options)}))
    assert f"monitors.errors.hours.{said}" in found


def test_events_can_not_be_muted_so_hours_are_refused_for_them() -> None:
    jobs = {"pattern": "training_jobs", "name_prefix": "train-", "severity": "critical", "hours": OFFICE}
    (found,) = problems(config({"jobs": jobs}))
    assert "hours: are for alarms, and this monitor also notifies by events, which CloudWatch can't mute" in found


def test_the_second_alarm_has_the_other_severity_and_each_is_muted_while_the_other_calls() -> None:
    document = synth(monitoring_stack(config({"errors": threshold(hours=OFFICE)})))
    alarms = {alarm["alarm_name"]: alarm for alarm in resources(document, "aws_cloudwatch_metric_alarm").values()}
    day, night = alarms["recommender-production-errors"], alarms["recommender-production-errors-off-hours"]
    assert [alarm["tags"]["severity"] for alarm in (day, night)] == ["critical", "warning"]
    assert day["alarm_actions"] != night["alarm_actions"]
    different = {"alarm_name", "alarm_description", "alarm_actions", "ok_actions", "tags", "//"}
    assert {key: value for key, value in day.items() if key not in different} == {
        key: value for key, value in night.items() if key not in different
    }
    assert "Notifies Monday to Friday, 08:00 to 20:00 Europe/Berlin; at other times" in day["alarm_description"]
    rules = [rule["desired_state"] for rule in resources(document, "aws_cloudcontrolapi_resource").values()]
    assert [("alarm-off-hours" in rule, "PT12H" in rule) for rule in rules].count((True, True)) == 1
    assert [("alarm-off-hours" in rule, "PT12H" in rule) for rule in rules].count((False, False)) == 3


def test_parts_of_a_composite_are_there_once_and_a_deployment_is_taken_back_by_one() -> None:
    document = synth(monitoring_stack(config({"calls": anomaly(quiet_below=20, hours=OFFICE)})))
    assert len(resources(document, "aws_cloudwatch_metric_alarm")) == 2
    assert len(resources(document, "aws_cloudwatch_composite_alarm")) == 2


def test_alarms_with_hours_stay_out_of_groups() -> None:
    monitors = {
        "errors": threshold(hours=OFFICE, workload="ranker"),
        "slow": threshold(workload="ranker"),
        "slower": threshold(workload="ranker"),
    }
    document = synth(monitoring_stack(config(monitors, group_alarms=True)))
    (group,) = resources(document, "aws_cloudwatch_composite_alarm").values()
    assert "errors" not in group["alarm_rule"]


def test_a_spec_in_python_takes_them_too() -> None:
    with pytest.raises(ConfigError, match="is not a time of day"):
        Hours(start="8", end="20:00", time_zone="UTC", otherwise="warning")
