"""A monitored endpoint through Terraform: the bias job definition by Cloud Control, its schedule, and their order."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.testing import MotoServer, TerraformError, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.names import Names
from tests.testing.stacks import stack

BIAS = "AWS::SageMaker::ModelBiasJobDefinition"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ranker:3"


def registry_schema() -> str:
    """CloudFormation's schema of the type, from the copy that cfn-lint (which comes with moto's server) carries."""
    schemas = files("cfnlint") / "data/schemas"
    name = json.loads((schemas / "providers/us-east-1.json").read_text())[BIAS]
    return (schemas / f"resources/{name}.json").read_text()


def bias_definition(names: Names, *, runtime_seconds: int, name: str | None = None) -> dict[str, Any]:
    """The definition's desired state, named by a hash of its content unless `name` is given."""
    local = "/opt/ml/processing"
    content = {
        "RoleArn": "arn:aws:iam::123456789012:role/monitoring",
        "ModelBiasAppSpecification": {"ImageUri": IMAGE, "ConfigUri": "s3://models/analysis.json"},
        "ModelBiasJobInput": {
            "GroundTruthS3Input": {"S3Uri": "s3://labels/ranker/"},
            "EndpointInput": {
                "EndpointName": names("ranker"),
                "LocalPath": f"{local}/input/endpoint",
                "InferenceAttribute": "0",
            },
        },
        "ModelBiasJobOutputConfig": {
            "MonitoringOutputs": [{"S3Output": {"S3Uri": "s3://models/bias", "LocalPath": f"{local}/output"}}]
        },
        "JobResources": {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 50}},
        "StoppingCondition": {"MaxRuntimeInSeconds": runtime_seconds},
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]
    return {"JobDefinitionName": name or names(f"bias-{digest}"), **content}


def endpoint(names: Names, instances: int) -> dict[str, Any]:
    """Model, configuration with data capture, and endpoint."""
    capture = {
        "initial_sampling_percentage": 100,
        "destination_s3_uri": "s3://models/capture",
        "capture_options": [{"capture_mode": "Input"}, {"capture_mode": "Output"}],
    }
    variant = {
        "variant_name": "main",
        "model_name": "${aws_sagemaker_model.ranker.name}",
        "initial_instance_count": instances,
        "instance_type": "ml.g5.xlarge",
    }
    return {
        "aws_sagemaker_model": {
            "ranker": {
                "name": names("ranker"),
                "execution_role_arn": "arn:aws:iam::123456789012:role/ranker",
                "enable_network_isolation": True,
                "primary_container": {"image": IMAGE, "model_data_url": "s3://models/ranker/model.tar.gz"},
            }
        },
        "aws_sagemaker_endpoint_configuration": {
            "ranker": {
                "name": names(f"ranker-{instances}"),
                "production_variants": variant,
                "data_capture_config": capture,
                "lifecycle": {"create_before_destroy": True},
            }
        },
        "aws_sagemaker_endpoint": {
            "ranker": {
                "name": names("ranker"),
                "endpoint_config_name": "${aws_sagemaker_endpoint_configuration.ranker.name}",
                "deployment_config": {
                    "auto_rollback_configuration": {"alarms": [{"alarm_name": names("errors")}]},
                    "blue_green_update_policy": {
                        "traffic_routing_configuration": {"type": "ALL_AT_ONCE", "wait_interval_in_seconds": 60}
                    },
                },
            }
        },
    }


def data_quality(names: Names) -> dict[str, Any]:
    """The native job definition, with all that may be left out left out."""
    return {
        "name": names("quality"),
        "role_arn": "arn:aws:iam::123456789012:role/monitoring",
        "data_quality_app_specification": {"image_uri": IMAGE},
        "data_quality_job_input": {"endpoint_input": {"endpoint_name": names("ranker")}},
        "data_quality_job_output_config": {"monitoring_outputs": {"s3_output": {"s3_uri": "s3://models/quality"}}},
        "job_resources": {
            "cluster_config": {"instance_count": 1, "instance_type": "ml.m5.xlarge", "volume_size_in_gb": 50}
        },
        "stopping_condition": {"max_runtime_in_seconds": 1800},
    }


