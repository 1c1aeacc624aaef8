"""One alarm for many things: the query it makes, what it says, and what can't be."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import Fleet, ThresholdMonitor, ThresholdSpec
from constructs_lib.cdk import TerraformStack, TerraformVariable
from constructs_lib.testing import resource
from tests.configs import config, load, problems
from tests.stacks import ROUTING, own_stack

ERRORS: dict[str, Any] = {"namespace": "AWS/Lambda", "name": "Errors", "each": ["FunctionName"], "statistic": "Sum"}


def synthesised(fleet: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    given = {"severity": "critical", "fleet": ERRORS | (fleet or {})} | (options or {"above": 5})
    spec = ThresholdSpec.model_validate(given)
    return resource(
        own_stack(lambda stack: ThresholdMonitor(stack, "calls", spec, notifications=ROUTING)),
        "aws_cloudwatch_metric_alarm",
    )


def refused(fleet: dict[str, Any] | None = None, **options: Any) -> list[str]:
    monitor = {"pattern": "threshold", "fleet": ERRORS | (fleet or {})} | (options or {"above": 5})
    return problems(config({"calls": monitor}))


def test_each_function_is_a_series_of_one_query() -> None:
    alarm = synthesised({"where": {"tag.team": "ml"}, "without": {"FunctionName": ["chaos-test", "o'neill"]}})
    (query,) = alarm["metric_query"]
    assert query["expression"] == (
        """SELECT SUM("Errors") FROM SCHEMA("AWS/Lambda", "FunctionName") WHERE tag."team" = 'ml' """
        """AND "FunctionName" != 'chaos-test' AND "FunctionName" != 'o\\'neill' """
        'GROUP BY "FunctionName" ORDER BY MAX() DESC'
    )
    assert (query["period"], query["return_data"]) == (300, True)
    assert not {"metric_name", "namespace", "period", "statistic", "dimensions"} & alarm.keys()


@pytest.mark.parametrize(("limit", "order"), [("above", "MAX() DESC"), ("at_most", "MIN() ASC")])
def test_the_worst_come_first_where_there_are_more_than_an_alarm_judges(limit: str, order: str) -> None:
    fleet = {"name": "Invocations"}
    assert synthesised(fleet, **{limit: 5})["metric_query"][0]["expression"].endswith(f"ORDER BY {order}")


def test_the_text_says_what_is_judged_and_how_to_see_which() -> None:
    said = synthesised({"where": {"tag.team": "ml"}})["alarm_description"].splitlines()
    assert said[0] == "Sum of errors of one FunctionName with tag team ml is above 5 in one period of 5 minutes."
    assert said[2].startswith(
        "First: `aws cloudwatch describe-alarm-contributors --alarm-name mine-calls` lists which."
    )


def test_silence_is_that_of_all_and_check_says_so() -> None:
    said = synthesised({"name": "Invocations"}, below=1)
    assert said["treat_missing_data"] == "breaching"
    assert (
        said["alarm_description"]
        .splitlines()[0]
        .endswith("is below 1 in one period of 5 minutes, or nothing comes from any.")
    )
    monitor = {"pattern": "threshold", "fleet": ERRORS | {"name": "Invocations"}}
    (note,) = load(config({"calls": monitor | {"below": 1}})).notes()
    assert "one that publishes nothing any more is not heard of" in str(note)
    assert not [*load(config({"calls": monitor | {"above": 1}})).notes()]


def test_values_may_be_references() -> None:
    def fill(stack: TerraformStack) -> None:
        team = TerraformVariable(stack, "team").string_value
        fleet = Fleet(
            namespace="AWS/Lambda", name="Errors", each=["FunctionName"], where={"tag.team": team}, statistic="Sum"
        )
        ThresholdMonitor(stack, "calls", ThresholdSpec(fleet=fleet, above=5), notifications=ROUTING)

    alarm = resource(own_stack(fill), "aws_cloudwatch_metric_alarm")
    assert """tag."team" = '${var.team}'""" in alarm["metric_query"][0]["expression"]


def test_a_metric_of_ones_own_is_taken_at_its_word() -> None:
    own = {"namespace": "Shop", "name": "errors", "each": ["Queue"], "custom": True}
    assert refused(own) == []
    assert refused(own | {"custom": False})[0].startswith("monitors.calls.fleet.namespace: 'Shop' is not a namespace")
    assert refused(ERRORS | {"name": "OwnErrors", "custom": True}) == [], "the rules take it to exist, too"


@pytest.mark.parametrize(
    ("fleet", "options", "says"),
    [
        ({"each": []}, {}, "fleet.each: is empty"),
        ({"each": ["FunctionName", "FunctionName"]}, {}, "fleet.each.1: 'FunctionName' is listed twice"),
        ({"each": ["Function"]}, {}, "fleet.each: AWS never publishes AWS/Lambda Errors with {Function}"),
        ({"each": ["tag.team"]}, {}, "fleet.dimensions: is missing, and tags alone do not tell the series"),
        ({"each": ["tag."]}, {}, "fleet.each.0: 'tag.' is neither a dimension nor a tag"),
        ({"dimensions": ["Resource"]}, {}, "fleet.dimensions: FunctionName is not among them"),
        ({"name": "Erors"}, {}, "fleet.name: AWS/Lambda has no metric 'Erors'"),
        ({"statistic": "p99"}, {}, "fleet.statistic: 'p99' is not 'Average'"),
        ({"period_seconds": 30}, {}, "fleet.period_seconds: 30 is not from 60 to 10,800"),
        (
            {"where": {"FunctionName": "a"}, "without": {"FunctionName": ["b"]}},
            {},
            "fleet.without.FunctionName: `where`",
        ),
        ({"without": {"FunctionName": ["x" * 60 + str(n) for n in range(20)]}}, {}, "fleet.without: the query has"),
        (
            {},
            {"above": 5, "evaluate": {"breaching": 1, "of": 37}},
            "evaluate.of: 37 periods of 5 minutes are more than",
        ),
        (
            {"period_seconds": 3600},
            {"above": 5, "evaluate": {"breaching": 1, "of": 3, "wall_clock": "UTC"}},
            "evaluate.of: 3 periods of 1 hour are more than the 3 hours",
        ),
        ({}, {"above": 5, "minimum_samples": 3}, "minimum_samples: a fleet has no samples of its own"),
        ({}, {"below": 1}, "sum of errors of each FunctionName is below 1 while nothing fails [limit-above-health]"),
        ({"name": "Duration", "statistic": "Average"}, {"above": 5, "unit": "s"}, "unit: AWS/Lambda Duration is in ms"),
    ],
)
def test_what_can_not_be(fleet: dict[str, Any], options: dict[str, Any], says: str) -> None:
    found = refused(fleet, **options)
    assert len(found) == 1, found
    assert says.replace("is in ms", "is in milliseconds") in found[0]
