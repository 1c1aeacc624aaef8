"""SageMaker: models read back as written, deployments, and monitoring schedules, of which nothing is ever run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import botocore.session
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound, ValidationError
from moto.sagemaker.models import FakeEndpointConfig, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from constructs_lib.testing.moto.calls import kept, parameters

_JOB_DEFINITIONS = {
    "DataQuality": "data_quality_job_definitions",
    "ModelBias": "model_bias_job_definitions",
    "ModelExplainability": "model_explainability_job_definitions",
    "ModelQuality": "model_quality_job_definitions",
}
"""Where moto keeps the definitions of each monitoring type."""


def keep_model(original: Callable[..., Any], response: SageMakerResponse) -> Any:
    """A model without a VPC has none, and keeps its network isolation."""
    result = original(response)
    wanted = parameters(response)
    model: Any = response.sagemaker_backend.describe_model(wanted["ModelName"])
    model.vpc_config = wanted.get("VpcConfig")
    model.enable_network_isolation = wanted.get("EnableNetworkIsolation", False)
    model.inference_execution_config = wanted.get("InferenceExecutionConfig")
    return result


def keep_data_quality(original: Callable[..., Any], response: SageMakerResponse) -> Any:
    """Defaults as in the API reference: EndpointInput, BatchTransformInput and MonitoringS3Output."""
    wanted = parameters(response)
    for source in wanted["DataQualityJobInput"].values():
        source.setdefault("S3InputMode", "File")
        source.setdefault("S3DataDistributionType", "FullyReplicated")
    for output in wanted["DataQualityJobOutputConfig"]["MonitoringOutputs"]:
        output["S3Output"].setdefault("S3UploadMode", "EndOfJob")
    result = original(response)
    definition = response.sagemaker_backend.data_quality_job_definitions[wanted["JobDefinitionName"]]
    for name, value in vars(definition).items():
        if value == {}:
            setattr(definition, name, None)
    return result


def keep_deployment(original: Callable[..., Any], response: SageMakerResponse) -> Any:
    """The configuration of an endpoint's deployment, and the summary of what it captures."""
    result = original(response)
    wanted = parameters(response)
    endpoint: Any = response.sagemaker_backend.endpoints[wanted["EndpointName"]]
    endpoint.last_deployment_config = wanted.get("DeploymentConfig")
    endpoint.data_capture_config = _capture(endpoint.data_capture_config)
    return result


def _capture(configured: Mapping[str, Any]) -> dict[str, Any] | None:
    """DataCaptureConfigSummary of what an endpoint's configuration says."""
    if not configured:
        return None
    enabled = configured.get("EnableCapture", False)
    return {
        "EnableCapture": enabled,
        "CaptureStatus": "Started" if enabled else "Stopped",
        "CurrentSamplingPercentage": configured["InitialSamplingPercentage"],
        "DestinationS3Uri": configured["DestinationS3Uri"],
        "KmsKeyId": configured.get("KmsKeyId", ""),
    }


def _taken_back(response: SageMakerResponse, deployment: Mapping[str, Any] | None) -> bool:
    """Whether one of a deployment's roll-back alarms is in alarm."""
    rollback = ((deployment or {}).get("AutoRollbackConfiguration") or {}).get("Alarms", [])
    alarms = cloudwatch_backends[response.current_account][response.region].alarms
    return any(alarms[one["AlarmName"]].state_value == "ALARM" for one in rollback if one["AlarmName"] in alarms)


def update_endpoint(response: SageMakerResponse) -> ActionResult:
    """UpdateEndpoint: another configuration takes over at once, or not at all while a roll-back alarm fires."""
    backend, wanted = response.sagemaker_backend, parameters(response)
    name, configuration_name = wanted["EndpointName"], wanted["EndpointConfigName"]
    if name not in backend.endpoints:
        raise ValidationError(f"Could not find endpoint {name}")
    if configuration_name not in backend.endpoint_configs:
        raise ValidationError(f"Could not find endpoint configuration {configuration_name}")
    endpoint: Any = backend.endpoints[name]
    if _taken_back(response, wanted.get("DeploymentConfig")):
        return ActionResult({"EndpointArn": endpoint.arn})
    configuration = backend.endpoint_configs[configuration_name]
    taken_over = type(endpoint)(
        account_id=backend.account_id,
        region_name=backend.region_name,
        endpoint_name=name,
        endpoint_config_name=configuration_name,
        production_variants=configuration.production_variants,
        data_capture_config=_capture(configuration.data_capture_config),
        tags=endpoint.tags,
    )
    vars(endpoint).update({**vars(taken_over), "creation_time": endpoint.creation_time})
    endpoint.last_deployment_config = wanted.get("DeploymentConfig")
    return ActionResult({"EndpointArn": endpoint.arn})


