"""Metric math: "Using math expressions with CloudWatch metrics", CloudWatch user guide."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.simulation.metric_math.compute import KNOWN, Range
from constructs_lib.simulation.metric_math.functions import RANGE_DEPENDENT
from constructs_lib.simulation.metric_math.parser import parse
from constructs_lib.simulation.metric_math.tree import MetricMathError
from constructs_lib.simulation.settings import Settings

Points = list[float | None]
MONDAY = 1767571200  # 5 January 2026, 00:00 UTC


def compute(
    expression: str,
    settings: Settings | None = None,
    others: Mapping[str, str] | None = None,
    start: int = MONDAY,
    **metrics: Sequence[float | None],
) -> Points:
    """The expression over one range of 5-minute periods."""
    columns = len(next(iter(metrics.values())))
    values = {
        name: np.array([[np.nan if value is None else value for value in series]], dtype=np.float64)
        for name, series in metrics.items()
    }
    reads = Range(
        period_seconds=300,
        at=start + 300 * np.arange(columns)[None, :],
        metrics=values,
        expressions={name: parse(text) for name, text in {**(others or {}), "result": expression}.items()},
        settings=settings if settings is not None else Settings(),
        bands={"m1": (values["m1"] - 1, values["m1"] + 1)} if "m1" in values else {},
    )
    return [None if math.isnan(value) else round(float(value), 9) for value in reads.series("result")[0]]


ONE: Points = [30, 20, 0, 0]
TWO: Points = [20, None, 20, None]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 < m2", [0, 0, 1, 0]),
        ("m1 >= 30", [1, 0, 0, 0]),
        ("m1 > 15 AND m2 > 15", [1, 0, 0, 0]),
        ("m1 > 15 && m2 > 15", [1, 0, 0, 0]),
        ("m1 > 15 OR m2 > 15", [1, 1, 1, 0]),
        ("m1 == 0 || m2 == 0", [0, 0, 1, 1]),
    ],
)
def test_comparison_and_logic(expression: str, expected: Points) -> None:
    """Vector 24: AWS's own example."""
    assert compute(expression, m1=ONE, m2=TWO) == expected


CONDITION: Points = [1, 1, 0, 0, None]
FIRST: Points = [30, None, 0, 0, 30]
SECOND: Points = [0, 0, 20, None, 20]


def test_if_with_three_series() -> None:
    """Vector 25. AWS's page once had a dropped point where it has 0 now: a setting."""
    assert compute("IF(c, a, b)", c=CONDITION, a=FIRST, b=SECOND) == [30, 0, 20, 0, None]
    dropped = Settings(if_without_value="dropped")
    assert compute("IF(c, a, b)", dropped, c=CONDITION, a=FIRST, b=SECOND) == [30, 0, 20, None, None]


def test_if_with_a_number_first() -> None:
    """Vector 26."""
    assert compute("IF(c, 5, b)", c=CONDITION, b=SECOND) == [5, 5, 20, None, None]


def test_if_with_a_number_last() -> None:
    """Vector 27."""
    assert compute("IF(c, a, 5)", c=CONDITION, a=FIRST) == [30, 0, 5, 5, None]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("IF(a < 10, a)", [None, None, 0, 0, None]),
        ("IF(a < 10, 1, 2)", [2, None, 1, 1, 2]),
        ("IF(1, a, b)", FIRST),
        ("IF(0, a, b)", SECOND),
        ("IF(0, a)", [None] * 5),
        ("IF(-1, 5, 6) * c", [5, 5, 0, 0, None]),
    ],
)
def test_other_forms_of_if(expression: str, expected: Points) -> None:
    assert compute(expression, a=FIRST, b=SECOND, c=CONDITION) == expected


