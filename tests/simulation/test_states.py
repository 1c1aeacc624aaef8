"""Evaluation over time: "Alarm evaluation" and "Alarm evaluation window", CloudWatch user guide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from constructs_lib.simulation.data import BandEdges, Values
from constructs_lib.simulation.evaluation import CannotSimulate
from constructs_lib.simulation.settings import Settings
from constructs_lib.simulation.windows import borders, time_zone
from tests.simulation.alarms import METRIC, alarm, changes, evaluate, math_alarm, state_at

HOUR = 3600


def epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_three_of_three_and_back() -> None:
    """Vector 14, AWS's figure: 0 0 X X X 0 0 0 X."""
    found = evaluate(alarm(periods=3), [0, 0, 1, 1, 1, 0, 0, 0, 1], new=True)
    assert changes(found) == [(5, "ALARM"), (6, "OK")]


def test_windows_slide_by_a_minute() -> None:
    """Vector 15: a burst in minute 5 is seen by the windows that end with minutes 5 to 9."""
    found = evaluate(
        alarm(operator="GreaterThanOrEqualToThreshold", threshold=10.0, period_seconds=300),
        [0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0],
    )
    assert changes(found) == [(5, "ALARM"), (10, "OK")]


def test_a_burst_falls_into_one_period_or_two_as_the_window_slides() -> None:
    """Vector 16, from guardian/cdk pull request 1063: samples at 10:07 and 10:08, 2 of 12 periods of 5 minutes."""
    ten = epoch("2026-01-05T10:02:00")
    values = [1.0 if minute in (5, 6) else 0.0 for minute in range(62)]
    found = evaluate(alarm("Maximum", period_seconds=300, periods=12, breaching=2), values, start=ten, length=61 * 60)
    assert state_at(found, 60 * 60) == "OK"  # 11:02
    assert state_at(found, 61 * 60) == "ALARM"  # 11:03


@pytest.mark.parametrize(
    ("at", "stamps"), [("12:15", ["12:00", "12:05", "12:10"]), ("12:16", ["12:01", "12:06", "12:11"])]
)
def test_periods_are_stamped_with_their_beginning(at: str, stamps: list[str]) -> None:
    """Vector 17, "Connected data sources": what AWS expects of a Lambda source at 12:15 and 12:16."""
    start = epoch("2026-01-05T12:00:00")
    found = evaluate(alarm(period_seconds=300, periods=3), [0.0] * 60, start=start)
    seconds = epoch(f"2026-01-05T{at}:00") - start
    begins = found.points(np.array([seconds])).begins[0] + start
    assert [datetime.fromtimestamp(int(moment), UTC).strftime("%H:%M") for moment in begins][-3:] == stamps


