"""A quiet first deployment: alarms that warm up, and OK messages that are left out."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.testing import resources, synth
from tests.configs import anomaly, config, metric, problems
from tests.stacks import monitoring_stack

ERRORS: dict[str, Any] = {
    "pattern": "threshold",
    "metric": metric(name="Errors", period_seconds=300),
    "above": 5,
    "evaluate": {"breaching": 2, "of": 3},
}


def alarms(*, monitors: dict[str, Any] | None = None, **options: Any) -> dict[str, dict[str, Any]]:
    found = synth(monitoring_stack(config(monitors or {"errors": ERRORS}, **options)))
    every = {**resources(found, "aws_cloudwatch_metric_alarm"), **resources(found, "aws_cloudwatch_composite_alarm")}
    return {alarm["alarm_name"].removeprefix("recommender-production-"): alarm for alarm in every.values()}


def test_alarms_warm_up_for_as_long_as_they_look_back() -> None:
    found = alarms(provider={"at_least": "6.69"})
    assert found["errors"]["warm_up_configuration"] == [{"warm_up_period_duration_in_minutes": 15}]


def test_a_window_longer_than_a_warm_up_may_be() -> None:
    slow = ERRORS | {"metric": metric(name="Errors", period_seconds=86_400), "evaluate": {"breaching": 3, "of": 3}}
    (warm_up,) = alarms(monitors={"errors": slow}, provider={"at_least": "6.70.1"})["errors"]["warm_up_configuration"]
    assert warm_up == {"warm_up_period_duration_in_minutes": 2_880}


def test_a_composite_has_no_warm_up() -> None:
    found = alarms(monitors={"calls": anomaly(quiet_below=20)}, provider={"at_least": "6.69"})
    assert "warm_up_configuration" not in found["calls"]
    assert "warm_up_configuration" in found["calls-band"]


@pytest.mark.parametrize("versions", [{}, {"provider": {"at_least": "6.68"}}, {"provider": {"at_least": "5.100"}}])
def test_an_older_provider_does_not_know_it(versions: dict[str, Any]) -> None:
    assert "warm_up_configuration" not in alarms(**versions)["errors"]


def test_windows_that_follow_the_clock() -> None:
    daily = ERRORS | {
        "metric": metric(name="Errors", period_seconds=86_400),
        "evaluate": {"breaching": 1, "of": 1, "wall_clock": "Europe/Berlin"},
    }
    found = alarms(monitors={"errors": daily}, provider={"at_least": "6.69"})["errors"]
    assert found["evaluation_window"] == [{"wall_clock_window": [{"timezone": "Europe/Berlin"}]}]
    assert "in one period of 1 day by the clock of Europe/Berlin" in found["alarm_description"]
    (problem,) = problems(config({"errors": daily}))
    assert problem.startswith("monitors.errors: windows that follow the clock need a newer AWS provider than the stack")
    assert problem.endswith('add `provider: {at_least: "6.69"}` to the stack')


def test_the_range_is_what_terraform_is_told() -> None:
    found = synth(monitoring_stack(config({"errors": ERRORS}, provider={"at_least": "6.60"})))
    assert found["terraform"]["required_providers"]["aws"]["version"] == ">= 6.60, < 7.0.0"


@pytest.mark.parametrize(
    ("version", "found"),
    [
        (6.6, "6.6 is not text; write it in quotes"),
        ("6.x", "'6.x' is not a version; write it in quotes: \"6.60\""),
        ("5.99", "'5.99' is not a version from 5.100 to 6.x; write one of these"),
        ("7.0", "'7.0' is not a version from 5.100 to 6.x; write one of these"),
    ],
)
def test_a_version_that_is_none(version: Any, found: str) -> None:
    assert problems(config(provider={"at_least": version})) == [f"provider.at_least: {found}"]


def test_ok_messages_by_severity() -> None:
    monitors = {"errors": ERRORS | {"severity": "warning"}, "calls": anomaly(severity="critical")}
    found = alarms(monitors=monitors, ok_messages=["critical"])
    assert found["errors"]["ok_actions"] == [] != found["errors"]["alarm_actions"]
    assert found["calls-band"]["ok_actions"] == found["calls-band"]["alarm_actions"] != []


def test_ok_messages_of_one_monitor() -> None:
    found = alarms(monitors={"errors": ERRORS | {"ok_messages": False}, "calls": anomaly()})
    assert found["errors"]["ok_actions"] == [] != found["calls-band"]["ok_actions"]
    assert found["errors"]["alarm_actions"] != []


def test_ok_messages_of_groups() -> None:
    monitors = {"calls": anomaly(workload="ranker"), "more": anomaly(workload="ranker")}
    found = alarms(monitors=monitors, group_alarms=True, ok_messages=[])
    assert found["ranker-critical"]["ok_actions"] == [] != found["ranker-critical"]["alarm_actions"]