def test_division_by_zero_drops_the_point() -> None:
    """Vector 28."""
    assert compute("errors / requests", errors=[1, 2], requests=[10, 0]) == [0.1, None]
    assert compute("errors / requests", errors=[1, 2], requests=[10, None]) == [0.1, None]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 + m2", [50, 20, 20, 0]),
        ("m2 + 1", [21, None, 21, None]),
        ("1 - m2", [-19, None, -19, None]),
        ("-m1 + 2 * 3", [-24, -14, 6, 6]),
        ("2 + m1 * 2 ^ 2", [122, 82, 2, 2]),
        ("(m1 + 2) * 2", [64, 44, 4, 4]),
        ("m1 - 5 - 5", [20, 10, -10, -10]),
        ("100 * (m1 - m2) / m1", [33.333333333, 100, None, None]),
        ("SUM([m1, m2])", [50, 20, 20, 0]),
        ("SUM([m1, m2] * 2)", [100, 40, 40, 0]),
        ("SUM([m1, m2] + [m1, m1])", [110, 60, 20, 0]),  # a missing point is 0 beside one that is there
        ("AVG([m1, m2])", [25, 10, 10, 0]),  # "missing values are treated as 0"
        ("MIN([m1, m2])", [20, 20, 0, 0]),
        ("MAX(METRICS())", [30, 20, 20, 0]),
        ('SUM(METRICS("2"))', [20, None, 20, None]),
        ("DATAPOINT_COUNT([m1, m2])", [2, 1, 2, 1]),
        ("m1 / METRIC_COUNT([m1, m2])", [15, 10, 0, 0]),
        ("STDDEV([m1, m2])", [5, 0, 10, 0]),
        ("m1 - AVG(m1)", [17.5, 7.5, -12.5, -12.5]),
        ("m1 * 0 + SUM(m2)", [40] * 4),
        ("m1 * 0 + MIN(m1) + MAX(m1)", [30] * 4),
        ("m1 * 0 + DATAPOINT_COUNT(m2)", [2] * 4),
        ("ABS(-m1)", [30, 20, 0, 0]),
        ("CEIL(m1 / 7)", [5, 3, 0, 0]),
        ("FLOOR(m1 / 7)", [4, 2, 0, 0]),
        ("LOG10(m1 * 10 / 3)", [2, 1.823908741, None, None]),
        ("LOG(m2)", [2.995732274, None, 2.995732274, None]),
        ("DIFF(m1)", [None, -10, -20, 0]),
        ("DIFF(m2)", [None, None, 0, None]),
        ("DIFF_TIME(m2)", [None, None, 600, None]),
        ("RATE(m1)", [None, -0.033333333, -0.066666667, 0]),
        ("RUNNING_SUM(m2)", [20, None, 40, None]),
        ("FILL(m2, 0)", [20, 0, 20, 0]),
        ("FILL(m2, m1)", [20, 20, 20, 0]),
        ("FILL(m2, REPEAT)", [20, 20, 20, 20]),
        ("FILL(m2, LINEAR)", [20, 20, 20, None]),
        ("SUM(FILL(METRICS(), 1))", [50, 21, 20, 1]),
        ("m1 / PERIOD(m1)", [0.1, 0.066666667, 0, 0]),
        ("TIME_SERIES(7)", [7] * 4),
        ("m2 + TIME_SERIES(0)", [20, 0, 20, 0]),
        ("MINUTE(m2)", [0, 5, 10, 15]),
        ("HOUR(m2) + DAY(m2)", [1] * 4),
        ("YEAR(m1) + MONTH(m1) + DATE(m1)", [2026 + 1 + 5] * 4),
        ("EPOCH(m1) - EPOCH(m1) + 1", [1] * 4),
        ("FIRST([m1, m2])", ONE),
        ("LAST([m1, m2])", TWO),
        ("FIRST(SORT([m2, m1], SUM, DESC))", ONE),
        ("FIRST(SORT([m1, m2], AVG, ASC))", ONE),
        ("SUM(SORT([m1, m2], MAX, DESC, 1))", ONE),
        ("SUM(SLICE([m1, m2], 1))", TWO),
        ("SUM(SLICE([m1, m2], 0, 1))", ONE),
        ("METRIC_COUNT(REMOVE_EMPTY([m1, LOG(m2 * 0)])) + m1", [31, 21, 1, 1]),
        ("FIRST(ANOMALY_DETECTION_BAND(m1, 2))", [29, 19, -1, -1]),
        ("LAST(ANOMALY_DETECTION_BAND(m1))", [31, 21, 1, 1]),
        ("1e2 + m1 * .5", [115, 110, 100, 100]),
        ("m1 != 30", [0, 1, 1, 1]),
        ("m1 ^ 0.5 <= 5", [0, 1, 1, 1]),
    ],
)
def test_functions(expression: str, expected: Points) -> None:
    assert compute(expression, m1=ONE, m2=TWO) == [
        None if value is None else pytest.approx(value) for value in expected
    ]


