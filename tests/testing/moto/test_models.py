"""Every answer that a patch of moto makes or changes, held against botocore's own model of the service."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from constructs_lib.testing import MotoServer
from constructs_lib.testing.moto.patches import CLOUD_CONTROL, PATCHES
from tests.names import Names

ROLE = "arn:aws:iam::123456789012:role/ranker"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ranker:3"

_TYPES: dict[str, Any] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (datetime, int, float, str),
    "blob": (bytes, str),
}


def departures(value: Any, shape: Any, path: str, *, wire: bool) -> Iterator[str]:
    """Where a value is not what its shape says: types, required members, enum values, members unknown to the model.

    On the wire members have their serialised names; what is no text there (headers) is not looked for.
    """
    kind = shape.type_name
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{path} is {value!r}, and should be a {kind}"
    elif kind == "structure":
        yield from _departures_of_members(value, shape, path, wire=wire)
    elif kind == "list":
        for item in value:
            yield from departures(item, shape.member, f"{path}[]", wire=wire)
    elif kind == "map":
        for key, item in value.items():
            yield from departures(item, shape.value, f"{path}[{key}]", wire=wire)
    elif getattr(shape, "enum", ()) and value not in shape.enum:
        yield f"{path} is {value!r}, and the model knows {', '.join(shape.enum)}"


def _departures_of_members(value: Mapping[str, Any], shape: Any, path: str, *, wire: bool) -> Iterator[str]:
    members = {
        (member.serialization.get("name", name) if wire else name): (name, member)
        for name, member in shape.members.items()
    }
    for name in sorted(value.keys() - members.keys() - {"ResponseMetadata"}):
        yield f"{path} has {name}, which the model does not know"
    for name, (plain, member) in members.items():
        if value.get(name) is not None:
            yield from departures(value[name], member, f"{path}.{name}", wire=wire)
        elif plain in shape.required_members and "location" not in member.serialization:
            yield f"{path} has no {name}"


class Held:
    """A client whose answers are held against the model."""

    def __init__(self, moto: MotoServer, service: str) -> None:
        self.client = moto.client(service)
        self.answered: set[str] = set()
        self.departures: list[str] = []
        self.client.meta.events.register("after-call", self._look)

    def _look(self, *, parsed: dict[str, Any], model: Any, http_response: Any, **_: Any) -> None:
        if http_response.status_code >= 300:
            return
        self.answered.add(model.name)
        if model.output_shape is None:
            return
        self.departures += departures(parsed, model.output_shape, model.name, wire=False)
        if "json" in model.metadata["protocol"] and http_response.content:
            raw = json.loads(http_response.content)
            self.departures += departures(raw, model.output_shape, f"{model.name} on the wire", wire=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)


def _apigateway(held: Held, moto: MotoServer, names: Names) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    api = held.create_rest_api(name=names("api"), policy=policy)["id"]
    held.get_rest_api(restApiId=api)
    root = held.get_resources(restApiId=api)["items"][0]["id"]
    path = held.create_resource(restApiId=api, parentId=root, pathPart="rank")["id"]
    held.update_resource(
        restApiId=api, resourceId=path, patchOperations=[{"op": "replace", "path": "/pathPart", "value": "embed"}]
    )
    where = {"restApiId": api, "resourceId": path, "httpMethod": "POST"}
    held.put_method(**where, authorizationType="NONE")
    held.update_method(**where, patchOperations=[{"op": "replace", "path": "/apiKeyRequired", "value": "true"}])
    held.put_integration(**where, type="MOCK", requestTemplates={"application/json": "{}"})
    patch = {"op": "replace", "path": "/timeoutInMillis", "value": "900"}
    held.update_integration(**where, patchOperations=[patch])
    held.get_integration(**where)
    held.put_method_response(**where, statusCode="200")
    held.put_integration_response(**where, statusCode="200", responseTemplates={})
    held.get_integration_response(**where, statusCode="200")
    held.create_deployment(restApiId=api, stageName="prod")
    path = "/*/*/metrics/enabled"
    held.update_stage(
        restApiId=api, stageName="prod", patchOperations=[{"op": "replace", "path": path, "value": "true"}]
    )
    held.update_stage(restApiId=api, stageName="prod", patchOperations=[{"op": "remove", "path": "/*/*"}])
    held.delete_integration_response(**where, statusCode="200")


def _endpoint(sagemaker: Any, names: Names) -> str:
    """An endpoint with all that it needs; its name."""
    name: str = names("ranker")
    sagemaker.create_model(
        ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE}, EnableNetworkIsolation=True
    )
    variant = {
        "VariantName": "main",
        "ModelName": name,
        "InstanceType": "ml.g6.xlarge",
        "InitialInstanceCount": 1,
        "InitialVariantWeight": 1,
    }
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 20,
        "DestinationS3Uri": "s3://b/capture",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    for configuration, captured in ((name, {}), (f"{name}-2", {"DataCaptureConfig": capture})):
        sagemaker.create_endpoint_config(EndpointConfigName=configuration, ProductionVariants=[variant], **captured)
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, Tags=[{"Key": "team", "Value": "ml"}])
    return name


def _applicationautoscaling(held: Held, moto: MotoServer, names: Names) -> None:
    endpoint = _endpoint(moto.client("sagemaker"), names)
    arn = held.register_scalable_target(
        ServiceNamespace="sagemaker",
        ResourceId=f"endpoint/{endpoint}/variant/main",
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
        MinCapacity=1,
        MaxCapacity=2,
        Tags={"team": "ml"},
    )["ScalableTargetARN"]
    held.tag_resource(ResourceARN=arn, Tags={"owner": "ml"})
    held.untag_resource(ResourceARN=arn, TagKeys=["team"])
    assert held.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"owner": "ml"}


def _autoscaling(held: Held, moto: MotoServer, names: Names) -> None:
    ec2 = moto.client("ec2")
    template = ec2.create_launch_template(
        LaunchTemplateName=names("gpu"), LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "g5.xlarge"}
    )["LaunchTemplate"]["LaunchTemplateId"]
    subnet = ec2.create_subnet(
        VpcId=ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"],
        CidrBlock="10.0.1.0/24",
        AvailabilityZone="us-east-1a",
    )
    group = {"AutoScalingGroupName": names("gpu")}
    held.create_auto_scaling_group(
        **group,
        MinSize=0,
        MaxSize=2,
        DefaultInstanceWarmup=600,
        MaxInstanceLifetime=604_800,
        DesiredCapacityType="units",
        InstanceMaintenancePolicy={"MinHealthyPercentage": 90, "MaxHealthyPercentage": 110},
        LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
        VPCZoneIdentifier=subnet["Subnet"]["SubnetId"],
    )
    held.update_auto_scaling_group(**group, CapacityRebalance=True, DefaultCooldown=60, TerminationPolicies=["Default"])
    held.describe_auto_scaling_groups()
    step = {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}
    held.put_scaling_policy(
        **group,
        PolicyName=names("out"),
        PolicyType="StepScaling",
        AdjustmentType="ChangeInCapacity",
        MetricAggregationType="Average",
        StepAdjustments=[step],
    )
    held.describe_policies(**group)
    topic = moto.client("sns").create_topic(Name=names("fleet"))["TopicArn"]
    held.put_lifecycle_hook(
        **group,
        LifecycleHookName=names("drain"),
        LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
        NotificationTargetARN=topic,
        RoleARN=ROLE,
    )
    held.describe_lifecycle_hooks(**group)
    failed = "autoscaling:EC2_INSTANCE_LAUNCH_ERROR"
    held.put_notification_configuration(**group, TopicARN=topic, NotificationTypes=[failed])
    held.describe_notification_configurations()
    held.delete_notification_configuration(**group, TopicARN=topic)
    held.start_instance_refresh(**group, Strategy="Rolling", Preferences={"MinHealthyPercentage": 90})
    held.describe_instance_refreshes(**group)


def _lambda(held: Held, moto: MotoServer, names: Names) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = moto.client("iam").create_role(
        RoleName=names("f"), AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", "")
    name = {"FunctionName": names("f")}
    held.create_function(**name, Runtime="python3.12", Role=role, Handler="f.f", Code={"ZipFile": code.getvalue()})
    held.update_function_configuration(**name, LoggingConfig={"LogFormat": "JSON", "LogGroup": "/ai/ranker"})
    held.get_function_configuration(**name)


def _cloudwatch(held: Held, moto: MotoServer, names: Names) -> None:
    held.put_metric_alarm(
        AlarmName=names("errors"),
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
        Threshold=0,
    )
    held.put_composite_alarm(
        AlarmName=names("page"),
        AlarmRule=f'ALARM("{names("errors")}")',
        ActionsSuppressor=names("errors"),
        ActionsSuppressorWaitPeriod=60,
        ActionsSuppressorExtensionPeriod=60,
    )
    held.set_alarm_state(AlarmName=names("errors"), StateValue="ALARM", StateReason="a test")
    held.describe_alarms(AlarmNamePrefix=names(""), AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert held.describe_alarm_history(AlarmName=names("page"))["AlarmHistoryItems"]
    held.put_metric_data(Namespace=names("ai"), MetricData=[{"MetricName": "lines", "Value": 1}])
    now = datetime.now(UTC)
    held.get_metric_statistics(
        Namespace=names("ai"),
        MetricName="lines",
        Dimensions=[],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7_200,
        Statistics=["Sum"],
    )
    held.delete_alarms(AlarmNames=[names("page"), names("errors")])


def _ec2(held: Held, moto: MotoServer, names: Names) -> None:
    data = {"ImageId": "ami-1", "UserData": base64.b64encode(b"#!/bin/sh").decode()}
    held.create_launch_template(LaunchTemplateName=names("gpu"), LaunchTemplateData=data)
    held.create_launch_template_version(LaunchTemplateName=names("gpu"), LaunchTemplateData=data)
    held.describe_launch_template_versions(LaunchTemplateName=names("gpu"))


def _events(held: Held, moto: MotoServer, names: Names) -> None:
    topic = moto.client("sns").create_topic(Name=names("failed"))["TopicArn"]
    held.put_rule(Name=names("failed"), EventPattern=json.dumps({"source": [names("x")]}))
    held.put_targets(Rule=names("failed"), Targets=[{"Id": "topic", "Arn": topic}])
    held.put_events(Entries=[{"Source": names("x"), "DetailType": "failed", "Detail": "{}"}])


def _logs(held: Held, moto: MotoServer, names: Names) -> None:
    group, stream = names("/ai/ranker"), "main"
    held.create_log_group(logGroupName=group)
    held.create_log_stream(logGroupName=group, logStreamName=stream)
    transformation = {"metricNamespace": names("ai"), "metricName": "errors", "metricValue": "1", "defaultValue": 0}
    held.put_metric_filter(
        logGroupName=group, filterName="errors", filterPattern="Error", metricTransformations=[transformation]
    )
    held.describe_metric_filters(logGroupName=group)
    line = {"timestamp": int(datetime.now(UTC).timestamp() * 1000), "message": "Error"}
    held.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[line])
    held.put_data_protection_policy(logGroupIdentifier=group, policyDocument="{}")
    held.get_data_protection_policy(logGroupIdentifier=group)
    held.delete_data_protection_policy(logGroupIdentifier=group)
    held.get_data_protection_policy(logGroupIdentifier=group)
    arn = held.create_log_anomaly_detector(
        logGroupArnList=[f"arn:aws:logs:us-east-1:123456789012:log-group:{group}"],
        detectorName=names("unusual"),
        evaluationFrequency="FIVE_MIN",
        anomalyVisibilityTime=7,
        tags={"team": "ml"},
    )["anomalyDetectorArn"]
    held.update_log_anomaly_detector(anomalyDetectorArn=arn, enabled=False, anomalyVisibilityTime=14)
    held.get_log_anomaly_detector(anomalyDetectorArn=arn)
    held.delete_log_anomaly_detector(anomalyDetectorArn=arn)


def _bias(names: Names) -> dict[str, Any]:
    return {
        "JobDefinitionName": names("bias"),
        "ModelBiasAppSpecification": {"ImageUri": IMAGE, "ConfigUri": "s3://b/analysis.json"},
        "ModelBiasJobInput": {
            "EndpointInput": {"EndpointName": names("ranker"), "LocalPath": "/opt/ml/processing/input"},
            "GroundTruthS3Input": {"S3Uri": "s3://labels/ranker/"},
        },
        "ModelBiasJobOutputConfig": {
            "MonitoringOutputs": [{"S3Output": {"S3Uri": "s3://b/out", "LocalPath": "/opt/ml/processing/output"}}]
        },
        "JobResources": {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 20}},
        "RoleArn": ROLE,
    }


def _sagemaker(held: Held, moto: MotoServer, names: Names) -> None:
    endpoint = _endpoint(held, names)
    held.describe_endpoint(EndpointName=endpoint)
    held.describe_model(ModelName=endpoint)
    traffic = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 600}
    held.update_endpoint(
        EndpointName=endpoint,
        EndpointConfigName=f"{endpoint}-2",
        DeploymentConfig={"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": traffic}},
    )
    held.describe_endpoint(EndpointName=endpoint)
    held.create_data_quality_job_definition(
        JobDefinitionName=names("quality"),
        DataQualityAppSpecification={"ImageUri": IMAGE},
        DataQualityJobInput={"EndpointInput": {"EndpointName": endpoint, "LocalPath": "/opt/ml/processing/input"}},
        DataQualityJobOutputConfig=_bias(names)["ModelBiasJobOutputConfig"],
        JobResources=_bias(names)["JobResources"],
        RoleArn=ROLE,
    )
    held.describe_data_quality_job_definition(JobDefinitionName=names("quality"))
    held.create_model_bias_job_definition(**_bias(names))
    for kind, name in (("DataQuality", "quality"), ("ModelBias", "bias")):
        schedule = {
            "MonitoringScheduleName": names(name),
            "MonitoringScheduleConfig": {
                "MonitoringType": kind,
                "MonitoringJobDefinitionName": names(name),
                "ScheduleConfig": {"ScheduleExpression": "cron(0 * ? * * *)"},
            },
        }
        arn = held.create_monitoring_schedule(**schedule, Tags=[{"Key": "team", "Value": "ml"}])
        held.update_monitoring_schedule(**schedule)
        held.list_tags(ResourceArn=arn["MonitoringScheduleArn"])
        held.describe_monitoring_schedule(MonitoringScheduleName=names(name))
        held.list_monitoring_schedules()
        with pytest.raises(ClientError, match="is used by monitoring schedule"):
            getattr(held, f"delete_{'data_quality' if name == 'quality' else 'model_bias'}_job_definition")(
                JobDefinitionName=names(name)
            )
        held.delete_monitoring_schedule(MonitoringScheduleName=names(name))
    held.delete_data_quality_job_definition(JobDefinitionName=names("quality"))
    held.delete_model_bias_job_definition(JobDefinitionName=names("bias"))


def _cloudcontrol(held: Held, moto: MotoServer, names: Names) -> None:
    mute = {"TypeName": "AWS::CloudWatch::AlarmMuteRule"}
    made = held.create_resource(**mute, DesiredState=json.dumps({"Name": names("night")}))["ProgressEvent"]
    held.get_resource_request_status(RequestToken=made["RequestToken"])
    patch = json.dumps([{"op": "add", "path": "/Description", "value": "x"}])
    held.update_resource(**mute, Identifier=made["Identifier"], PatchDocument=patch)
    held.get_resource(**mute, Identifier=made["Identifier"])
    held.list_resources(**mute)
    held.delete_resource(**mute, Identifier=made["Identifier"])
    twice = {"TypeName": "AWS::SageMaker::ModelBiasJobDefinition", "DesiredState": json.dumps(_bias(names))}
    kept = held.create_resource(**twice)["ProgressEvent"]["Identifier"]
    assert held.create_resource(**twice)["ProgressEvent"]["OperationStatus"] == "FAILED"
    held.delete_resource(TypeName=twice["TypeName"], Identifier=kept)


SCENARIOS: dict[str, Callable[[Held, MotoServer, Names], None]] = {
    "apigateway": _apigateway,
    "application-autoscaling": _applicationautoscaling,
    "autoscaling": _autoscaling,
    "lambda": _lambda,
    "cloudwatch": _cloudwatch,
    "ec2": _ec2,
    "events": _events,
    "logs": _logs,
    "sagemaker": _sagemaker,
    "cloudcontrol": _cloudcontrol,
}


def patched(service: str) -> set[str]:
    """The operations of a service that patches answer."""
    if service == "cloudcontrol":
        return {*CLOUD_CONTROL}
    return {operation for patch in PATCHES if patch.service == service for operation in patch.operations}


@pytest.mark.parametrize("service", SCENARIOS)
def test_every_patched_answer_is_as_the_model_says(moto: MotoServer, names: Names, service: str) -> None:
    held = Held(moto, service)
    SCENARIOS[service](held, moto, names)
    assert patched(service) <= held.answered
    of_patches = [one for one in held.departures if one.split()[0].split(".")[0].split("[")[0] in patched(service)]
    assert of_patches == []


def test_every_service_with_a_patched_answer_has_a_scenario() -> None:
    assert {patch.service for patch in PATCHES if patch.operations} <= SCENARIOS.keys()


def test_an_answer_that_departs_from_the_model_is_noticed() -> None:
    client = boto3.client("logs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    shape = client.meta.service_model.operation_model("GetLogAnomalyDetector").output_shape
    answer = {"detectorName": 5, "anomalyDetectorStatus": "ASLEEP", "logGroupArnList": ["a"], "extra": 1}
    assert [one.partition(", and the model knows")[0] for one in departures(answer, shape, "it", wire=True)] == [
        "it has extra, which the model does not know",
        "it.detectorName is 5, and should be a string",
        "it.anomalyDetectorStatus is 'ASLEEP'",
    ]
