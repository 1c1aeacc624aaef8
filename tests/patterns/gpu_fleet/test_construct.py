"""A GPU fleet as Terraform will read it."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib import Environment, GpuFleet, GpuFleetSpec
from constructs_lib.alarms import cloudwatch_agent
from constructs_lib.cdk import TerraformStack, TerraformVariable, Token
from constructs_lib.errors import ConfigError
from constructs_lib.patterns.gpu_fleet.options.instances import BOOTSTRAP_BYTES
from constructs_lib.testing import outputs, resource, resources, synth
from tests.configs import config
from tests.gpu_fleets import NIGHT, STEPS, fleet, full_fleet
from tests.stacks import ROUTING, WARNING, monitoring_stack, own_stack

NAME = "recommender-production-trainers"
GROUP = {"AutoScalingGroupName": NAME}


@cache
def _synthesised(options: str) -> dict[str, Any]:
    return synth(monitoring_stack(config({"trainers": json.loads(options)}, tags={"team": "ml"})))


def synthesised(monitor: dict[str, Any]) -> dict[str, Any]:
    return _synthesised(json.dumps(monitor))


def alarms(stack: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By key."""
    found = resources(stack, "aws_cloudwatch_metric_alarm").values()
    return {alarm["alarm_name"].removeprefix(f"{NAME}-"): alarm for alarm in found}