def test_the_time_of_every_function_of_time() -> None:
    sunday = MONDAY - 86_400 + 23 * 3600 + 50 * 60
    assert compute("DAY(m1)", start=sunday, m1=[1, 1, 1, 1]) == [7, 7, 1, 1]
    assert compute("DATE(m1)", start=sunday, m1=[1, None, 1, 1]) == [4, 4, 5, 5]
    assert compute("HOUR(m1)", start=sunday, m1=[1, 1, 1, 1]) == [23, 23, 0, 0]


def test_settings_of_what_aws_does_not_say() -> None:
    assert compute("STDDEV([m1, m2])", Settings(stddev="sample"), m1=[0, 1], m2=[2, None]) == [1.414213562, None]
    assert compute("FIRST(ANOMALY_DETECTION_BAND(m1))", Settings(band_first="upper"), m1=[5, 6]) == [6, 7]


def test_expressions_of_expressions() -> None:
    assert compute("e1 * 2", others={"e1": "m1 + 1"}, m1=[1, 2]) == [4, 6]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("m1 +", "does not parse, column 4"),
        ("m1 % 2", "does not parse, column 4: '% 2'"),
        ("SUM(m1)", "result is a number, and an alarm watches one series"),
        ("METRICS()", "result is several series"),
        ("NOPE(m1)", "NOPE is not a function of metric math that the simulation knows"),
        ("SEARCH('x', 'Sum')", "SEARCH is not allowed in an alarm"),
        ("LAMBDA('f')", "LAMBDA takes its values from outside"),
        ("m9 + 1", "m9 is neither a metric nor an expression"),
        ("result + 1", "result is defined by itself"),
        ("ABS(m1, m1)", "ABS takes 1 argument, not 2"),
        ("IF(m1)", "IF takes 2 to 3 arguments, not 1"),
        ("ABS(5)", "ABS takes series, not a number"),
        ("PERIOD(m1 + 1)", "PERIOD takes a metric's id"),
        ("FILL(m1, WRONG)", "FILL takes a number, a series, REPEAT or LINEAR"),
        ("SUM(SORT([m1], MEDIAN, ASC))", "SORT takes AVG, MIN, MAX or SUM"),
        ("SUM(SLICE(m1, 0))", "SLICE takes several series, not a series"),
        ("IF([m1, m1], m1)", "not several series"),
        ("[m1, 5]", "an array takes series, not a number"),
        ("m1 + 'text'", "'text' can't stand there"),
        ("SUM(METRICS('zz'))", "finds no metric"),
        ("TIME_SERIES(m1)", "TIME_SERIES takes a number"),
        ("SUM([m1, m1] + [m1, m1, m1])", "the same number of series"),
    ],
)
def test_what_is_refused(expression: str, message: str) -> None:
    with pytest.raises(MetricMathError) as refused:
        compute(expression, m1=[1, 2])
    assert message in str(refused.value)


def test_every_function_is_tried_above() -> None:
    tried = " ".join(str(mark.args) for mark in getattr(test_functions, "pytestmark", []))
    assert {name for name in KNOWN if f"{name}(" not in tried} == {"IF"}
    assert RANGE_DEPENDENT <= KNOWN


POINTS = st.lists(st.one_of(st.none(), st.integers(-3, 3).map(float)), min_size=4, max_size=4)


def naive(sign: str, left: float | None, right: float | None) -> float | None:
    if left is None and right is None:
        return None
    a, b = left or 0.0, right or 0.0
    match sign:
        case "+":
            return a + b
        case "*":
            return a * b
        case "/":
            return a / b if b else None
        case "<":
            return float(a < b)
        case _:
            return float(bool(a) and bool(b))


@given(left=POINTS, right=POINTS, sign=st.sampled_from(["+", "*", "/", "<", "AND"]))
def test_two_series_agree_with_the_naive_way(left: Points, right: Points, sign: str) -> None:
    expected = [naive(sign, a, b) for a, b in zip(left, right, strict=True)]
    assert compute(f"m1 {sign} m2", m1=left, m2=right) == [None if x is None else pytest.approx(x) for x in expected]
