"""What can be wrong in a metric-math expression, and in the conditions of an alarm: where, the rule, the fix."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import Alarm, Band, ConfigError, Evaluate, Metric, Threshold
from constructs_lib.alarms.alarm import Math
from tests.configs import INVOCATIONS

CALLS = Metric(**INVOCATIONS)
HOURLY = Metric(**INVOCATIONS | {"period_seconds": 3_600})


def said(**options: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Math(**{"label": "a number"} | options)
    return [str(problem).removeprefix("Math.") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"expression": "1", "metrics": {}},
            "metrics: 0 metrics, and an alarm reads 1 to 10; name what the expression reads",
        ),
        (
            {"expression": " + ".join(f"m{i}" for i in range(11)), "metrics": {f"m{i}": CALLS for i in range(11)}},
            "metrics: 11 metrics, and an alarm reads 1 to 10; read fewer",
        ),
        (
            {"expression": "a + b", "metrics": {"a": HOURLY, "b": CALLS}},
            "metrics: the metrics have periods of 5 minutes, 1 hour; give all of them the same period_seconds",
        ),
        (
            {"expression": "result", "metrics": {"result": CALLS}},
            "metrics.result: 'result' is the id of the expression itself; choose another",
        ),
        (
            {"expression": "a", "metrics": {"a": CALLS}, "steps": {"result": "a"}},
            "steps.result: 'result' is the id of the expression itself; choose another",
        ),
        (
            {"expression": "a", "metrics": {"a": CALLS, "b": CALLS}},
            "metrics.b: 'b' is not used in the expression; use it or remove it",
        ),
    ],
    ids=["none", "eleven", "periods", "a metric's id", "a step's id", "unused"],
)
def test_what_an_expression_can_not_be(options: dict[str, Any], problem: str) -> None:
    assert problem in said(**options)


def test_what_an_expression_can_be() -> None:
    ten = {f"m{i}": CALLS for i in range(10)}
    assert Math(expression="SUM(METRICS())", metrics=ten, label="all").period_seconds == 300
    assert Math(expression="a + b", metrics={"a": CALLS, "b": CALLS}, label="both").describe() == "both"
    late = Metric(**INVOCATIONS | {"period_seconds": "${var.period}"})
    Math(expression="a + b", metrics={"a": CALLS, "b": late}, label="one period is not known yet")
    Math(expression="IF(a > 0, 'x y', 0)", metrics={"a": CALLS}, label="words in quotes are no metrics")


def alarm(**options: Any) -> Alarm:
    values: dict[str, Any] = {
        "key": "a",
        "name": "a",
        "severity": "warning",
        "summary": "calls fail",
        "impact": "It matters",
        "first_step": "Look",
        "condition": Threshold(watch=CALLS, comparison="above", limit=1),
    }
    return Alarm(**values | options)


def test_problems_of_an_alarm_stand_where_they_are() -> None:
    fast = Metric(**INVOCATIONS | {"namespace": "X", "period_seconds": 10, "custom": True})
    with pytest.raises(ConfigError, match=r"^Band\.watch\.period_seconds: 10 is"):
        Band(watch=fast, width=2, direction="outside")
    with pytest.raises(ConfigError, match=r"^Alarm\.first_step: "):
        alarm(first_step="x" * 2_000)
    by_the_clock = Evaluate(breaching=1, of=1, wall_clock="Europe/Berlin")
    with pytest.raises(ConfigError, match="the clock"):
        alarm(condition=Threshold(watch=fast, comparison="above", limit=1), evaluate=by_the_clock)


def test_sentences_end_once() -> None:
    assert alarm().description == "Calls fail.\nIt matters.\nFirst: Look."
    said = alarm(summary="p99 is 5", impact="Who waits?", first_step="9 of 10: look.").description
    assert said == "p99 is 5.\nWho waits?\nFirst: 9 of 10: look."


def test_a_sentence_names_the_clock_its_periods_follow() -> None:
    day = Evaluate(breaching=1, of=1, wall_clock="Europe/Berlin")
    assert day.over(86_400) == "one period of 1 day by the clock of Europe/Berlin"
    assert Evaluate(breaching=2, of=3).over(300) == "2 of 3 periods of 5 minutes"


def test_a_unit_is_said_once() -> None:
    watch = Math(expression="a", metrics={"a": CALLS}, label="errors in %")
    over = Threshold(watch=watch, comparison="above", limit=5, unit="%")
    assert over.describe(Evaluate(breaching=1, of=1)) == "errors is above 5 % in one period of 5 minutes"
