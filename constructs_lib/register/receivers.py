"""Who receives an alarm's action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from constructs_lib.alarms.receivers import last_part, receiver_type
from constructs_lib.references import is_reference, variables_in
from constructs_lib.terraform.actions import kind_of
from constructs_lib.terraform.blocks import text
from constructs_lib.terraform.stack import Resource, Stack, path_of


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, service or policy that an alarm notifies or runs.

    Attributes:
        kind: email, https, sqs, lambda …; `topic` for one whose subscribers are elsewhere; `policy` for a scaling one.
        address: Where it goes, without secrets: of a variable only the name.
        name: Short, for a sentence.
    """

    kind: str
    address: str
    name: str


class Directory:
    """Looks receivers up in one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @cached_property
    def _subscriptions(self) -> Mapping[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self._stack.of("aws_sns_topic_subscription"):
            topic = self._stack.referred(resource.values.get("topic_arn"))
            found.setdefault(topic.address if topic else text(resource.values.get("topic_arn")), []).append(resource)
        return found

    def behind(self, actions: Iterable[str]) -> tuple[Recipient, ...]:
        """The recipients of some actions, each once."""
        found: dict[tuple[str, str], Recipient] = {}
        for action in actions:
            for receiver in self._behind(action):
                found.setdefault((receiver.kind, receiver.address), receiver)
        return tuple(found.values())

    def _behind(self, action: str) -> list[Recipient]:
        topic = self._stack.referred(action)
        if kind_of(action) != "notifies":
            name = text(topic.values.get("name")) if topic else ""
            return [Recipient("policy", name or _last(action), name or _last(action))]
        subscribed = self._subscriptions.get(topic.address if topic else action, [])
        if subscribed:
            return [_subscriber(resource) for resource in subscribed]
        name = _last(action)
        return [Recipient("topic" if ":sns:" in action or topic else "action", name, name)]


def _subscriber(resource: Resource) -> Recipient:
    protocol, endpoint = text(resource.values.get("protocol")), text(resource.values.get("endpoint"))
    if is_reference(endpoint):
        name = ", ".join(variables_in(endpoint)) or _last(endpoint)
        return Recipient(protocol, name, name)
    facts = receiver_type(protocol)
    return Recipient(protocol, facts.public(endpoint), facts.name(endpoint))


def _last(action: str) -> str:
    """A resource's name at the end of an ARN or in a reference."""
    path = path_of(action)
    if len(path) > 2:
        return path[-2]
    return "a receiver not yet known" if is_reference(action) else last_part(action)
