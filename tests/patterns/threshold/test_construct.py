"""The threshold pattern: what is watched, the limit, and what silence means."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import ThresholdMonitor, ThresholdSpec
from constructs_lib.testing import resource
from tests.configs import INVOCATIONS, config, metric, problems
from tests.stacks import ROUTING, own_stack

ERROR_RATE = {
    "expression": "IF(calls > 0, 100 * errors / calls, 0)",
    "label": "errors in percent of calls",
    "metrics": {"errors": metric(name="Errors"), "calls": INVOCATIONS},
}


def synthesised(**options: Any) -> dict[str, Any]:
    spec = ThresholdSpec.model_validate({"severity": "critical", **options})
    stack = own_stack(lambda stack: ThresholdMonitor(stack, "calls", spec, notifications=ROUTING))
    return resource(stack, "aws_cloudwatch_metric_alarm")


@pytest.mark.parametrize(
    ("comparison", "operator", "silence"),
    [
        ("above", "GreaterThanThreshold", "notBreaching"),
        ("at_least", "GreaterThanOrEqualToThreshold", "notBreaching"),
        ("below", "LessThanThreshold", "breaching"),
        ("at_most", "LessThanOrEqualToThreshold", "breaching"),
    ],
)
def test_the_limit_and_what_silence_means(comparison: str, operator: str, silence: str) -> None:
    alarm = synthesised(metric=INVOCATIONS, **{comparison: 0})
    assert alarm["threshold"] == 0, "zero is a limit"
    assert (alarm["comparison_operator"], alarm["treat_missing_data"]) == (operator, silence)


def test_missing_data_can_be_chosen() -> None:
    assert synthesised(metric=INVOCATIONS, below=1, missing_data="ignore")["treat_missing_data"] == "ignore"


def test_a_single_metric_is_written_plainly() -> None:
    alarm = synthesised(metric=metric(statistic="Maximum"), above=10)
    assert (alarm["namespace"], alarm["metric_name"]) == ("AWS/Lambda", "Invocations")
    assert (alarm["dimensions"], alarm["period"], alarm["statistic"]) == ({"FunctionName": "ranker"}, 300, "Maximum")
    assert "metric_query" not in alarm


@pytest.mark.parametrize(
    ("options", "filled"),
    [
        ({}, True),
        ({"statistic": "SampleCount"}, True),
        ({"statistic": "Average"}, False),  # nothing is not 0
        ({"period_seconds": 60}, False),  # the newest minute is not there yet
        ({"period_seconds": "${var.period}"}, False),  # it may be a minute
    ],
    ids=str,
)
def test_a_count_that_falls_silent_is_0(options: dict[str, Any], filled: bool) -> None:
    for limit in ({"above": 10}, {"below": 1}):
        found = synthesised(metric=metric(**options), **limit)
        expressions = [query.get("expression") for query in found.get("metric_query", ())]
        assert ("FILL(count, 0)" in expressions) is filled
        assert "metric_query" not in synthesised(metric=metric(**options), missing_data="ignore", **limit)


def test_missing_data_takes_longer_to_be_seen_than_the_window() -> None:
    alarm = synthesised(
        metric=metric(statistic="Average"), below=1, evaluate={"breaching": 3, "of": 3}, severity="critical"
    )
    assert (
        alarm["alarm_description"]
        .splitlines()[0]
        .endswith("is below 1 in 3 of 3 periods of 5 minutes, or nothing has come for 25 minutes.")
    )


def test_a_percentile_goes_into_the_argument_for_percentiles() -> None:
    alarm = synthesised(metric=metric(name="Duration", statistic="p99"), above=800, unit="ms", low_samples="ignore")
    assert (alarm["extended_statistic"], alarm["evaluate_low_sample_count_percentiles"]) == ("p99", "ignore")
    assert "statistic" not in alarm
    assert alarm["alarm_description"].splitlines()[0] == (
        "p99 duration of Lambda function ranker is above 800 ms in one period of 5 minutes."
    )


def test_metric_math_returns_one_series() -> None:
    alarm = synthesised(math=ERROR_RATE, above=5, unit="%")
    assert {query["id"]: query["return_data"] for query in alarm["metric_query"]} == {
        "result": True,
        "errors": False,
        "calls": False,
    }
    assert alarm["metric_query"][0]["expression"] == ERROR_RATE["expression"]
    assert not {"metric_name", "namespace", "period", "statistic", "dimensions"} & alarm.keys()
    assert alarm["alarm_description"].startswith("Errors in percent of calls is above 5 % in one period of 5 minutes.")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"metric": INVOCATIONS}, "no limit is given; give exactly one of above, at_least, below, at_most"),
        (
            {"metric": INVOCATIONS, "above": 1, "below": 0},
            "below: above and below are given; give exactly one of above, at_least, below, at_most",
        ),
        ({"above": 1}, "metric: give one of `metric`, `math` and `fleet`, to have one thing to watch"),
        (
            {"metric": INVOCATIONS, "math": ERROR_RATE, "above": 1},
            "metric: give one of `metric`, `math` and `fleet`, to have one thing to watch",
        ),
        (
            {"metric": INVOCATIONS, "above": 1, "evaluate": {"breaching": 1, "of": 300}},
            (
                "evaluate.of: 300 periods of 5 minutes are 25 hours, and CloudWatch looks back at most 1 day with this "
                "period; look at 288 periods at most, or use a longer period"
            ),
        ),
        (
            {"math": ERROR_RATE | {"metrics": {"Errors": INVOCATIONS}}, "above": 1},
            (
                "math.metrics.Errors: 'Errors' can't name a metric in an expression; begin with a lower-case "
                "letter, then "
                "use letters, digits and underscores"
            ),
        ),
        (
            {"math": ERROR_RATE | {"metrics": {"calls": INVOCATIONS, "errors": metric(period_seconds=60)}}, "above": 1},
            "math.metrics: the metrics have periods of 1 minute, 5 minutes; give all of them the same period_seconds",
        ),
        (
            {"math": ERROR_RATE | {"expression": "calls"}, "above": 1},
            "math.metrics.errors: 'errors' is not used in the expression; use it or remove it",
        ),
        (
            {
                "math": {
                    "expression": "SUM(METRICS())",
                    "label": "all",
                    "metrics": {f"m{i}": INVOCATIONS for i in range(11)},
                },
                "above": 1,
            },
            "math.metrics: 11 metrics, and an alarm reads 1 to 10; read fewer",
        ),
        (
            {"math": ERROR_RATE | {"metrics": {"result": INVOCATIONS}, "expression": "result"}, "above": 1},
            "math.metrics.result: 'result' is the id of the expression itself; choose another",
        ),
    ],
)
def test_bad_input(options: dict[str, Any], problem: str) -> None:
    path, _, rest = problem.rpartition(": ") if problem.startswith("no limit") else problem.partition(": ")
    where = f"monitors.calls.{path}" if path else "monitors.calls"
    assert problems(config({"calls": {"pattern": "threshold", **options}})) == [f"{where}: {rest}"]


def test_a_percentile_of_a_handful_counts_as_nothing() -> None:
    alarm = synthesised(metric=metric(name="Duration", statistic="p99"), above=800, unit="ms", minimum_samples=200)
    result, value, samples = alarm["metric_query"]
    assert result["expression"] == "IF(FILL(samples, 0) >= 200, value, 0)"
    assert [query["metric"]["stat"] for query in (value, samples)] == ["p99", "SampleCount"]
    text = "p99 duration of Lambda function ranker is above 800 ms in one period of 5 minutes."
    assert alarm["alarm_description"].startswith(text)


@pytest.mark.parametrize(
    ("options", "path", "rule"),
    [
        ({"below": 1}, "minimum_samples", "too few values count as 0, which is past the limit below 1"),
        ({"at_least": 0}, "minimum_samples", "too few values count as 0, which is past the limit at_least 0"),
        ({"above": 1, "low_samples": "ignore"}, "low_samples", "minimum_samples says how few are ignored"),
        (
            {"above": 5, "metric": None, "math": ERROR_RATE},
            "minimum_samples",
            "an expression has no samples of its",
        ),
    ],
    ids=("lower limit", "zero", "both ways", "math"),
)
def test_a_guard_has_to_hold(options: dict[str, Any], path: str, rule: str) -> None:
    monitor = {"pattern": "threshold", "metric": INVOCATIONS, "minimum_samples": 20, **options}
    given = {key: value for key, value in monitor.items() if value is not None}
    (problem,) = problems(config({"it": given}))
    assert problem.startswith(f"monitors.it.{path}: {rule}")
