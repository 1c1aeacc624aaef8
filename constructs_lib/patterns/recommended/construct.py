"""The alarms that AWS recommends for resources, by what names them or as objects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from constructs_lib.alarms.severity import Severity
from constructs_lib.aws.advice import KINDS, Kind, Look
from constructs_lib.cdk import Construct, TerraformResource, TerraformStack
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import nearest
from constructs_lib.patterns.recommended.alarms import alarms
from constructs_lib.patterns.recommended.spec import RecommendedSpec, asked, fitting, left_open
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings
from constructs_lib.resources.values import resolved
from constructs_lib.terraform import identity
from constructs_lib.terraform.reading import configured
from constructs_lib.terraform.stack import Resource, Stack

_ADDRESS = re.compile(r"\b(aws_\w+\.[\w-]+)\.(\w+)")
_WHOLE = re.compile(rf"\$\{{{_ADDRESS.pattern}\}}")


class RecommendedAlarms(Construct):
    """The alarms that AWS recommends for one resource or several of a type.

    Args:
        resource: A resource of this app or several in a list; or a spec that names them.
        limits: As in the spec. Thresholds that AWS leaves open are asked for.
        severity: As in the spec.

    Attributes:
        spec: What was asked for.
        alarms: The alarms, by the key that docs/patterns/recommended.md gives; of a list with the name before it.

    Raises:
        ConfigError: AWS has no advice for the resource, or leaves a threshold open that is not given.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        resource: RecommendedSpec | TerraformResource | Sequence[TerraformResource],
        *,
        limits: Mapping[str, float | None] | None = None,
        severity: Severity = "warning",
        **given: Unpack[Given],
    ) -> None:
        super().__init__(scope, construct_id)
        if isinstance(resource, RecommendedSpec):
            self.spec = resource
        else:
            self.spec = _spec(self, resource, limits or {}, severity)
        here = Surroundings.of(self, self.spec, **given)
        self.alarms = AlarmSet(self, alarms(self.spec, here.name, runbook=here.runbook), here.routing)


def _spec(
    scope: Construct,
    resource: Any,
    limits: Mapping[str, float | None],
    severity: Severity,
) -> RecommendedSpec:
    several = [*resource] if isinstance(resource, list | tuple) else [resource]
    if wrong := [one for one in several if not isinstance(one, TerraformResource)]:
        rule = f"a {type(wrong[0]).__name__} is neither a resource nor a RecommendedSpec"
        raise ConfigError([Problem(rule, "give the resource itself", "resource")])
    types = list(dict.fromkeys(one.terraform_resource_type for one in several))
    if len(types) != 1:
        rule = f"{' and '.join(types) or 'nothing'}: the alarms are of one type of resource"
        raise ConfigError([Problem(rule, "make a construct for each type", "resource")])
    found = [described(scope, one) for one in several]
    given: dict[str, float | None] = {}
    for kind, _, look in found:
        given |= fitting(kind, look)
    given |= limits
    missing = {advice.option: asked(kind, advice) for kind, _, look in found for advice in left_open(kind, look)}
    if problems := [problem.under("limits") for option, problem in missing.items() if option not in given]:
        raise ConfigError(problems)
    names = [dict(names) for _, names, _ in found]
    return RecommendedSpec(resource={types[0]: names if len(names) > 1 else names[0]}, limits=given, severity=severity)


def described(scope: Construct, resource: TerraformResource) -> tuple[Kind, Mapping[str, str], Look]:
    """What AWS advises for a resource, what CloudWatch calls it, and how to look at its arguments.

    Raises:
        ConfigError: AWS has no advice for it, or what CloudWatch calls it can't be told.
    """
    home = TerraformStack.of(resource)
    type_ = resource.terraform_resource_type
    alone = type_ not in identity.NAMED_BY_OTHERS
    written = resolved(home, resource.to_terraform()) if alone else home.to_terraform()
    stack = Stack(home.node.id, configured(written))
    own = next(one for one in stack.of(type_) if one.address == f"{type_}.{resource.friendly_unique_id}")
    found = named(stack, own)
    if isinstance(found, Problem):
        raise ConfigError([found.at("resource")])
    kind, names = found
    if home != TerraformStack.of(scope):
        made = {
            f"{one.terraform_resource_type}.{one.friendly_unique_id}": one
            for one in home.node.find_all()
            if isinstance(one, TerraformResource)
        }
        names = {option: _across(name, made) for option, name in names.items()}
    return kind, names, identity.look_at(stack, own)


def named(stack: Stack, resource: Resource) -> tuple[Kind, dict[str, str]] | Problem:
    """What AWS advises for a resource of a stack, and its names as `resource` takes them, all references."""
    kind = identity.kind_of(stack, resource)
    if kind is None:
        known = resource.type in KINDS
        of = "one of this kind" if known else f"{resource.type} that this library knows"
        fix = "watch it with the pattern threshold" if known else nearest(resource.type, KINDS)
        return Problem(f"AWS recommends no alarms for {of}: {resource.address}", fix)
    places = identity.places(stack, resource, kind)
    if places is None:
        rule = f"{resource.address}: what CloudWatch calls it shows in no resource of its stack"
        return Problem(rule, "give a RecommendedSpec, which says it")
    return kind, {dimension.option: places[dimension.name].reference for dimension in kind.asked}


def _across(reference: str, made: Mapping[str, TerraformResource]) -> str:
    """A reference to a resource of another stack, which CDKTF hands over by an output."""

    def token(found: re.Match[str]) -> str:
        return str(made[found[1]].get_string_attribute(found[2]))

    whole = _WHOLE.fullmatch(reference)
    return token(whole) if whole else _ADDRESS.sub(token, reference)