def allow_every_instance_type(
    original: Callable[..., None], configuration: FakeEndpointConfig, instance_type: str
) -> None:
    """Any type the API's model lists for an endpoint."""
    if instance_type not in _instance_types():
        original(configuration, instance_type)


@lru_cache
def _instance_types() -> frozenset[str]:
    """What the API's own model lists for an endpoint."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    return frozenset(model.shape_for("ProductionVariantInstanceType").enum)


def refuse_to_delete_scheduled(
    original: Callable[..., None], backend: SageMakerModelBackend, job_definition_name: str
) -> None:
    """A job definition that a schedule uses stays."""
    for name, schedule in kept(backend, "monitoring_schedules").items():
        if schedule["MonitoringScheduleConfig"]["MonitoringJobDefinitionName"] == job_definition_name:
            raise ResourceInUseException(f"Job definition {job_definition_name} is used by monitoring schedule {name}")
    original(backend, job_definition_name)


def find_schedules_too(original: Callable[..., Any], backend: SageMakerModelBackend, arn: str) -> Any:
    """What has tags: schedules as well."""
    return kept(backend, "tagged_schedules").get(arn) or original(backend, arn)


def create_monitoring_schedule(response: SageMakerResponse) -> ActionResult:
    """CreateMonitoringSchedule."""
    backend, wanted = response.sagemaker_backend, parameters(response)
    name, configuration = wanted["MonitoringScheduleName"], wanted["MonitoringScheduleConfig"]
    schedules = kept(backend, "monitoring_schedules")
    if name in schedules:
        raise ResourceInUseException(f"Monitoring schedule {name} already exists")
    arn = f"arn:{backend.partition}:sagemaker:{backend.region_name}:{backend.account_id}:monitoring-schedule/{name}"
    schedules[name] = {
        "MonitoringScheduleArn": arn,
        "MonitoringScheduleName": name,
        "MonitoringScheduleStatus": "Scheduled",
        "CreationTime": utcnow(),
        **_configured(backend, configuration),
    }
    kept(backend, "tagged_schedules")[arn] = SimpleNamespace(tags=wanted.get("Tags", []))
    return ActionResult({"MonitoringScheduleArn": arn})


def describe_monitoring_schedule(response: SageMakerResponse) -> ActionResult:
    """DescribeMonitoringSchedule."""
    return ActionResult(_schedule(response))


def update_monitoring_schedule(response: SageMakerResponse) -> ActionResult:
    """UpdateMonitoringSchedule."""
    schedule = _schedule(response)
    schedule.update(_configured(response.sagemaker_backend, parameters(response)["MonitoringScheduleConfig"]))
    return ActionResult({"MonitoringScheduleArn": schedule["MonitoringScheduleArn"]})


def delete_monitoring_schedule(response: SageMakerResponse) -> EmptyResult:
    """DeleteMonitoringSchedule."""
    del kept(response.sagemaker_backend, "monitoring_schedules")[_schedule(response)["MonitoringScheduleName"]]
    return EmptyResult()


def list_monitoring_schedules(response: SageMakerResponse) -> ActionResult:
    """ListMonitoringSchedules, of one endpoint if asked."""
    endpoint = parameters(response).get("EndpointName")
    schedules = kept(response.sagemaker_backend, "monitoring_schedules").values()
    return ActionResult(
        {"MonitoringScheduleSummaries": [s for s in schedules if endpoint in (None, s.get("EndpointName"))]}
    )


def _configured(backend: SageMakerModelBackend, configuration: dict[str, Any]) -> dict[str, Any]:
    """What a schedule takes from its configuration; its job definition must be there."""
    kind, name = configuration["MonitoringType"], configuration["MonitoringJobDefinitionName"]
    definitions = getattr(backend, _JOB_DEFINITIONS[kind])
    if name not in definitions:
        raise ValidationError(f"Could not find {kind} job definition {name}")
    job_input = next(value for key, value in vars(definitions[name]).items() if key.endswith("_job_input"))
    return {
        "MonitoringScheduleConfig": configuration,
        "MonitoringType": kind,
        "EndpointName": job_input.get("EndpointInput", {}).get("EndpointName"),
        "LastModifiedTime": utcnow(),
    }


def _schedule(response: SageMakerResponse) -> dict[str, Any]:
    name = parameters(response)["MonitoringScheduleName"]
    schedules = kept(response.sagemaker_backend, "monitoring_schedules")
    if name not in schedules:
        raise ResourceNotFound(f"Monitoring schedule {name} not found")
    schedule: dict[str, Any] = schedules[name]
    return schedule
