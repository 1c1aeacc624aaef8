"""Every patch of moto, and what it stands in for: what moto 5.2 does there without it.

A patch that moto no longer needs goes. `operations` are the API's, whose answers are ours or are changed: a test holds
each of them against botocore's own model of the service.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.apigateway.models import APIGatewayBackend, RestAPI, Stage
from moto.apigateway.responses import APIGatewayResponse
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.autoscaling.responses import AutoScalingResponse
from moto.awslambda.models import LambdaFunction
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.models.subnets import SubnetBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.events.models import Rule
from moto.iam.access_control import IAMPolicyStatement
from moto.logs.metric_filters import MetricFilters
from moto.logs.models import LogsBackend, LogStream
from moto.logs.responses import LogsResponse
from moto.sagemaker.models import FakeEndpointConfig, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse
from moto.sns.models import Subscription

from constructs_lib.testing.moto import (
    apigateway,
    applicationautoscaling,
    autoscaling,
    awslambda,
    cloudwatch,
    ec2,
    events,
    logs,
    s3,
    sagemaker,
    sns,
)
from constructs_lib.testing.moto.calls import amend, answer

MISSING = "moto has no such call, and answers 500"


@dataclass(frozen=True, slots=True)
class Patch:
    """One method of moto that is ours.

    Attributes:
        service: As boto3 calls it.
        operations: API operations whose answers it makes or changes; none where it only changes what moto does.
        owner: The class of moto's.
        method: Its method.
        change: What takes its place: a call of the API, or a change around what was there.
        stands_in_for: What moto does without it.
    """

    service: str
    operations: tuple[str, ...]
    owner: type
    method: str
    change: Callable[..., Any]
    stands_in_for: str = MISSING

    def install(self) -> None:
        """Put it in place."""
        if self.change.__name__ == self.method:
            answer(self.owner, self.change)
        else:
            amend(self.owner, self.method, self.change)


_GATEWAY, _SCALING, _AUTO, _WATCH = (
    APIGatewayResponse,
    ApplicationAutoScalingResponse,
    AutoScalingResponse,
    CloudWatchResponse,
)
_LOGS, _SAGEMAKER = LogsResponse, SageMakerResponse

# fmt: off
# ruff: noqa: E501  (a table is read down its columns)
PATCHES = (
    Patch("apigateway", ("UpdateResource",), _GATEWAY, "update_resource", apigateway.update_resource),
    Patch("apigateway", ("UpdateMethod",), _GATEWAY, "update_method", apigateway.update_method),
    Patch("apigateway", ("UpdateIntegration",), _GATEWAY, "update_integration", apigateway.update_integration),
    Patch("apigateway", ("GetRestApi",), RestAPI, "to_dict", apigateway.escape_policy, "the policy reads back without the service's escaped quotes: a plan that is never empty"),
    Patch("apigateway", ("UpdateStage",), Stage, "apply_operations", apigateway.remove_method_settings, "`remove` of a method's settings is passed over: they are there after a destroy"),
    Patch("apigateway", ("GetIntegration",), APIGatewayBackend, "get_integration", apigateway.of_an_integration, "500 for an integration that is gone, not NotFoundException"),
    Patch("apigateway", ("GetIntegrationResponse",), APIGatewayBackend, "get_integration_response", apigateway.of_an_integration, "500 for the response of an integration that is gone"),
    Patch("apigateway", ("DeleteIntegrationResponse",), APIGatewayBackend, "delete_integration_response", apigateway.of_an_integration, "500 for the response of an integration that is gone"),
    Patch("application-autoscaling", ("RegisterScalableTarget",), _SCALING, "register_scalable_target", applicationautoscaling.keep_tags, "tags are dropped"),
    Patch("application-autoscaling", ("ListTagsForResource",), _SCALING, "list_tags_for_resource", applicationautoscaling.list_tags_for_resource),
    Patch("application-autoscaling", ("TagResource",), _SCALING, "tag_resource", applicationautoscaling.tag_resource),
    Patch("application-autoscaling", ("UntagResource",), _SCALING, "untag_resource", applicationautoscaling.untag_resource),
    Patch("autoscaling", ("CreateAutoScalingGroup", "DescribeAutoScalingGroups"), _AUTO, "create_auto_scaling_group", autoscaling.keep_on_create, "warm-up, longest lifetime, capacity type and maintenance policy are dropped"),
    Patch("autoscaling", ("UpdateAutoScalingGroup",), _AUTO, "update_auto_scaling_group", autoscaling.keep_on_update, "the same, and four options more that only a create keeps"),
    Patch("autoscaling", ("PutScalingPolicy", "DescribePolicies"), _AUTO, "put_scaling_policy", autoscaling.keep_policy, "every policy reads back as disabled, with an empty predictive configuration"),
    Patch("autoscaling", ("PutLifecycleHook", "DescribeLifecycleHooks"), _AUTO, "put_lifecycle_hook", autoscaling.keep_hook, "role and target read back as fixed names of moto's"),
    Patch("autoscaling", ("PutNotificationConfiguration",), _AUTO, "put_notification_configuration", autoscaling.put_notification_configuration),
    Patch("autoscaling", ("DescribeNotificationConfigurations",), _AUTO, "describe_notification_configurations", autoscaling.describe_notification_configurations),
    Patch("autoscaling", ("DeleteNotificationConfiguration",), _AUTO, "delete_notification_configuration", autoscaling.delete_notification_configuration),
    Patch("autoscaling", ("StartInstanceRefresh",), _AUTO, "start_instance_refresh", autoscaling.start_instance_refresh),
    Patch("autoscaling", ("DescribeInstanceRefreshes",), _AUTO, "describe_instance_refreshes", autoscaling.describe_instance_refreshes),
    Patch("lambda", ("CreateFunction",), LambdaFunction, "__init__", awslambda.keep_on_create, "the logging configuration is dropped"),
    Patch("lambda", ("UpdateFunctionConfiguration",), LambdaFunction, "update_configuration", awslambda.keep_on_update, "the logging configuration is dropped"),
    Patch("lambda", ("GetFunctionConfiguration",), LambdaFunction, "get_configuration", awslambda.read_back, "no logging configuration is read back: a plan that is never empty"),
    Patch("cloudwatch", ("PutCompositeAlarm", "DescribeAlarms"), _WATCH, "put_composite_alarm", cloudwatch.put_composite_alarm),
    Patch("cloudwatch", ("DescribeAlarmHistory",), _WATCH, "describe_alarm_history", cloudwatch.describe_alarm_history),
    Patch("cloudwatch", ("SetAlarmState",), _WATCH, "set_alarm_state", cloudwatch.set_alarm_state, "a state changes, and no action, composite or suppressor follows"),
    Patch("cloudwatch", ("PutMetricAlarm",), CloudWatchBackend, "put_metric_alarm", cloudwatch.keep_state, "a new alarm is OK, and a changed one is made anew"),
    Patch("cloudwatch", ("DeleteAlarms",), CloudWatchBackend, "delete_alarms", cloudwatch.refuse_to_delete_children, "alarms that a composite mentions can be deleted"),
    Patch("cloudwatch", ("GetMetricStatistics",), CloudWatchBackend, "get_metric_statistics", cloudwatch.read_one_metric, "series with more dimensions than asked for are added"),
    Patch("ec2", ("CreateLaunchTemplate", "DescribeLaunchTemplateVersions"), LaunchTemplate, "create_version", ec2.read_back_as_written, "the template's own tags read back as tags of what it launches, a later version's user data in another form"),
    Patch("ec2", (), SubnetBackend, "create_subnet", ec2.under_its_id, "no test can choose the id, as `_custom_id_` does elsewhere"),
    Patch("ec2", (), VPCBackend, "create_vpc", ec2.under_its_id, "the same"),
    Patch("ec2", (), SecurityGroupBackend, "create_security_group", ec2.under_its_id, "the same"),
    Patch("events", ("PutEvents",), Rule, "send_to_targets", events.deliver, "500 for a target that is an SNS topic; no dead-letter queue; a disabled rule takes events"),
    Patch("logs", ("PutLogEvents",), LogsBackend, "put_log_events", logs.publish_metrics, "metric filters publish nothing"),
    Patch("logs", (), LogStream, "_send_log_events", logs.deliver_what_matches, "a subscription filter's pattern is passed over"),
    Patch("logs", ("PutMetricFilter", "DescribeMetricFilters"), MetricFilters, "add_filter", logs.replace_filter, "a second filter of the same name is added"),
    Patch("logs", ("PutDataProtectionPolicy",), _LOGS, "put_data_protection_policy", logs.put_data_protection_policy),
    Patch("logs", ("GetDataProtectionPolicy",), _LOGS, "get_data_protection_policy", logs.get_data_protection_policy),
    Patch("logs", ("DeleteDataProtectionPolicy",), _LOGS, "delete_data_protection_policy", logs.delete_data_protection_policy),
    Patch("logs", ("CreateLogAnomalyDetector",), _LOGS, "create_log_anomaly_detector", logs.create_log_anomaly_detector),
    Patch("logs", ("GetLogAnomalyDetector",), _LOGS, "get_log_anomaly_detector", logs.get_log_anomaly_detector),
    Patch("logs", ("UpdateLogAnomalyDetector",), _LOGS, "update_log_anomaly_detector", logs.update_log_anomaly_detector),
    Patch("logs", ("DeleteLogAnomalyDetector",), _LOGS, "delete_log_anomaly_detector", logs.delete_log_anomaly_detector),
    Patch("s3", (), IAMPolicyStatement, "is_action_permitted", s3.over_tls, "a bucket that refuses what comes without TLS refuses all, as the server speaks plain http"),
    Patch("sagemaker", ("CreateModel", "DescribeModel"), _SAGEMAKER, "create_model", sagemaker.keep_model, "an empty VPC reads back, and no network isolation: the model is replaced each time"),
    Patch("sagemaker", ("CreateDataQualityJobDefinition", "DescribeDataQualityJobDefinition"), _SAGEMAKER, "create_data_quality_job_definition", sagemaker.keep_data_quality, "empty parts read back, and no defaults"),
    Patch("sagemaker", ("CreateEndpoint", "DescribeEndpoint"), _SAGEMAKER, "create_endpoint", sagemaker.keep_deployment, "the deployment configuration is dropped, and captured data is described as in the configuration"),
    Patch("sagemaker", ("UpdateEndpoint",), _SAGEMAKER, "update_endpoint", sagemaker.update_endpoint),
    Patch("sagemaker", ("CreateEndpointConfig",), FakeEndpointConfig, "validate_instance_type", sagemaker.allow_every_instance_type, "instance types of recent years are refused"),
    Patch("sagemaker", ("ListTags",), SageMakerModelBackend, "_get_resource_from_arn", sagemaker.find_schedules_too, "the tags of a monitoring schedule are not found"),
    *(
        Patch("sagemaker", (f"Delete{kind}JobDefinition",), SageMakerModelBackend, f"delete_{name}_job_definition", sagemaker.refuse_to_delete_scheduled, "a definition that a schedule uses can be deleted")
        for kind, name in (("DataQuality", "data_quality"), ("ModelBias", "model_bias"))
    ),
    Patch("sagemaker", ("CreateMonitoringSchedule",), _SAGEMAKER, "create_monitoring_schedule", sagemaker.create_monitoring_schedule),
    Patch("sagemaker", ("DescribeMonitoringSchedule",), _SAGEMAKER, "describe_monitoring_schedule", sagemaker.describe_monitoring_schedule),
    Patch("sagemaker", ("UpdateMonitoringSchedule",), _SAGEMAKER, "update_monitoring_schedule", sagemaker.update_monitoring_schedule),
    Patch("sagemaker", ("DeleteMonitoringSchedule",), _SAGEMAKER, "delete_monitoring_schedule", sagemaker.delete_monitoring_schedule),
    Patch("sagemaker", ("ListMonitoringSchedules",), _SAGEMAKER, "list_monitoring_schedules", sagemaker.list_monitoring_schedules),
    Patch("sns", (), Subscription, "publish", sns.only_to_this_machine, "messages are posted to web addresses for real"),
)
# fmt: on

CLOUD_CONTROL = (
    "CreateResource",
    "GetResource",
    "UpdateResource",
    "DeleteResource",
    "GetResourceRequestStatus",
    "ListResources",
)
"""What `cloudcontrol` answers; moto has nothing of the Cloud Control API."""
