"""The dimension proof: what alarms and scaling policies read is what the agents of the stack publish."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from constructs_lib.rules.agent_metric_published import agent_metric_published
from constructs_lib.terraform.reading import configured
from constructs_lib.terraform.stack import Stack
from constructs_lib.testing import resources, synth
from tests.configs import config
from tests.gpu_fleets import fleet, full_fleet
from tests.stacks import monitoring_stack


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """Every alarm and every kind of policy on the agent's metrics, in one stack."""
    monitors = {"trainers": full_fleet(bootstrap=None), "rankers": fleet(instance_types=["g5.xlarge", "g6e.xlarge"])}
    return synth(monitoring_stack(config(monitors)))


def problems(stack: dict[str, Any]) -> list[str]:
    return [str(finding) for finding in agent_metric_published.findings(Stack("production", configured(stack)))]


def one(stack: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    """The resource of a kind whose Terraform name contains `name`."""
    (found,) = (values for key, values in resources(stack, kind).items() if name in key)
    return found


def test_a_fleet_agrees_with_itself(whole: dict[str, Any]) -> None:
    assert problems(whole) == []


def test_the_rule_looks_at_every_alarm_and_policy_on_a_gpu_metric(whole: dict[str, Any]) -> None:
    """Without aggregation each of them reads a series that does not exist."""
    stack = deepcopy(whole)
    for parameter in resources(stack, "aws_ssm_parameter").values():
        content = json.loads(parameter["insecure_value"])
        del content["metrics"]["aggregation_dimensions"]
        parameter["insecure_value"] = json.dumps(content)
    found = problems(stack)
    keys = ("saturated", "silent", "idle", "memory", "temperature", "scale-out", "scale-in")
    read = {key for key in keys if any(f"trainers-{key}: " in problem for problem in found)}
    assert read == set(keys)
    policies = [problem for problem in found if problem.startswith("aws_autoscaling_policy.")]
    assert len(policies) == 3, "load and utilisation of the forecast, and the other fleet's target"


@pytest.mark.parametrize("dimensions", [{}, {"InstanceId": "i-1"}, {"AutoScalingGroupName": "x", "InstanceId": "i-1"}])
def test_an_alarm_on_another_set_of_dimensions(whole: dict[str, Any], dimensions: dict[str, str]) -> None:
    stack = deepcopy(whole)
    one(stack, "aws_cloudwatch_metric_alarm", "trainers_temperature")["dimensions"] = dimensions
    (problem,) = problems(stack)
    assert "no CloudWatch agent of this stack publishes CWAgent nvidia_smi_temperature_gpu with" in problem
    assert "use {AutoScalingGroupName, InstanceId, index, name} or {AutoScalingGroupName}" in problem


def test_a_policy_on_another_set_of_dimensions(whole: dict[str, Any]) -> None:
    stack = deepcopy(whole)
    policy = one(stack, "aws_autoscaling_policy", "rankers_target")
    specification = policy["target_tracking_configuration"]["customized_metric_specification"]
    specification["metric_dimension"] = [{"name": "InstanceId", "value": "i-1"}]
    (problem,) = problems(stack)
    assert problem.startswith("aws_autoscaling_policy.rankers_target")


def test_a_measurement_that_is_no_longer_taken(whole: dict[str, Any]) -> None:
    """And one whose name is mistyped."""
    stack = deepcopy(whole)
    for parameter in resources(stack, "aws_ssm_parameter").values():
        content = json.loads(parameter["insecure_value"])
        content["metrics"]["metrics_collected"]["nvidia_gpu"]["measurement"].remove("temperature_gpu")
        parameter["insecure_value"] = json.dumps(content)
    found = problems(stack)
    assert len(found) == 2, "the temperature of both fleets"
    for problem in found:
        assert "no CloudWatch agent of this stack publishes CWAgent nvidia_smi_temperature_gpu" in problem
        assert "nvidia_smi_memory_free" in problem


def test_other_metrics_and_other_parameters_are_left_alone(whole: dict[str, Any]) -> None:
    stack = deepcopy(whole)
    stack["resource"]["aws_ssm_parameter"]["other"] = {"name": "other", "value": "not json"}
    stack["resource"]["aws_ssm_parameter"]["list"] = {"name": "list", "value": "[]"}
    one(stack, "aws_cloudwatch_metric_alarm", "trainers_temperature").update(
        namespace="AWS/EC2", metric_name="CPUUtilization", dimensions={"InstanceId": "i-1"}
    )
    assert problems(stack) == []
