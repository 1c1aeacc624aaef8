"""Who receives an alarm's action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from constructs_lib.alarms.receivers import last_part, receiver_type
from constructs_lib.references import is_reference, variables_in
from constructs_lib.terraform.actions import kind_of
from constructs_lib.terraform.blocks import text, texts
from constructs_lib.terraform.stack import Resource, Stack, path_of

CHATS = (
    "aws_chatbot_slack_channel_configuration", "aws_chatbot_teams_channel_configuration",
    "awscc_chatbot_slack_channel_configuration", "awscc_chatbot_microsoft_teams_channel_configuration",
)  # fmt: skip
"""Chat channels that subscribe to the topics they are given."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, service or policy that an alarm notifies or runs.

    Attributes:
        kind: email, https, sqs, lambda …; `chat` for a channel; `topic` for one whose subscribers are elsewhere;
            `policy` for a scaling one.
        address: Where it goes, without secrets: of a variable only the name.
        name: Short, for a sentence.
    """

    kind: str
    address: str
    name: str


class Directory:
    """Looks receivers up in one stack."""

    UNKNOWN = "a receiver not yet known"

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @cached_property
    def _subscribers(self) -> Mapping[str, list[Recipient]]:
        """By the address of a topic of the stack, or by the ARN of another."""
        found: dict[str, list[Recipient]] = {}
        for resource in self._stack.of("aws_sns_topic_subscription"):
            found.setdefault(self._topic(text(resource.values.get("topic_arn"))), []).append(_subscriber(resource))
        for resource in self._stack.of(*CHATS):
            name = text(resource.values.get("configuration_name"))
            for topic in texts(resource.values.get("sns_topic_arns")):
                found.setdefault(self._topic(topic), []).append(Recipient("chat", name, f"chat channel {name}"))
        return found

    def _topic(self, arn: str) -> str:
        topic = self._stack.referred(arn)
        return topic.address if topic else arn

    def behind(self, actions: Iterable[str]) -> tuple[Recipient, ...]:
        """The recipients of some actions, each once."""
        found: dict[tuple[str, str], Recipient] = {}
        for action in actions:
            for receiver in self._behind(action):
                found.setdefault((receiver.kind, receiver.address), receiver)
        return tuple(found.values())

    def _behind(self, action: str) -> list[Recipient]:
        name = self.called(action)
        if kind_of(action) != "notifies":
            return [Recipient("policy", name, name)]
        if subscribed := self._subscribers.get(self._topic(action)):
            return subscribed
        return [Recipient("topic" if ":sns:" in action or self._stack.referred(action) else "action", name, name)]

    def called(self, value: str) -> str:
        """What an ARN or a reference names: by its own name, or as far as the reference says it."""
        resource = self._stack.referred(value)
        named = text(resource.values.get("name")) if resource else ""
        if named and not is_reference(named):
            return named
        path = path_of(value)
        if len(path) > 2:
            return path[-2]
        return self.UNKNOWN if is_reference(value) else last_part(value)


def _subscriber(resource: Resource) -> Recipient:
    protocol, endpoint = text(resource.values.get("protocol")), text(resource.values.get("endpoint"))
    if is_reference(endpoint):
        path = path_of(endpoint)
        name = ", ".join(variables_in(endpoint)) or (path[-2] if len(path) > 2 else Directory.UNKNOWN)
        return Recipient(protocol, name, name)
    facts = receiver_type(protocol)
    return Recipient(protocol, facts.public(endpoint), facts.name(endpoint))
