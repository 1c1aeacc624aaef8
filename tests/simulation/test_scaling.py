"""What scaling policies do to a size, with warm-up, cooldown, and the alarms that AWS makes for target tracking."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.simulation.data import Values
from constructs_lib.simulation.run import Act
from constructs_lib.simulation.scaling import Adjustment, Measured, ScalingGroup, ScalingPolicy, resized
from constructs_lib.simulation.settings import Settings
from constructs_lib.simulation.simulation import Scenario, Simulation


def sizes(acts: list[tuple[int, float]], policy: ScalingPolicy, group: ScalingGroup | None = None) -> list[int]:
    """The sizes after actions at a minute, with a value of the metric; the threshold is 100."""
    fleet = group if group is not None else ScalingGroup("fleet", 1, 12, 4, warm_up_seconds=600)
    values = dict(acts)
    made = [Act(minute * 60, 0, "alarm", "OK", "ALARM", "policy") for minute, _ in acts]
    found = resized(made, {"policy": policy}, {"fleet": fleet}, lambda act: Measured(values[act.at // 60], 100))
    return [resize.size for resize in found]


def scaled(acts: list[tuple[int, float]], kind: str = "StepScaling", adjustment: str = "ChangeInCapacity") -> list[int]:
    """The same by steps, with how far the metric is above the threshold."""
    steps = (Adjustment(None, 0, -1), Adjustment(0, 15, 2), Adjustment(15, None, 4))
    policy = ScalingPolicy("policy", kind, "fleet", adjustment, steps)
    return sizes([(minute, 100 + distance) for minute, distance in acts], policy)


def tracked(acts: list[tuple[int, float]], **options: Any) -> list[int]:
    """The same by target tracking at 100."""
    return sizes(acts, ScalingPolicy("policy", "TargetTrackingScaling", "fleet", target=100, **options))


def test_step_scaling_counts_instances_once_they_are_warm() -> None:
    """By "Step and simple scaling policies": the same step again adds nothing, a larger one the difference."""
    assert scaled([(1, 5), (2, 5), (3, 20)]) == [6, 8]
    assert scaled([(1, 5), (12, 5)]) == [6, 8]


def test_nothing_is_removed_while_instances_warm_up() -> None:
    assert scaled([(1, 5), (2, -5), (12, -5), (13, -5)]) == [6, 5, 4]


def test_a_policys_own_warm_up_goes_before_the_groups() -> None:
    steps = (Adjustment(0, None, 2),)
    policy = ScalingPolicy("policy", "StepScaling", "fleet", "ChangeInCapacity", steps, warm_up_seconds=120)
    assert sizes([(1, 105), (2, 105), (3, 105)], policy) == [6, 8]


def test_sizes_stay_within_the_group() -> None:
    assert scaled([(1, 20), (12, 20), (30, 20)]) == [8, 12]
    assert scaled([(minute, -5) for minute in range(1, 8)]) == [3, 2, 1]


def test_other_kinds_of_adjustment() -> None:
    assert scaled([(1, 20)], adjustment="ExactCapacity") == []  # it is 4 already
    assert scaled([(1, 5)], adjustment="ExactCapacity") == [2]
    assert scaled([(1, 20)], adjustment="PercentChangeInCapacity") == [5]  # 4 % of 4 is 0.16: one
    assert scaled([(1, 5), (2, 5), (7, 5)], kind="SimpleScaling") == [6, 8]  # a cooldown of five minutes


def test_target_tracking_scales_in_proportion_and_rounds_up() -> None:
    assert tracked([(1, 150)]) == [6]
    assert tracked([(1, 130)]) == [6]  # 5.2
    assert tracked([(1, 60)]) == [3]  # 2.4: never fewer than the target allows
    assert tracked([(1, 95)]) == []  # 3.8


def test_target_tracking_counts_instances_once_they_are_warm() -> None:
    assert tracked([(1, 150), (2, 150), (3, 200)]) == [6, 8]
    assert tracked([(1, 150), (5, 50), (12, 50)]) == [6, 3]


def test_after_scaling_in_nothing_is_removed_for_a_while() -> None:
    assert tracked([(1, 50), (2, 50), (12, 50)], rest_seconds=600) == [2, 1]


def policy_of(kind: str, specification: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A configuration with a group, or an endpoint, and a policy of target tracking."""
    if kind == "group":
        resources = {
            "aws_autoscaling_group": {"fleet": {"name": "fleet", "min_size": 1, "max_size": 10}},
            "aws_autoscaling_policy": {
                "track": {
                    "name": "track",
                    "policy_type": "TargetTrackingScaling",
                    "autoscaling_group_name": "${aws_autoscaling_group.fleet.name}",
                    "target_tracking_configuration": {"target_value": 50, **specification, **more},
                }
            },
        }
    else:
        resources = {
            "aws_sagemaker_endpoint": {"ranker": {"name": "ranker"}},
            "aws_appautoscaling_target": {
                "ranker": {
                    "min_capacity": 1,
                    "max_capacity": 10,
                    "resource_id": "endpoint/${aws_sagemaker_endpoint.ranker.name}/variant/main",
                }
            },
            "aws_appautoscaling_policy": {
                "track": {
                    "name": "track",
                    "policy_type": "TargetTrackingScaling",
                    "resource_id": "${aws_appautoscaling_target.ranker.resource_id}",
                    "target_tracking_scaling_policy_configuration": {"target_value": 50, **specification, **more},
                }
            },
        }
    return {"resource": resources}


