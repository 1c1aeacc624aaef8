"""What people call the resources a review speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from constructs_lib.references import is_reference
from constructs_lib.terraform.blocks import text, texts
from constructs_lib.terraform.recipients import Directory
from constructs_lib.terraform.stack import Resource, Stack

_OWN = (
    "name", "configuration_name", "bucket", "identifier", "cluster_identifier", "function_name", "domain_name",
    "alarm_name", "queue_name", "replication_group_id",
)  # fmt: skip
_OF = (
    "topic_arn", "arn", "queue_url", "key_id", "function_name", "rule", "bucket", "log_group_name", "role",
    "event_bus_name", "rest_api_id", "api_id", "stage_name",
)  # fmt: skip
"""What a resource without a name of its own belongs to, the nearest first."""

_OFFICIAL = re.compile(r"^(aws_|awscc_)")


def own_name(resource: Resource) -> str:
    """The name a resource has in AWS; empty where it has none, or one that is not known."""
    for argument in _OWN:
        name = resource.values.get(argument)
        if isinstance(name, str) and name and not is_reference(name):
            return name
    return ""


class ResourceNames:
    """Names in one stack, which is `stack`."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._directory = Directory(stack)

    def resource(self, resource: Resource) -> str:
        """Its type and its name, or what it belongs to: `sns topic oncall`; its address where it says neither."""
        kind = _OFFICIAL.sub("", resource.type).replace("_", " ")
        if name := own_name(resource):
            return f"{kind} {self.value(name)}"
        for argument in _OF:
            if name := self._known(resource.values.get(argument)):
                return f"{kind} of {name}"
        return resource.address

    def value(self, value: object) -> str:
        """What an ARN, a URL or a reference names; other text as it is."""
        written = text(value)
        return self._directory.called(written) if is_reference(written) or ":" in written else written

    def receivers(self, actions: tuple[str, ...]) -> str:
        """Who is called, by the names people have: `ml-team, oncall`."""
        return ", ".join(dict.fromkeys(found.name for found in self._directory.behind(actions))) or "no one"

    def topics(self, actions: tuple[str, ...]) -> str:
        """What is called, by its own name, where its receivers are the same."""
        return ", ".join(map(self._directory.called, actions)) or "no one"

    def _known(self, value: object) -> str:
        name = self.value(value)
        return "" if name == self._directory.UNKNOWN else name


class Words(dict[str, str]):
    """A resource's arguments as words; what is missing has a word too."""

    def __init__(self, values: Mapping[str, Any], names: ResourceNames) -> None:
        def word(*arguments: str, otherwise: str) -> str:
            return next((said for key in arguments if (said := names.value(values.get(key)))), otherwise)

        super().__init__(
            name=word("name", "configuration_name", otherwise="this one"),
            endpoint=_endpoint(text(values.get("endpoint")), names),
            topic=word("topic_arn", "sns_topic_arn", "sns_topic", "arn", otherwise="the topic"),
            topics=names.topics(texts(values.get("sns_topic_arns"))),
            target=word("arn", otherwise="their target"),
            log_group=word("log_group_name", otherwise="the log group"),
            function=word("function_name", otherwise="a function"),
            principal=word("principal", otherwise="its caller"),
            bus=word("event_bus_name", otherwise="the default event bus"),
            bucket=word("bucket", otherwise="a bucket"),
            role=word("role", otherwise="a role"),
            policy=word("policy_arn", otherwise="a policy"),
            addon=word("addon_name", otherwise="of a cluster"),
        )


def _endpoint(address: str, names: ResourceNames) -> str:
    """Without the path of a web hook, which is as good as a password."""
    scheme, found, rest = address.partition("://")
    if found and "/" in rest:
        return f"{scheme}://{rest.partition('/')[0]}/…"
    return (names.value(address) if address.startswith(("arn:", "$")) else address) or "a receiver"
