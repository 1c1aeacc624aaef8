"""The vectorised evaluation against a naive one: loops, lists, and the rules as the user guide has them."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.simulation.settings import Settings
from tests.simulation.alarms import alarm, evaluate

Minutes = list[float | None]


def naive(values: Minutes, *, period: int, n: int, m: int, missing: str, extra: int, statistic: str) -> list[str]:
    """The state after every minute: above 2."""
    state, found = "INSUFFICIENT_DATA", []
    for minute in range(1, len(values) + 1):
        points: list[float | None] = []  # the newest first
        for index in range(n + extra):
            begin, end = minute - (index + 1) * period, minute - index * period
            samples = [v for v in values[max(begin, 0) : max(end, 0)] if v is not None]
            total = {"Sum": sum(samples), "Maximum": max(samples, default=0)}[statistic]
            points.append(float(total) if samples else None)
        state = decide(points, n, m, missing, state)
        found.append(state)
    return found


def decide(points: list[float | None], n: int, m: int, missing: str, state: str) -> str:
    real = [(age, value) for age, value in enumerate(points, start=1) if value is not None]
    if len(real) >= n:
        return "ALARM" if sum(value > 2 for _, value in real[:n]) >= m else "OK"
    if not real:
        return {"missing": "INSUFFICIENT_DATA", "ignore": state, "breaching": "ALARM", "notBreaching": "OK"}[missing]
    breaching = sum(value > 2 for _, value in real) + (n - len(real) if missing == "breaching" else 0)
    if breaching >= m:
        return "ALARM"
    if missing in ("missing", "ignore") and breaching == len(real) and real[-1][0] >= m:
        return "ALARM" if missing == "missing" else state
    return "OK"


@settings(max_examples=300)
@given(data=st.data())
def test_any_series_and_any_alarm(data: Any) -> None:
    values: Minutes = data.draw(st.lists(st.one_of(st.none(), st.integers(0, 4).map(float)), min_size=1, max_size=45))
    period = data.draw(st.integers(1, 4))
    n = data.draw(st.integers(1, 5))
    options = {
        "m": data.draw(st.integers(1, n)),
        "missing": data.draw(st.sampled_from(["missing", "ignore", "breaching", "notBreaching"])),
        "statistic": data.draw(st.sampled_from(["Sum", "Maximum"])),
    }
    extra = data.draw(st.integers(0, 5))
    subject = alarm(
        options["statistic"],
        threshold=2.0,
        period_seconds=60 * period,
        periods=n,
        breaching=options["m"],
        missing=options["missing"],
    )
    found = evaluate(subject, values, new=True, settings=Settings(extra_periods=extra))
    states = ["OK", "ALARM", "INSUFFICIENT_DATA"]
    assert [states[code] for code in found.states] == naive(values, period=period, n=n, extra=extra, **options)


def test_long_ranges_are_judged_in_blocks_and_give_the_same() -> None:
    """A day of minutes with a range of a day is far over one block."""
    values: Minutes = [float(minute % 7) for minute in range(2000)]
    subject = alarm(threshold=2.0, periods=1440, breaching=800)
    states = ["OK", "ALARM", "INSUFFICIENT_DATA"]
    found = [states[code] for code in evaluate(subject, values, new=True).states]
    for minute in (1, 700, 1405, 1999):
        window = [v for v in values[max(minute - 1440, 0) : minute] if v is not None]
        expected = "ALARM" if sum(v > 2 for v in window) >= 800 else "OK"
        assert found[minute - 1] == expected
