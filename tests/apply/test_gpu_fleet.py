"""A GPU fleet through its whole life: real Terraform, real provider, moto."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.gpu_fleets import full_fleet
from tests.names import Names
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(moto: MotoServer, names: Names, **options: Any) -> MonitoringStack:
    """The fleet of the documentation, in moto's own network and under names of this test's own."""
    ec2 = moto.client("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    (group, *_) = ec2.describe_security_groups()["SecurityGroups"]
    trainers = full_fleet(subnets=subnets, security_groups=[group["GroupId"]], severity="critical", **options)
    return monitoring_stack(config({"trainers": trainers}) | {"project": names("shop")})


def performed(moto: MotoServer, alarm: str) -> list[str]:
    """The actions of an alarm, as its history tells them."""
    history = moto.client("cloudwatch").describe_alarm_history(AlarmName=alarm, HistoryItemType="Action")
    return [item["HistorySummary"] for item in history["AlarmHistoryItems"]]


def test_alarms_call_people_or_policies_and_a_change_is_a_change(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    name = names("shop-production-trainers")
    autoscaling = moto.client("autoscaling")
    with applied(workspace(stack(moto, names), endpoint=moto.url)) as live:
        outputs = live.workspace.outputs()
        policies = outputs["resources"]["trainers"]["policies"]
        made = autoscaling.describe_policies(AutoScalingGroupName=name)["ScalingPolicies"]
        assert {policy["PolicyARN"] for policy in made} == set(policies.values())
        probe = moto.listen(outputs["topic_arns"]["critical"])

        for alarm in ("scale-out", "scale-in"):
            moto.set_alarm_state(f"{name}-{alarm}", "ALARM")
            assert performed(moto, f"{name}-{alarm}") == [f"Succeeded action {policies[alarm]}"]
        assert probe.alarm_messages() == [], "scaling is no news"

        moto.set_alarm_state(f"{name}-saturated", "ALARM")
        (page,) = probe.alarm_messages()
        assert page["AlarmName"] == f"{name}-saturated"
        assert "First: Raise size.max" in page["AlarmDescription"]

        # The fleet scales, and Terraform does not take it back.
        autoscaling.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=3)
        live.workspace.plan().assert_empty()

        change = live.change(stack(moto, names, bootstrap="#!/bin/bash\necho changed\n"))
        changed = sorted(address.partition(".")[0] for address in change.actions)
        assert changed == ["aws_autoscaling_group", "aws_launch_template"], "a new version, and a refresh to it"
        (group,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
        assert group["DesiredCapacity"] == 3
        specification = group["MixedInstancesPolicy"]["LaunchTemplate"]["LaunchTemplateSpecification"]
        assert specification["Version"] == "2"
        refreshes = autoscaling.describe_instance_refreshes(AutoScalingGroupName=name)["InstanceRefreshes"]
        assert len(refreshes) == 1

    assert autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"] == []
    assert autoscaling.describe_policies(AutoScalingGroupName=name)["ScalingPolicies"] == []
