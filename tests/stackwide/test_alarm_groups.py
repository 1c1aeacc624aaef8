"""Groups of alarms in a whole stack."""

from __future__ import annotations

from typing import Any

from constructs_lib.testing import outputs, resources, synth
from tests.configs import anomaly, config, metric
from tests.stacks import monitoring_stack

MONITORS: dict[str, Any] = {
    "calls": anomaly(workload="ranker", quiet_below=20),
    "errors": {
        "pattern": "threshold",
        "workload": "ranker",
        "severity": "critical",
        "metric": metric(name="Errors"),
        "above": 5,
    },
}


def synthesised(**options: Any) -> dict[str, Any]:
    return synth(monitoring_stack(config(MONITORS, group_alarms=True, **options)))


def by_name(stack: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {alarm["alarm_name"]: alarm for alarm in resources(stack, kind).values()}


def test_only_the_composite_calls() -> None:
    stack = synthesised()
    composites = by_name(stack, "aws_cloudwatch_composite_alarm")
    single = {**by_name(stack, "aws_cloudwatch_metric_alarm"), **composites}
    group = single.pop("recommender-production-ranker-critical")
    assert group["actions_enabled"] is True and group["alarm_actions"] == group["ok_actions"] != []
    assert [
        alarm["alarm_name"] for alarm in single.values() if alarm["actions_enabled"] or alarm["alarm_actions"]
    ] == []


def test_its_rule_refers_to_the_members_so_that_terraform_makes_them_first() -> None:
    group = by_name(synthesised(), "aws_cloudwatch_composite_alarm")["recommender-production-ranker-critical"]
    assert group["alarm_rule"] == (
        'ALARM("${aws_cloudwatch_composite_alarm.calls_alarm_009D5A08.alarm_name}") OR '
        'ALARM("${aws_cloudwatch_metric_alarm.errors_alarm_766FB29E.alarm_name}")'
    )


def test_it_is_listed_among_the_outputs() -> None:
    found = outputs(synthesised())
    assert "recommender-production-ranker-critical" in found["alarm_names"]
    assert found["alarms"]["recommender-production-errors"]["severity"] == "none"
    assert found["alarms"]["recommender-production-ranker-critical"]["severity"] == "critical"


def test_without_the_option_every_alarm_calls_for_itself() -> None:
    stack = synth(monitoring_stack(config(MONITORS)))
    assert "recommender-production-ranker-critical" not in by_name(stack, "aws_cloudwatch_composite_alarm")


def test_an_alarm_made_elsewhere_silences_the_groups() -> None:
    group = by_name(synthesised(suppressed_by="deploying"), "aws_cloudwatch_composite_alarm")
    suppressor = group["recommender-production-ranker-critical"]["actions_suppressor"]
    assert suppressor == {"alarm": "deploying", "wait_period": 120, "extension_period": 180}