def policies(stack: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By the end of their name."""
    found = resources(stack, "aws_autoscaling_policy").values()
    return {policy["name"].removeprefix(f"{NAME}-"): policy for policy in found}


def metrics(alarm: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a math alarm reads, by query id."""
    return {query["id"]: query["metric"] for query in alarm["metric_query"] if "metric" in query}


def expression(alarm: dict[str, Any]) -> str:
    (found,) = (query["expression"] for query in alarm["metric_query"] if "expression" in query)
    return str(found)


# --- the launch template


def test_the_template_is_safe_and_tags_what_it_launches() -> None:
    template = resource(synthesised(full_fleet()), "aws_launch_template")
    assert template["metadata_options"]["http_tokens"] == "required"
    assert template["monitoring"] == {"enabled": True}
    (disk,) = template["block_device_mappings"]
    assert (disk["device_name"], disk["ebs"]["encrypted"], disk["ebs"]["volume_type"]) == ("/dev/xvda", "true", "gp3")
    tagged = {item["resource_type"]: item["tags"] for item in template["tag_specifications"]}
    everything = {"team": "ml", "project": "recommender", "stack": "production", "Name": NAME}
    assert tagged == {"instance": everything, "volume": everything}


def test_an_instance_starts_with_its_permissions() -> None:
    stack = synthesised(full_fleet())
    (policy,) = resources(stack, "aws_iam_role_policy")
    (attachment,) = resources(stack, "aws_iam_role_policy_attachment")
    assert resource(stack, "aws_launch_template")["depends_on"] == [
        f"aws_iam_role_policy.{policy}",
        f"aws_iam_role_policy_attachment.{attachment}",
    ]


def test_an_instance_may_do_no_more_than_it_needs() -> None:
    document = json.loads(resource(synthesised(full_fleet()), "aws_iam_role_policy")["policy"])
    allowed = {statement["Sid"]: statement for statement in document["Statement"]}
    assert {sid: statement["Action"] for sid, statement in allowed.items()} == {
        "PublishesMetrics": ["cloudwatch:PutMetricData"],
        "ReadsAgentConfiguration": ["ssm:GetParameter"],
        "FindsItsGroup": ["ec2:DescribeTags"],
        "EndsItsLifecycleHooks": [
            "autoscaling:CompleteLifecycleAction",
            "autoscaling:RecordLifecycleActionHeartbeat",
        ],
    }
    assert allowed["PublishesMetrics"]["Condition"] == {"StringEquals": {"cloudwatch:namespace": "CWAgent"}}
    assert allowed["EndsItsLifecycleHooks"]["Resource"].endswith(f":autoScalingGroupName/{NAME}")


def test_a_smaller_fleet_needs_less() -> None:
    document = resource(synthesised(fleet()), "aws_iam_role_policy")["policy"]
    assert "CompleteLifecycleAction" not in document


def first_boot(stack: dict[str, Any]) -> str:
    """The script as the instance gets it: references filled in, doubled signs single again."""
    ((local, text),) = stack["locals"].items()
    assert resource(stack, "aws_launch_template")["user_data"] == f"${{base64encode(local.{local})}}"
    for parameter in resources(stack, "aws_ssm_parameter"):
        text = text.replace(f"${{aws_ssm_parameter.{parameter}.name}}", "PARAMETER")
    assert "${" not in text.replace("$${", ""), "nothing else is a reference"
    return str(text.replace("$${", "${").replace("%%{", "%{"))


@pytest.mark.parametrize("agent_starts", [True, False])
def test_the_first_boot_starts_the_agent_and_then_the_users_script(tmp_path: Path, agent_starts: bool) -> None:
    """Run for real, with a stub for the agent: the script's letters arrive as they were written."""
    own = "#!/usr/bin/env bash\nprintf '%s' 'Zürich – \\d' %{x} \"$HOME$${EMPTY}\" >$${0%/*}/own\nexit 7\n"
    control = tmp_path / "control"
    control.write_text(f'#!/bin/bash\necho "$@" >>{tmp_path}/agent\nexit {0 if agent_starts else 1}\n')
    control.chmod(0o700)
    script = (
        first_boot(synthesised(fleet(bootstrap=own)))
        .replace("/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl", str(control))
        .replace("/var/lib/cloud/instance", str(tmp_path))
        .replace("sleep 15", "true")
    )
    done = subprocess.run(
        ["/bin/bash"],
        input=script,
        env={"HOME": "/root", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    calls = (tmp_path / "agent").read_text().splitlines()
    assert set(calls) == {"-a fetch-config -m ec2 -s -c ssm:PARAMETER"}
    assert len(calls) == (1 if agent_starts else 8)
    assert ("publishes no GPU metrics" in done.stderr) is not agent_starts
    assert (tmp_path / "own").read_text() == "Zürich – \\d%{x}/root"
    assert done.returncode == 7, "cloud-init reports what became of it"


def test_a_script_from_windows_runs() -> None:
    own = {"namespace": "Trainers", "name": "GpuBusy"}
    assert first_boot(synthesised(fleet(metric=own, bootstrap="#!/bin/sh\r\ntrue\r\n"))) == "#!/bin/sh\ntrue\n"


def test_an_agent_that_does_not_start_is_a_failed_boot(tmp_path: Path) -> None:
    script = first_boot(synthesised(fleet())).replace("/opt/aws", str(tmp_path)).replace("sleep 15", "true")
    script = script.replace("yum", "false").replace("curl", "false")
    done = subprocess.run(["/bin/bash"], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 1


def test_user_data_fits() -> None:
    longest = "#!/bin/bash\n".ljust(BOOTSTRAP_BYTES, "#")
    assert len(first_boot(synthesised(fleet(bootstrap=longest))).encode()) <= 16 * 1024


def test_without_an_agent_the_users_script_is_all() -> None:
    own = {"namespace": "Trainers", "name": "GpuBusy"}
    script = "#!/usr/bin/python3\nprint('hello')\n"
    assert first_boot(synthesised(fleet(metric=own, bootstrap=script))) == script


@pytest.mark.parametrize(
    ("image", "device"),
    [
        ("default", "/dev/xvda"),
        ("ami-0123456789abcdef0", "/dev/xvda"),
        ("${var.ubuntu}", "/dev/xvda"),
        (
            ("resolve:ssm:/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-24.04/latest/ami-id"),
            "/dev/sda1",
        ),
    ],
)
def test_the_root_device_follows_the_image(image: str, device: str) -> None:
    (disk,) = resource(synthesised(fleet(image=image)), "aws_launch_template")["block_device_mappings"]
    assert disk["device_name"] == device


@pytest.mark.parametrize(
    ("region", "service"), [("eu-west-1", "ec2.amazonaws.com"), ("cn-north-1", "ec2.amazonaws.com.cn")]
)
def test_ec2_may_take_the_role(region: str, service: str) -> None:
    spec, environment = GpuFleetSpec.model_validate(fleet()), Environment("123456789012", region)
    stack = own_stack(lambda s: GpuFleet(s, "f", spec, environment=environment, notifications=ROUTING))
    trust = json.loads(resource(stack, "aws_iam_role")["assume_role_policy"])
    assert trust["Statement"][0]["Principal"] == {"Service": service}


def test_the_agent_gets_the_configuration_the_metrics_come_from() -> None:
    parameter = resource(synthesised(fleet()), "aws_ssm_parameter")
    assert parameter["name"] == f"AmazonCloudWatch-{NAME}"
    assert json.loads(parameter["insecure_value"].replace("$${", "${")) == cloudwatch_agent.configuration()
    assert "${aws:" not in parameter["insecure_value"].replace("$${", ""), "Terraform would look for a resource"


# --- the group


def test_how_many_instances_there_are_is_not_for_terraform_to_say() -> None:
    group = resource(synthesised(fleet()), "aws_autoscaling_group")
    assert "desired_capacity" not in group
    assert group["lifecycle"] == {"ignore_changes": ["desired_capacity"]}
    assert group["wait_for_capacity_timeout"] == "0", "no apply fails because GPUs are sold out"


def test_a_size_that_a_schedule_changes_is_left_alone() -> None:
    group = resource(synthesised(fleet(scaling={"target": {}, "schedule": [NIGHT]})), "aws_autoscaling_group")
    assert group["lifecycle"] == {"ignore_changes": ["desired_capacity", "min_size", "max_size"]}


def test_warm_up_and_grace_are_the_same_time() -> None:
    group = resource(synthesised(fleet(warmup_seconds=900)), "aws_autoscaling_group")
    assert (group["default_instance_warmup"], group["health_check_grace_period"]) == (900, 900)


def test_every_group_metric_an_alarm_reads_is_switched_on() -> None:
    stack = synthesised(full_fleet())
    group = resource(stack, "aws_autoscaling_group")
    read = {
        metric["metric_name"]
        for alarm in alarms(stack).values()
        if "metric_query" in alarm
        for metric in metrics(alarm).values()
        if metric["namespace"] == "AWS/AutoScaling"
    }
    assert read == {"GroupDesiredCapacity", "GroupMaxSize", "GroupInServiceInstances"}
    assert read <= set(group["enabled_metrics"])
    assert group["metrics_granularity"] == "1Minute"


def test_one_type_on_demand_takes_the_template_by_number() -> None:
    group = resource(synthesised(fleet()), "aws_autoscaling_group")
    assert "mixed_instances_policy" not in group
    assert group["launch_template"]["version"].endswith(".latest_version}"), "a new version starts a refresh"
    assert group["capacity_rebalance"] is False


def test_several_types_are_tried_in_their_order() -> None:
    group = resource(synthesised(fleet(instance_types=["g5.xlarge", "g6.xlarge"])), "aws_autoscaling_group")
    assert "launch_template" not in group
    mixed = group["mixed_instances_policy"]
    assert [item["instance_type"] for item in mixed["launch_template"]["override"]] == ["g5.xlarge", "g6.xlarge"]
    shares = mixed["instances_distribution"]
    assert (shares["on_demand_percentage_above_base_capacity"], shares["on_demand_allocation_strategy"]) == (
        100,
        "prioritized",
    )


def test_spot() -> None:
    group = resource(synthesised(full_fleet()), "aws_autoscaling_group")
    shares = group["mixed_instances_policy"]["instances_distribution"]
    assert (shares["on_demand_base_capacity"], shares["on_demand_percentage_above_base_capacity"]) == (1, 50)
    assert group["capacity_rebalance"] is True, "replaced before Spot takes them back"


@pytest.mark.parametrize(("image", "rolls_back"), [("default", False), ("ami-0123456789abcdef0", True)])
def test_a_refresh_rolls_back_where_aws_can(image: str, rolls_back: bool) -> None:
    group = resource(synthesised(fleet(image=image)), "aws_autoscaling_group")
    assert group["instance_refresh"]["preferences"]["auto_rollback"] is rolls_back


def test_lifecycle_hooks() -> None:
    stack = synthesised(fleet(lifecycle={"launching_seconds": 600, "terminating_seconds": 300}))
    hooks = {hook["lifecycle_transition"]: hook for hook in resources(stack, "aws_autoscaling_lifecycle_hook").values()}
    launching = hooks["autoscaling:EC2_INSTANCE_LAUNCHING"]
    terminating = hooks["autoscaling:EC2_INSTANCE_TERMINATING"]
    assert (launching["heartbeat_timeout"], launching["default_result"]) == (600, "ABANDON")
    assert (terminating["heartbeat_timeout"], terminating["default_result"]) == (300, "CONTINUE")
    assert alarms(stack)["capacity"]["evaluation_periods"] == 25, "an instance that is held back is not missing yet"


def test_behind_a_load_balancer_its_health_counts() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/ranker/0123456789abcdef"
    group = resource(synthesised(fleet(target_groups=[arn])), "aws_autoscaling_group")
    assert (group["health_check_type"], group["target_group_arns"]) == ("ELB", [arn])


# --- the policies


def test_target_tracking_unless_told_otherwise() -> None:
    (policy,) = policies(synthesised(fleet())).values()
    tracking = policy["target_tracking_configuration"]
    assert (policy["policy_type"], tracking["target_value"]) == ("TargetTrackingScaling", 70)
    assert tracking["customized_metric_specification"] == {
        "namespace": "CWAgent",
        "metric_name": "nvidia_smi_utilization_gpu",
        "statistic": "Average",
        "metric_dimension": [{"name": "AutoScalingGroupName", "value": NAME}],
    }


def test_the_bounds_of_steps_are_offsets_from_their_alarms_threshold() -> None:
    stack = synthesised(full_fleet())
    found, called = policies(stack), alarms(stack)
    assert (called["scale-out"]["threshold"], called["scale-out"]["comparison_operator"]) == (
        75,
        "GreaterThanOrEqualToThreshold",
    )
    assert found["step-out"]["step_adjustment"] == [
        {"metric_interval_lower_bound": "0", "metric_interval_upper_bound": "15", "scaling_adjustment": 2},
        {"metric_interval_lower_bound": "15", "scaling_adjustment": 4},
    ]
    assert (called["scale-in"]["threshold"], called["scale-in"]["comparison_operator"]) == (
        25,
        "LessThanOrEqualToThreshold",
    )
    assert found["step-in"]["step_adjustment"] == [{"metric_interval_upper_bound": "0", "scaling_adjustment": -1}]


def test_silence_scales_nothing() -> None:
    """To "missing", one breaching value and then silence is an alarm (re:Post, "alarm single data point")."""
    found = alarms(synthesised(full_fleet()))
    assert {found[key]["treat_missing_data"] for key in ("scale-out", "scale-in")} == {"notBreaching"}


def test_several_steps_down() -> None:
    scaling = {"steps": {"in": [{"at": 25.5, "remove": 1}, {"at": 10.2, "remove": 2}]}}
    (policy,) = policies(synthesised(fleet(scaling=scaling))).values()
    assert policy["step_adjustment"] == [
        {"metric_interval_lower_bound": "-15.3", "metric_interval_upper_bound": "0", "scaling_adjustment": -1},
        {"metric_interval_upper_bound": "-15.3", "scaling_adjustment": -2},
    ]


def test_the_alarm_of_a_direction_calls_its_policy_and_nobody_else() -> None:
    stack = synthesised(full_fleet())
    names = {policy["name"]: key for key, policy in resources(stack, "aws_autoscaling_policy").items()}
    for alarm, policy in (("scale-out", "step-out"), ("scale-in", "step-in")):
        found = alarms(stack)[alarm]
        assert found["alarm_actions"] == [f"${{aws_autoscaling_policy.{names[f'{NAME}-{policy}']}.arn}}"]
        assert found["actions_enabled"] is True
        assert found["dimensions"] == GROUP


def test_a_forecast_plans_the_sum_and_holds_the_average() -> None:
    policy = policies(synthesised(full_fleet()))["predictive"]["predictive_scaling_configuration"]
    assert (policy["mode"], policy["scheduling_buffer_time"]) == ("ForecastOnly", "600")
    specification = policy["metric_specification"]
    sides = {
        kind: specification[f"customized_{kind}_metric_specification"]["metric_data_queries"]
        for kind in ("load", "scaling")
    }
    (load,), (scaling,) = sides.values()
    assert (load["metric_stat"]["stat"], scaling["metric_stat"]["stat"]) == ("Sum", "Average")
    assert load["metric_stat"]["metric"] == scaling["metric_stat"]["metric"]
    assert load["id"] != scaling["id"], "AWS wants ids that are unique in the whole policy"
    assert "max_capacity_breach_behavior" not in policy


def test_a_forecast_may_lift_the_maximum() -> None:
    predictive = {"gpu_utilization_percent": 60, "raise_max_by_percent": 10, "buffer_seconds": 0}
    stack = synthesised(fleet(scaling={"target": {}, "predictive": predictive}))
    policy = policies(stack)["predictive"]["predictive_scaling_configuration"]
    assert (policy["max_capacity_breach_behavior"], policy["max_capacity_buffer"]) == ("IncreaseMaxCapacity", "10")
    assert policy["scheduling_buffer_time"] == "0"
    assert "max_size" in resource(stack, "aws_autoscaling_group")["lifecycle"]["ignore_changes"]


def test_a_forecast_by_cpu() -> None:
    stack = synthesised(fleet(scaling={"target": {}, "predictive": {"cpu_utilization_percent": 50}}))
    assert policies(stack)["predictive"]["predictive_scaling_configuration"]["metric_specification"] == {
        "target_value": 50,
        "predefined_metric_pair_specification": {"predefined_metric_type": "ASGCPUUtilization"},
    }


def test_a_warm_up_longer_than_any_buffer() -> None:
    scaling = {"target": {}, "predictive": {"gpu_utilization_percent": 60}}
    stack = synthesised(fleet(warmup_seconds=7_200, scaling=scaling))
    assert policies(stack)["predictive"]["predictive_scaling_configuration"]["scheduling_buffer_time"] == "3599"


def test_a_schedule_and_its_way_back() -> None:
    found = resources(synthesised(full_fleet()), "aws_autoscaling_schedule").values()
    by_time = {action["recurrence"]: action for action in found}
    evening, morning = by_time["0 20 * * MON-FRI"], by_time["0 6 * * MON-FRI"]
    assert (evening["min_size"], evening["max_size"], evening["desired_capacity"]) == (0, 2, -1)
    assert (morning["min_size"], morning["max_size"], morning["desired_capacity"]) == (1, 10, -1)
    assert {action["time_zone"] for action in found} == {"Europe/Zurich"}


def test_a_new_line_in_the_schedule_moves_no_other() -> None:
    another = {"cron": "0 12 * * SUN", "size": {"min": 2}}
    before = resources(synthesised(fleet(scaling={"schedule": [NIGHT]})), "aws_autoscaling_schedule")
    after = resources(synthesised(fleet(scaling={"schedule": [another, NIGHT]})), "aws_autoscaling_schedule")
    assert before.items() <= after.items()


# --- the alarms


def test_the_alarms_of_a_fleet() -> None:
    everyone = {"saturated", "capacity", "silent", "idle", "memory", "temperature"}
    assert alarms(synthesised(fleet())).keys() == everyone
    assert alarms(synthesised(full_fleet())).keys() == everyone | {"scale-out", "scale-in"}
    for key, alarm in alarms(synthesised(fleet())).items():
        (topic,) = alarm["alarm_actions"]
        assert topic.startswith("${aws_sns_topic."), key


def test_saturated_means_at_the_maximum_and_busy() -> None:
    alarm = alarms(synthesised(full_fleet()))["saturated"]
    assert expression(alarm) == "IF(desired >= largest AND busy >= 75, 1, 0)", "75 is where it would add instances"
    read = metrics(alarm)
    assert {key: (metric["metric_name"], metric["stat"]) for key, metric in read.items()} == {
        "desired": ("GroupDesiredCapacity", "Minimum"),
        "largest": ("GroupMaxSize", "Maximum"),
        "busy": ("nvidia_smi_utilization_gpu", "Average"),
    }
    assert all(metric["dimensions"] == GROUP for metric in read.values())


@pytest.mark.parametrize(
    ("scaling", "level"),
    [
        ({"target": {"gpu_utilization_percent": 60}}, "60"),
        ({"predictive": {"gpu_utilization_percent": 65}}, "65"),
        ({}, "80"),
    ],
)
def test_what_busy_means_follows_the_policies(scaling: dict[str, Any], level: str) -> None:
    assert f"busy >= {level}," in expression(alarms(synthesised(fleet(scaling=scaling)))["saturated"])


def test_capacity_that_can_not_be_had_for_a_quarter_of_an_hour() -> None:
    alarm = alarms(synthesised(fleet()))["capacity"]
    assert expression(alarm) == "desired - in_service"
    assert (alarm["evaluation_periods"], alarm["datapoints_to_alarm"], alarm["threshold"]) == (15, 15, 0)
    assert {metric["period"] for metric in metrics(alarm).values()} == {60}


def test_silence_counts_gpus_not_instances() -> None:
    """Four GPUs, a value a minute each: 20 in five minutes from every instance in service."""
    alarm = alarms(synthesised(fleet(instance_types=["g5.12xlarge"])))["silent"]
    assert expression(alarm) == "IF(in_service > 0, 100 * FILL(reports, 0) / (in_service * 20), 100)"
    assert metrics(alarm)["reports"]["stat"] == "SampleCount"
    assert (alarm["comparison_operator"], alarm["threshold"]) == ("LessThanThreshold", 50)


def test_with_several_types_the_one_with_fewest_gpus_is_the_measure() -> None:
    alarm = alarms(synthesised(fleet(instance_types=["g5.12xlarge", "g5.xlarge"])))["silent"]
    assert "(in_service * 5)" in expression(alarm)


@pytest.mark.parametrize(("warmup", "periods"), [(60, 3), (600, 4), (900, 5)])
def test_an_instance_that_warms_up_is_not_silent_yet(warmup: int, periods: int) -> None:
    alarm = alarms(synthesised(fleet(warmup_seconds=warmup)))["silent"]
    assert (alarm["evaluation_periods"], alarm["datapoints_to_alarm"]) == (periods, periods)


def test_idle_gpus() -> None:
    alarm = alarms(synthesised(fleet(alarms={"idle": {"below_percent": 3, "for_minutes": 30}})))["idle"]
    assert (alarm["threshold"], alarm["period"], alarm["evaluation_periods"]) == (3, 300, 6)
    assert alarm["dimensions"] == GROUP
    assert alarm["treat_missing_data"] == "notBreaching", "no instance, no cost"


def test_idle_gpus_need_not_wake_anybody() -> None:
    found = alarms(synthesised(fleet(severity="critical", alarms={"idle": {"severity": "warning"}})))
    assert {key: alarm["tags"]["severity"] for key, alarm in found.items() if key in ("idle", "silent")} == {
        "idle": "warning",
        "silent": "critical",
    }


@pytest.mark.parametrize(
    ("types", "least", "most"),
    [
        (["g5.xlarge", "g5.48xlarge", "g6.xlarge"], "Minimum", "Maximum"),  # GPUs of one size
        (["${var.type}"], "Minimum", "Maximum"),
        (["g5.xlarge", "g6e.xlarge"], "Average", "Average"),  # the least free memory and the largest may be two GPUs'
        (["g5.xlarge", "${var.type}"], "Average", "Average"),  # who knows
    ],
)
def test_memory_is_the_fullest_gpus_where_all_are_of_one_size(types: list[str], least: str, most: str) -> None:
    """By what is free: the driver's reserve is no part of what is used, and a full GPU would stay at 97 to 99 %."""
    alarm = alarms(synthesised(fleet(instance_types=types)))["memory"]
    assert expression(alarm) == "100 * (total - free) / total"
    assert {key: (metric["metric_name"], metric["stat"]) for key, metric in metrics(alarm).items()} == {
        "free": ("nvidia_smi_memory_free", least),
        "total": ("nvidia_smi_memory_total", most),
    }
    assert ("the fullest GPU" in alarm["alarm_description"]) is (least == "Minimum")


def test_alarms_can_be_left_out() -> None:
    options = {"idle": None, "memory_percent": None, "temperature_celsius": None}
    assert alarms(synthesised(fleet(alarms=options))).keys() == {"saturated", "capacity", "silent"}


# --- a metric of one's own


def test_a_metric_of_ones_own_needs_no_agent() -> None:
    own = {"namespace": "Trainers", "name": "GpuBusy", "dimensions": {"fleet": "a"}}
    stack = synthesised(fleet(metric=own, scaling={"steps": STEPS}))
    assert resources(stack, "aws_ssm_parameter") == {}
    assert "user_data" not in resource(stack, "aws_launch_template")
    found = alarms(stack)
    assert found.keys() == {"saturated", "capacity", "silent", "idle", "scale-out", "scale-in"}
    assert expression(found["silent"]) == "IF(in_service > 0, FILL(reports, 0), 1)"
    for key in ("idle", "scale-out", "scale-in"):
        series = (found[key]["namespace"], found[key]["metric_name"], found[key]["dimensions"])
        assert series == ("Trainers", "GpuBusy", {"fleet": "a"})
    allowed = resource(stack, "aws_iam_role_policy")["policy"]
    assert '"cloudwatch:namespace": "Trainers"' in allowed
    assert "ssm:GetParameter" not in allowed


# --- in a stack of one's own


def test_every_option_may_be_a_reference() -> None:
    def fill(stack: TerraformStack) -> None:
        number: Any = TerraformVariable(stack, "n", type="number").number_value
        text: Any = TerraformVariable(stack, "t", type="string").string_value
        listed: Any = TerraformVariable(stack, "l", type="list(string)").list_value
        spec = GpuFleetSpec.model_validate(
            {
                "instance_types": [text],
                "image": text,
                "subnets": listed,
                "security_groups": "${var.l}",
                "size": {"min": number, "max": number},
                "spot": {"on_demand_base": number, "on_demand_percent": number},
                "warmup_seconds": number,
                "scaling": {
                    "steps": {
                        "out": [{"at": number, "add": number}, {"at": 90, "add": 4}],
                        "in": {"at": "${var.n}", "remove": number},
                    },
                    "predictive": {"gpu_utilization_percent": number, "raise_max_by_percent": number},
                    "schedule": [{"cron": text, "time_zone": text, "size": {"desired": number}}],
                },
                "alarms": {"idle": {"below_percent": number}, "memory_percent": number, "temperature_celsius": number},
                "bootstrap": text,
                "instance_policies": [text],
                "root_volume": {"gib": number, "device": text, "kms_key_arn": text},
                "target_groups": listed,
                "lifecycle": {"launching_seconds": number, "max_age_seconds": number},
                "refresh": {"min_healthy_percent": number},
            }
        )
        GpuFleet(stack, "fleet", spec, environment=Environment(text, text, "aws"), notifications=ROUTING)

    stack = own_stack(fill)
    written = json.dumps(stack)
    assert "TfToken" not in written and "e+2" not in written, "every token is a reference again"
    out, back = (policies(stack)[f"mine-fleet-step-{end}"]["step_adjustment"] for end in ("out", "in"))
    assert [step.get("metric_interval_lower_bound") for step in out] == ["0", "${90 - var.n}"]
    assert back[0]["scaling_adjustment"] == "${-(var.n)}"
    forecast = policies(stack)["mine-fleet-predictive"]["predictive_scaling_configuration"]
    assert forecast["scheduling_buffer_time"] == "${min(var.n, 3599)}", "the longest AWS takes"
    group = resource(stack, "aws_autoscaling_group")
    assert group["vpc_zone_identifier"] == group["target_group_arns"] == "${var.l}"


@pytest.mark.parametrize("field", ["instance_types", "instance_policies"])
def test_a_list_of_unknown_length_is_refused_where_each_entry_becomes_a_resource(field: str) -> None:
    def fill(stack: TerraformStack) -> None:
        listed: Any = TerraformVariable(stack, "l", type="list(string)").list_value
        GpuFleetSpec(**fleet(**{field: listed}))

    with pytest.raises(ConfigError, match=f"{field}: is one reference to a list of unknown length"):
        own_stack(fill)


def test_dimensions_of_unknown_names_are_refused() -> None:
    own = {"namespace": "Trainers", "name": "GpuBusy", "dimensions": Token.as_string_map("${var.dimensions}")}
    with pytest.raises(ConfigError, match="metric.dimensions: is one reference, and their names must be known"):
        GpuFleetSpec(**fleet(metric=own))


def test_the_address_of_an_attached_policy_does_not_depend_on_what_else_there_is() -> None:
    def addresses(*policies: str) -> set[str]:
        spec = GpuFleetSpec.model_validate(fleet(instance_policies=list(policies)))
        environment = Environment("123456789012", "us-east-1")
        stack = own_stack(lambda s: GpuFleet(s, "f", spec, environment=environment, notifications=ROUTING))
        return set(resources(stack, "aws_iam_role_policy_attachment"))

    one, two = ("arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B")
    assert addresses(two) < addresses(one, two)


def test_a_name_that_is_too_long_is_refused_in_python_too() -> None:
    with pytest.raises(ConfigError, match="an IAM role's name may have 64"):
        own_stack(
            lambda stack: GpuFleet(
                stack,
                "f" * 60,
                GpuFleetSpec.model_validate(fleet()),
                environment=Environment("123456789012", "us-east-1"),
                notifications=ROUTING,
            )
        )


def test_in_ones_own_stack_alarms_go_to_ones_own_topics() -> None:
    environment = Environment("123456789012", "us-east-1")
    spec = GpuFleetSpec.model_validate(fleet())
    stack = own_stack(lambda s: GpuFleet(s, "f", spec, environment=environment, notifications=ROUTING))
    found = resources(stack, "aws_cloudwatch_metric_alarm").values()
    assert {tuple(alarm["alarm_actions"]) for alarm in found} == {(WARNING,)}


def test_outputs() -> None:
    found = outputs(synthesised(full_fleet()))["resources"]["trainers"]
    assert found.keys() == {"group", "group_arn", "launch_template", "role", "policies"}
    assert found["policies"].keys() == {"scale-out", "scale-in", "predictive"}


def test_the_whole_fleet(json_snapshot: SnapshotAssertion) -> None:
    stack = synthesised(full_fleet())
    assert {
        "group": resource(stack, "aws_autoscaling_group"),
        "template": resource(stack, "aws_launch_template"),
    } == json_snapshot