def scaling() -> dict[str, Any]:
    """The variant as a scalable target, tagged."""
    return {
        "min_capacity": 1,
        "max_capacity": 4,
        "resource_id": "endpoint/${aws_sagemaker_endpoint.ranker.name}/variant/main",
        "scalable_dimension": "sagemaker:variant:DesiredInstanceCount",
        "service_namespace": "sagemaker",
        "tags": {"team": "ml"},
    }


def bias(definition: dict[str, Any], names: Names) -> dict[str, Any]:
    """The definition and its schedule."""
    return {
        "aws_cloudcontrolapi_resource": {
            "bias": {
                "type_name": BIAS,
                "schema": registry_schema(),
                "desired_state": json.dumps(definition),
                "lifecycle": {"create_before_destroy": True},
            }
        },
        "aws_sagemaker_monitoring_schedule": {
            "bias": {
                "name": names("bias"),
                "tags": {"team": "ml"},
                "monitoring_schedule_config": {
                    "monitoring_job_definition_name": (
                        '${jsondecode(aws_cloudcontrolapi_resource.bias.properties)["JobDefinitionName"]}'
                    ),
                    "monitoring_type": "ModelBias",
                    "schedule_config": {"schedule_expression": "cron(0 * ? * * *)"},
                },
            }
        },
    }


