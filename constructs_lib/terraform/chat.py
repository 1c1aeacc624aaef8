"""Channels of a chat that Amazon Q Developer in chat applications posts to, and the topics they hear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from constructs_lib.terraform.blocks import text, texts
from constructs_lib.terraform.stack import Stack

TYPES = {
    "aws_chatbot_slack_channel_configuration": "slack",
    "aws_chatbot_teams_channel_configuration": "teams",
    "awscc_chatbot_slack_channel_configuration": "slack",
    "awscc_chatbot_microsoft_teams_channel_configuration": "teams",
}


@dataclass(frozen=True, slots=True)
class DeployedChannel:
    """A channel.

    Attributes:
        kind: slack or teams.
        name: Of its configuration, without what it shares with its topics' names.
        topics: The topics: address in this stack, or ARN.
    """

    kind: str
    name: str
    topics: tuple[str, ...]


def channels(stack: Stack) -> Iterator[DeployedChannel]:
    """Every channel of a stack."""
    for resource in stack.of(*TYPES):
        found = [(stack.referred(arn), text(arn)) for arn in texts(resource.values.get("sns_topic_arns"))]
        name = text(resource.values.get("configuration_name")) or resource.address
        for topic in filter(None, (topic for topic, _ in found)):
            name = name.removeprefix(_common(text(topic.values.get("name")), name)) or name
        yield DeployedChannel(
            TYPES[resource.type], name, tuple(topic.address if topic else arn for topic, arn in found)
        )


def _common(one: str, other: str) -> str:
    """The words that both begin with, but for the last one."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one.split("-"), other.split("-")[:-1], strict=False))
    return "".join(f"{word}-" for word, _ in same)
