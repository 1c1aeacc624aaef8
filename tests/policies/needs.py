"""What each role is needed for: the calls its service makes with it, from AWS's pages, on what the stack says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.aws.sagemaker.images import MODEL_MONITOR
from tests.policies.deployed import ACCOUNT, Deployed, Role
from tests.policies.rare import BUCKET_KEYS

ROLES = "SageMaker developer guide, How to use SageMaker AI execution roles"
FIREHOSE = "Firehose developer guide, Grant Firehose access to an Amazon S3 destination"
SUBSCRIPTIONS = "CloudWatch Logs user guide, Subscription filters with Amazon Data Firehose"
S3_KMS = "S3 user guide, Using server-side encryption with AWS KMS keys"


User = Mapping[str, Any]
"""A resource that names a role."""


@dataclass(frozen=True)
class Need:
    """A call that has to be allowed.

    Attributes:
        action: What.
        resource: On what.
        page: Where AWS says that the service makes it.
        context: Condition keys that come with it.
    """

    action: str
    resource: str
    page: str
    context: dict[str, str] = field(default_factory=dict)


def needs(role: Role) -> tuple[str, list[Need]]:
    """The service that assumes a role, and the calls it makes.

    Raises:
        AssertionError: Nothing uses the role.
    """
    for kind, role_of, service, calls in _USERS:
        for user in role.deployed.of(kind).values():
            if role_of(user) in (role.arn, role.name):
                return service, list(calls(role, user))
    raise AssertionError(f"nothing uses {role.name}")


def _endpoint(role: Role, model: User) -> Iterator[Need]:
    deployed = role.deployed
    (configuration,) = (
        found
        for found in deployed.of("aws_sagemaker_endpoint_configuration").values()
        if found["production_variants"][0]["model_name"] == model["name"]
    )
    endpoint = configuration["name_prefix"].removesuffix("-")
    container = model["primary_container"]
    yield from _pull(container["image"])
    yield from _logs(deployed, f"/aws/sagemaker/Endpoints/{endpoint}")
    yield Need("cloudwatch:PutMetricData", "*", ROLES, {"cloudwatch__namespace": "/aws/sagemaker/Endpoints"})
    if "model_data_url" in container:
        yield from _read(deployed, container["model_data_url"])
    if "vpc_config" in model:
        yield from _network()
    if capture := configuration.get("data_capture_config"):
        page = "SageMaker developer guide, Capture data from real-time endpoint"
        yield from _write(
            deployed, f"{capture['destination_s3_uri']}/{endpoint}/AllTraffic/2026/11/20/10/a.jsonl", page
        )
    if key := configuration.get("kms_key_arn"):
        yield from _volumes(key)
    for deployment in deployed.of("aws_sagemaker_endpoint").values():
        rollback = deployment.get("deployment_config", {}).get("auto_rollback_configuration", {})
        if deployment["name"] == endpoint:
            for alarm in rollback.get("alarms", []):
                arn = f"arn:aws:cloudwatch:{deployed.region}:{ACCOUNT}:alarm:{alarm['alarm_name']}"
                page = "SageMaker developer guide, Auto-Rollback Configuration and Monitoring"
                yield Need("cloudwatch:DescribeAlarms", arn, page)


def _bias_job(role: Role, resource: User) -> Iterator[Need]:
    deployed, definition = role.deployed, json.loads(resource["desired_state"])
    application, job = definition["ModelBiasAppSpecification"], definition["ModelBiasJobInput"]
    output = definition["ModelBiasJobOutputConfig"]
    cluster = definition["JobResources"]["ClusterConfig"]
    reports = output["MonitoringOutputs"][0]["S3Output"]["S3Uri"]
    yield from _job(
        deployed,
        image=application["ImageUri"],
        namespace="aws/sagemaker/Endpoints/bias-metrics"
        if "EndpointInput" in job
        else "aws/sagemaker/ModelMonitoring/bias-metrics",
        captured=_captured(deployed, job["EndpointInput"]["EndpointName"])
        if "EndpointInput" in job
        else job["BatchTransformInput"]["DataCapturedDestinationS3Uri"],
        reports=reports,
        output_key=output.get("KmsKeyId"),
        disk_key=cluster.get("VolumeKmsKeyId"),
        in_vpc="VpcConfig" in definition["NetworkConfig"],
    )
    yield from _read(deployed, application["ConfigUri"])
    if "ModelBiasBaselineConfig" in definition:
        yield from _read(deployed, definition["ModelBiasBaselineConfig"]["ConstraintsResource"]["S3Uri"])
    # Ground truth is merged by a job of its own under the same role, which leaves its result below the reports.
    merger = MODEL_MONITOR.accounts[deployed.region]
    yield from _pull(
        f"{merger}.dkr.ecr.{deployed.region}.amazonaws.com/sagemaker-model-monitor-groundtruth-merger",
    )
    yield from _read(deployed, f"{job['GroundTruthS3Input']['S3Uri']}2026/11/20/10/labels.jsonl")
    yield from _write(deployed, f"{reports}/merge/ranker/AllTraffic/2026/11/20/10/merged.jsonl", ROLES)
    yield from _read(deployed, f"{reports}/merge/ranker/AllTraffic/2026/11/20/10/merged.jsonl")


def _data_job(role: Role, definition: User) -> Iterator[Need]:
    deployed = role.deployed
    job, baseline = definition["data_quality_job_input"], definition["data_quality_baseline_config"]
    output = definition["data_quality_job_output_config"]
    yield from _job(
        deployed,
        image=definition["data_quality_app_specification"]["image_uri"],
        namespace="aws/sagemaker/Endpoints/data-metrics",
        captured=_captured(deployed, job["endpoint_input"]["endpoint_name"]),
        reports=output["monitoring_outputs"]["s3_output"]["s3_uri"],
        output_key=output.get("kms_key_id"),
        disk_key=definition["job_resources"]["cluster_config"].get("volume_kms_key_id"),
        in_vpc="vpc_config" in definition["network_config"],
    )
    yield from _read(deployed, baseline["constraints_resource"]["s3_uri"])
    if "statistics_resource" in baseline:
        yield from _read(deployed, baseline["statistics_resource"]["s3_uri"])


def _job(
    deployed: Deployed,
    *,
    image: str,
    namespace: str,
    captured: str,
    reports: str,
    output_key: str | None,
    disk_key: str | None,
    in_vpc: bool,
) -> Iterator[Need]:
    """What every monitoring job does ("CreateProcessingJob API: Execution Role Permissions")."""
    yield from _pull(image)
    yield from _logs(deployed, "/aws/sagemaker/ProcessingJobs")
    for name in ("/aws/sagemaker/ProcessingJobs", namespace):
        yield Need("cloudwatch:PutMetricData", "*", ROLES, {"cloudwatch__namespace": name})
    yield from _read(deployed, f"{captured}/ranker/AllTraffic/2026/11/20/10/captured.jsonl")
    yield from _write(deployed, f"{reports}/ranker/schedule/2026/11/20/11/report.json", ROLES)
    if output_key is not None:
        yield Need("kms:Encrypt", deployed.key_behind(output_key), ROLES)
    if disk_key is not None:
        yield from _volumes(disk_key)
    if in_vpc:
        yield from _network()


def _subscription(_: Role, subscription: User) -> Iterator[Need]:
    for action in ("firehose:PutRecord", "firehose:PutRecordBatch"):
        yield Need(action, subscription["destination_arn"], SUBSCRIPTIONS)


def _delivery(role: Role, stream: User) -> Iterator[Need]:
    deployed = role.deployed
    to = stream["extended_s3_configuration"]
    bucket = to["bucket_arn"]
    for action in ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"):
        yield Need(action, bucket, FIREHOSE)
    written = f"{bucket}/{to['prefix']}2026/11/20/10/file.gz"
    for action in ("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"):
        yield Need(action, written, FIREHOSE)
    if bucket not in deployed.arns("aws_s3_bucket"):
        yield Need("s3:PutObjectAcl", written, f"{FIREHOSE}, in another account")
    if key := to.get("kms_key_arn"):
        region = key.split(":")[3]
        context = {"kms__ViaService": f"s3.{region}.amazonaws.com", "kms__EncryptionContext__aws__s3__arn": bucket}
        for action in ("kms:Decrypt", "kms:GenerateDataKey"):
            yield Need(action, key, FIREHOSE, context)
    logging = to["cloudwatch_logging_options"]
    group = f"arn:aws:logs:{deployed.region}:{ACCOUNT}:log-group:{logging['log_group_name']}"
    yield Need("logs:PutLogEvents", f"{group}:log-stream:{logging['log_stream_name']}", FIREHOSE)


def _instances(role: Role, _: User) -> Iterator[Need]:
    deployed = role.deployed
    page = "CloudWatch user guide, Create IAM roles and users for use with the CloudWatch agent"
    yield Need("cloudwatch:PutMetricData", "*", page, {"cloudwatch__namespace": "CWAgent"})
    yield Need("ec2:DescribeTags", "*", page)
    fleet = role.name.removesuffix("-instance")
    for address, parameter in deployed.of("aws_ssm_parameter").items():
        if parameter["name"].endswith(fleet):
            yield Need("ssm:GetParameter", deployed.arn("aws_ssm_parameter", address), page)
    for hook in deployed.of("aws_autoscaling_lifecycle_hook").values():
        if hook["autoscaling_group_name"] == fleet:
            group = f"arn:aws:autoscaling:{deployed.region}:{ACCOUNT}:autoScalingGroup:1-2:autoScalingGroupName/{fleet}"
            for action in ("autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"):
                yield Need(action, group, "EC2 Auto Scaling user guide, Complete a lifecycle action")


def _calls_of_endpoints(role: Role, _: User) -> Iterator[Need]:
    deployed = role.deployed
    page = "API Gateway developer guide, Integration request settings: credentials"
    for integration in deployed.of("aws_api_gateway_integration").values():
        if integration.get("credentials") == role.arn:
            endpoint = integration["uri"].partition("path/endpoints/")[2].removesuffix("/invocations")
            arn = f"arn:aws:sagemaker:{deployed.region}:{ACCOUNT}:endpoint/{endpoint}"
            yield Need("sagemaker:InvokeEndpoint", arn, page)


def _gateway_logs(role: Role, _: User) -> Iterator[Need]:
    deployed = role.deployed
    page = "API Gateway developer guide, Permissions for CloudWatch logging"
    group = f"arn:aws:logs:{deployed.region}:{ACCOUNT}:log-group:API-Gateway-Execution-Logs_abc/prod"
    actions = ("CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "PutLogEvents")
    for action in (*actions, "GetLogEvents", "FilterLogEvents"):
        yield Need(f"logs:{action}", group, page)


def _pull(image: str) -> Iterator[Need]:
    registry, _, name = image.partition("/")
    account, _, _, region = registry.split(".")[:4]
    repository = name.partition("@")[0].partition(":")[0]
    arn = f"arn:aws:ecr:{region}:{account}:repository/{repository}"
    yield Need("ecr:GetAuthorizationToken", "*", ROLES)
    for action in ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"):
        yield Need(action, arn, ROLES)


def _logs(deployed: Deployed, group: str) -> Iterator[Need]:
    arn = f"arn:aws:logs:{deployed.region}:{ACCOUNT}:log-group:{group}"
    for action in ("logs:CreateLogGroup", "logs:DescribeLogStreams"):
        yield Need(action, arn, ROLES)
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        yield Need(action, f"{arn}:log-stream:AllTraffic/i-1", ROLES)


def _read(deployed: Deployed, uri: str) -> Iterator[Need]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    yield Need("s3:ListBucket", f"arn:aws:s3:::{bucket}", ROLES, {"s3__prefix": key})
    yield Need("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}", ROLES)
    yield from _with_key(deployed, bucket, "kms:Decrypt")


def _write(deployed: Deployed, uri: str, page: str) -> Iterator[Need]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    yield Need("s3:GetBucketLocation", f"arn:aws:s3:::{bucket}", page)
    yield Need("s3:PutObject", f"arn:aws:s3:::{bucket}/{key}", page)
    yield Need("s3:AbortMultipartUpload", f"arn:aws:s3:::{bucket}/{key}", page)
    yield from _with_key(deployed, bucket, "kms:GenerateDataKey", "kms:Decrypt")  # both for a multipart upload


def _with_key(deployed: Deployed, bucket: str, *actions: str) -> Iterator[Need]:
    key = BUCKET_KEYS.get(bucket)
    for encryption in deployed.of("aws_s3_bucket_server_side_encryption_configuration").values():
        if encryption["bucket"] == bucket:
            key = encryption["rule"][0]["apply_server_side_encryption_by_default"]["kms_master_key_id"]
    if key is not None:
        for action in actions:
            yield Need(action, key, S3_KMS, {"kms__ViaService": f"s3.{deployed.region}.amazonaws.com"})


def _volumes(key: str) -> Iterator[Need]:
    page = "SageMaker developer guide, Protect data at rest: a storage volume with a KMS key"
    for action in ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"):
        yield Need(action, key, page)
    yield Need("kms:CreateGrant", key, page, {"kms__GrantIsForAWSResource": "true"})


def _network() -> Iterator[Need]:
    for action in (
        "CreateNetworkInterface",
        "CreateNetworkInterfacePermission",
        "DeleteNetworkInterface",
        "DeleteNetworkInterfacePermission",
        "DescribeDhcpOptions",
        "DescribeNetworkInterfaces",
        "DescribeSecurityGroups",
        "DescribeSubnets",
        "DescribeVpcs",
    ):
        yield Need(f"ec2:{action}", "*", f"{ROLES}: a private VPC")


def _captured(deployed: Deployed, endpoint: str) -> str:
    """Where an endpoint of the stack captures its data."""
    (capture,) = (
        configuration["data_capture_config"]["destination_s3_uri"]
        for configuration in deployed.of("aws_sagemaker_endpoint_configuration").values()
        if configuration["name_prefix"] == f"{endpoint}-"
    )
    return str(capture)


def _graphs(_: Role, __: User) -> Iterator[Need]:
    page = "Amazon Q Developer in chat applications administrator guide, IAM policies, Notification permissions"
    reads = ("DescribeAlarmHistory", "DescribeAlarms", "GetMetricData", "GetMetricStatistics", "GetMetricWidgetImage")
    yield from (Need(f"cloudwatch:{action}", "*", page) for action in (*reads, "ListMetrics"))


def _invocations(role: Role, setting: User) -> Iterator[Need]:
    page = "Bedrock user guide, Monitor model invocation using CloudWatch Logs and Amazon S3"
    group = setting["logging_config"][0]["cloudwatch_config"][0]["log_group_name"]
    stream = f"log-group:{group}:log-stream:aws/bedrock/modelinvocations"
    for action in ("CreateLogStream", "PutLogEvents"):
        yield Need(f"logs:{action}", f"arn:aws:logs:{role.deployed.region}:{ACCOUNT}:{stream}", page)


_USERS: tuple[tuple[str, Callable[[User], object], str, Callable[[Role, User], Iterator[Need]]], ...] = (
    ("aws_sagemaker_model", lambda it: it["execution_role_arn"], "sagemaker.amazonaws.com", _endpoint),
    (
        "aws_cloudcontrolapi_resource",
        lambda it: json.loads(it["desired_state"]).get("RoleArn"),
        "sagemaker.amazonaws.com",
        _bias_job,
    ),
    ("aws_sagemaker_data_quality_job_definition", lambda it: it["role_arn"], "sagemaker.amazonaws.com", _data_job),
    (
        "aws_kinesis_firehose_delivery_stream",
        lambda it: it["extended_s3_configuration"]["role_arn"],
        "firehose.amazonaws.com",
        _delivery,
    ),
    ("aws_cloudwatch_log_subscription_filter", lambda it: it["role_arn"], "logs.amazonaws.com", _subscription),
    ("aws_iam_instance_profile", lambda it: it["role"], "ec2.amazonaws.com", _instances),
    (
        "aws_api_gateway_integration",
        lambda it: it.get("credentials"),
        "apigateway.amazonaws.com",
        _calls_of_endpoints,
    ),
    ("aws_chatbot_slack_channel_configuration", lambda it: it["iam_role_arn"], "chatbot.amazonaws.com", _graphs),
    ("aws_api_gateway_account", lambda it: it["cloudwatch_role_arn"], "apigateway.amazonaws.com", _gateway_logs),
    (
        "aws_bedrock_model_invocation_logging_configuration",
        lambda it: it["logging_config"][0]["cloudwatch_config"][0]["role_arn"],
        "bedrock.amazonaws.com",
        _invocations,
    ),
)
