"""The register of a stack in an app of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib import (
    AlarmGroups,
    AlarmRegister,
    Dashboards,
    Environment,
    MonitoringStack,
    QueueMonitor,
    QueueSpec,
    Routing,
    StackSpec,
    Workloads,
)
from constructs_lib.cdk import App, TerraformStack, TerraformVariable, aws

HERE = Environment("123456789012", "us-east-1")
TOPIC = "arn:aws:sns:us-east-1:123456789012:oncall"


def written(app: App, folder: Path, stack: str) -> dict[str, Any]:
    app.synth()
    home = folder / "stacks" / stack
    assert {path.name for path in home.iterdir()} == {"cdk.tf.json", "register.html", "register.json", "register.md"}
    found: dict[str, Any] = json.loads((home / "register.json").read_text(encoding="utf-8"))
    return found


def test_every_alarm_of_a_stack_is_listed_with_names_for_what_it_refers_to(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    stack = TerraformStack(app, "shop")
    aws.provider.AwsProvider(stack, "aws", region="us-east-1")
    queue = aws.sqs_queue.SqsQueue(stack, "queue", name="orders")
    limit = TerraformVariable(stack, "minutes", type="number").number_value
    QueueMonitor(
        stack,
        "orders",
        QueueSpec(queue=queue.name, wait_minutes=limit),
        notifications=Routing({"critical": [TOPIC], "warning": [TOPIC]}),
        runbook="https://runbooks.example.com/{alarm}",
    )
    aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(
        stack,
        "by-hand",
        alarm_name="calls",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=5,
        namespace="AWS/Lambda",
        metric_name="Errors",
        statistic="Sum",
        period=60,
        alarm_actions=[TOPIC],
    )
    AlarmRegister(stack, "register", environment=HERE, owners={"orders": "shop-team"})
    register = written(app, tmp_path, "shop")
    by_name = {entry["name"]: entry for entry in register["alarms"]}
    orders = by_name["shop-orders-waiting"]
    assert "queue orders is above ${var.minutes} minutes" in orders["sentence"]
    assert orders["owner"] == "shop-team"
    assert "sum of errors" in by_name["calls"]["sentence"]
    text = (tmp_path / "stacks" / "shop" / "register.md").read_text(encoding="utf-8")
    assert text.startswith("# Alarms of shop\n") and "TOKEN" not in text and "monitoring.yaml" not in text


def test_a_monitoring_stack_in_an_app_of_ones_own_has_a_register_without_more(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    spec = StackSpec.model_validate(
        {
            "account": "123456789012",
            "region": "us-east-1",
            "backend": {"local": {}},
            "runbook": "https://runbooks.example.com/{alarm}",
            "notifications": {"warning": [{"email": "team@example.com"}]},
            "monitors": {"jobs": {"pattern": "queue", "queue": "jobs", "wait_minutes": 10, "severity": "warning"}},
        }
    )
    MonitoringStack(app, "shop", spec, project="web")
    register = written(app, tmp_path, "shop")
    assert (register["project"], register["stack"]) == ("web", "shop")
    assert [entry["name"] for entry in register["alarms"]] == ["web-shop-jobs-waiting"]


def test_an_alarm_that_is_not_there_is_answered_with_those_that_are() -> None:
    stack = TerraformStack(App(), "shop")
    spec = QueueSpec(queue="jobs", wait_minutes=10, severity="warning")
    alarms = QueueMonitor(stack, "jobs", spec, notifications=Routing({"warning": [TOPIC]})).alarms
    assert list(alarms) == ["waiting"] and repr(alarms) == "<AlarmSet waiting>"
    with pytest.raises(KeyError, match="'wating' is not an alarm here; did you mean 'waiting'?"):
        _ = alarms["wating"]


def test_an_alarm_of_ones_own_is_listed_with_its_workload_and_who_calls_for_it(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    stack = TerraformStack(app, "shop")
    aws.provider.AwsProvider(stack, "aws", region="us-east-1")
    routing = Routing({"warning": [TOPIC]})
    ours = QueueMonitor(
        stack, "jobs", QueueSpec(queue="jobs", wait_minutes=10, severity="warning"), notifications=routing
    )
    by_hand = aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(
        stack,
        "by-hand",
        alarm_name="calls",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=5,
        namespace="AWS/Lambda",
        metric_name="Errors",
        statistic="Sum",
        period=60,
        alarm_actions=[TOPIC],
        tags={"severity": "warning"},
    )
    workloads: Workloads = {"orders": [ours, by_hand]}
    groups = AlarmGroups(stack, "groups", workloads, notifications=routing)
    Dashboards(stack, "dashboard", workloads, environment=HERE, groups=groups)
    AlarmRegister(stack, "register", environment=HERE, workloads=workloads)
    entries = written(app, tmp_path, "shop")["alarms"]
    assert {entry["workload"] for entry in entries} == {"orders"}
    by_name = {entry["name"]: entry["sentence"] for entry in entries}
    assert by_name["calls"] == (
        "Notifies through shop-orders-warning; in alarm when sum of errors of all Lambda functions of the account is "
        "above 5 in one period of 1 minute."
    )
    assert by_name["shop-orders-warning"].startswith("Alerts")
    assert all("dashboard" in entry["links"] for entry in entries)