def test_an_alarm_of_more_than_a_day_is_evaluated_once_an_hour() -> None:
    """Vector 18, "Alarm evaluation": fails at 10:02, repaired at 11:43; seen at 11:03 and 12:03, not at 10:03."""
    start = epoch("2026-01-05T09:00:00")
    job = alarm("Maximum", period_seconds=86_400, periods=3, breaching=1)
    values = {METRIC: Values.each_minute([0.0] * 62 + [1.0])}
    found = evaluate(job, values, start=start, length=4 * HOUR, settings=Settings(hourly_minute=3))
    assert [(start + int(at)) % HOUR // 60 for at in found.moments] == [3] * 4
    assert state_at(found, HOUR + 180) == "OK"  # 10:03: it sees data up to 10:00
    assert state_at(found, 2 * HOUR + 180) == "ALARM"  # 11:03


def test_a_repair_is_seen_after_the_hour_too() -> None:
    """The other half of vector 18: a daily average that is repaired."""
    start = epoch("2026-01-05T09:00:00")
    job = alarm("Minimum", operator="LessThanThreshold", threshold=1.0, period_seconds=HOUR, periods=25, breaching=1)
    values = [1.0] * (25 * 60) + [0.0] * 43 + [1.0] * (28 * 60)
    found = evaluate(job, values, start=start, settings=Settings(hourly_minute=3), before=0)
    assert changes(found) == [(26 * 60 + 3, "ALARM"), (51 * 60 + 3, "OK")]


def test_a_wall_clock_window_judges_whole_hours() -> None:
    """Vector 19: at 14:07 the hour from 13:00 to 14:00."""
    start = epoch("2026-01-05T12:00:00")
    found = evaluate(alarm(period_seconds=HOUR, zone="UTC"), [0.0] * 125 + [1.0] * 60, start=start, length=3 * HOUR)
    assert found.points(np.array([127 * 60])).begins[0] + start == epoch("2026-01-05T13:00:00")
    assert changes(found) == [(180, "ALARM")]


def test_a_wall_clock_window_has_no_extra_range() -> None:
    """Vector 20: three empty hours, and older data that a sliding window would still judge."""
    values = [0.0] * 60 + [None] * (5 * 60)
    wall = evaluate(alarm(period_seconds=HOUR, periods=3, zone="UTC"), values)
    sliding = evaluate(alarm(period_seconds=HOUR, periods=3), values)
    assert state_at(wall, 4 * HOUR) == "INSUFFICIENT_DATA"
    assert state_at(sliding, 4 * HOUR) == "OK"


def test_days_of_a_zone_are_23_or_25_hours_when_the_clock_changes() -> None:
    first, last = epoch("2026-03-27T00:00:00"), epoch("2026-03-31T00:00:00")
    days = borders("Europe/Berlin", 86_400, first, last)
    lengths = np.diff(days[(days >= first) & (days <= last)]) / HOUR
    assert sorted(set(lengths)) == [23, 24]
    assert all(moment % 86_400 == 0 for moment in borders("UTC", 604_800, first, last) - epoch("2026-01-05T00:00:00"))


def test_hours_of_a_zone_with_half_an_hour() -> None:
    assert set(borders("Asia/Kolkata", HOUR, 0, 4 * HOUR) % HOUR) == {1800}
    assert set(borders("UTC+05:30", HOUR, 0, 4 * HOUR) % HOUR) == {1800}
    with pytest.raises(ValueError, match="is not a time zone"):
        time_zone("Mars/Olympus")


def test_a_heartbeat_that_never_came_alarms_at_the_first_evaluation() -> None:
    """Vector 21."""
    found = evaluate(alarm(missing="breaching"), [None] * 5, new=True)
    assert found.initial == "INSUFFICIENT_DATA"
    assert changes(found) == [(1, "ALARM")]


def test_a_warm_up_ends_as_soon_as_the_window_can_be_filled() -> None:
    """Vector 22: made at 10:00, data from 10:04 on: no evaluation before 10:19."""
    values = [None] * 4 + [1.0] * 40
    options: dict[str, Any] = {"period_seconds": 300, "periods": 3}
    assert changes(evaluate(alarm(warm_up_minutes=60, **options), values, new=True)) == [(19, "ALARM")]
    whole = evaluate(alarm(warm_up_minutes=30, whole_warm_up=True, **options), values, new=True)
    assert changes(whole) == [(30, "ALARM")]


@pytest.mark.parametrize(
    ("statistic", "few", "enough"), [("p99", 999, 1000), ("p50", 19, 20), ("p10", 99, 100), ("p95", 199, 200)]
)
def test_few_samples_of_a_percentile_keep_the_state(statistic: str, few: int, enough: int) -> None:
    """Vector 23, "Percentile-based alarms and low data samples"."""

    def transitions(samples: int, *, ignored: bool) -> list[tuple[float, str]]:
        values = {METRIC: Values(np.full(samples, 60), np.full(samples, 5.0))}
        return changes(
            evaluate(alarm(statistic, few_samples_ignored=ignored, missing="notBreaching"), values, length=120)
        )

    assert transitions(few, ignored=True) == []
    assert transitions(enough, ignored=True) == [(2, "ALARM")]
    assert transitions(few, ignored=False) == [(2, "ALARM")]


def test_ten_seconds_are_evaluated_every_ten_seconds() -> None:
    values = {METRIC: Values(np.arange(0, 120, 10), np.array([0.0] * 6 + [1.0] * 6))}
    found = evaluate(alarm(period_seconds=10, periods=3), values, length=120)
    assert changes(found) == [(1.5, "ALARM")]


def test_late_data_is_judged_late() -> None:
    sum_of_errors = alarm(periods=2, threshold=1.0)
    values = [0.0] * 5 + [2.0] * 10
    assert changes(evaluate(sum_of_errors, values)) == [(7, "ALARM")]
    assert changes(evaluate(sum_of_errors, values, settings=Settings(arrival_delay_seconds=120))) == [(9, "ALARM")]


def test_an_alarm_that_is_on_keeps_its_state_where_nothing_comes() -> None:
    values = [1.0] * 10 + [None] * 20
    assert changes(evaluate(alarm(missing="ignore"), values)) == [(1, "ALARM")]
    assert changes(evaluate(alarm(missing="missing"), values))[-1] == (16, "INSUFFICIENT_DATA")


def test_outside_a_band() -> None:
    """Strictly outside; a point without a band is missing."""
    usual = BandEdges(np.full(31, 5.0), np.full(31, 10.0))
    both = alarm(operator="LessThanLowerOrGreaterThanUpperThreshold", threshold=None, band="band")
    values = [5.0] * 5 + [10.0] * 5 + [10.5] * 5 + [4.5] * 5 + [7.0] * 5
    assert changes(evaluate(both, values, bands={"alarm": usual}, new=True)) == [(11, "ALARM"), (21, "OK")]
    above = alarm(operator="GreaterThanUpperThreshold", threshold=None, band="band")
    assert changes(evaluate(above, values, bands={"alarm": usual}, new=True)) == [(11, "ALARM"), (16, "OK")]
    assert changes(evaluate(above, values, new=True)) == []


def test_other_math_is_refused_by_its_name() -> None:
    with pytest.raises(CannotSimulate, match="SERVICE_QUOTA takes its values from outside"):
        changes(evaluate(math_alarm("m1 / SERVICE_QUOTA(m1)"), {}, length=60))
    with pytest.raises(CannotSimulate, match="'p101' is not a CloudWatch statistic"):
        evaluate(alarm("p101"), [1.0])
