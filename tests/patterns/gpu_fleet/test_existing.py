"""Fleets that are there already: only alarms, and one that says where figures are missing."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import Environment, ExistingFleet, GpuFleet, GpuFleetSpec
from constructs_lib.alarms.alarm import Math, Threshold
from constructs_lib.cdk import TerraformStack, aws
from constructs_lib.patterns.gpu_fleet.alarms import alarms
from constructs_lib.patterns.gpu_fleet.construct import WatchedFleet
from constructs_lib.testing import resources
from tests.configs import config, problems
from tests.stacks import ROUTING, own_stack

SERVICE = {"cluster": "speech", "service": "transcribers"}


def fleet(existing: dict[str, Any], **options: Any) -> dict[str, Any]:
    return config({"fleet": {"pattern": "gpu_fleet", "existing": existing} | options})


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing is named": (fleet({}), "existing: nothing is given; write `group`, or `cluster` and `service`"),
    "two kinds": (
        fleet(SERVICE | {"group": "trainers"}),
        "existing: group, and a service of ECS, is given; write `group`, or `cluster` and `service`",
    ),
    "a service without its cluster": (
        fleet({"service": "transcribers"}),
        "existing.cluster: is missing; name cluster and service",
    ),
    "the largest size of a service": (
        fleet(SERVICE | {"busy_percent": 90}),
        "existing.busy_percent: the largest size of a service is not published; remove it",
    ),
    "options that make something": (
        fleet({"group": "trainers"}, size={"max": 3}),
        "size: has no effect on a fleet that is there already; remove it, or `existing`",
    ),
    "GPUs that no one counts": (
        fleet(SERVICE, instance_types=["g5.xlarge"]),
        "instance_types: no agent counts the GPUs of a service; remove it",
    ),
    "idle GPUs that no one measures": (
        fleet(SERVICE, alarms={"idle": {"for_minutes": 30}}),
        (
            "alarms.idle: nothing is known of the GPUs of a service without a `metric` of your own; "
            "remove it, or add `metric`"
        ),
    ),
    "temperatures that no one measures": (
        fleet(SERVICE, alarms={"temperature_celsius": 80}),
        (
            "alarms.temperature_celsius: comes from the agent that goes with the default metric, and there is none "
            "here; remove it, or use the default metric"
        ),
    ),
}


@pytest.mark.parametrize(("data", "problem"), CASES.values(), ids=CASES)
def test_impossible_combinations_are_refused_in_plain_words(data: dict[str, Any], problem: str) -> None:
    assert problems(data) == [f"monitors.fleet.{problem}"]


def test_a_new_fleet_says_what_is_missing() -> None:
    assert problems(config({"fleet": {"pattern": "gpu_fleet"}})) == [
        f"monitors.fleet.{field}: is missing; add it"
        for field in ("instance_types", "subnets", "security_groups", "size")
    ]


def keys(**options: Any) -> list[str]:
    return [alarm.key for alarm in alarms(GpuFleetSpec.model_validate(options), "shop-fleet")]


def test_each_kind_has_the_alarms_that_can_fire() -> None:
    assert keys(existing={"group": "trainers"}) == [
        *("saturated", "capacity", "silent", "unmeasured", "idle", "memory", "temperature")
    ]
    metric = {"namespace": "Speech", "name": "gpu", "dimensions": {"service": "transcribers"}}
    assert keys(existing=SERVICE, metric=metric) == ["capacity", "silent", "unmeasured", "idle"]
    assert keys(existing=SERVICE) == ["capacity", "unmeasured"]


def test_the_groups_own_name_is_watched() -> None:
    table = alarms(GpuFleetSpec(existing=ExistingFleet(group="trainers")), "shop-fleet")
    dimensions = set()
    for alarm in table:
        assert isinstance(alarm.condition, Threshold)
        watch = alarm.condition.watch
        metrics = watch.metrics.values() if isinstance(watch, Math) else [watch]
        dimensions |= {tuple(metric.dimensions.items()) for metric in metrics}  # type: ignore[union-attr]
        assert alarm.name.startswith("shop-fleet-") and "shop-fleet" not in alarm.summary
    assert dimensions == {(("AutoScalingGroupName", "trainers"),)}


def test_only_alarms_are_made_with_references_to_what_is_there() -> None:
    def fill(stack: TerraformStack) -> None:
        group = aws.autoscaling_group.AutoscalingGroup(stack, "group", min_size=0, max_size=3, name="trainers")
        made = GpuFleet(stack, "f", GpuFleetSpec(existing=ExistingFleet(group=group.name)), notifications=ROUTING)
        assert isinstance(made.fleet, WatchedFleet)

    stack = own_stack(fill)
    assert {*stack["resource"]} == {"aws_autoscaling_group", "aws_cloudwatch_metric_alarm"}
    dimensions = [
        alarm["dimensions"]
        for alarm in resources(stack, "aws_cloudwatch_metric_alarm").values()
        if "dimensions" in alarm
    ]
    assert dimensions and all(
        found == {"AutoScalingGroupName": "${aws_autoscaling_group.group.name}"} for found in dimensions
    )


def test_nothing_with_a_name_is_made() -> None:
    spec = GpuFleetSpec(existing=ExistingFleet(group="trainers"))
    here = Environment("123456789012", "us-east-1")
    assert [*spec.name_problems("n" * 200, here)] == [] and spec.global_names("x", here) == ()
