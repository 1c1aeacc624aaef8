"""AWS's own tables: "Configuring how CloudWatch alarms treat missing data", CloudWatch user guide."""

from __future__ import annotations

import pytest

from constructs_lib.simulation.settings import Settings
from tests.simulation.alarms import alarm, changes, evaluate, judged

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")

# Three evaluation periods, a range of five; "keep" is the state before.
THREE_OF_THREE = {
    "0 - X - X": ("OK", "OK", "OK", "OK"),
    "0 - - - -": ("OK", "OK", "OK", "OK"),
    "- - - - -": ("INSUFFICIENT_DATA", "keep", "ALARM", "OK"),
    "0 X X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "- - X - -": ("ALARM", "keep", "ALARM", "OK"),
}
TWO_OF_THREE = {
    "0 - X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 0 X 0 X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 - X - -": ("OK", "OK", "ALARM", "OK"),
    "- - - - 0": ("OK", "OK", "ALARM", "OK"),
    "- - - X -": ("ALARM", "keep", "ALARM", "OK"),
}
CELLS = [
    pytest.param(needed, pattern, treatment, expected, id=f"{needed} of 3, {pattern}, {treatment}")
    for needed, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for pattern, row in table.items()
    for treatment, expected in zip(TREATMENTS, row, strict=True)
]


def test_there_are_forty_cells() -> None:
    assert len(CELLS) == 40


@pytest.mark.parametrize("before", ["OK", "ALARM", "INSUFFICIENT_DATA"])
@pytest.mark.parametrize(("needed", "pattern", "treatment", "expected"), CELLS)
def test_the_tables(needed: int, pattern: str, treatment: str, expected: str, before: str) -> None:
    found = judged(pattern, needed=needed, missing=treatment, before=before)
    assert found == (before if expected == "keep" else expected)


@pytest.mark.parametrize(("needed", "pattern", "treatment", "expected"), CELLS)
@pytest.mark.parametrize("before", ["OK", "ALARM", "INSUFFICIENT_DATA"])
def test_the_other_reading_of_premature_transitions_fits_the_tables_too(
    needed: int, pattern: str, treatment: str, expected: str, before: str
) -> None:
    found = judged(pattern, needed=needed, missing=treatment, before=before, settings=Settings(premature="exact"))
    assert found == (before if expected == "keep" else expected)


def test_where_the_two_readings_differ() -> None:
    """Not documented: whether a lone breaching point that gets older keeps the alarm on."""
    assert judged("X - - - -", needed=3, missing="missing") == "ALARM"
    assert judged("X - - - -", needed=3, missing="missing", settings=Settings(premature="exact")) == "OK"


@pytest.mark.parametrize("pattern", ["- - - - X", "- - - X -"])
def test_a_new_breaching_point_is_too_early(pattern: str) -> None:
    """ "Avoiding premature transitions to alarm state"."""
    assert judged(pattern, needed=3, missing="missing", before="OK") == "OK"


def test_it_alarms_once_the_point_is_old_enough() -> None:
    """Vector 12: one period later."""
    assert judged("- - - X -", needed=3, missing="missing") == "OK"
    assert judged("- - X - -", needed=3, missing="missing") == "ALARM"


def test_breaching_fills_once_the_last_real_point_has_left_the_range() -> None:
    """Vector 13."""
    assert judged("0 - - - -", needed=3, missing="breaching") == "OK"
    assert judged("- - - - -", needed=3, missing="breaching") == "ALARM"


def test_missing_data_is_not_treated_where_there_are_enough_points() -> None:
    """A point older than N periods is taken before a filler is: the range is longer than the window."""
    assert judged("0 0 0 - -", needed=1, missing="breaching") == "OK"
    assert judged("X 0 0 0 -", needed=1, missing="missing") == "OK"  # only the newest three decide


def test_a_dead_heartbeat_is_heard_two_periods_late() -> None:
    """Vector 38, observed in public: 15 minutes, 8 of 8, the last point at 05:43; ALARM at 08:14, not at 08:13."""
    heartbeat = alarm(
        operator="LessThanOrEqualToThreshold", threshold=0.0, period_seconds=900, periods=8, missing="breaching"
    )
    day = [1.0 if minute % 15 == 13 else None for minute in range(5 * 60 + 44)] + [None] * (4 * 60)
    assert changes(evaluate(heartbeat, day, before=0))[-1] == (8 * 60 + 14, "ALARM")


def test_the_range_is_a_setting() -> None:
    heartbeat = alarm(operator="LessThanThreshold", threshold=1.0, period_seconds=300, periods=3, missing="breaching")
    values = [1.0] * 30 + [None] * 60
    late = {
        extra: changes(evaluate(heartbeat, values, settings=Settings(extra_periods=extra)))[-1]
        for extra in (0, 2, None)
    }
    assert late == {0: (45.0, "ALARM"), 2: (55.0, "ALARM"), None: (55.0, "ALARM")}


@pytest.mark.parametrize(
    ("period", "periods", "expected"),
    [(300, 3, 5), (900, 8, 10), (900, 2, 4), (60, 1, 6), (60, 2, 7), (86400, 1, 3)],
)
def test_the_range_by_default(period: int, periods: int, expected: int) -> None:
    """300 s × 3 is AWS's example; the others fit what was observed in public."""
    assert Settings().periods_read(period, periods) == expected
