"""The number of an endpoint's instances follows its load."""

from __future__ import annotations

from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.patterns.model_endpoint.alarms import CALLS
from constructs_lib.patterns.model_endpoint.options import EndpointScaling
from constructs_lib.resources.values import aws


class InstanceScaling:
    """Target tracking on the calls per instance, or on the requests that wait per instance.

    Args:
        scope: The monitor's construct.
        spec: Between how many instances, and what to aim at.
        endpoint: The endpoint's name.
        variant: Its production variant.
        wakes: Whether the first instance is started by an alarm: without one, nothing waits "per instance".

    Attributes:
        target: The aws_appautoscaling_target.
        tracking: The aws_appautoscaling_policy that follows the load.
        wake: The one that starts the first instance, or None.
    """

    def __init__(
        self, scope: Construct, spec: EndpointScaling, *, endpoint: str, variant: str, wakes: bool = False
    ) -> None:
        self._scope = scope
        self.target: Any = aws.appautoscaling_target.AppautoscalingTarget(
            scope,
            "scaling",
            service_namespace="sagemaker",
            resource_id=f"endpoint/{endpoint}/variant/{variant}",
            scalable_dimension="sagemaker:variant:DesiredInstanceCount",
            min_capacity=spec.min_count,
            max_capacity=spec.max_count,
        )
        self.tracking: Any = self._tracking(spec, endpoint)
        self.wake: Any = self._wake() if wakes else None

    def _tracking(self, spec: EndpointScaling, endpoint: str) -> Any:
        policy, prefix = aws.appautoscaling_policy, "AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration"
        configuration = getattr(policy, prefix)
        cooldowns = {
            "scale_in_cooldown": spec.scale_in_cooldown_seconds,
            "scale_out_cooldown": spec.scale_out_cooldown_seconds,
        }
        if spec.backlog_per_instance is None:
            calls = getattr(policy, f"{prefix}PredefinedMetricSpecification")
            followed = configuration(
                target_value=spec.invocations_per_instance,
                predefined_metric_specification=calls(predefined_metric_type="SageMakerVariantInvocationsPerInstance"),
                **cooldowns,
            )
            return self._policy("scaling-policy", "invocations-per-instance", target=followed)
        backlog = getattr(policy, f"{prefix}CustomizedMetricSpecification")
        dimension = getattr(policy, f"{prefix}CustomizedMetricSpecificationDimensions")
        followed = configuration(
            target_value=spec.backlog_per_instance,
            customized_metric_specification=backlog(
                namespace=CALLS,
                metric_name="ApproximateBacklogSizePerInstance",
                statistic="Average",
                dimensions=[dimension(name="EndpointName", value=endpoint)],
            ),
            **cooldowns,
        )
        return self._policy("scaling-policy", "backlog-per-instance", target=followed)

    def _wake(self) -> Any:
        """To exactly one: an instance takes minutes to start, and the alarm calls again each minute until then."""
        policy, prefix = aws.appautoscaling_policy, "AppautoscalingPolicyStepScalingPolicyConfiguration"
        step = getattr(policy, f"{prefix}StepAdjustment")(scaling_adjustment=1, metric_interval_lower_bound="0")
        steps = getattr(policy, prefix)(
            adjustment_type="ExactCapacity", metric_aggregation_type="Average", step_adjustment=[step]
        )
        return self._policy("wake-policy", "wake", steps=steps)

    def _policy(self, construct_id: str, name: str, *, target: Any = None, steps: Any = None) -> Any:
        return aws.appautoscaling_policy.AppautoscalingPolicy(
            self._scope,
            construct_id,
            name=name,
            policy_type="TargetTrackingScaling" if target is not None else "StepScaling",
            service_namespace=self.target.service_namespace,
            resource_id=self.target.resource_id,
            scalable_dimension=self.target.scalable_dimension,
            target_tracking_scaling_policy_configuration=target,
            step_scaling_policy_configuration=steps,
        )
