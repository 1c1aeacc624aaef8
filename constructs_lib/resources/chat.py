"""What lets Amazon Q Developer in chat applications post alarms to a channel of Slack or Microsoft Teams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct
from constructs_lib.options.chat import SlackChannel, TeamsChannel
from constructs_lib.resources.policy import Statement
from constructs_lib.resources.role import Role
from constructs_lib.resources.values import aws

_READS = [
    "cloudwatch:DescribeAlarmHistory",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "cloudwatch:GetMetricStatistics",
    "cloudwatch:GetMetricWidgetImage",
    "cloudwatch:ListMetrics",
]
"""To draw the alarm's metric below the message. None of them takes the ARN of one resource, but DescribeAlarms."""


def chat_role(scope: Construct, *, name: str) -> Role:
    """The role of all channels of a stack; no page says that the service sends a source, so nothing asks for one."""
    return Role(
        scope,
        "chat",
        name=name,
        description="Draws the metric of an alarm in a chat",
        service="chatbot.amazonaws.com",
        statements=[Statement(sid="DrawMetrics", actions=_READS)],
    )


def chat_channel(
    scope: Construct,
    channel: SlackChannel | TeamsChannel,
    *,
    name: str,
    role: Role,
    topics: Sequence[str],
    environment: Environment,
) -> Any:
    """The aws_chatbot_slack_channel_configuration or aws_chatbot_teams_channel_configuration of a channel.

    Args:
        channel: The channel, whose name is the construct id, too.
        name: What the configuration's name begins with.
        role: What the service may do for anyone in the channel.
        topics: ARNs of the topics whose messages it shows.
    """
    common: dict[str, Any] = {
        "configuration_name": join(name, channel.name),
        "iam_role_arn": role.arn,
        "sns_topic_arns": list(topics),
        # Left out, it is AdministratorAccess.
        "guardrail_policy_arns": [f"arn:{environment.partition}:iam::aws:policy/CloudWatchReadOnlyAccess"],
        "user_authorization_required": True,
        "logging_level": "ERROR",
    }
    construct_id = join("chat", channel.name)
    if isinstance(channel, SlackChannel):
        return aws.chatbot_slack_channel_configuration.ChatbotSlackChannelConfiguration(
            scope, construct_id, slack_team_id=channel.workspace, slack_channel_id=channel.channel, **common
        )
    return aws.chatbot_teams_channel_configuration.ChatbotTeamsChannelConfiguration(
        scope,
        construct_id,
        tenant_id=channel.tenant,
        team_id=channel.team,
        channel_id=channel.channel,
        **common,
    )
