"""A SageMaker model bias job definition, which Terraform knows through Cloud Control only.

Nothing of a definition can change: every other content is another definition, with a hash of the content in its name,
made before the old one is deleted. (Under one name a change of something nested would be planned as an update, which
AWS refuses.) With the registry's schema the content is checked when Terraform plans, without asking AWS.
"""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct, TerraformResourceLifecycle
from constructs_lib.patterns.model_bias import ModelBiasSpec
from constructs_lib.patterns.monitoring_job.resources.monitoring_job import INPUT, OUTPUT
from constructs_lib.patterns.monitoring_job.spec import BatchInput, MonitoringJobSpec, Prediction
from constructs_lib.resources.cloud_control import cloud_control
from constructs_lib.resources.content_hash import content_hash

TYPE = "AWS::SageMaker::ModelBiasJobDefinition"

_FORMATS: dict[str, dict[str, Any]] = {
    "csv": {"Csv": {"Header": False}},
    "csv_with_header": {"Csv": {"Header": True}},
    "json_lines": {"Json": {"Line": True}},
    "parquet": {"Parquet": True},
}


def content(
    spec: ModelBiasSpec, *, image: str, config: str, endpoint: str | None, role: str, reports: str, key: str | None
) -> dict[str, Any]:
    """What the definition says, without its name.

    Args:
        spec: The monitor.
        image: Container image.
        config: Address of the analysis configuration.
        endpoint: Name of the endpoint, or None for batch data.
        role: ARN of the job's role.
        reports: Where reports go.
        key: Key that encrypts them, or None for the bucket's own.
    """
    start, end = spec.every.offsets(spec.label_delay_hours)
    where = _attributes(spec.prediction) | {"StartTimeOffset": start, "EndTimeOffset": end, "LocalPath": INPUT}
    output: dict[str, Any] = {"MonitoringOutputs": [{"S3Output": {"S3Uri": reports, "LocalPath": OUTPUT}}]}
    said: dict[str, Any] = {
        "RoleArn": role,
        "ModelBiasAppSpecification": {
            "ImageUri": image,
            "ConfigUri": config,
            "Environment": {"publish_cloudwatch_metrics": "Enabled"},
        },
        "ModelBiasJobInput": {
            "GroundTruthS3Input": {"S3Uri": spec.ground_truth},
            **({"EndpointInput": {"EndpointName": endpoint, **where}} if spec.batch is None else {}),
            **({"BatchTransformInput": {**_batch(spec.batch), **where}} if spec.batch is not None else {}),
        },
        "ModelBiasJobOutputConfig": output | ({"KmsKeyId": key} if key is not None else {}),
        "JobResources": {"ClusterConfig": _cluster(spec)},
        "NetworkConfig": _network(spec),
        "StoppingCondition": {"MaxRuntimeInSeconds": spec.runtime_seconds},
    }
    if spec.constraints is not None:
        said["ModelBiasBaselineConfig"] = {"ConstraintsResource": {"S3Uri": spec.constraints}}
    return said


def bias_job_definition(
    scope: Construct,
    construct_id: str,
    *,
    prefix: str,
    literal: dict[str, Any],
    desired: dict[str, Any],
    depends_on: list[Any],
) -> tuple[Any, str]:
    """The aws_cloudcontrolapi_resource, and the definition's name.

    Args:
        prefix: What its name begins with.
        literal: The content with names in it, for the hash.
        desired: The same with references, for the order of things.
        depends_on: What has to be there before.
    """
    name = join(prefix, content_hash(scope, f"{construct_id}-hash", literal))
    definition = cloud_control(
        scope,
        construct_id,
        TYPE,
        {"JobDefinitionName": name, **desired},
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        depends_on=depends_on,
    )
    return definition, name


def _attributes(prediction: Prediction) -> dict[str, Any]:
    said = {
        "FeaturesAttribute": prediction.features,
        "InferenceAttribute": prediction.label,
        "ProbabilityAttribute": prediction.probability,
        "ProbabilityThresholdAttribute": prediction.threshold,
    }
    return {key: value for key, value in said.items() if value is not None}


def _batch(batch: BatchInput) -> dict[str, Any]:
    return {"DataCapturedDestinationS3Uri": batch.data, "DatasetFormat": _FORMATS[batch.format]}


def _cluster(spec: MonitoringJobSpec) -> dict[str, Any]:
    machines = spec.instances
    key = machines.volume_kms_key_arn
    return {
        "InstanceCount": machines.count,
        "InstanceType": machines.type,
        "VolumeSizeInGB": machines.volume_gib,
        **({"VolumeKmsKeyId": key} if key is not None else {}),
    }


def _network(spec: MonitoringJobSpec) -> dict[str, Any]:
    said: dict[str, Any] = {
        "EnableInterContainerTrafficEncryption": True,
        "EnableNetworkIsolation": spec.network_isolation,
    }
    if spec.vpc is not None:
        said["VpcConfig"] = {"Subnets": list(spec.vpc.subnets), "SecurityGroupIds": list(spec.vpc.security_groups)}
    return said
