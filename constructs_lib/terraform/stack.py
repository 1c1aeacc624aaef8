"""One stack's resources as plain data, whichever kind of Terraform JSON they came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from constructs_lib.references import is_reference
from constructs_lib.terraform.alarm import ALARM_TYPES, DeployedAlarm
from constructs_lib.terraform.blocks import block, leaves, text
from constructs_lib.terraform.metric_filter import METRIC_FILTER, DeployedFilter

_PLAIN = re.compile(r"\$\{([\w.-]+(?:\[[^\]]*\][\w.-]*)*)\}")
_REFERENCE = re.compile(r"(?<!\$)\$\{[^{}]*\}")
_REMOTE = re.compile(r"\$\{data\.terraform_remote_state\.(?P<state>[\w-]+)\.outputs\.(?P<output>[\w-]+)\}")
_NAMED_BY_ID = ("aws_cloudwatch_log_group", "aws_autoscaling_group", METRIC_FILTER)
_QUOTED_ARN = re.compile(r'"(arn:[^"$]*)"')
_UNIQUE = ("arn", "url", "id")
_NAMES = (*_UNIQUE, "name", "key_id", "function_name")
"""Attributes that name a resource among those of its type, the first also among all."""
_ARN_TYPES = {"sns": "aws_sns_topic", "sqs": "aws_sqs_queue", "lambda": "aws_lambda_function", "kms": "aws_kms_key"}
_INDEX = re.compile(r"\[[^\]]*\]")
_OWN_INDEX = re.compile(r"\[[^\]]*\]$")
_STEP = re.compile(r"[\w-]+(?:\[[^\]]*\])*")

UNKNOWN = "${(known after apply)}"
"""Stands for a value that a plan does not know yet; it reads like any other Terraform reference."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource.

    Attributes:
        address: Terraform's address: `module.app.aws_sns_topic.oncall["a"]`.
        type: `aws_sns_topic`.
        values: Its arguments. What is not known is a reference (`${…}`).
        monitor: The monitor it belongs to, from CDKTF's metadata.
        provider: The provider configuration it is made with, by its key: `aws.europe`.
        region: That provider's Region, or its own; empty where it is not known.
        references: Of arguments that a plan knows in part, what the rest of each is made of.
    """

    address: str
    type: str
    values: Mapping[str, Any]
    monitor: str = ""
    provider: str = ""
    region: str = ""
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def may_be_missing(self) -> bool:
        """Whether a variable decides if there is one, as of two that exclude each other."""
        return any(is_reference(self.values.get(key)) for key in ("count", "for_each"))

    @property
    def reference(self) -> str:
        """What expressions elsewhere in the configuration begin with: the address without index."""
        return _INDEX.sub("", self.address)


class Stack:
    """The resources of one configuration, plan or state.

    Args:
        name: Shown to people.
        resources: All of them.
        custom_metrics: Namespace and name of metrics that the user publishes and declares.
        outputs: What it hands to other stacks.
        states: The stacks that it reads outputs of, by the name of its `terraform_remote_state`.
        moved: Addresses that `moved` blocks lead away from, with the next one of each.
        released: Addresses that `removed` blocks let go of.
    """

    def __init__(
        self,
        name: str,
        resources: Iterable[Resource],
        *,
        custom_metrics: Iterable[tuple[str, str]] = (),
        outputs: Mapping[str, object] | None = None,
        states: Mapping[str, Stack] | None = None,
        moved: Mapping[str, str] | None = None,
        released: Iterable[str] = (),
    ) -> None:
        self.name, self.outputs, self._states = name, outputs or {}, states or {}
        self.resources = tuple(resources)
        self.custom_metrics = frozenset(custom_metrics)
        self.released = frozenset(released)
        self._moved = dict(moved or {})
        self._by_name: dict[str, Mapping[str, Resource]] = {}
        self._named: dict[tuple[str, str], Mapping[str, Resource]] = {}

    @classmethod
    def of_alarms(
        cls, name: str, alarms: Iterable[DeployedAlarm], *, custom_metrics: Iterable[tuple[str, str]] = ()
    ) -> Stack:
        """A stack of which nothing but its alarms is known."""
        stack = cls(name, (), custom_metrics=custom_metrics)
        vars(stack)["alarms"] = tuple(alarms)
        return stack

    def with_custom_metrics(self, custom_metrics: Iterable[tuple[str, str]]) -> Stack:
        """The same stack with other metrics declared; what was read of it is not read again."""
        other = copy(self)
        other.custom_metrics = frozenset(custom_metrics)
        vars(other)["alarms"] = self.alarms
        return other

    def address_of(self, former: str) -> str:
        """Where what is at an address is to be, once all `moved` blocks are followed."""
        for _ in self._moved:
            former = self._moved.get(former, former)
        return former

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[Resource, ...]]:
        grouped: dict[str, list[Resource]] = {}
        for resource in self.resources:
            grouped.setdefault(resource.type, []).append(resource)
        return {kind: tuple(found) for kind, found in grouped.items()}

    def of(self, *types: str) -> tuple[Resource, ...]:
        """The resources of some types."""
        return tuple(resource for kind in types for resource in self._by_type.get(kind, ()))

    def by_what_they_name(self, kind: str, argument: str) -> Mapping[str, Resource]:
        """The resources of a type, by the address of the one that an argument of theirs refers to."""
        if (kind, argument) not in self._named:
            self._named[kind, argument] = {
                named.address: resource
                for resource in self.of(kind)
                if (named := self.find(resource.values.get(argument)))
            }
        return self._named[kind, argument]

    @cached_property
    def alarms(self) -> tuple[DeployedAlarm, ...]:
        """Every CloudWatch alarm, metric alarms first."""
        return tuple(
            DeployedAlarm.read(
                resource.address, resource.type, resource.values, resource.monitor, region=resource.region
            )
            for resource in self.of(*ALARM_TYPES)
        )

    @cached_property
    def metric_filters(self) -> tuple[DeployedFilter, ...]:
        """Every metric filter."""
        return tuple(
            DeployedFilter.read(resource.address, resource.values, resource.monitor)
            for resource in self.of(METRIC_FILTER)
        )

    @cached_property
    def _filters(self) -> Mapping[str, Mapping[str, list[DeployedFilter]]]:
        grouped: dict[str, dict[str, list[DeployedFilter]]] = {}
        for made in self.metric_filters:
            grouped.setdefault(made.namespace.lower(), {}).setdefault(made.metric, []).append(made)
        return grouped

    def filters_in(self, namespace: str) -> Mapping[str, Sequence[DeployedFilter]]:
        """The metric filters that publish to a namespace, in whatever capitals, by the metric's name."""
        return self._filters.get(namespace.lower(), {})

    def filters_of(self, namespace: str, metric: str) -> list[DeployedFilter]:
        """The metric filters that publish a metric."""
        return [made for made in self.filters_in(namespace).get(metric, ()) if made.namespace == namespace]

    @cached_property
    def by_reference(self) -> Mapping[str, Sequence[Resource]]:
        """Resources by what expressions call them: `aws_sns_topic.oncall`, of which `count` may make several.

        Each is there by its address with all indices, and without its own, too.
        """
        named: dict[str, list[Resource]] = {}
        for resource in self.resources:
            for name in {resource.reference, resource.address, _OWN_INDEX.sub("", resource.address)}:
                named.setdefault(name, []).append(resource)
        return named

    def referred(self, expression: object) -> Resource | None:
        """The resource an expression such as `${aws_sns_topic.oncall.arn}` takes its value from, if it is here.

        Of several that a resource is by `count` or `for_each`, the index says which.
        """
        found = (self.by_reference.get(name, ()) for name in _prefixes(expression))
        return next((resources[0] for resources in found if len(resources) == 1), None)

    def find(self, value: object, *kinds: str) -> Resource | None:
        """The resource that a reference, an ARN, an id, a name or a URL stands for.

        Args:
            value: As an argument of another resource has it.
            kinds: Its possible types; without any, names are not looked for, which are unique within a type only.
        """
        found = self.referred(value)
        if found is None and isinstance(value, str) and value and "${" not in value:
            named = (self._named_so(kind).get(value) for kind in kinds or _ARN_TYPES.values())
            found = next((one for one in named if one and (kinds or value in _unique(one))), None) or self._by_arn(
                value
            )
        return found if found is None or not kinds or found.type in kinds else None

    def elsewhere(self, value: object) -> tuple[Stack, Resource] | None:
        """The resource of another stack that a reference to its output stands for, and that stack."""
        match = _REMOTE.fullmatch(value) if isinstance(value, str) else None
        other = self._states.get(match["state"]) if match else None
        found = other.find(other.outputs.get(match["output"])) if match and other else None
        return (other, found) if other and found else None

    def _named_so(self, kind: str) -> Mapping[str, Resource]:
        """The resources of a type, by everything that stands for one."""
        if kind not in self._by_name:
            self._by_name[kind] = {
                value: resource
                for resource in self.of(kind)
                for key in _NAMES
                if isinstance(value := resource.values.get(key), str) and value and "${" not in value
            }
        return self._by_name[kind]

    def _by_arn(self, value: str) -> Resource | None:
        """What is still to be made and has no ARN yet, by the name at the end of a literal one."""
        kind = _ARN_TYPES.get(value.split(":")[2]) if value.count(":") >= 5 and value.startswith("arn:") else None
        for resource in self.of(kind) if kind else ():
            name = resource.values.get("name") or resource.values.get("function_name")
            elsewhere = resource.region and resource.region != value.split(":")[3]
            made = text(resource.values.get("arn")).startswith("arn:")
            if name == value.rpartition(":")[2] and not elsewhere and not made:
                return resource
        return None

    def may_be_any(self, value: object) -> bool:
        """Whether an expression may stand for any resource of the stack, such as `each.value` or a local value."""
        if not is_reference(value) or self.referred(value):
            return False
        if any(name in self.by_reference for name in _prefixes(value)):
            return True  # one of several, and which is not known
        head = (path_of(value) or [""])[0]
        return head not in ("var", "data") and not head.startswith("aws_")

    def handed_over(self, resource: Resource) -> bool:
        """Whether a module is given a resource, and so may have added to it what is not seen."""
        return resource.address in self._in_modules

    @cached_property
    def _in_modules(self) -> frozenset[str]:
        given = (self.referred(leaf) for module in self.of("module") for leaf in leaves(module.values))
        return frozenset(resource.address for resource in given if resource)

    def resolved(self, written: str, steps: int = 10) -> str:
        """Text with each reference in it replaced by what the stack says it stands for, as far as it says so.

        Args:
            written: The text.
            steps: How many references may lead from one to the next.
        """
        return _REFERENCE.sub(lambda match: self._value(match[0], steps), written) if "${" in written else written

    def _value(self, reference: str, steps: int) -> str:
        resource, path = self.referred(reference), path_of(reference)
        if resource is None:
            return reference
        attribute = path[-1]
        if attribute in ("arn", "id") and resource.type in ALARM_TYPES:
            attribute = "alarm_name"
        elif attribute == "id" and resource.type in _NAMED_BY_ID:
            attribute = "name"
        # `metric_transformation[0].name` is in a block, of which there is one.
        holder = block(resource.values.get(path[-2])) if path[-2] in resource.values else resource.values
        found = text(holder.get(attribute))
        if is_reference(found) and steps:
            found = self.resolved(found, steps - 1)
        return found if found and not is_reference(found) else reference


def _unique(resource: Resource) -> list[Any]:
    """What no other resource is called, of any type."""
    return [value for key in _UNIQUE if ":" in text(value := resource.values.get(key))]


def references_in(text: str) -> list[str]:
    """Every `${…}` in a text, and every ARN in quotes in it."""
    return [*_REFERENCE.findall(text), *_QUOTED_ARN.findall(text)]


def _prefixes(expression: object) -> list[str]:
    """What may be the name of a resource in a plain reference, with and without indices."""
    match = _PLAIN.fullmatch(expression) if isinstance(expression, str) else None
    if match is None:
        return []
    steps = _STEP.findall(match[1])
    whole = [".".join(steps[:length]) for length in range(2, len(steps) + 1)]
    return list(dict.fromkeys((*whole, *(_INDEX.sub("", name) for name in whole))))


def path_of(expression: object) -> list[str]:
    """`${aws_sns_topic.oncall[0].arn}` → aws_sns_topic, oncall, arn; nothing for more than a plain reference."""
    match = _PLAIN.fullmatch(expression) if isinstance(expression, str) else None
    return _INDEX.sub("", match[1]).split(".") if match else []
