"""What CloudWatch calls a resource, from what Terraform says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.aws.advice import KINDS, Dimension, Kind, Look, Part
from constructs_lib.references import is_reference
from constructs_lib.terraform.blocks import block, leaves
from constructs_lib.terraform.stack import UNKNOWN, Resource, Stack

_REFERS_TO = {"rest_api_id": "aws_api_gateway_rest_api", "api_id": "aws_apigatewayv2_api"}
NAMED_BY_OTHERS = frozenset({"aws_lb_target_group", "aws_api_gateway_stage", "aws_apigatewayv2_stage"})
"""Types of which other resources say what they are, or what CloudWatch calls them."""
_LISTENERS = ("aws_lb_listener", "aws_lb_listener_rule")
_BALANCERS = ("aws_lb", "aws_alb")
_PLAIN = re.compile(r"\$\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class DimensionValue:
    """Where the value of a dimension is.

    Attributes:
        resource: The resource that has it.
        attribute: Which of its attributes.
        part: Which part of that, as a `Dimension` says it.
    """

    resource: Resource
    attribute: str
    part: Part

    @property
    def written(self) -> object:
        """What is known of the attribute: a literal, a reference, or nothing."""
        return self.resource.values.get(self.attribute)

    @property
    def literal(self) -> str:
        """The value; empty where it is not known."""
        value = self.written
        return "" if not isinstance(value, str) or is_reference(value) else _part(value, self.part)

    @property
    def reference(self) -> str:
        """As another resource of the stack refers to it."""
        return expression(f"${{{self.resource.address}.{self.attribute}}}", self.part)


def _part(value: str, part: Part) -> str:
    if part == "name":
        return value.rpartition("/")[2]
    if part == "account":
        return value.split(":")[4] if value.count(":") >= 5 else ""
    return value


def expression(value: str, part: Part) -> str:
    """A part of a value that shows only at deployment."""
    if not part:
        return value
    whole = _PLAIN.fullmatch(value)
    inner = whole[1] if whole else f'"{value}"'
    return f"${{basename({inner})}}" if part == "name" else f'${{split(":", {inner})[4]}}'


def look_at(stack: Stack, resource: Resource) -> Look:
    """Looks up an argument of a resource, a block's, or one of a resource it refers to."""

    def look(path: str) -> object:
        argument, _, rest = path.partition(".")
        value: Any = resource.values.get(argument)
        if rest and argument in _REFERS_TO:
            other = stack.find(value, _REFERS_TO[argument])
            value = other.values.get(rest) if other else None
        elif rest:
            value = UNKNOWN if is_reference(value) else block(value).get(rest)
        return None if is_reference(value) else value

    return look


def kind_of(stack: Stack, resource: Resource) -> Kind | None:
    """What AWS advises for a resource, if it does."""
    look = look_at(stack, resource)
    return next((kind for kind in KINDS.get(resource.type, ()) if kind.when(look)), None)


def places(stack: Stack, resource: Resource, kind: Kind) -> Mapping[str, DimensionValue] | None:
    """Where the values of a resource's dimensions are, by dimension; None where the stack does not say it of one."""
    found: dict[str, DimensionValue] = {}
    for dimension in kind.asked:
        holder = _holder(stack, resource, dimension)
        if holder is None:
            return None
        attribute, part = dimension.attribute.rpartition(".")[2], dimension.part
        if part == "name" and (whole := stack.referred(holder.values.get(attribute))) and "name" in whole.values:
            holder, attribute, part = whole, "name", ""  # in place of the end of its ARN
        found[dimension.name] = DimensionValue(holder, attribute, part)
    return found


def _holder(stack: Stack, resource: Resource, dimension: Dimension) -> Resource | None:
    argument = dimension.attribute.rpartition(".")[0]
    if not argument:
        return resource
    if argument == "listener":
        return _balancer(stack, resource)
    return stack.find(resource.values.get(argument), _REFERS_TO[argument])


def _balancer(stack: Stack, target_group: Resource) -> Resource | None:
    """The load balancer that sends to a target group; the only one of a stack, where it can't be told."""
    for sender in stack.of(*_LISTENERS):
        if target_group in referred(stack, sender):
            listener = stack.find(sender.values.get("listener_arn"), "aws_lb_listener") or sender  # of a rule
            if found := stack.find(listener.values.get("load_balancer_arn"), *_BALANCERS):
                return found
    every = stack.of(*_BALANCERS)
    return every[0] if len(every) == 1 else None


def referred(stack: Stack, resource: Resource) -> Iterator[Resource]:
    """The resources that a resource is known to refer to, or to name by their ARN."""
    for leaf in leaves(dict(resource.values)):
        if found := stack.find(leaf):
            yield found
    for references in resource.references.values():
        for reference in references:
            if found := stack.referred(reference):
                yield found
