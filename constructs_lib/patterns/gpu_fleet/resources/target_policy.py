"""Target tracking: AWS holds the GPU utilisation, with two alarms it makes and owns."""

from __future__ import annotations

from typing import Any

from constructs_lib.alarms.metric import Metric
from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct
from constructs_lib.patterns.gpu_fleet.options.scaling import Target
from constructs_lib.resources.values import aws


def target_policy(scope: Construct, target: Target, group: Any, *, name: str, utilization: Metric) -> Any:
    """An aws_autoscaling_policy on the metric given."""
    module = aws.autoscaling_policy
    return module.AutoscalingPolicy(
        scope,
        "target",
        name=join(name, "target"),
        autoscaling_group_name=group.name,
        policy_type="TargetTrackingScaling",
        target_tracking_configuration=module.AutoscalingPolicyTargetTrackingConfiguration(
            target_value=target.gpu_utilization_percent,
            disable_scale_in=not target.scale_in,
            customized_metric_specification=module.AutoscalingPolicyTargetTrackingConfigurationCustomizedMetricSpecification(
                namespace=utilization.namespace,
                metric_name=utilization.name,
                statistic=utilization.statistic,
                metric_dimension=[
                    module.AutoscalingPolicyTargetTrackingConfigurationCustomizedMetricSpecificationMetricDimension(
                        name=key, value=value
                    )
                    for key, value in utilization.dimensions.items()
                ],
            ),
        ),
    )
