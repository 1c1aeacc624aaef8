"""What is deployed keeps its data when monitors are renamed, leave the file, or take over what is there: on moto."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, TerraformError, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.apply.test_log_pattern import empty
from tests.apply.test_model_api import function
from tests.configs import config, metric, threshold
from tests.names import Names
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply

DEFAULT = Path(__file__).parents[2] / "monitoring.yaml"
VARIABLES = {"pagerduty_url": "https://events.example.com/integration/enqueue"}


def default(moto: MotoServer, names: Names, *, renamed: bool = False) -> MonitoringStack:
    """The default stack under names of this test's own; every monitor called otherwise."""
    data: dict[str, Any] = yaml.safe_load(DEFAULT.read_text(encoding="utf-8")) | {"project": names("shop")}
    monitors = data["stacks"]["production"]["monitors"]
    del monitors["assistant-money"]  # moto knows neither AWS Budgets' subscribers nor Cost Anomaly Detection
    ec2 = moto.client("ec2")
    monitors["trainers"]["subnets"] = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    monitors["trainers"]["security_groups"] = [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]]
    monitors["ranker-api"]["routes"][0]["lambda"] = names("ranker")
    monitors["slow-requests"]["log_group"]["name"] = names("/ai/ranker-api")
    monitors["ranker-errors"]["log_group"]["name"] = names("/ai/ranker")
    monitors["assistant"]["invocation_log"]["log_group"]["name"] = names("/aws/bedrock")
    if renamed:
        monitors["ranker-api"]["routes"][1]["sagemaker_endpoint"] = "new-ranker"
        monitors["ranker-bias"]["endpoint"] = "new-ranker"
        monitors["assistant-availability"]["of"] = "new-assistant"
        data["stacks"]["production"]["monitors"] = {
            f"new-{name}": monitor | {"was": name} for name, monitor in monitors.items()
        }
    return monitoring_stack(data)


def lines(moto: MotoServer, group: str) -> list[str]:
    """What is in a log group."""
    return [event["message"] for event in moto.client("logs").filter_log_events(logGroupName=group)["events"]]


