"""CloudWatch's operators, on both sides of a limit and on it."""

from __future__ import annotations

import pytest

from constructs_lib.aws.comparison import BAND_OPERATORS, COMPARISONS, DIRECTIONS, STATIC_OPERATORS


@pytest.mark.parametrize(
    ("comparison", "breaches"),
    [
        ("above", (False, False, True)),
        ("at_least", (False, True, True)),
        ("below", (True, False, False)),
        ("at_most", (True, True, False)),
    ],
)
def test_a_limit(comparison: str, breaches: tuple[bool, ...]) -> None:
    found = {str(option): operator for option, operator in COMPARISONS.items()}[comparison]
    assert tuple(found.breaches(value, 5, 5) for value in (4, 5, 6)) == breaches
    assert (found.lower, found.upper) == (breaches[0], breaches[2])


@pytest.mark.parametrize(
    ("direction", "breaches"),
    [
        ("outside", (True, False, False, True)),
        ("above", (False, False, False, True)),
        ("below", (True, False, False, False)),
    ],
)
def test_the_edges_of_a_band(direction: str, breaches: tuple[bool, ...]) -> None:
    found = {str(option): operator for option, operator in DIRECTIONS.items()}[direction]
    assert tuple(found.breaches(value, 4, 6) for value in (3, 4, 6, 7)) == breaches
    assert (found.lower, found.upper) == (breaches[0], breaches[3])


def test_all_seven_by_the_api_s_name() -> None:
    assert {*STATIC_OPERATORS} == {
        "GreaterThanThreshold",
        "GreaterThanOrEqualToThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
    }
    assert {*BAND_OPERATORS} == {
        "LessThanLowerOrGreaterThanUpperThreshold",
        "LessThanLowerThreshold",
        "GreaterThanUpperThreshold",
    }