@pytest.mark.apply
def test_a_changed_definition_is_a_new_one_and_the_schedule_follows(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    sagemaker = moto.client("sagemaker")

    def version(runtime_seconds: int, instances: int) -> dict[str, Any]:
        definition = bias_definition(names, runtime_seconds=runtime_seconds)
        return stack(
            {
                **endpoint(names, instances),
                **bias(definition, names),
                "aws_sagemaker_data_quality_job_definition": {"quality": data_quality(names)},
                "aws_appautoscaling_target": {"ranker": scaling()},
            }
        )

    with applied(workspace(version(1800, instances=1), endpoint=moto.url)) as live:
        first = sagemaker.describe_monitoring_schedule(MonitoringScheduleName=names("bias"))
        assert first["EndpointName"] == names("ranker")

        change = live.change(version(1700, instances=2))

        assert change.actions == {
            "aws_sagemaker_endpoint_configuration.ranker": "replace",
            "aws_sagemaker_endpoint.ranker": "update",
            "aws_cloudcontrolapi_resource.bias": "replace",
            "aws_sagemaker_monitoring_schedule.bias": "update",
        }
        second = sagemaker.describe_monitoring_schedule(MonitoringScheduleName=names("bias"))
        used = second["MonitoringScheduleConfig"]["MonitoringJobDefinitionName"]
        assert used == bias_definition(names, runtime_seconds=1700)["JobDefinitionName"]
        definition = sagemaker.describe_model_bias_job_definition(JobDefinitionName=used)
        assert definition["StoppingCondition"] == {"MaxRuntimeInSeconds": 1700}

        (variant,) = sagemaker.describe_endpoint(EndpointName=names("ranker"))["ProductionVariants"]
        assert variant["DesiredInstanceCount"] == 2

    left = sagemaker.list_model_bias_job_definitions()["JobDefinitionSummaries"]
    assert not [one for one in left if names("") in one["MonitoringJobDefinitionName"]]


@pytest.mark.apply
def test_a_nested_change_under_the_same_name_is_refused_as_aws_refuses_it(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    def version(runtime_seconds: int) -> dict[str, Any]:
        definition = bias_definition(names, runtime_seconds=runtime_seconds, name=names("bias"))
        return stack(bias(definition, names))

    live = workspace(version(1800), endpoint=moto.url)
    live.apply()
    live.write(version(1700))

    with pytest.raises(TerraformError, match=r"NotUpdatable.*StoppingCondition/MaxRuntimeInSeconds"):
        live.apply()


@pytest.mark.plan
def test_the_schema_checks_the_definition_at_plan_time(workspace: WorkspaceFactory, names: Names) -> None:
    wrong = bias_definition(names, runtime_seconds=1800)
    wrong["JobResources"]["ClusterConfig"]["InstanceCount"] = "one"

    with pytest.raises(TerraformError, match="InstanceCount"):
        workspace(stack(bias(wrong, names))).plan()


def test_a_definition_in_use_cannot_be_deleted(moto: MotoServer, names: Names) -> None:
    sagemaker, control = moto.client("sagemaker"), moto.client("cloudcontrol")
    definition = bias_definition(names, runtime_seconds=1800)
    made = control.create_resource(TypeName=BIAS, DesiredState=json.dumps(definition))["ProgressEvent"]
    again = control.create_resource(TypeName=BIAS, DesiredState=json.dumps(definition))["ProgressEvent"]
    schedule = {
        "MonitoringType": "ModelBias",
        "MonitoringJobDefinitionName": definition["JobDefinitionName"],
        "ScheduleConfig": {"ScheduleExpression": "cron(0 * ? * * *)"},
    }
    sagemaker.create_monitoring_schedule(MonitoringScheduleName=names("bias"), MonitoringScheduleConfig=schedule)
    refused = control.delete_resource(TypeName=BIAS, Identifier=made["Identifier"])["ProgressEvent"]
    sagemaker.delete_monitoring_schedule(MonitoringScheduleName=names("bias"))
    gone = control.delete_resource(TypeName=BIAS, Identifier=made["Identifier"])["ProgressEvent"]

    assert (again["OperationStatus"], again["ErrorCode"]) == ("FAILED", "AlreadyExists")
    assert (refused["OperationStatus"], gone["OperationStatus"]) == ("FAILED", "SUCCESS")
    assert names("bias") in refused["StatusMessage"]
    assert control.get_resource_request_status(RequestToken=gone["RequestToken"])["ProgressEvent"] == gone
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        control.get_resource(TypeName=BIAS, Identifier=made["Identifier"])


def test_a_schedule_needs_its_definition(moto: MotoServer, names: Names) -> None:
    schedule = {
        "MonitoringType": "DataQuality",
        "MonitoringJobDefinitionName": "nowhere",
        "ScheduleConfig": {"ScheduleExpression": "cron(0 * ? * * *)"},
    }

    with pytest.raises(ClientError, match="Could not find DataQuality job definition nowhere"):
        moto.client("sagemaker").create_monitoring_schedule(
            MonitoringScheduleName=names("quality"), MonitoringScheduleConfig=schedule
        )


def test_another_resource_type_is_refused_by_name(moto: MotoServer) -> None:
    with pytest.raises(ClientError, match="AWS::S3::Bucket is not among"):
        moto.client("cloudcontrol").list_resources(TypeName="AWS::S3::Bucket")


def test_a_creation_that_is_sent_again_is_done_once(moto: MotoServer, names: Names) -> None:
    """As AWS: the SDK repeats a request with its ClientToken after a broken connection."""
    rule = {"Name": names("again"), "Rule": {"Schedule": {"Expression": "cron(0 2 * * *)", "Duration": "PT1H"}}}

    def create(token: str) -> dict[str, Any]:
        done = moto.client("cloudcontrol").create_resource(
            TypeName="AWS::CloudWatch::AlarmMuteRule", DesiredState=json.dumps(rule), ClientToken=names(token)
        )
        event: dict[str, Any] = done["ProgressEvent"]
        return event

    first, again, other = create("token"), create("token"), create("other")
    assert first["OperationStatus"] == again["OperationStatus"] == "SUCCESS"
    assert first["RequestToken"] == again["RequestToken"]
    assert other["ErrorCode"] == "AlreadyExists"