def test_every_monitor_of_the_default_stack_is_renamed(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    group = names("/ai/ranker")
    function(moto, names("ranker"))
    moto.client("logs").create_log_group(logGroupName=names("/ai/ranker-api"))
    with applied(workspace(default(moto, names), variables=VARIABLES, endpoint=moto.url)) as live:
        before = live.workspace.state()
        moto.put_log_lines(group, "Error: CUDA out of memory", "served 200")
        live.workspace.write(default(moto, names, renamed=True))
        plan = live.workspace.plan()
        changed = {address: action for address, action in plan.actions.items() if action != "move"}
        assert set(changed.values()) == {"update"}, "only texts that name a monitor"
        texts = ("aws_cloudwatch_composite_alarm.new-assistant-av", "aws_cloudwatch_dashboard.")
        assert [address for address in changed if not address.startswith(texts)] == []
        assert plan.count("move") + len(changed) > 150
        live.workspace.apply(plan)
        live.workspace.plan().assert_empty()
        assert len(live.workspace.state()) == len(before)
        assert lines(moto, group) == ["Error: CUDA out of memory", "served 200"]
        empty(moto, live.workspace.outputs()["resources"]["new-ranker-errors"]["bucket"])


def logs(names: Names) -> dict[str, Any]:
    """A monitor that holds data: a log group, under the stack's key."""
    return {
        "pattern": "log_pattern",
        "log_group": {"name": names("/ai/ranker"), "create": True},
        "filter": "?Error",
        "alarm": {"above": 0, "severity": "critical"},
    }


def small(names: Names, monitors: dict[str, Any], **options: Any) -> MonitoringStack:
    """A stack with these monitors, under names of this test's own."""
    return monitoring_stack(config(monitors, **options) | {"project": names("shop")})


def key_of(moto: MotoServer, group: str) -> dict[str, Any]:
    """The key that encrypts a log group."""
    (found,) = moto.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    described: dict[str, Any] = moto.client("kms").describe_key(KeyId=found["kmsKeyId"])["KeyMetadata"]
    return described


def test_what_a_retired_monitor_held_stays_and_its_key_too(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    group = names("/ai/ranker")
    with applied(workspace(small(names, {"logs": logs(names), "calls": threshold()}), endpoint=moto.url)) as live:
        moto.put_log_lines(group, "Error: CUDA out of memory")

        live.workspace.write(small(names, {"calls": threshold()}))
        careless = {address.split(".")[0]: action for address, action in live.workspace.plan().actions.items()}
        assert careless["aws_kms_key"] == "delete", "prevent_destroy is gone with its block; the key's policy is not"

        live.workspace.write(small(names, {"calls": threshold()}, retired={"logs": "log_pattern"}))
        plan = live.workspace.plan()
        kinds = {address.split(".")[0]: action for address, action in plan.actions.items()}
        assert {kind for kind, action in kinds.items() if action == "delete"} == {
            "aws_cloudwatch_metric_alarm",
            "aws_cloudwatch_log_metric_filter",
        }
        live.workspace.apply(plan)
        live.workspace.plan().assert_empty()
        assert not [
            one for one in live.workspace.state() if one.startswith(("aws_cloudwatch_log_group", "aws_kms_key.data"))
        ]
        assert lines(moto, group) == ["Error: CUDA out of memory"]
        assert key_of(moto, group)["KeyState"] == "Enabled"

        live.workspace.write(small(names, {}, retired={"logs": "log_pattern"}))
        live.workspace.apply()
        assert live.workspace.state() == {}, "the whole stack retires"
    assert lines(moto, group) == ["Error: CUDA out of memory"]


def test_a_log_group_outlives_even_a_monitor_that_nobody_retires(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    """And `retain: false`, once applied, gives it up."""
    group = names("/ai/ranker")
    both = {"logs": logs(names), "calls": threshold()}
    with applied(workspace(small(names, both), endpoint=moto.url)) as live:
        moto.put_log_lines(group, "Error: CUDA out of memory")
        with pytest.raises(TerraformError, match="prevent_destroy"):
            live.workspace.plan("-destroy")
        live.change(small(names, {"calls": threshold()}))
        assert lines(moto, group) == ["Error: CUDA out of memory"], "skip_destroy is read from the state"

    given_up = names("/ai/other")
    other = logs(names) | {"log_group": {"name": given_up, "create": True}, "retain": False}
    with applied(workspace(small(names, {"other": other, "calls": threshold()}), endpoint=moto.url)) as live:
        live.change(small(names, {"calls": threshold()}))
        assert moto.client("logs").describe_log_groups(logGroupNamePrefix=given_up)["logGroups"] == []


def test_an_alarm_made_by_hand_is_adopted(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    name = names("legacy calls")
    moto.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        AlarmDescription="Too many calls?",
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Dimensions=[{"Name": "FunctionName", "Value": "ranker"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=500,
        ComparisonOperator="GreaterThanThreshold",
    )
    arn = f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}"
    stack = small(names, {"calls": threshold(metric=metric(period_seconds=60), above=200, adopt={"alarm": arn})})
    live = workspace(stack, endpoint=moto.url)
    plan = live.plan()
    (address,) = (one for one in plan.actions if one.startswith("aws_cloudwatch_metric_alarm"))
    (change,) = (one for one in plan.json["resource_changes"] if one["address"] == address)
    assert change["change"]["importing"] == {"id": name}
    assert change["change"]["actions"] == ["update"]
    before, after = change["change"]["before"], change["change"]["after"]
    changed = {key for key, value in after.items() if before.get(key) != value}
    assert changed <= {
        "alarm_actions", "alarm_description", "datapoints_to_alarm", "ok_actions", "tags", "tags_all", "threshold",
        "treat_missing_data",
    }  # fmt: skip
    assert (before["threshold"], after["threshold"]) == (500, 200)
    assert "replace" not in plan.actions.values() and "delete" not in plan.actions.values()
    with applied(live):
        (alarm,) = moto.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
        assert alarm["Threshold"] == 200
