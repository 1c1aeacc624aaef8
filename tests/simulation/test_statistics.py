"""Statistics: "CloudWatch statistics definitions", CloudWatch user guide; and a second way to compute each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.simulation import statistic
from constructs_lib.simulation.samples import Samples
from constructs_lib.simulation.statistic import UnknownStatistic


def of(name: str, samples: Sequence[float], interpolation: str = "nearest") -> float:
    """The statistic of samples that all fall into one period."""
    values = np.array(samples, dtype=np.float64)
    held = Samples(1, np.zeros(len(values), dtype=np.int64), values)
    window = np.array([0]), np.array([1])
    return float(held.over(statistic.parse(name), *window, interpolation)[0])  # type: ignore[arg-type]


HUNDRED = [float(number) for number in range(1, 101)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SampleCount", 100),
        ("Sum", 5050),
        ("Average", 50.5),
        ("Minimum", 1),
        ("Maximum", 100),
        ("p0", 1),
        ("p50", 50),
        ("p99", 99),
        ("p99.9", 100),
        ("p100", 100),
        ("tm90", fmean(range(1, 91))),
        ("TM(:90%)", fmean(range(1, 91))),
        ("TM(10%:90%)", fmean(range(11, 91))),
        ("TM(80%:)", fmean(range(81, 101))),
        ("TM(10:20)", fmean(range(11, 21))),  # the lower bound is out, the upper one in
        ("IQM", fmean(range(26, 76))),
        ("tc90", 90),
        ("TC(10%:90%)", 80),
        ("TC(:2.5)", 2),
        ("ts90", sum(range(1, 91))),
        ("TS(90:)", sum(range(91, 101))),
        ("wm90", (sum(range(1, 91)) + 10 * 90) / 100),
        ("WM(:50)", (sum(range(1, 51)) + 50 * 50) / 100),
        ("PR(:30)", 30),
        ("PR(30:40)", 10),
        ("PR(90:)", 10),
    ],
)
def test_of_the_numbers_to_a_hundred(name: str, expected: float) -> None:
    assert of(name, HUNDRED) == pytest.approx(expected)


def test_interpolated_percentiles() -> None:
    assert of("p50", [1, 2, 3, 4]) == 2
    assert of("p50", [1, 2, 3, 4], "linear") == 2.5
    assert of("p95", HUNDRED, "linear") == pytest.approx(float(np.percentile(HUNDRED, 95)))


def test_a_trimmed_count_may_be_a_fraction() -> None:
    assert of("TC(10%:90%)", [1, 2, 3]) == pytest.approx(2.4)
    assert of("TM(10%:90%)", [1, 2, 3]) == pytest.approx(2)


@pytest.mark.parametrize("name", ["p99", "TM(10%:90%)", "PR(:30)", "IQM"])
def test_percentiles_need_every_sample_and_none_below_zero(name: str) -> None:
    one = np.zeros(1, dtype=np.int64)
    sets = Samples(1, one, np.array([30.0]), count=np.array([3.0]), smallest=np.array([5.0]), largest=np.array([15.0]))
    window = np.array([0]), np.array([1])
    assert math.isnan(sets.over(statistic.parse(name), *window)[0])
    assert sets.over(statistic.parse("Average"), *window)[0] == 10
    assert math.isnan(of(name, [1, -1, 3]))
    same = Samples(1, one, np.array([15.0]), count=np.array([3.0]), smallest=np.array([5.0]), largest=np.array([5.0]))
    assert not math.isnan(same.over(statistic.parse(name), *window)[0])


def test_a_period_without_samples_is_missing_and_not_zero() -> None:
    for name in ("Sum", "SampleCount", "Average", "p50", "TC(:90%)"):
        assert math.isnan(of(name, []))


def test_averages_are_weighted_by_their_samples() -> None:
    """The average of 5 minutes is not the average of five averages."""
    values = np.array([10.0, 10.0, 10.0, 50.0])
    held = Samples(5, np.array([0, 0, 0, 4]), values)
    assert held.over(statistic.parse("Average"), np.array([0]), np.array([5]))[0] == 20


@pytest.mark.parametrize(
    "name",
    [
        "",
        "sum",
        "p",
        "p101",
        "TM(90)",
        "TM(90%:10%)",
        "PR(10%:90%)",
        "TM(10:90%)",
        "TM(:)",
        "TM(101%:)",
        "xx90",
        "p9 9",
    ],
)
def test_what_is_not_a_statistic(name: str) -> None:
    with pytest.raises(UnknownStatistic):
        statistic.parse(name)


@pytest.mark.parametrize(("name", "limit"), [("p99", 1000), ("p95", 200), ("p90", 100), ("p50", 20), ("p10", 100)])
def test_how_many_samples_are_few(name: str, limit: int) -> None:
    """By "Percentile-based alarms and low data samples"."""
    assert statistic.parse(name).low_sample_limit == limit
    assert statistic.parse("Sum").low_sample_limit == 0


# A second, naive implementation: one window, one sorted list.
SIMPLE: dict[str, Callable[[list[float]], float]] = {
    "SampleCount": len,
    "Sum": math.fsum,
    "Average": lambda values: math.fsum(values) / len(values),
    "Minimum": min,
    "Maximum": max,
}


def naive(kind: statistic.Statistic, window: Sequence[float]) -> float:
    values = sorted(window)
    if not values:
        return math.nan
    if kind.kind in SIMPLE:
        return SIMPLE[kind.kind](values)
    if kind.kind == "p":
        return values[max(math.ceil(round((kind.high or 0) * len(values), 9)), 1) - 1]
    weights = shares(kind, values)
    count, total = sum(weights), sum(w * v for w, v in zip(weights, values, strict=True))
    mean = total / count if count > 0 else math.nan
    return {"TC": count, "TS": total, "PR": 100 * count / len(values), "TM": mean}[kind.kind]


def shares(kind: statistic.Statistic, values: list[float]) -> list[float]:
    """How much of each sorted value lies within the bounds."""
    if kind.percent:
        low, high = (kind.low or 0) * len(values), (1 if kind.high is None else kind.high) * len(values)
        return [max(min(i + 1, high) - max(i, low), 0) for i in range(len(values))]
    low, high = (-math.inf if kind.low is None else kind.low), (math.inf if kind.high is None else kind.high)
    return [float(low < value <= high) for value in values]


NAMES = ["SampleCount", "Sum", "Average", "Minimum", "Maximum", "p50", "p99", "tm90", "TM(10%:90%)", "TC(20%:)"]
NAMES += ["TS(5:50)", "PR(:20)", "TM(3:30)", "p0", "p100", "TC(:50)"]


@given(
    samples=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 60).map(lambda n: n / 4)), max_size=40),
    name=st.sampled_from(NAMES),
    width=st.integers(1, 12),
)
def test_any_samples_in_any_window_agree_with_the_naive_way(
    samples: list[tuple[int, float]], name: str, width: int
) -> None:
    kind = statistic.parse(name)
    held = Samples(
        12, np.array([t for t, _ in samples], dtype=np.int64), np.array([v for _, v in samples], dtype=float)
    )
    ends = np.arange(0, 13)
    found = held.over(kind, ends - width, ends)
    expected = [naive(kind, [v for t, v in samples if end - width <= t < end]) for end in ends]
    assert found == pytest.approx(expected, nan_ok=True, abs=1e-9)