def predefined(kind: str, **more: str) -> dict[str, Any]:
    return {"predefined_metric_specification": {"predefined_metric_type": kind, **more}}


CUSTOM = {
    "customized_metric_specification": {
        "namespace": "CWAgent",
        "metric_name": "gpu",
        "statistic": "Average",
        "metric_dimension": [{"name": "AutoScalingGroupName", "value": "${aws_autoscaling_group.fleet.name}"}],
    }
}
MATH = {
    "customized_metric_specification": {
        "metrics": [
            {"id": "share", "expression": "waiting / busy"},
            *(
                {
                    "id": name,
                    "return_data": False,
                    "metric_stat": {"metric": {"namespace": "Shop", "metric_name": name}, "stat": "Sum"},
                }
                for name in ("waiting", "busy")
            ),
        ]
    }
}


@pytest.mark.parametrize(
    ("kind", "specification", "metric"),
    [
        ("group", CUSTOM, "CWAgent gpu {AutoScalingGroupName: fleet}"),
        ("group", predefined("ASGAverageCPUUtilization"), "AWS/EC2 CPUUtilization {AutoScalingGroupName: fleet}"),
        ("group", predefined("ASGAverageNetworkIn"), "AWS/EC2 NetworkIn {AutoScalingGroupName: fleet}"),
        (
            "group",
            predefined("ALBRequestCountPerTarget", resource_label="app/web/1a/targetgroup/blue/2b"),
            "AWS/ApplicationELB RequestCountPerTarget {LoadBalancer: app/web/1a, TargetGroup: targetgroup/blue/2b}",
        ),
        ("group", MATH, "Shop waiting {}"),
        (
            "endpoint",
            predefined("SageMakerVariantInvocationsPerInstance"),
            "AWS/SageMaker InvocationsPerInstance {EndpointName: ranker, VariantName: main}",
        ),
    ],
)
def test_which_metric_aws_watches(kind: str, specification: dict[str, Any], metric: str) -> None:
    simulation = Simulation.of(policy_of(kind, specification))
    assert simulation.deployment.left_out == {}
    assert metric in map(str, simulation.metrics)


