"""What is deployed keeps its data when monitors are renamed, leave the file, or take over what is there: on moto."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.apply.test_log_pattern import empty
from tests.apply.test_model_api import function
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
        assert all(address.startswith("aws_cloudwatch_composite_alarm.new-assistant-av") for address in changed)
        assert plan.count("move") + len(changed) > 150
        live.workspace.apply(plan)
        live.workspace.plan().assert_empty()
        assert len(live.workspace.state()) == len(before)
        assert lines(moto, group) == ["Error: CUDA out of memory", "served 200"]
        empty(moto, live.workspace.outputs()["resources"]["new-ranker-errors"]["bucket"])
