"""What form a dimension's value has: AWS publishes each with one, and CloudWatch takes any text for it.

A reference is judged by the attribute it takes, as the Terraform provider's documentation describes it; a literal by
its look. What neither tells is not known, and never called wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from constructs_lib.errors import Problem

_NAME = re.compile(r"(?!arn:)(?!\w+://).*", re.DOTALL)
_ARN = re.compile(r"arn:.*", re.DOTALL)
_IDENTITIES = frozenset(
    {
        "arn", "arn_suffix", "dns_name", "endpoint", "execution_arn", "function_name", "id", "invoke_arn", "name",
        "qualified_arn", "queue_url", "unique_id", "url", "user_name",
    }
)  # fmt: skip
"""Attributes that name a resource, each in a form of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueForm:
    """The form of a dimension's value.

    Attributes:
        words: As a sentence says it: `the queue's name`.
        attributes: The attributes that have it, by the type of the resource.
        look: What a literal looks like.
    """

    words: str
    attributes: Mapping[str, tuple[str, ...]]
    look: re.Pattern[str] = _NAME

    def problem(self, dimension: str, value: str, path: list[str]) -> Problem | None:
        """Why a value is none, or None.

        Args:
            dimension: Its name.
            value: A literal, where there is no path.
            path: Of a plain reference: `aws_sqs_queue`, `jobs`, `url`.
        """
        if path:
            right = next((names for kind, names in self.attributes.items() if kind in path[:-1]), ())
            if not right or path[-1] in right or path[-1] not in _IDENTITIES:
                return None
            return Problem(f"{dimension} is {self.words}, and .{path[-1]} is not", f"use .{right[0]}")
        if self.look.fullmatch(value):
            return None
        return Problem(f"{dimension} is {self.words}, and {value!r} is not", f"write {self.words}")


def _name(thing: str, kind: str, *attributes: str) -> ValueForm:
    return ValueForm(words=f"the {thing}'s name", attributes={kind: attributes})


def _id(thing: str, kind: str) -> ValueForm:
    return ValueForm(words=f"the {thing}'s id", attributes={kind: ("id",)})


_SUFFIX = "the end of its ARN, {}"
_BALANCERS = ("aws_lb", "aws_alb")
_LOAD_BALANCER = ValueForm(
    words=_SUFFIX.format("such as app/NAME/ID"),
    attributes=dict.fromkeys(_BALANCERS, ("arn_suffix",)),
    look=re.compile(r"(app|net|gwy)/[^/]+/[^/]+"),
)
_TARGET_GROUP = ValueForm(
    words=_SUFFIX.format("such as targetgroup/NAME/ID"),
    attributes=dict.fromkeys(("aws_lb_target_group", "aws_alb_target_group"), ("arn_suffix",)),
    look=re.compile(r"targetgroup/[^/]+/[^/]+"),
)

FORMS: Mapping[tuple[str, str], ValueForm] = {
    ("AWS/Lambda", "FunctionName"): _name("function", "aws_lambda_function", "function_name", "id"),
    ("AWS/SQS", "QueueName"): _name("queue", "aws_sqs_queue", "name"),
    ("AWS/SNS", "TopicName"): _name("topic", "aws_sns_topic", "name"),
    ("AWS/ApiGateway", "ApiName"): _name("API", "aws_api_gateway_rest_api", "name"),
    ("AWS/ApiGateway", "ApiId"): ValueForm(words="the API's id", attributes={"aws_apigatewayv2_api": ("id",)}),
    ("AWS/ApplicationELB", "LoadBalancer"): _LOAD_BALANCER,
    ("AWS/ApplicationELB", "TargetGroup"): _TARGET_GROUP,
    ("AWS/NetworkELB", "LoadBalancer"): _LOAD_BALANCER,
    ("AWS/NetworkELB", "TargetGroup"): _TARGET_GROUP,
    ("AWS/EC2", "InstanceId"): ValueForm(
        words="the instance's id",
        attributes={"aws_instance": ("id",), "aws_spot_instance_request": ("spot_instance_id",)},
    ),
    ("AWS/EC2", "AutoScalingGroupName"): _name("group", "aws_autoscaling_group", "name", "id"),
    ("AWS/AutoScaling", "AutoScalingGroupName"): _name("group", "aws_autoscaling_group", "name", "id"),
    ("AWS/DynamoDB", "TableName"): _name("table", "aws_dynamodb_table", "name", "id"),
    ("AWS/SageMaker", "EndpointName"): _name("endpoint", "aws_sagemaker_endpoint", "name", "id"),
    ("/aws/sagemaker/Endpoints", "EndpointName"): _name("endpoint", "aws_sagemaker_endpoint", "name", "id"),
    ("AWS/Events", "RuleName"): _name("rule", "aws_cloudwatch_event_rule", "name", "id"),
    ("AWS/Logs", "LogGroupName"): _name("log group", "aws_cloudwatch_log_group", "name", "id"),
    ("AWS/Firehose", "DeliveryStreamName"): _name("stream", "aws_kinesis_firehose_delivery_stream", "name"),
    ("AWS/ECS", "ClusterName"): _name("cluster", "aws_ecs_cluster", "name"),
    ("AWS/ECS", "ServiceName"): _name("service", "aws_ecs_service", "name"),
    # Since version 5 of the provider, `id` is RDS's own id of an instance, db-….
    ("AWS/RDS", "DBInstanceIdentifier"): ValueForm(
        words="the instance's identifier",
        attributes={"aws_db_instance": ("identifier",), "aws_rds_cluster_instance": ("identifier", "id")},
    ),
    ("AWS/RDS", "DBClusterIdentifier"): ValueForm(
        words="the cluster's identifier", attributes={"aws_rds_cluster": ("cluster_identifier", "id")}
    ),
    ("AWS/ElastiCache", "CacheClusterId"): ValueForm(
        words="the cluster's id", attributes={"aws_elasticache_cluster": ("cluster_id", "id")}
    ),
    ("AWS/ES", "DomainName"): ValueForm(
        words="the domain's name",
        attributes=dict.fromkeys(("aws_opensearch_domain", "aws_elasticsearch_domain"), ("domain_name",)),
    ),
    ("AWS/Kinesis", "StreamName"): _name("stream", "aws_kinesis_stream", "name"),
    ("AWS/S3", "BucketName"): _name("bucket", "aws_s3_bucket", "bucket", "id"),
    ("AWS/EFS", "FileSystemId"): _id("file system", "aws_efs_file_system"),
    ("AWS/NATGateway", "NatGatewayId"): _id("gateway", "aws_nat_gateway"),
    ("AWS/CloudFront", "DistributionId"): _id("distribution", "aws_cloudfront_distribution"),
    ("AWS/Route53", "HealthCheckId"): _id("health check", "aws_route53_health_check"),
    ("AWS/States", "StateMachineArn"): ValueForm(
        words="the state machine's ARN", attributes={"aws_sfn_state_machine": ("arn", "id")}, look=_ARN
    ),
    ("AWS/CertificateManager", "CertificateArn"): ValueForm(
        words="the certificate's ARN", attributes={"aws_acm_certificate": ("arn", "id")}, look=_ARN
    ),
}
"""By namespace and dimension. Source: the pages that the catalogue names, and the provider's documentation."""
