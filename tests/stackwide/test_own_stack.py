"""Groups, dashboards and maintenance in a stack of one's own, over our alarms and anyone's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib import (
    AlarmGroups,
    ConfigError,
    Dashboards,
    Environment,
    Maintenance,
    MaintenanceWindow,
    QueueMonitor,
    QueueSpec,
)
from constructs_lib.cdk import TerraformStack, aws
from constructs_lib.testing import resources
from tests.stacks import ROUTING, WARNING, own_stack

HERE = Environment("123456789012", "us-east-1")
SUNDAY = {"days": ["sunday"], "start": "02:00", "end": "04:00"}


def window(**options: Any) -> MaintenanceWindow:
    return MaintenanceWindow.model_validate(SUNDAY | options)


def orders(stack: TerraformStack, **options: Any) -> QueueMonitor:
    """A monitor of ours."""
    spec = QueueSpec.model_validate({"queue": "orders", "wait_minutes": 10} | options)
    return QueueMonitor(stack, "orders", spec, notifications=ROUTING)


def by_hand(stack: TerraformStack, name: str = "calls", **arguments: Any) -> Any:
    """An alarm that someone wrote without this library."""
    return aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(
        stack,
        name,
        **{
            "alarm_name": f"shop-{name}",
            "comparison_operator": "GreaterThanThreshold",
            "evaluation_periods": 1,
            "threshold": 5,
            "namespace": "AWS/Lambda",
            "metric_name": "Errors",
            "dimensions": {"FunctionName": "orders"},
            "statistic": "Sum",
            "period": 60,
            "alarm_actions": [WARNING],
            "tags": {"severity": "warning"},
            **arguments,
        },
    )


def alarms(stack: dict[str, Any], kind: str = "metric") -> dict[str, dict[str, Any]]:
    return {alarm["alarm_name"]: alarm for alarm in resources(stack, f"aws_cloudwatch_{kind}_alarm").values()}


def grouped(stack: TerraformStack, **options: Any) -> AlarmGroups:
    workloads = {"shop": [orders(stack, severity="warning"), by_hand(stack)]}
    return AlarmGroups(stack, "groups", workloads, notifications=ROUTING, **options)


def test_a_group_calls_in_place_of_our_alarms_and_those_of_others() -> None:
    stack = own_stack(grouped)
    (group,) = alarms(stack, "composite").values()
    assert (group["alarm_name"], group["alarm_actions"]) == ("mine-shop-warning", [WARNING])
    assert group["alarm_rule"].count("ALARM(") == 2 and "calls.alarm_name" in group["alarm_rule"]
    for single in alarms(stack).values():
        assert (single["actions_enabled"], single.get("alarm_actions", []), single.get("ok_actions", [])) == (
            False,
            [],
            [],
        )
    assert "Notifies through mine-shop-warning." in alarms(stack)["mine-orders-waiting"]["alarm_description"]


def test_names_runbook_and_silence_of_a_group() -> None:
    options = {"name": "acme", "runbook": "https://runbooks.example.com/{alarm}", "suppressed_by": "deploying"}
    (group,) = alarms(own_stack(lambda stack: grouped(stack, **options)), "composite").values()
    assert group["actions_suppressor"]["alarm"] == "deploying"
    assert group["alarm_description"].endswith("Runbook: https://runbooks.example.com/acme-shop-warning")


def test_what_calls_no_one_is_in_no_group() -> None:
    def fill(stack: TerraformStack) -> None:
        quiet = by_hand(stack, "quiet", alarm_actions=[])
        off = by_hand(stack, "off", actions_enabled=False)
        AlarmGroups(stack, "groups", {"shop": [by_hand(stack), quiet, off]}, notifications=ROUTING)

    stack = own_stack(fill)
    assert alarms(stack, "composite") == {}
    assert alarms(stack)["shop-calls"]["alarm_actions"] == [WARNING], "the only one of its workload calls for itself"


def test_an_alarm_without_a_severity_is_refused_with_the_fix() -> None:
    with pytest.raises(ConfigError) as caught:
        own_stack(
            lambda stack: AlarmGroups(stack, "g", {"a": [by_hand(stack, tags={"team": "shop"})]}, notifications=ROUTING)
        )
    assert str(caught.value) == (
        'mine/calls: has no severity to go by; add tags={"severity": "warning"}, or another of critical, warning, info'
    )


def widgets(stack: dict[str, Any]) -> list[dict[str, Any]]:
    (made,) = resources(stack, "aws_cloudwatch_dashboard").values()
    found: list[dict[str, Any]] = json.loads(made["dashboard_body"])["widgets"]
    return found


def test_a_dashboard_shows_every_alarm_of_a_stack() -> None:
    def fill(stack: TerraformStack) -> None:
        orders(stack)
        by_hand(stack)
        Dashboards(stack, "dashboard", environment=HERE, name="shop")

    overview, *rows = widgets(own_stack(fill))
    arns = [arn.rpartition(":")[2] for arn in overview["properties"]["alarms"]]
    assert sorted(arns) == ["mine-orders-waiting", "shop-calls"]
    headings = [text for widget in rows if (text := widget["properties"].get("markdown"))]
    titles = [widget["properties"].get("title", "") for widget in rows]
    assert [text.partition("\n")[0] for text in headings] == ["## orders", "## calls"]
    assert any(title.startswith("Sum of errors") for title in titles)


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ({}, [["AWS/Lambda", "Errors", "FunctionName", "orders", {"id": "metric", "stat": "Sum"}]]),
        (
            {
                "metric_name": None,
                "namespace": None,
                "statistic": None,
                "period": None,
                "dimensions": None,
                "threshold": None,
                "comparison_operator": "GreaterThanUpperThreshold",
                "threshold_metric_id": "b",
                "metric_query": [
                    {
                        "id": "m",
                        "returnData": True,
                        "metric": {"namespace": "Shop", "metricName": "orders", "period": 60, "stat": "Sum"},
                    },
                    {"id": "b", "returnData": True, "expression": "ANOMALY_DETECTION_BAND(m, 4)"},
                ],
            },
            [
                ["Shop", "orders", {"id": "metric", "stat": "Sum"}],
                [{"expression": "ANOMALY_DETECTION_BAND(metric, 4)", "id": "band1", "label": "Usual band"}],
            ],
        ),
        (
            {
                "metric_name": None,
                "namespace": None,
                "statistic": None,
                "period": None,
                "dimensions": None,
                "metric_query": [
                    {"id": "e", "returnData": True, "expression": "2 * m", "label": "twice"},
                    {"id": "m", "metric": {"namespace": "Shop", "metricName": "orders", "period": 60, "stat": "Sum"}},
                ],
            },
            [
                [{"expression": "2 * m", "id": "result", "label": "twice"}],
                ["Shop", "orders", {"id": "m", "stat": "Sum", "visible": False}],
            ],
        ),
    ],
    ids=["metric", "band", "math"],
)
def test_what_someones_alarm_watches_is_drawn(arguments: dict[str, Any], lines: list[Any]) -> None:
    def fill(stack: TerraformStack) -> None:
        Dashboards(stack, "dashboard", {"shop": [by_hand(stack, **arguments)]}, environment=HERE)

    assert [widget["properties"]["metrics"] for widget in widgets(own_stack(fill)) if widget["type"] == "metric"] == [
        lines
    ]


def test_what_can_not_be_drawn_is_there_with_its_state() -> None:
    query = [{"id": "q", "returnData": True, "period": 60, "expression": 'SELECT MAX(x) FROM "Shop"'}]
    without: dict[str, Any] = dict.fromkeys(("metric_name", "namespace", "statistic", "period", "dimensions"))

    def fill(stack: TerraformStack) -> None:
        Dashboards(stack, "dashboard", {"shop": [by_hand(stack, metric_query=query, **without)]}, environment=HERE)

    assert {widget["type"] for widget in widgets(own_stack(fill))} == {"alarm", "text"}


def targets(stack: dict[str, Any]) -> list[dict[str, Any]]:
    found = resources(stack, "aws_cloudcontrolapi_resource").values()
    return [json.loads(rule["desired_state"]) for rule in found]


def test_maintenance_mutes_what_calls() -> None:
    def fill(stack: TerraformStack) -> None:
        orders(stack)
        by_hand(stack)
        Maintenance(stack, "maintenance", [window()], tags={"team": "shop"})

    (rule,) = targets(own_stack(fill))
    names = rule["MuteTargets"]["AlarmNames"]
    assert [name.partition(".")[2].partition("_")[0] for name in names] == ["orders", "calls.alarm"]
    assert (rule["Name"], rule["Tags"]) == ("mine-maintenance-1", [{"Key": "team", "Value": "shop"}])


def test_maintenance_mutes_a_group_in_place_of_its_members() -> None:
    def fill(stack: TerraformStack) -> None:
        workloads = {"shop": [orders(stack, severity="warning"), by_hand(stack)]}
        groups = AlarmGroups(stack, "groups", workloads, notifications=ROUTING)
        Maintenance(stack, "maintenance", [window(workloads=["shop"])], workloads, groups=groups)

    (rule,) = targets(own_stack(fill))
    (name,) = rule["MuteTargets"]["AlarmNames"]
    assert name.startswith("${aws_cloudwatch_composite_alarm.groups_shop-warning")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"workloads": ["shp"]}, "windows.0.workloads.0: 'shp' is not a workload of this stack; did you mean 'shop'?"),
        ({"monitors": ["x"]}, "windows.0.monitors.0: 'x' is not a monitor of this stack; use one of calls, orders"),
        ({"severities": ["info"]}, "windows.0: mutes no alarm of this stack; choose others, or remove it"),
    ],
    ids=["workload", "monitor", "severity"],
)
def test_windows_that_mute_nothing(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        own_stack(lambda stack: Maintenance(stack, "m", [window(**options)], {"shop": [orders(stack), by_hand(stack)]}))
    assert str(caught.value) == problem


def test_a_group_that_is_forgotten_is_asked_for() -> None:
    def fill(stack: TerraformStack) -> None:
        ours = orders(stack, severity="warning")
        AlarmGroups(stack, "groups", {"shop": [ours, by_hand(stack)]}, notifications=ROUTING)
        Maintenance(stack, "maintenance", [window()], {"shop": [ours]})

    with pytest.raises(ConfigError, match="calls through mine-shop-warning, and no groups are given; give `groups`"):
        own_stack(fill)
