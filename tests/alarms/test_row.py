"""What a row leaves out, and who fills it in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from constructs_lib.alarms.alarm import Alarm, AllOf, Band, Evaluate, Math, Threshold
from constructs_lib.alarms.duty import Notifies, PartOf
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import (
    Past,
    Row,
    Unusual,
    above,
    at_least,
    at_most,
    below,
    every,
    series,
    table,
    unusual,
)
from constructs_lib.options.monitor import MonitorSpec
from tests.configs import INVOCATIONS

CALLS = Metric(**INVOCATIONS)
QUEUE = Metric(namespace="Shop", name="Waiting", statistic="Maximum", custom=True)
WORDS: dict[str, Any] = {"impact": "Shoppers wait", "first_step": "Look"}


def made(*rows: Row, runbook: str | None = None, **options: Any) -> dict[str, Alarm]:
    @table
    def alarms(spec: MonitorSpec, name: str) -> Iterable[Row]:
        return rows

    return {alarm.key: alarm for alarm in alarms(MonitorSpec(pattern="any", **options), "shop", runbook=runbook)}


def test_a_row_without_a_limit_is_left_out() -> None:
    assert list(made(Row("a", CALLS, above(None)), Row("b", CALLS, above(0)), Row("c", CALLS, unusual(None)))) == ["b"]


def test_a_composite_goes_with_its_parts() -> None:
    both = AllOf(alarms=("a", "b"))
    parts = (Row("a", CALLS, above(1)), Row("b", CALLS, above(None)))
    assert list(made(*parts, Row("both", both, says="Both", **WORDS))) == ["a"]
    found = made(parts[0], Row("b", CALLS, below(1)), Row("both", both, says="Both", **WORDS))
    assert found["both"].condition == both


@pytest.mark.parametrize(
    ("limit", "comparison", "missing"),
    [
        (above(5), "above", "not_breaching"),
        (at_least(5), "at_least", "not_breaching"),
        (below(5), "below", "breaching"),
        (at_most(5), "at_most", "breaching"),
    ],
)
def test_silence_can_not_pass_for_health(limit: Past | None, comparison: str, missing: str) -> None:
    found = made(Row("a", CALLS, limit))["a"]
    assert isinstance(found.condition, Threshold)
    assert (found.condition.comparison, found.condition.limit, found.missing_data) == (comparison, 5, missing)


def test_a_band_and_missing_data() -> None:
    found = made(Row("a", CALLS, Unusual(2)), Row("b", CALLS, unusual(3, "below")), Row("c", CALLS, above(1)))
    assert found["a"].condition == Band(watch=CALLS, width=2, direction="outside")
    assert [alarm.missing_data for alarm in found.values()] == ["not_breaching", "breaching", "not_breaching"]
    assert made(Row("a", CALLS, above(1), missing="ignore"))["a"].missing_data == "ignore"


def test_only_a_metric_has_a_band() -> None:
    watch = Math(expression="2 * calls", metrics={"calls": CALLS}, label="twice the calls")
    with pytest.raises(TypeError, match="Math has no band"):
        made(Row("a", watch, unusual(2)))


def test_names() -> None:
    rows = (Row("alarm", CALLS, above(1)), Row("a", CALLS, above(1)), Row("b", CALLS, above(1), name="own"))
    assert [alarm.name for alarm in made(*rows).values()] == ["shop", "shop-a", "own"]


def test_words_of_the_catalogue_for_a_metric_or_the_only_one_of_an_expression() -> None:
    half = Math(expression="calls / 2", metrics={"calls": CALLS}, label="half of the calls")
    found = made(Row("a", CALLS, above(1)), Row("b", half, above(1)))
    assert CALLS.facts is not None
    assert {(alarm.impact, alarm.first_step) for alarm in found.values()} == {
        (CALLS.facts.impact, CALLS.facts.first_step)
    }
    assert found["b"].summary == "half of the calls is above 1 in one period of 5 minutes"


def test_a_row_that_does_not_say_what_to_do_is_refused() -> None:
    with pytest.raises(ValueError, match="the row a does not say"):
        made(Row("a", QUEUE, above(1), impact="Shoppers wait"))


def test_the_user_s_own_words_go_first() -> None:
    found = made(
        Row("a", QUEUE, above(1), **WORDS),
        impact="Mine",
        first_step="Mine too",
        runbook="https://mine.example.com/{alarm}",
        severity="critical",
    )["a"]
    assert (found.impact, found.first_step, found.severity) == ("Mine", "Mine too", "critical")


def test_the_monitor_s_runbook_goes_before_the_stack_s() -> None:
    stack = "https://stack.example.com/{alarm}"
    rows = Row("a", CALLS, above(1))
    assert made(rows, runbook=stack)["a"].runbook == "https://stack.example.com/shop-a"


def test_window_and_severity_are_the_row_s() -> None:
    found = made(Row("a", CALLS, above(1), every(3), "info"), Row("b", CALLS, above(1)))
    assert (found["a"].evaluate, found["a"].severity) == (Evaluate(breaching=3, of=3), "info")
    assert (found["b"].evaluate, found["b"].severity) == (Evaluate(breaching=1, of=1), "warning")


def test_the_metrics_of_one_thing() -> None:
    of_ranker = series("AWS/Lambda", {"FunctionName": "ranker"}, 300)
    assert of_ranker("Invocations", "Sum") == CALLS


def test_a_limit_has_its_unit_whichever_way_it_is_compared() -> None:
    for limit in (above(5, "ms"), at_least(5, "ms"), below(5, "ms"), at_most(5, "ms")):
        assert limit is not None and limit.unit == "ms"
    assert (above(5), at_least(5), below(5), at_most(5)) == tuple(
        Past(word, 5, "") for word in ("above", "at_least", "below", "at_most")
    )
    assert (at_least(None), below(None), at_most(None)) == (None, None, None)


def test_where_missing_data_breaches_a_sentence_says_how_long_after_the_last_value() -> None:
    silent = made(Row("a", CALLS, below(1), Evaluate(breaching=3, of=3)))["a"]
    assert "has come for 25 minutes" in silent.summary
    assert "has come for" not in made(Row("a", CALLS, below(1), missing="not_breaching"))["a"].summary
    filled = Math(expression="FILL(calls, 0)", metrics={"calls": CALLS}, label="calls")
    assert "has come for" not in made(Row("a", filled, below(1), **WORDS))["a"].summary


def test_a_row_keeps_a_duty_of_its_own() -> None:
    rows = (Row("a", CALLS, above(1), duty=PartOf("b"), rolls_back=True), Row("b", CALLS, above(2)))
    found = made(*rows, ok_messages=False)
    assert found["a"].duty == PartOf("b") and found["a"].rolls_back
    assert found["b"].duty == Notifies(when_over=False) and not found["b"].rolls_back