def test_target_tracking_looks_at_three_minutes_above_and_fifteen_under() -> None:
    simulation = Simulation.of(policy_of("group", CUSTOM))
    gpu = Simulation.metric("CWAgent", "gpu", AutoScalingGroupName="fleet")
    values = Values.each_minute([50.0] * 10 + [100.0] * 3 + [50.0] * 10 + [20.0] * 20)
    outcome = simulation.run(Scenario(values={gpu: values}, length=43 * 60, sizes={"fleet": 4}))
    # The values that are given do not follow the size: each minute of 20 asks for less again.
    assert [(resize.at // 60, resize.size) for resize in outcome.sizes] == [(13, 8), (38, 4), (39, 2), (40, 1)]
    assert all(resize.assumed for resize in outcome.sizes)
    assert outcome.states("TargetTracking-fleet-AlarmHigh") == [(13.0, "ALARM"), (14.0, "OK")]
    assert outcome.states("TargetTracking-fleet-AlarmLow") == [(38.0, "ALARM")]
    assert outcome.size("fleet", 20 * 60) == 8


def test_an_endpoint_is_called_by_its_name_and_waits_out_its_cooldowns() -> None:
    source = policy_of("endpoint", predefined("SageMakerVariantInvocationsPerInstance"), scale_out_cooldown=120)
    simulation = Simulation.of(source)
    calls = Simulation.metric("AWS/SageMaker", "InvocationsPerInstance", EndpointName="ranker", VariantName="main")
    scenario = Scenario(values={calls: Values.each_minute([40.0] * 5 + [100.0] * 7)}, length=720)
    assert [(resize.at // 60, resize.size) for resize in simulation.run(scenario).sizes] == [(8, 2), (10, 4), (12, 8)]


def test_where_the_low_alarm_lies_is_a_setting_and_may_be_switched_off() -> None:
    def threshold(settings: Settings) -> float | None:
        low = Simulation.of(policy_of("group", CUSTOM), settings).alarms["TargetTracking-fleet-AlarmLow"]
        return getattr(low, "threshold", None)

    assert threshold(Settings()) == 45
    assert threshold(Settings(tracking_low_percent=70)) == 35
    without = Simulation.of(policy_of("group", CUSTOM, disable_scale_in=True))
    assert list(without.alarms) == ["TargetTracking-fleet-AlarmHigh"]


@pytest.mark.parametrize(
    ("specification", "reason"),
    [
        (predefined("ASGAverageMood"), "the predefined metric ASGAverageMood of target tracking is not known"),
        ({**CUSTOM, "target_value": "${var.target}"}, "the target of its target tracking is not known"),
        (
            {"customized_metric_specification": {"metrics": [{"id": "a", "expression": "LAMBDA(1)"}]}},
            "LAMBDA takes its values from outside the metrics",
        ),
    ],
)
def test_what_is_not_known_is_left_out_by_name(specification: dict[str, Any], reason: str) -> None:
    left_out = Simulation.of(policy_of("group", specification)).deployment.left_out
    assert reason in left_out["aws_autoscaling_policy.track"]


@pytest.mark.parametrize(("mode", "said"), [("ForecastAndScale", True), ("ForecastOnly", False)])
def test_predictive_scaling_that_acts_is_not_simulated_and_says_so(mode: str, said: bool) -> None:
    source = policy_of("group", CUSTOM)
    predictive = {
        "name": "forecast",
        "policy_type": "PredictiveScaling",
        "autoscaling_group_name": "fleet",
        "predictive_scaling_configuration": {"mode": mode},
    }
    source["resource"]["aws_autoscaling_policy"]["forecast"] = predictive
    left_out = Simulation.of(source).deployment.left_out
    assert ("aws_autoscaling_policy.forecast" in left_out) is said
    assert not said or "sizes are what they are without it" in left_out["aws_autoscaling_policy.forecast"]


def test_application_auto_scaling_takes_steps_too() -> None:
    source = policy_of("endpoint", predefined("SageMakerVariantInvocationsPerInstance"))
    source["resource"]["aws_appautoscaling_policy"]["track"] = {
        "name": "steps",
        "policy_type": "StepScaling",
        "resource_id": "endpoint/ranker/variant/main",
        "step_scaling_policy_configuration": {
            "adjustment_type": "ChangeInCapacity",
            "cooldown": 60,
            "step_adjustment": [{"metric_interval_lower_bound": 0, "scaling_adjustment": 2}],
        },
    }
    source["resource"]["aws_cloudwatch_metric_alarm"] = {
        "busy": {
            "alarm_name": "busy",
            "comparison_operator": "GreaterThanThreshold",
            "threshold": 10,
            "namespace": "Shop",
            "metric_name": "waiting",
            "statistic": "Sum",
            "period": 60,
            "evaluation_periods": 1,
            "alarm_actions": ["${aws_appautoscaling_policy.track.arn}"],
        }
    }
    simulation = Simulation.of(source)
    waiting = Values.each_minute([0.0] * 5 + [50.0] * 3)
    outcome = simulation.run(Scenario(values={Simulation.metric("Shop", "waiting"): waiting}, length=480))
    assert [(resize.at // 60, resize.size) for resize in outcome.sizes] == [(6, 3), (7, 5), (8, 7)]


def test_two_policies_of_one_group_have_alarms_of_their_own() -> None:
    source = policy_of("group", CUSTOM)
    other = policy_of("group", predefined("ASGAverageCPUUtilization"))["resource"]["aws_autoscaling_policy"]["track"]
    source["resource"]["aws_autoscaling_policy"]["cpu"] = {**other, "name": "cpu"}
    names = [name for name in Simulation.of(source).alarms if name.endswith("High")]
    assert names == ["TargetTracking-fleet-track-AlarmHigh", "TargetTracking-fleet-cpu-AlarmHigh"]
