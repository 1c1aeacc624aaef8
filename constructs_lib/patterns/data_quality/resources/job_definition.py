"""A SageMaker data quality job definition. Nothing of one can change: other content, another name."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct, TerraformResourceLifecycle
from constructs_lib.patterns.data_quality.spec import DataQualitySpec
from constructs_lib.patterns.monitoring_job.resources.monitoring_job import INPUT, OUTPUT, MonitoringJob
from constructs_lib.patterns.monitoring_job.spec import BatchInput
from constructs_lib.resources.content_hash import content_hash
from constructs_lib.resources.values import aws

_PREFIX = "SagemakerDataQualityJobDefinition"


def data_job_definition(
    scope: Construct, construct_id: str, spec: DataQualitySpec, job: MonitoringJob, *, prefix: str, image: str
) -> tuple[Any, str]:
    """The aws_sagemaker_data_quality_job_definition, and its name."""
    content = [
        spec.model_dump(mode="json", include=set(_PART_OF_IT), warnings=False),
        spec.endpoint.name if spec.endpoint is not None else None,
        spec.reports.bucket,
        spec.reports.kms_key_arn,
        spec.runtime_seconds,  # which depends on the schedule
        image,
        job.role_arn,
    ]
    name = join(prefix, content_hash(scope, f"{construct_id}-hash", content))
    definition = _struct("")(
        scope,
        construct_id,
        name=name,
        role_arn=job.role_arn,
        data_quality_app_specification=_struct("DataQualityAppSpecification")(
            image_uri=image, environment={"publish_cloudwatch_metrics": "Enabled"}
        ),
        data_quality_baseline_config=_struct("DataQualityBaselineConfig")(
            constraints_resource=_struct("DataQualityBaselineConfigConstraintsResource")(s3_uri=spec.constraints),
            statistics_resource=_struct("DataQualityBaselineConfigStatisticsResource")(s3_uri=spec.statistics)
            if spec.statistics is not None
            else None,
        ),
        data_quality_job_input=_input(spec),
        data_quality_job_output_config=_struct("DataQualityJobOutputConfig")(
            kms_key_id=job.kms_key,
            monitoring_outputs=_struct("DataQualityJobOutputConfigMonitoringOutputs")(
                s3_output=_struct("DataQualityJobOutputConfigMonitoringOutputsS3Output")(
                    s3_uri=job.reports.address, local_path=OUTPUT
                )
            ),
        ),
        job_resources=_struct("JobResources")(cluster_config=_cluster(spec, job)),
        network_config=_network(spec),
        stopping_condition=_struct("StoppingCondition")(max_runtime_in_seconds=spec.runtime_seconds),
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        depends_on=job.ready,
    )
    return definition, name


_PART_OF_IT = frozenset({"batch", "constraints", "statistics", "instances", "vpc", "network_isolation"})
"""Options that stand in the definition as they are; a change of any other must not make another."""


def _input(spec: DataQualitySpec) -> Any:
    if spec.batch is not None:
        return _struct("DataQualityJobInput")(
            batch_transform_input=_struct("DataQualityJobInputBatchTransformInput")(
                data_captured_destination_s3_uri=spec.batch.data, dataset_format=_format(spec.batch), local_path=INPUT
            )
        )
    assert spec.endpoint is not None  # one of the two  # noqa: S101
    return _struct("DataQualityJobInput")(
        endpoint_input=_struct("DataQualityJobInputEndpointInput")(
            endpoint_name=spec.endpoint.reference, local_path=INPUT
        )
    )


def _format(batch: BatchInput) -> Any:
    kind = "DataQualityJobInputBatchTransformInputDatasetFormat"
    if batch.format == "json_lines":
        return _struct(kind)(json=_struct(f"{kind}Json")(line=True))
    return _struct(kind)(csv=_struct(f"{kind}Csv")(header=batch.format == "csv_with_header"))


def _cluster(spec: DataQualitySpec, job: MonitoringJob) -> Any:
    machines = spec.instances
    return _struct("JobResourcesClusterConfig")(
        instance_count=machines.count,
        instance_type=machines.type,
        volume_size_in_gb=machines.volume_gib,
        volume_kms_key_id=job.volume_key_arn,
    )


def _network(spec: DataQualitySpec) -> Any:
    vpc = None
    if spec.vpc is not None:
        vpc = _struct("NetworkConfigVpcConfig")(subnets=spec.vpc.subnets, security_group_ids=spec.vpc.security_groups)
    return _struct("NetworkConfig")(
        enable_inter_container_traffic_encryption=True,
        enable_network_isolation=spec.network_isolation,
        vpc_config=vpc,
    )


def _struct(name: str) -> Any:
    """A class of the bindings by the last part of its name, for their names are long."""
    return getattr(aws.sagemaker_data_quality_job_definition, f"{_PREFIX}{name}")
