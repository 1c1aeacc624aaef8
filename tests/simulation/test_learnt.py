"""A band that is learnt from history: what an honest approximation has to do, and what it can't."""

from __future__ import annotations

import numpy as np
import pytest

from constructs_lib.simulation import learnt
from constructs_lib.simulation.arrays import Floats, Ints

DAY, HOUR = 86_400, 3_600
START = 1_767_571_200  # a Monday at midnight


def days(count: float) -> Ints:
    """Moments every five minutes, up to the start."""
    return np.arange(START - int(count * DAY), START, 300, dtype=np.int64)


def noise(times: Ints, size: float = 10.0) -> Floats:
    return np.random.default_rng(7).normal(0, size, len(times))


def daily(times: Ints) -> Floats:
    """Twice as much in the afternoon."""
    return np.where(times // HOUR % 24 >= 12, 400.0, 200.0)


def band(times: Ints, values: Floats, at: Ints, width: float = 2) -> tuple[Floats, Floats]:
    return learnt.band(times, values, at, first=START, width=width)


@pytest.mark.parametrize("count", [3, 14, 30])
def test_about_95_of_100_values_of_the_next_day_are_inside_two_deviations(count: int) -> None:
    times, after = days(count), np.arange(START, START + DAY, 300)
    everything = np.concatenate([times, after])
    values = daily(everything) + noise(everything)
    lower, upper = band(times, values[: len(times)], after)
    now = values[len(times) :]
    assert 0.9 <= ((now >= lower) & (now <= upper)).mean() <= 0.995
    middle = ((after // HOUR % 12 >= 2) & (after // HOUR % 12 <= 9)).nonzero()  # away from the steps
    assert (upper - lower)[middle].max() < 120  # and it is not simply wide: the steps are 200


def test_a_weekly_pattern_is_learnt_from_two_weeks() -> None:
    times = np.arange(START - 14 * DAY, START + 7 * DAY, 300)
    weekend = (times // DAY + 3) % 7 >= 5
    values = np.where(weekend, 100.0, 500.0) + noise(times)
    lower, upper = band(times, values, START + 12 * HOUR + np.array([0, 4, 5]) * DAY)  # Monday, Friday, Saturday
    assert (lower[:2] > 400).all()
    assert upper[2] < 200


def test_an_outlier_does_not_move_it() -> None:
    times = days(14)
    values = daily(times) + noise(times)
    spoilt = values.copy()
    spoilt[1000:1012] = 50_000.0
    at = np.arange(START, START + DAY, 3600)
    for clean, other in zip(band(times, values, at), band(times, spoilt, at), strict=True):
        assert np.abs(clean - other).max() < 15


def test_it_does_not_look_into_the_future() -> None:
    times = np.arange(START - 3 * DAY, START + DAY, 300)
    values = np.where(times >= START, 9_999.0, 100.0) + noise(times)
    assert band(times, values, np.array([START + DAY - 300]))[1][0] < 200


def test_a_day_later_it_has_learnt_that_day() -> None:
    times = np.arange(START - DAY, START + 3 * DAY, 300)
    values = np.where(times >= START, 1_000.0, 100.0) + noise(times)
    _, upper = band(times, values, np.array([START + 300, START + 2 * DAY + 300]))
    assert upper[0] < 200
    assert upper[1] > 1_000


def test_no_band_from_less_than_three_hours() -> None:
    times = days(2.9 / 24)
    assert np.isnan(band(times, daily(times), np.array([START]))).all()
    times = days(3.1 / 24)
    assert not np.isnan(band(times, daily(times), np.array([START]))).any()


def test_what_was_never_negative_has_no_negative_edge() -> None:
    times = days(7)
    lower, _ = band(times, np.abs(noise(times)), np.arange(START, START + DAY, 600))
    assert (lower >= 0).all()
    lower, _ = band(times, noise(times), np.arange(START, START + DAY, 600))
    assert (lower < 0).all()


def test_gaps_are_no_values() -> None:
    times = days(14)
    kept = times[(times // HOUR) % 24 < 20]  # nothing is ever published late in the evening
    lower, upper = band(kept, daily(kept), np.array([START + 22 * HOUR]))
    assert lower[0] <= upper[0]
