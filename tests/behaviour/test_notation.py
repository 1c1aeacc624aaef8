"""How a file of tests writes time and values."""

from __future__ import annotations

import pytest

from constructs_lib.behaviour import notation
from constructs_lib.behaviour.notation import TimeSpan


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("5m", 300),
        ("1h30m", 5400),
        ("2d", 172_800),
        ("0m", 0),
        ("1d2h3m4s", 93_784),
        ("", None),
        ("5", None),
    ],
)
def test_durations(text: str, seconds: int | None) -> None:
    assert notation.seconds(text) == seconds


@pytest.mark.parametrize("text", ["5 m", "m5", "5m5d", "-5m", "1.5h"])
def test_what_is_not_a_duration(text: str) -> None:
    assert notation.duration(text) is not None


def test_spans() -> None:
    assert notation.span("60m..75m") == TimeSpan(3600, 4500)
    assert notation.span("65m") == TimeSpan(3900, 3900)
    assert notation.span("75m..60m") is None
    assert str(TimeSpan(3600, 4530)) == "60m..75m30s"


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("5", [5]),
        ("120x3 30x2", [120, 120, 120, 30, 30]),
        ("_ 1 _x2", [None, 1, None, None]),
        ("10..50x5", [10, 20, 30, 40, 50]),
        ("5..-5x3", [5, 0, -5]),
        ("(9 0x2)x2 1", [9, 0, 0, 9, 0, 0, 1]),
        ("((1 2)x2 3)x2", [1, 2, 1, 2, 3, 1, 2, 1, 2, 3]),
        ("1.5e2 .5 -3", [150, 0.5, -3]),
    ],
)
def test_series(text: str, points: list[float | None]) -> None:
    assert notation.points(text) == points


def test_a_series_that_goes_on_to_the_end() -> None:
    assert notation.points("1x2 5x*", until=5) == [1, 1, 5, 5, 5]
    assert notation.points("(1 2)x*", until=5) == [1, 2, 1, 2, 1]
    assert notation.points(7, until=3) == [7, 7, 7]
    assert notation.open_ended("1 5x*")
    assert not notation.open_ended("1x5")


@pytest.mark.parametrize(
    "text",
    ["", "a", "120 x60", "120x", "(1 2", "1)", "10..50", "10..x5", "10..50x1", "10..50x*", "1x9999999", "1,2", "_.."],
)
def test_what_is_not_a_series(text: str) -> None:
    assert notation.is_series(text) is not None
