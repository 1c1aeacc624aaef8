"""Step scaling: one policy for each direction, called by the alarm of that direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct
from constructs_lib.patterns.gpu_fleet.options.scaling import StepIn, StepOut, Steps
from constructs_lib.resources.values import as_difference, as_negative, aws


def step_policies(scope: Construct, steps: Steps, group: Any, *, name: str) -> dict[str, Any]:
    """An aws_autoscaling_policy per direction, by the key of the alarm that is to call it."""
    made: dict[str, Any] = {}
    if steps.scale_out:
        made["scale-out"] = _policy(scope, "step-out", group, _out(scope, steps.scale_out), name=join(name, "step-out"))
    if steps.scale_in:
        made["scale-in"] = _policy(scope, "step-in", group, _in(scope, steps.scale_in), name=join(name, "step-in"))
    return made


def _policy(scope: Construct, construct_id: str, group: Any, steps: list[Any], *, name: str) -> Any:
    return aws.autoscaling_policy.AutoscalingPolicy(
        scope,
        construct_id,
        name=name,
        autoscaling_group_name=group.name,
        policy_type="StepScaling",
        adjustment_type="ChangeInCapacity",
        metric_aggregation_type="Average",
        step_adjustment=steps,  # its warm-up is the group's
    )


def _out(scope: Construct, steps: Sequence[StepOut]) -> list[Any]:
    """Upwards from the alarm's threshold; the last step has no upper bound."""
    bounds = _bounds(scope, [step.at for step in steps])
    return [
        _step(lower=lower, upper=upper, change=step.add)
        for step, lower, upper in zip(steps, bounds, [*bounds[1:], None], strict=True)
    ]


def _in(scope: Construct, steps: Sequence[StepIn]) -> list[Any]:
    """Downwards; the last step has no lower bound."""
    bounds = _bounds(scope, [step.at for step in steps])
    return [
        _step(lower=lower, upper=upper, change=as_negative(scope, step.remove))
        for step, upper, lower in zip(steps, bounds, [*bounds[1:], None], strict=True)
    ]


def _bounds(scope: Construct, levels: list[float]) -> list[str]:
    """Offsets from the threshold of the alarm that calls the policy, which is the first step's level."""
    return ["0", *(as_difference(scope, level, levels[0]) for level in levels[1:])]


def _step(*, lower: str | None, upper: str | None, change: float | str) -> Any:
    return aws.autoscaling_policy.AutoscalingPolicyStepAdjustment(
        metric_interval_lower_bound=lower, metric_interval_upper_bound=upper, scaling_adjustment=change
    )
