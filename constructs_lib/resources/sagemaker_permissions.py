"""What roles in SageMaker need: pull an image, write logs and metrics, join a network.

Source: SageMaker developer guide, "How to use SageMaker AI execution roles".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from constructs_lib.aws.environment import Environment
from constructs_lib.aws.sagemaker.images import Image
from constructs_lib.options.vpc import Vpc
from constructs_lib.resources.policy import Conditions, Statement

SERVICE = "sagemaker.amazonaws.com"

_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/(?P<repository>[^:@]+)([:@].*)?"
)


def assumed_by(environment: Environment) -> Conditions:
    """Only for this account's own endpoints and jobs."""
    return {"StringEquals": {"aws:SourceAccount": environment.account}}


def pull(image: str, environment: Environment, also: Image | None = None) -> list[Statement]:
    """Pull an image from ECR; one whose address is not known before deployment may be any of ECR's.

    Args:
        image: Its address.
        environment: Where.
        also: An image of AWS's that is needed besides.
    """
    match = _ECR_IMAGE.fullmatch(image)
    repositories = ["*"]
    if match:
        where = f"{match['region']}:{match['account']}"
        repositories = [f"arn:{environment.partition}:ecr:{where}:repository/{match['repository']}"]
        if also is not None:
            where = f"{environment.region}:{also.accounts.get(environment.region, '*')}"
            repositories.append(f"arn:{environment.partition}:ecr:{where}:repository/{also.repository}")
    return [
        Statement(sid="LogInToEcr", actions=["ecr:GetAuthorizationToken"]),
        Statement(
            sid="PullImage",
            actions=["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            resources=repositories,
        ),
    ]


def logs(log_group: str, environment: Environment) -> Statement:
    """Write to one log group, which SageMaker makes itself."""
    return Statement(
        sid="WriteLogs",
        actions=["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        resources=[
            environment.arn("logs", f"log-group:{log_group}"),
            environment.arn("logs", f"log-group:{log_group}:log-stream:*"),
        ],
    )


def metrics(namespaces: Sequence[str]) -> Statement:
    """Publish metrics into these namespaces; `*` in one stands for anything."""
    return Statement(
        sid="PublishMetrics",
        actions=["cloudwatch:PutMetricData"],
        conditions={"StringLike": {"cloudwatch:namespace": list(namespaces)}},
    )


def network(vpc: Vpc | None) -> list[Statement]:
    """Make network interfaces in a VPC; EC2 knows no narrower resource for the describing ones."""
    if vpc is None:
        return []
    return [
        Statement(
            sid="JoinNetwork",
            actions=[
                "ec2:CreateNetworkInterface",
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
        )
    ]


def volumes(key_arn: str) -> list[Statement]:
    """Encrypt the disks of instances; the grant is for the service that attaches them."""
    return [
        Statement(
            sid="EncryptDisks",
            actions=["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"],
            resources=[key_arn],
        ),
        Statement(
            sid="GrantDisks",
            actions=["kms:CreateGrant"],
            resources=[key_arn],
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]
