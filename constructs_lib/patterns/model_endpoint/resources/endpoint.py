"""A SageMaker endpoint: what it runs on, how a new version takes over, and how it grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.cdk import Construct, Postcondition, TerraformResourceLifecycle
from constructs_lib.patterns.model_endpoint.options import (
    CANARY_PERCENT,
    Capture,
    Deployment,
    Instances,
)
from constructs_lib.patterns.model_endpoint.spec import ModelEndpointSpec
from constructs_lib.resources.values import aws


def configuration(
    scope: Construct,
    construct_id: str,
    spec: ModelEndpointSpec,
    *,
    name: str,
    model_name: str,
    capture_address: str | None,
    key_arn: str | None,
) -> Any:
    """An aws_sagemaker_endpoint_configuration; a change makes a new one, and the endpoint moves over."""
    sagemaker = aws.sagemaker_endpoint_configuration
    machines, serverless = spec.instances, spec.serverless
    variant = sagemaker.SagemakerEndpointConfigurationProductionVariants(
        variant_name=spec.variant,
        model_name=model_name,
        instance_type=machines.type if machines is not None else None,
        initial_instance_count=machines.count if machines is not None else None,
        serverless_config=sagemaker.SagemakerEndpointConfigurationProductionVariantsServerlessConfig(
            max_concurrency=serverless.max_concurrency, memory_size_in_mb=serverless.memory_mib
        )
        if serverless is not None
        else None,
    )
    return sagemaker.SagemakerEndpointConfiguration(
        scope,
        construct_id,
        name_prefix=f"{name}-",
        production_variants=[variant],
        kms_key_arn=key_arn,
        data_capture_config=_capture(spec.capture, capture_address),
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )


def _capture(spec: Capture | None, address: str | None) -> Any:
    if spec is None or address is None:
        return None
    sagemaker = aws.sagemaker_endpoint_configuration
    option = sagemaker.SagemakerEndpointConfigurationDataCaptureConfigCaptureOptions
    return sagemaker.SagemakerEndpointConfigurationDataCaptureConfig(
        enable_capture=True,
        destination_s3_uri=address,
        initial_sampling_percentage=spec.sample_percent,
        # The bucket's own encryption applies, and with it the bucket's key.
        capture_options=[option(capture_mode="Input"), option(capture_mode="Output")],
        capture_content_type_header=sagemaker.SagemakerEndpointConfigurationDataCaptureConfigCaptureContentTypeHeader(
            csv_content_types=list(spec.csv_content_types) or None,
            json_content_types=list(spec.json_content_types) or None,
        )
        if spec.csv_content_types or spec.json_content_types
        else None,
    )


def deployment(spec: Deployment, machines: Instances, rollback_alarms: Sequence[str]) -> Any:
    """How a new version takes over, and which alarms bring the old one back."""
    sagemaker = aws.sagemaker_endpoint
    rollback = None
    if rollback_alarms:
        rollback = sagemaker.SagemakerEndpointDeploymentConfigAutoRollbackConfiguration(
            alarms=[
                sagemaker.SagemakerEndpointDeploymentConfigAutoRollbackConfigurationAlarms(alarm_name=alarm)
                for alarm in rollback_alarms
            ]
        )
    step = spec.step_percent if spec.step_percent is not None else (100 if machines.count == 1 else CANARY_PERCENT)
    if spec.strategy == "rolling":
        return sagemaker.SagemakerEndpointDeploymentConfig(
            auto_rollback_configuration=rollback,
            rolling_update_policy=sagemaker.SagemakerEndpointDeploymentConfigRollingUpdatePolicy(
                maximum_batch_size=sagemaker.SagemakerEndpointDeploymentConfigRollingUpdatePolicyMaximumBatchSize(
                    type="CAPACITY_PERCENT", value=step
                ),
                wait_interval_in_seconds=spec.bake_seconds,
                maximum_execution_timeout_in_seconds=spec.timeout_seconds,
            ),
        )
    policy = "SagemakerEndpointDeploymentConfigBlueGreenUpdatePolicy"
    routing = getattr(sagemaker, f"{policy}TrafficRoutingConfiguration")
    canary = getattr(sagemaker, f"{policy}TrafficRoutingConfigurationCanarySize")
    traffic = (
        routing(type="ALL_AT_ONCE", wait_interval_in_seconds=spec.bake_seconds)
        if step == 100
        else routing(
            type="CANARY",
            wait_interval_in_seconds=spec.bake_seconds,
            canary_size=canary(type="CAPACITY_PERCENT", value=step),
        )
    )
    return sagemaker.SagemakerEndpointDeploymentConfig(
        auto_rollback_configuration=rollback,
        blue_green_update_policy=sagemaker.SagemakerEndpointDeploymentConfigBlueGreenUpdatePolicy(
            traffic_routing_configuration=traffic,
            termination_wait_in_seconds=0,
            maximum_execution_timeout_in_seconds=spec.timeout_seconds,
        ),
    )


def kept_if_taken_back(configuration: Any) -> TerraformResourceLifecycle:
    """An apply fails where the endpoint went back to its old configuration, and so does not delete what is in use.

    An endpoint that was rolled back is InService, which is all that the provider waits for: it would go on to destroy
    the old configuration and model (terraform-provider-aws issues 46663 and 48997). A failed postcondition keeps both
    until an update holds.
    """
    message = (
        "The deployment was rolled back: the endpoint serves its old configuration, which is kept. Read why in the "
        "alarms and the log of the endpoint, then apply again."
    )
    condition = f"${{self.endpoint_config_name == {configuration.name}}}"
    return TerraformResourceLifecycle(postcondition=[Postcondition(condition=condition, error_message=message)])
