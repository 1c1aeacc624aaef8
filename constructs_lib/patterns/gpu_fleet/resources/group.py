"""The Auto Scaling group of a GPU fleet, and the hooks that hold its instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct, TerraformResourceLifecycle, Token
from constructs_lib.patterns.gpu_fleet.options.size import Size, Spot
from constructs_lib.patterns.gpu_fleet.spec import GpuFleetSpec
from constructs_lib.resources.values import aws

METRICS = (
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupMaxSize",
    "GroupMinSize",
    "GroupPendingInstances",
    "GroupStandbyInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
)
"""Free of charge, and off unless asked for."""

_ON_DEMAND = Spot(on_demand_percent=100)


def group(
    scope: Construct,
    construct_id: str,
    spec: GpuFleetSpec,
    size: Size,
    *,
    name: str,
    template: Any,
    tags: Mapping[str, str],
) -> Any:
    """An aws_autoscaling_group.

    How many instances it has is for its policies to say: the desired capacity is not set and not looked at.
    """
    module = aws.autoscaling_group
    ignored = ["desired_capacity", *(["min_size", "max_size"] if spec.size_changes_by_itself else [])]
    warm_up = spec.warmup_seconds
    age = spec.lifecycle.max_age_seconds
    return module.AutoscalingGroup(
        scope,
        construct_id,
        name=name,
        min_size=size.min,
        max_size=size.max,
        vpc_zone_identifier=spec.subnets,
        **_instances(spec, template),
        health_check_type="ELB" if spec.target_groups else "EC2",
        health_check_grace_period=warm_up,
        default_instance_warmup=warm_up,
        target_group_arns=spec.target_groups or None,
        enabled_metrics=list(METRICS),
        metrics_granularity="1Minute",
        termination_policies=list(spec.lifecycle.termination_policies),
        max_instance_lifetime=age if age is not None else None,
        protect_from_scale_in=spec.lifecycle.protect_from_scale_in,
        capacity_rebalance=spec.spot is not None,
        instance_refresh=module.AutoscalingGroupInstanceRefresh(
            strategy="Rolling",
            preferences=module.AutoscalingGroupInstanceRefreshPreferences(
                min_healthy_percentage=spec.refresh.min_healthy_percent, auto_rollback=spec.rolls_back
            ),
        ),
        # Instances have their tags from the template.
        tag=[
            module.AutoscalingGroupTag(key=key, value=value, propagate_at_launch=False)
            for key, value in {**tags, "Name": name}.items()
        ],
        # GPUs are often sold out for a while. Terraform would give up after ten minutes and replace the group next
        # time; the alarm on missing capacity reports it instead.
        wait_for_capacity_timeout="0",
        lifecycle=TerraformResourceLifecycle(ignore_changes=ignored),
    )


def _instances(spec: GpuFleetSpec, template: Any) -> dict[str, Any]:
    """By the number of the template's newest version: a change of it then starts an instance refresh."""
    module = aws.autoscaling_group
    version = Token.as_string(template.latest_version)
    if not spec.is_mixed:
        return {"launch_template": module.AutoscalingGroupLaunchTemplate(id=template.id, version=version)}
    spot = spec.spot if spec.spot is not None else _ON_DEMAND
    distribution = module.AutoscalingGroupMixedInstancesPolicyInstancesDistribution(
        on_demand_base_capacity=spot.on_demand_base,
        on_demand_percentage_above_base_capacity=spot.on_demand_percent,
        on_demand_allocation_strategy="prioritized",  # in the order of the list
        spot_allocation_strategy="price-capacity-optimized",
    )
    launch = module.AutoscalingGroupMixedInstancesPolicyLaunchTemplate(
        launch_template_specification=module.AutoscalingGroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecification(
            launch_template_id=template.id, version=version
        ),
        override=[
            module.AutoscalingGroupMixedInstancesPolicyLaunchTemplateOverride(instance_type=name)
            for name in spec.instance_types
        ],
    )
    policy = module.AutoscalingGroupMixedInstancesPolicy(instances_distribution=distribution, launch_template=launch)
    return {"mixed_instances_policy": policy}


def hooks(scope: Construct, spec: GpuFleetSpec, group: Any, *, name: str) -> dict[str, Any]:
    """An aws_autoscaling_lifecycle_hook for each end of an instance's life that the spec holds open."""
    ends = {
        "launching": ("autoscaling:EC2_INSTANCE_LAUNCHING", spec.lifecycle.launching_seconds, "ABANDON"),
        "terminating": ("autoscaling:EC2_INSTANCE_TERMINATING", spec.lifecycle.terminating_seconds, "CONTINUE"),
    }
    return {
        end: aws.autoscaling_lifecycle_hook.AutoscalingLifecycleHook(
            scope,
            end,
            name=join(name, end),
            autoscaling_group_name=group.name,
            lifecycle_transition=transition,
            heartbeat_timeout=seconds,
            default_result=default,
        )
        for end, (transition, seconds, default) in ends.items()
        if seconds is not None
    }
