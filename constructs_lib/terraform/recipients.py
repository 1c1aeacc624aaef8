"""Who receives an alarm's action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from constructs_lib.alarms.receivers import TOPIC, called, last_part, receiver_type, service_at
from constructs_lib.references import is_reference, variables_in
from constructs_lib.terraform.actions import kind_of
from constructs_lib.terraform.blocks import text
from constructs_lib.terraform.chat import channels
from constructs_lib.terraform.stack import UNKNOWN, Resource, Stack, path_of


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, service or policy that an alarm notifies or runs.

    Attributes:
        kind: email, https, sqs, lambda …; `topic` for one whose subscribers are elsewhere;
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
        for channel in channels(self._stack):
            for topic in channel.topics:
                found.setdefault(topic, []).append(Recipient(channel.kind, channel.name, channel.name))
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
        if action != UNKNOWN and (subscribed := self._subscribers.get(self._topic(action))):
            return subscribed
        kind = TOPIC if self._stack.referred(action) else called(action)
        if kind is None or is_reference(action):
            return [Recipient(kind.key if kind else "action", name, name)]
        return [Recipient(kind.key, name, kind.name(action))]

    def called(self, value: str) -> str:
        """What an ARN or a reference names: by its own name, or as far as the reference says it."""
        resource = self._stack.referred(value)
        named = text(resource.values.get("name")) if resource else ""
        if named and not is_reference(named):
            return named
        path = path_of(value)
        while path[:1] == ["module"] and len(path) > 3:
            path = path[2:]
        if len(path) > 2 and path[0] not in ("local", "var", "each", "module"):
            return path[-2]
        return self.UNKNOWN if is_reference(value) else last_part(value)


def _subscriber(resource: Resource) -> Recipient:
    protocol, endpoint = text(resource.values.get("protocol")), text(resource.values.get("endpoint"))
    if service := service_at(endpoint):
        address = ", ".join(variables_in(endpoint)) or service.public(endpoint)
        return Recipient(service.key, address, service.name(endpoint))
    if is_reference(endpoint):
        path = path_of(endpoint)
        name = ", ".join(variables_in(endpoint)) or (path[-2] if len(path) > 2 else Directory.UNKNOWN)
        return Recipient(protocol, name, name)
    facts = receiver_type(protocol)
    return Recipient(protocol, facts.public(endpoint), facts.name(endpoint))
