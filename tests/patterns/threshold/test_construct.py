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
    alarm = synthesised(metric=INVOCATIONS, above=10)
    assert (alarm["namespace"], alarm["metric_name"]) == ("AWS/Lambda", "Invocations")
    assert (alarm["dimensions"], alarm["period"], alarm["statistic"]) == ({"FunctionName": "ranker"}, 300, "Sum")
    assert "metric_query" not in alarm


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
        ({"above": 1}, "metric: give either `metric` or `math`, to have one thing to watch"),
        (
            {"metric": INVOCATIONS, "math": ERROR_RATE, "above": 1},
            "metric: give either `metric` or `math`, to have one thing to watch",
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
