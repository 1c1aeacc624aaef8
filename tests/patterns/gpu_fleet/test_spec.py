"""The options of a GPU fleet: what is refused, with path, rule and fix; and what is left to AWS."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.patterns.gpu_fleet import GpuFleetSpec
from constructs_lib.patterns.gpu_fleet.options.instances import BOOTSTRAP_BYTES
from tests.configs import config, problems
from tests.gpu_fleets import fleet, full_fleet

OUT_75 = {"at": 75, "add": 2}
IN_25 = {"at": 25, "remove": 1}
OWN = {"namespace": "Trainers", "name": "GpuBusy", "dimensions": {"fleet": "trainers"}}
DLAMI = "resolve:ssm:/aws/service/deeplearning/ami"
LOAD_BALANCING = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
POLICY = "arn:aws:iam::123456789012:policy/models"


def steps(out: Any, back: Any = IN_25) -> dict[str, Any]:
    return {"scaling": {"steps": {"out": out, "in": back}}}


def schedule(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"scaling": {"schedule": list(entries)}}


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "min above max": (
        {"size": {"min": 5, "max": 2}},
        "size.min: min 5 is above max 2; lower min or raise max",
    ),
    "min above max by default": (
        {"size": {"max": 0}},
        "size.max: 0 is below 1; write 1 or more",
    ),
    "steps that overlap": (
        steps([OUT_75, {"at": 75, "add": 4}]),
        "scaling.steps.out.1.at: 75 is not above the 75 of the step before it: the two overlap; begin with the lowest",
    ),
    "steps in the wrong order": (
        steps([{"at": 90, "add": 4}, {"at": 75, "add": 4}]),
        "scaling.steps.out.1.at: 75 is not above the 90 of the step before it: the two overlap; begin with the lowest",
    ),
    "steps down in the wrong order": (
        steps(OUT_75, [{"at": 10, "remove": 1}, IN_25]),
        "scaling.steps.in.1.at: 25 is not below the 10 of the step before it: the two overlap; begin with the highest",
    ),
    "a step with an end of its own, which could leave a gap": (
        steps([{"at": 75, "to": 80, "add": 2}]),
        "scaling.steps.out.0.to: 'to' is not a key here; use one of add, at",
    ),
    "a higher step that adds less": (
        steps([OUT_75, {"at": 90, "add": 1}]),
        (
            "scaling.steps.out.1.add: 1 is fewer than the 2 of the step before it, although there is more reason; "
            "add 2 or more"
        ),
    ),
    "more steps than a policy has": (
        steps([{"at": level, "add": 1} for level in range(50, 71)]),
        "scaling.steps.out: 21 steps, and a policy has at most 20; use fewer",
    ),
    "scale-out below scale-in": (
        steps({"at": 20, "add": 1}),
        (
            "scaling.steps.out.0.at: scale-out at 20 is not above scale-in at 25: the fleet would never rest; "
            "begin above 25"
        ),
    ),
    "a single step keeps the path as it was written": (
        steps(OUT_75, {"at": 25, "remove": 0}),
        "scaling.steps.in.remove: 0 is below 1; write 1 or more",
    ),
    "steps that do nothing": (
        {"scaling": {"steps": {}}},
        "scaling.steps: no step in either direction; give `out`, `in` or both",
    ),
    "a fleet that only grows": (
        {"scaling": {"steps": {"out": OUT_75}}},
        (
            "scaling.steps: steps.out adds instances, and nothing ever removes one; "
            "add `steps.in`, a `target` or a schedule"
        ),
    ),
    "target tracking and steps up": (
        {"scaling": {"target": {}, "steps": {"out": OUT_75}}},
        (
            "scaling.steps.out: target tracking adds instances on the same metric, and the two would fight; "
            "remove one of the two"
        ),
    ),
    "target tracking and steps down": (
        {"scaling": {"target": {}, "steps": {"in": IN_25}}},
        (
            "scaling.steps.in: target tracking removes instances on the same metric, and the two would fight; "
            "remove one, or set target.scale_in to false"
        ),
    ),
    "predictive with nothing to plan for": (
        {"scaling": {"target": {}, "predictive": {"mode": "forecast_only"}}},
        (
            "scaling.predictive: no utilisation to plan for is given; "
            "give gpu_utilization_percent or cpu_utilization_percent"
        ),
    ),
    "predictive with both": (
        {"scaling": {"predictive": {"gpu_utilization_percent": 60, "cpu_utilization_percent": 60}}},
        "scaling.predictive: two utilisations are given; give gpu_utilization_percent or cpu_utilization_percent",
    ),
    "predictive that scales and nothing that scales in": (
        {"scaling": {"predictive": {"mode": "forecast_and_scale", "gpu_utilization_percent": 60}}},
        (
            "scaling.predictive: predictive adds instances, and nothing ever removes one; "
            "add `steps.in`, a `target` or a schedule"
        ),
    ),
    "predictive over unequal instances": (
        {
            "instance_types": ["g5.xlarge", "g5.12xlarge"],
            "scaling": {"target": {}, "predictive": {"gpu_utilization_percent": 60}},
        },
        (
            "scaling.predictive: the types have 1 and 4 GPUs, and a forecast counts instances; "
            "list types with equally many GPUs, or leave predictive out"
        ),
    ),
    "a buffer of an hour": (
        {"scaling": {"target": {}, "predictive": {"gpu_utilization_percent": 60, "buffer_seconds": 3_600}}},
        "scaling.predictive.buffer_seconds: 3600 is not below 3600; write a number below 3600",
    ),
    "a mistyped mode": (
        {"scaling": {"predictive": {"mode": "forecast", "gpu_utilization_percent": 60}}},
        (
            "scaling.predictive.mode: 'forecast' is not 'forecast_only' or 'forecast_and_scale'; "
            "did you mean 'forecast_only'?"
        ),
    ),
    "a type without GPUs": (
        {"instance_types": ["m5.large"]},
        (
            "instance_types.0: 'm5.large' has no GPU; use one of p3, p3dn, p4d, p4de, p5, p5e, p5en, p6-b200, p6-b300, "
            "g4dn, g5, g5g, g6, gr6, g6e, g7e"
        ),
    ),
    "a type the default image does not drive": (
        {"instance_types": ["p3.2xlarge"]},
        (
            "instance_types.0: 'p3.2xlarge' has V100 GPUs, which the open-source driver of this image does not "
            "drive; give an image with the proprietary driver, or use a newer type"
        ),
    ),
    "a type that an image of AWS's does not drive": (
        {"instance_types": ["p3.2xlarge"], "image": f"{DLAMI}/x86_64/base-oss-nvidia-driver-gpu-ubuntu-24.04"},
        (
            "instance_types.0: 'p3.2xlarge' has V100 GPUs, which the open-source driver of this image does not "
            "drive; give an image with the proprietary driver, or use a newer type"
        ),
    ),
    "an image for another CPU": (
        {"instance_types": ["g5g.xlarge"], "image": f"{DLAMI}/x86_64/base-oss-nvidia-driver-gpu-ubuntu-24.04"},
        "image: is for x86_64 CPUs, and 'g5g.xlarge' has an arm64 one; use arm64",
    ),
    "a key by its alias": (
        {"root_volume": {"kms_key_arn": "alias/ml"}},
        (
            "root_volume.kms_key_arn: 'alias/ml' is not a valid kms ARN; "
            "write it like arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
        ),
    ),
    "types no one image boots on": (
        {"instance_types": ["g5.xlarge", "g5g.xlarge"]},
        (
            "instance_types.1: 'g5g.xlarge' has an arm64 CPU and 'g5.xlarge' an x86_64 one, and no image boots on "
            "both; make two fleets"
        ),
    ),
    "a type twice": (
        {"instance_types": ["g5.xlarge", "g5.xlarge"]},
        "instance_types.1: 'g5.xlarge' is listed twice; remove one",
    ),
    "more types than a group takes": (
        {"instance_types": [f"${{var.t{number}}}" for number in range(41)]},
        "instance_types: 41 types, and a group takes 40; list fewer",
    ),
    "a subnet twice": (
        {"subnets": ["subnet-0a1b2c3d", "subnet-0a1b2c3d"]},
        "subnets.1: 'subnet-0a1b2c3d' is listed twice; remove one",
    ),
    "a subnet among the security groups": (
        {"security_groups": ["subnet-0a1b2c3d"]},
        "security_groups.0: 'subnet-0a1b2c3d' is not a security group; write its ID, like sg-0123abcd",
    ),
    "no subnet": (
        {"subnets": []},
        "subnets: is empty; list at least one",
    ),
    "an image by its name": (
        {"image": "ubuntu"},
        "image: 'ubuntu' is not an image; write default, ami-0123456789abcdef0 or resolve:ssm:/path",
    ),
    "no warm-up": (
        {"warmup_seconds": 0},
        "warmup_seconds: 0 is below 1; write 1 or more",
    ),
    "cron nonsense": (
        schedule({"cron": "every evening", "size": {"max": 2}}),
        (
            "scaling.schedule.0.cron: 'every evening' has 2 fields, and a schedule has five; "
            "write minute, hour, day of the month, month, day of the week: 0 20 * * MON-FRI"
        ),
    ),
    "a schedule that changes nothing": (
        schedule({"cron": "0 20 * * *", "size": {}}),
        "scaling.schedule.0.size: changes nothing; give min, max or desired",
    ),
    "a schedule with min above max": (
        schedule({"cron": "0 20 * * *", "size": {"min": 3, "max": 2}}),
        "scaling.schedule.0.size.min: min 3 is above max 2; lower min or raise max",
    ),
    "a schedule above the group's own maximum": (
        schedule({"cron": "0 20 * * *", "size": {"min": 9}}),
        "scaling.schedule.0.size.min: min 9 is above max 4; lower min or raise max",
    ),
    "a schedule that wants fewer than the group's own minimum": (
        schedule({"cron": "0 20 * * *", "size": {"desired": 0}}),
        "scaling.schedule.0.size.min: min 1 is above desired 0; lower min or raise desired",
    ),
    "two things at one time": (
        schedule({"cron": "0 20 * * *", "size": {"max": 2}}, {"cron": "0 20 * * *", "size": {"max": 3}}),
        (
            "scaling.schedule.1.cron: '0 20 * * *' is taken by another entry, and a group does one thing at a time; "
            "choose another time, or merge the two"
        ),
    ),
    "two things at one time, written differently": (
        schedule({"cron": "0 20 * * SUN", "size": {"max": 2}}, {"cron": "0  20 * * 7", "size": {"max": 3}}),
        (
            "scaling.schedule.1.cron: '0  20 * * 7' is taken by another entry, and a group does one thing at a time; "
            "choose another time, or merge the two"
        ),
    ),
    "back again at once": (
        schedule({"cron": "${var.night}", "until": "${var.night}", "size": {"max": 2}}),
        (
            "scaling.schedule.0.until: '${var.night}' is taken by another entry, and a group does one thing at a time; "
            "choose another time, or merge the two"
        ),
    ),
    "a time zone that does not exist": (
        schedule({"cron": "0 20 * * *", "size": {"max": 2}, "time_zone": "Europe/Bern"}),
        "scaling.schedule.0.time_zone: 'Europe/Bern' is not a time zone; did you mean 'Europe/Berlin'?",
    ),
    "a mistyped metric": (
        {"metric": "defualt"},
        "metric: 'defualt' is not a metric; write default, or namespace, name and dimensions of yours",
    ),
    "a metric in AWS's own namespace": (
        {"metric": {"namespace": "AWS/EC2", "name": "GPU"}},
        (
            "metric.namespace: 'AWS/EC2' is AWS's own, and no one else publishes to it; "
            "write the namespace you publish to"
        ),
    ),
    "a metric of another group": (
        {"metric": {"namespace": "Own", "name": "gpu", "dimensions": {"AutoScalingGroupName": "trainers"}}},
        (
            "metric.dimensions.AutoScalingGroupName: 'trainers' is another group: this one is called "
            "'recommender-production-trainers'; write recommender-production-trainers"
        ),
    ),
    "memory without the agent": (
        {"metric": OWN, "alarms": {"memory_percent": 90}},
        (
            "alarms.memory_percent: comes from the agent that goes with the default metric, and there is none here; "
            "remove it, or use the default metric"
        ),
    ),
    "idle for no round time": (
        {"alarms": {"idle": {"for_minutes": 62}}},
        "alarms.idle.for_minutes: 62 is not a multiple of 5; write a multiple of 5",
    ),
    "rollback of an image that is looked up": (
        {"refresh": {"rollback": True}},
        (
            "refresh.rollback: true with an image that is looked up at launch: AWS can't tell what to go back to; "
            "give an AMI ID, or leave rollback out"
        ),
    ),
    "a script nothing runs": (
        {"bootstrap": "echo"},
        (
            "bootstrap: does not begin with #!, so the instance would not know what to run it with; "
            "begin with #!/bin/bash"
        ),
    ),
    "a script that is too long": (
        {"bootstrap": "#!/bin/bash\n" + "x" * BOOTSTRAP_BYTES},
        "bootstrap: has 12300 bytes, and 12288 fit into user data; keep the rest in S3 or in the image",
    ),
    "a policy that is none": (
        {"instance_policies": ["AmazonS3ReadOnlyAccess"]},
        (
            "instance_policies.0: 'AmazonS3ReadOnlyAccess' is not an IAM policy; "
            "write its ARN, like arn:aws:iam::123456789012:policy/models"
        ),
    ),
    "a policy twice": (
        {"instance_policies": [POLICY, POLICY]},
        f"instance_policies.1: {POLICY!r} is listed twice; remove one",
    ),
    "a target group twice": (
        {"target_groups": ["${var.ranker}", "${var.ranker}"]},
        "target_groups.1: '${var.ranker}' is listed twice; remove one",
    ),
    "a load balancer instead of a target group": (
        {"target_groups": [f"{LOAD_BALANCING}:loadbalancer/app/ranker/0123456789abcdef"]},
        (
            f"target_groups.0: '{LOAD_BALANCING}:loadbalancer/app/ranker/… is not a target group; "
            f"write its ARN, like {LOAD_BALANCING}:targetgroup/ranker/0123456789abcdef"
        ),
    ),
    "a target group of another Region": (
        {"target_groups": [f"{LOAD_BALANCING}:targetgroup/ranker/0123456789abcdef".replace("us-east", "eu-west")]},
        "target_groups.0: is in eu-west-1, and the fleet in us-east-1; name one of its Region",
    ),
    "a key of another Region": (
        {"root_volume": {"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c"}},
        "root_volume.kms_key_arn: is in eu-west-1, and the fleet in us-east-1; name one of its Region",
    ),
    "a share where a percentage belongs": (
        {"scaling": {"target": {"gpu_utilization_percent": 0.7}}},
        "scaling.target.gpu_utilization_percent: 0.7 is below 1; write 1 or more",
    ),
    "a temperature that every GPU has": (
        {"alarms": {"temperature_celsius": 0}},
        "alarms.temperature_celsius: 0 is below 50; write 50 or more",
    ),
    "a mistyped termination policy is all that is said of the list": (
        {"lifecycle": {"termination_policies": ["Oldest"]}},
        (
            "lifecycle.termination_policies.0: 'Oldest' is not 'Default', 'AllocationStrategy', "
            "'OldestLaunchTemplate', 'ClosestToNextInstanceHour', 'NewestInstance' or 'OldestInstance'; "
            "did you mean 'OldestInstance'?"
        ),
    ),
    "no termination policy": (
        {"lifecycle": {"termination_policies": []}},
        "lifecycle.termination_policies: is empty; add an entry",
    ),
    "a root device that is none": (
        {"root_volume": {"device": "xvda"}},
        ("root_volume.device: 'xvda' is not a device name; write /dev/xvda (Amazon Linux) or /dev/sda1 (Ubuntu)"),
    ),
    "a disk smaller than the image": (
        {"root_volume": {"gib": 30}},
        "root_volume.gib: 30 is below 75; write 75 or more",
    ),
}


@pytest.mark.parametrize(("options", "problem"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_line_that_says_how_to_mend_it(options: dict[str, Any], problem: str) -> None:
    assert problems(config({"trainers": fleet(**options)})) == [f"monitors.trainers.{problem}"]


def test_a_role_name_that_is_too_long() -> None:
    name = "t" * 40
    (problem,) = problems(config({name: fleet()}))
    assert "has 72 characters, and an IAM role's name may have 64" in problem


GOOD: dict[str, dict[str, Any]] = {
    "steps in, and target tracking that only adds": {
        "scaling": {"target": {"scale_in": False}, "steps": {"in": IN_25}}
    },
    "a forecast that scales, beside target tracking": {
        "scaling": {"target": {}, "predictive": {"mode": "forecast_and_scale", "gpu_utilization_percent": 60}}
    },
    "a forecast by CPU": {"scaling": {"target": {}, "predictive": {"cpu_utilization_percent": 50}}},
    "no scaling at all": {"scaling": {}},
    "Volta with an image of one's own": {"instance_types": ["p3.2xlarge"], "image": "ami-0123456789abcdef0"},
    "ARM": {"instance_types": ["g5g.xlarge"]},
    "an image from one's own parameter": {"image": "resolve:ssm:/images/trainers:3"},
    "a schedule without a way back": schedule({"cron": "0 20 * * MON-FRI", "size": {"min": 0, "max": 2}}),
    "a metric of one's own": {"metric": OWN},
    "no alarm on what is not measured": {"metric": OWN, "alarms": {"memory_percent": None}},
    "a memory alarm left out": {"alarms": {"memory_percent": None, "temperature_celsius": None, "idle": None}},
    "references": {
        "instance_types": ["${var.type}"],
        "image": "${var.image}",
        "subnets": "${var.subnets}",
        "security_groups": ["${var.group}"],
        "size": {"min": "${var.min}", "max": "${var.max}"},
        "warmup_seconds": "${var.warm}",
        "instance_policies": ["${var.policy}"],
        "alarms": {"memory_percent": "${var.memory}"},
        **steps([{"at": "${var.busy}", "add": "${var.add}"}, {"at": 90, "add": 4}]),
    },
}


@pytest.mark.parametrize("options", GOOD.values(), ids=GOOD.keys())
def test_good_input_passes(options: dict[str, Any]) -> None:
    assert problems(config({"trainers": fleet(**options)})) == []


def test_the_documentations_fleet_passes() -> None:
    assert problems(config({"trainers": full_fleet()})) == []


@pytest.mark.parametrize(
    ("options", "rolls_back"),
    [
        ({}, False),  # AWS can't go back to an image that it looks up
        ({"image": "resolve:ssm:/images/trainers"}, False),
        ({"image": "ami-0123456789abcdef0"}, True),
        ({"image": "${var.image}"}, True),
        ({"image": "ami-0123456789abcdef0", "refresh": {"rollback": False}}, False),
    ],
)
def test_a_refresh_rolls_back_where_aws_can(options: dict[str, Any], rolls_back: bool) -> None:
    assert GpuFleetSpec.model_validate(fleet(**options)).rolls_back is rolls_back


@pytest.mark.parametrize(
    ("types", "image"),
    [(["g5.xlarge"], "x86_64"), (["g5g.xlarge"], "arm64"), (["${var.type}"], "x86_64")],
)
def test_the_default_image_follows_the_cpu(types: list[str], image: str) -> None:
    assert GpuFleetSpec.model_validate(fleet(instance_types=types)).image_id == (
        f"resolve:ssm:/aws/service/deeplearning/ami/{image}/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id"
    )
