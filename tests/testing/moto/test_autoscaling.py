"""A GPU fleet's resources through Terraform: all read back as written, and the alarm calls its policy."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.names import Names
from tests.testing.stacks import metric_alarm, stack

pytestmark = pytest.mark.apply

GROUP = "${aws_autoscaling_group.gpu.name}"


def gpu_metric(identity: str, statistic: str) -> dict[str, Any]:
    metric = {
        "namespace": "CWAgent",
        "metric_name": "nvidia_smi_utilization_gpu",
        "dimensions": [{"name": "AutoScalingGroupName", "value": GROUP}],
    }
    return {"metric_data_queries": [{"id": identity, "metric_stat": {"stat": statistic, "metric": metric}}]}


def launch_template(names: Names, user_data: str) -> dict[str, Any]:
    tags = [{"resource_type": kind, "tags": {"team": "ml"}} for kind in ("instance", "volume")]
    return {
        "name": names("gpu"),
        "image_id": "resolve:ssm:/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu/latest/ami-id",
        "instance_type": "g5.xlarge",
        "user_data": base64.b64encode(user_data.encode()).decode(),
        "monitoring": {"enabled": True},
        "metadata_options": {"http_tokens": "required", "http_endpoint": "enabled", "http_put_response_hop_limit": 1},
        "block_device_mappings": [
            {"device_name": "/dev/xvda", "ebs": {"encrypted": "true", "volume_size": 100, "volume_type": "gp3"}}
        ],
        "tag_specifications": tags,
    }


def group(names: Names, subnets: list[str], warmup: int) -> dict[str, Any]:
    return {
        "name": names("gpu"),
        "min_size": 0,
        "max_size": 4,
        "vpc_zone_identifier": subnets,
        "default_instance_warmup": warmup,
        "max_instance_lifetime": 604800,
        "capacity_rebalance": True,
        "enabled_metrics": ["GroupDesiredCapacity", "GroupInServiceInstances"],
        "metrics_granularity": "1Minute",
        "termination_policies": ["OldestLaunchTemplate", "Default"],
        "instance_refresh": {"strategy": "Rolling", "preferences": {"min_healthy_percentage": 90}},
        "mixed_instances_policy": {
            "instances_distribution": {
                "on_demand_base_capacity": 1,
                "on_demand_percentage_above_base_capacity": 50,
                "spot_allocation_strategy": "price-capacity-optimized",
            },
            "launch_template": {
                "launch_template_specification": {
                    "launch_template_id": "${aws_launch_template.gpu.id}",
                    "version": "${aws_launch_template.gpu.latest_version}",
                },
                "override": [{"instance_type": "g5.xlarge"}, {"instance_type": "g5.2xlarge"}],
            },
        },
        "lifecycle": {"ignore_changes": ["desired_capacity"]},
    }


def policies(names: Names) -> dict[str, Any]:
    step = {
        "policy_type": "StepScaling",
        "adjustment_type": "ChangeInCapacity",
        "metric_aggregation_type": "Average",
        "estimated_instance_warmup": 600,
        "step_adjustment": [
            {"metric_interval_lower_bound": "0", "metric_interval_upper_bound": "15", "scaling_adjustment": 2},
            {"metric_interval_lower_bound": "15", "scaling_adjustment": 4},
        ],
    }
    customized = {
        "metric_name": "nvidia_smi_utilization_gpu",
        "namespace": "CWAgent",
        "statistic": "Average",
        "metric_dimension": [{"name": "AutoScalingGroupName", "value": GROUP}],
    }
    target = {
        "policy_type": "TargetTrackingScaling",
        "target_tracking_configuration": {"target_value": 70, "customized_metric_specification": customized},
    }
    predictive = {
        "policy_type": "PredictiveScaling",
        "predictive_scaling_configuration": {
            "mode": "ForecastOnly",
            "metric_specification": {
                "target_value": 65,
                "customized_load_metric_specification": gpu_metric("load", "Sum"),
                "customized_scaling_metric_specification": gpu_metric("scaling", "Average"),
            },
        },
    }
    each: dict[str, dict[str, Any]] = {"out": step, "target": target, "predictive": predictive}
    return {key: {"name": names(key), "autoscaling_group_name": GROUP, **policy} for key, policy in each.items()}


def fleet(names: Names, subnets: list[str], *, warmup: int = 600, user_data: str = "#!/bin/sh\n") -> dict[str, Any]:
    role = {
        "name": names("hook"),
        "assume_role_policy": '${jsonencode({Version = "2012-10-17", Statement = [{Effect = "Allow",'
        ' Action = "sts:AssumeRole", Principal = {Service = "autoscaling.amazonaws.com"}}]})}',
    }
    hook = {
        "name": names("drain"),
        "autoscaling_group_name": GROUP,
        "lifecycle_transition": "autoscaling:EC2_INSTANCE_TERMINATING",
        "heartbeat_timeout": 300,
        "default_result": "CONTINUE",
        "notification_target_arn": "${aws_sns_topic.fleet.arn}",
        "role_arn": "${aws_iam_role.hook.arn}",
    }
    heard = ["autoscaling:EC2_INSTANCE_LAUNCH_ERROR", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"]
    schedule = {
        "scheduled_action_name": names("night"),
        "autoscaling_group_name": GROUP,
        "recurrence": "0 20 * * MON-FRI",
        "min_size": 0,
        "max_size": 2,
        "desired_capacity": -1,
    }
    alarm = metric_alarm(names("busy"), alarm_actions=["${aws_autoscaling_policy.out.arn}"], threshold=75)
    made = stack(
        {
            "aws_launch_template": {"gpu": launch_template(names, user_data)},
            "aws_autoscaling_group": {"gpu": group(names, subnets, warmup)},
            "aws_autoscaling_policy": policies(names),
            "aws_autoscaling_schedule": {"night": schedule},
            "aws_autoscaling_lifecycle_hook": {"drain": hook},
            "aws_autoscaling_notification": {
                "failures": {"group_names": [GROUP], "notifications": heard, "topic_arn": "${aws_sns_topic.fleet.arn}"}
            },
            "aws_iam_role": {"hook": role},
            "aws_sns_topic": {"fleet": {"name": names("fleet")}},
            "aws_cloudwatch_metric_alarm": {"busy": alarm},
        }
    )
    made["provider"]["aws"][0]["default_tags"] = {"tags": {"project": "recommender"}}
    return made


def test_a_fleet_reads_back_changes_and_goes(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    subnets = [subnet["SubnetId"] for subnet in moto.client("ec2").describe_subnets()["Subnets"]][:2]
    with applied(workspace(fleet(names, subnets), endpoint=moto.url)) as live:
        moto.set_alarm_state(names("busy"), "ALARM")
        history = moto.client("cloudwatch").describe_alarm_history(AlarmName=names("busy"), HistoryItemType="Action")
        policy = live.workspace.state()["aws_autoscaling_policy.out"]["arn"]
        assert [item["HistorySummary"] for item in history["AlarmHistoryItems"]] == [f"Succeeded action {policy}"]

        change = live.change(fleet(names, subnets, warmup=900, user_data="#!/bin/sh\necho ready\n"))
        assert change.actions == {
            "aws_launch_template.gpu": "update",
            "aws_autoscaling_group.gpu": "update",
        }
        refreshes = moto.client("autoscaling").describe_instance_refreshes(AutoScalingGroupName=names("gpu"))
        assert [refresh["Status"] for refresh in refreshes["InstanceRefreshes"]] == ["Successful"]
