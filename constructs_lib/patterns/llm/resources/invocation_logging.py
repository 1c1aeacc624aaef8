"""Bedrock's log of invocations: one setting for an account and Region, and the role it writes with."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct
from constructs_lib.resources.policy import Statement, from_source
from constructs_lib.resources.role import Role
from constructs_lib.resources.values import aws

STREAM = "aws/bedrock/modelinvocations"
"""The one stream that Bedrock writes to (Bedrock user guide, "Monitor model invocation")."""


class InvocationLogging(Construct):
    """Switches the log on, in place of whatever was set before; destroying it switches the log off for everyone.

    Args:
        role_name: The role's name.
        log_group_name: Where to write, perhaps as a reference.
        bodies: Whether prompts and answers are logged.

    Attributes:
        role: The Role.
        setting: The aws_bedrock_model_invocation_logging_configuration.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        role_name: str,
        log_group_name: str,
        bodies: bool,
        environment: Environment,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = Role(
            self,
            "role",
            name=role_name,
            description=f"Account-wide: Bedrock logs model invocations in {environment.region} with this role",
            service="bedrock.amazonaws.com",
            conditions=from_source(environment, "bedrock", "*"),
            statements=[
                Statement(
                    sid="WriteInvocations",
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[environment.arn("logs", f"log-group:{log_group_name}:log-stream:{STREAM}")],
                )
            ],
        )
        logging = aws.bedrock_model_invocation_logging_configuration
        kind = "BedrockModelInvocationLoggingConfigurationLoggingConfig"
        to_cloudwatch = getattr(logging, f"{kind}CloudwatchConfig")(
            log_group_name=log_group_name, role_arn=self.role.arn
        )
        self.setting: Any = logging.BedrockModelInvocationLoggingConfiguration(
            self,
            "setting",
            logging_config=[
                getattr(logging, kind)(
                    cloudwatch_config=[to_cloudwatch],
                    text_data_delivery_enabled=bodies,
                    image_data_delivery_enabled=bodies,
                    embedding_data_delivery_enabled=bodies,
                    video_data_delivery_enabled=bodies,
                )
            ],
            # Bedrock writes to the group once when it is set, which needs the permissions.
            depends_on=[self.role.policy],
        )
