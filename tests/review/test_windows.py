"""Comparing M of N with M of N, against trying every series of periods."""

from __future__ import annotations

from itertools import product

from constructs_lib.review.difference import fires_whenever


def fires(series: tuple[bool, ...], breaching: int, of: int) -> bool:
    """Whether some window of the series holds enough breaching periods; periods before and after it are quiet."""
    padded = (*[False] * of, *series, *[False] * of)
    return any(sum(padded[start : start + of]) >= breaching for start in range(len(padded) - of + 1))


def test_it_is_what_trying_every_series_gives() -> None:
    pairs = [(m, n) for n in range(1, 6) for m in range(1, n + 1)]
    for (m, n), (new_m, new_n) in product(pairs, repeat=2):
        every = [series for series in product([False, True], repeat=n) if fires(series, m, n)]
        expected = all(fires(series, new_m, new_n) for series in every)
        assert fires_whenever(m, n, new_m, new_n) == expected, f"{m} of {n}, then {new_m} of {new_n}"
