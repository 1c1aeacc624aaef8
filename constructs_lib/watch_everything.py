"""The recommended alarms of every resource in a stack of your own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Unpack

from constructs_lib.alarms.routing import Routing
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws.advice import KINDS, Advice, Kind
from constructs_lib.aws.names import join
from constructs_lib.cdk import Annotations, Construct, IValidation, TerraformStack, implements
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import Items, Model, nearest
from constructs_lib.patterns.recommended.construct import RecommendedAlarms, named
from constructs_lib.patterns.recommended.spec import RecommendedSpec, asked, fitting, left_open, usual_limit
from constructs_lib.resources.surroundings import Given
from constructs_lib.resources.values import resolved
from constructs_lib.terraform.identity import look_at
from constructs_lib.terraform.reading import configured
from constructs_lib.terraform.stack import Resource, Stack

Limits = Mapping[str, Mapping[str, float | None]]


class Exclude(Model):
    """What `WatchEverything` leaves out."""

    types: Items[str] = ()
    """Terraform's types: aws_sns_topic."""
    ids: Items[str] = ()
    """Constructs, with all that is in them, by their path within the stack: `api`, `api/handler`."""
    alarms: Items[str] = ()
    """Alarms by their key, `throttles`, or those of one type: `aws_lambda_function.throttles`."""


@dataclass(frozen=True, slots=True)
class OpenLimit:
    """An alarm that is not there because AWS leaves its threshold open.

    Attributes:
        id: The resource's path within the stack.
        type: Its type.
        option: The limit's name.
        question: What the limit is.
    """

    id: str
    type: str
    option: str
    question: str

    def __str__(self) -> str:
        return f"{self.id} ({self.type}): {self.option} {self.question}"


class WatchEverything(Construct):
    """Gives every resource of a stack that AWS has advice for its recommended alarms. Make it last.

    A resource that is made after it would go unwatched, so that stops a synth. (An Aspect would come after CDKTF has
    resolved the references between stacks, and receivers of another stack would not be declared.) What an alarm of the
    stack watches already, and the topics it notifies itself, get no second alarm.

    Args:
        scope: The stack, or a construct in it: what is in there is watched.
        exclude: Types, constructs and alarms that are left out.
        limits: Thresholds by type or by a resource's path, and by name: `{"aws_lambda_function": {"errors": 0}}`; the
            path's go before the type's, and null leaves an alarm out.
        severity: Of all alarms.

    Attributes:
        watched: The `RecommendedAlarms` by the path of the resource.
        open: Alarms that are not made, as AWS leaves their threshold open and `limits` has none: nothing is invented.
            A synth by `cdktf` warns of them.

    Raises:
        ConfigError: An exclusion or a limit of something that is not there.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str = "watch",
        *,
        exclude: Exclude = Exclude(),
        limits: Limits | None = None,
        severity: Severity = "warning",
        **given: Unpack[Given],
    ) -> None:
        super().__init__(scope, construct_id)
        self._scope = scope
        prefix = given.get("name") or TerraformStack.of(self).node.id
        stack, found = self._found()
        routing = Routing.of(given["notifications"])
        limits = limits or {}
        problems = [*_unknown(exclude, limits, found)]
        if problems:
            raise ConfigError(problems)
        notified = {
            topic.address
            for arns in routing.actions.values()
            for arn in resolved(self, list(arns))
            if (topic := stack.find(arn))
        }
        self._seen = {path for path, _ in found}
        self.watched: dict[str, RecommendedAlarms] = {}
        opened: list[OpenLimit] = []
        read = frozenset(_read(stack))
        for path, resource in found:
            advised = named(stack, resource)
            if isinstance(advised, Problem) or _excluded(exclude, path, resource.type) or resource.address in notified:
                continue
            kind, names = advised
            chosen = {**limits.get(resource.type, {}), **limits.get(path, {})}
            look = look_at(stack, resource)
            for advice in kind.alarms:
                if _has(exclude.alarms, resource.type, advice) or (resource.address, advice.metric) in read:
                    chosen[advice.option] = None
            asks = [advice for advice in left_open(kind, look) if advice.option not in chosen]
            opened += [OpenLimit(path, resource.type, a.option, asked(kind, a).rule) for a in asks]
            every = {**fitting(kind, look), **dict.fromkeys(advice.option for advice in asks), **chosen}
            if any(every.get(a.option, usual_limit(kind, a)) is not None for a in kind.alarms):
                construct = path.replace("/", "-")
                if self.node.try_find_child(construct):
                    rule = f"{path} and another resource would have alarms of the same name"
                    raise ConfigError([Problem(rule, f"exclude one: Exclude(ids=[{path!r}])")])
                spec = RecommendedSpec(resource={resource.type: names}, limits=every, severity=severity)
                here: Given = {**given, "name": join(prefix, construct)}
                self.watched[path] = RecommendedAlarms(self, construct, spec, **here)
        self.open = tuple(opened)
        if opened:
            lines = "\n".join(f"  {one}" for one in opened)
            Annotations.of(self).add_warning(
                f"AWS leaves these thresholds open, and no alarm is made of them:\n{lines}"
            )
        self.node.add_validation(_MadeLast(self))

    def _found(self) -> tuple[Stack, list[tuple[str, Resource]]]:
        """The stack as it is so far, and the resources with advice below the scope, by their path."""
        home = TerraformStack.of(self)
        stack = Stack(home.node.id, configured(home.to_terraform()))
        below = self._scope.node.path.removeprefix(home.node.path).strip("/")
        paths = [(_path(resource), resource) for resource in stack.of(*KINDS)]
        return stack, [(path, one) for path, one in paths if _within(path, below)]

    def late(self) -> list[str]:
        """Paths of resources that were made after it."""
        return [path for path, _ in self._found()[1] if path not in self._seen]


@implements(IValidation)
class _MadeLast:
    """Says which resources are not watched because they were made too late."""

    def __init__(self, made: WatchEverything) -> None:
        self._made = made

    def validate(self) -> list[str]:
        """What CDKTF calls before it writes anything."""
        late = self._made.late()
        return (
            [f"{', '.join(late)}: made after WatchEverything, and so not watched; make WatchEverything last"]
            if late
            else []
        )


def _path(resource: Resource) -> str:
    """The path of a resource's construct within its stack, from CDKTF's metadata."""
    path: str = resource.values["//"]["metadata"]["path"]
    return path.partition("/")[2]


def _within(path: str, construct: str) -> bool:
    return not construct or path == construct or path.startswith(f"{construct}/")


def _excluded(exclude: Exclude, path: str, type_: str) -> bool:
    return type_ in exclude.types or any(_within(path, construct) for construct in exclude.ids)


def _has(alarms: Items[str], type_: str, advice: Advice) -> bool:
    return advice.key in alarms or f"{type_}.{advice.key}" in alarms


def _read(stack: Stack) -> Iterator[tuple[str, str]]:
    """Addresses and metrics that an alarm of the stack reads already."""
    for alarm in stack.alarms:
        for series in alarm.series:
            for value in (series.dimensions or {}).values():
                if found := stack.find(value, *KINDS):
                    yield found.address, series.name


def _unknown(exclude: Exclude, limits: Limits, found: list[tuple[str, Resource]]) -> Iterator[Problem]:
    paths = {path: resource.type for path, resource in found}
    constructs = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 2)}
    kinds: dict[str, tuple[Kind, ...]] = dict(KINDS)
    keys = {advice.key for every in kinds.values() for kind in every for advice in kind.alarms}
    keys |= {f"{t}.{advice.key}" for t, every in kinds.items() for kind in every for advice in kind.alarms}
    for field, given, known in (
        ("types", exclude.types, set(kinds)),
        ("ids", exclude.ids, constructs),
        ("alarms", exclude.alarms, keys),
    ):
        for index, one in enumerate(given):
            if one not in known:
                yield Problem(
                    f"{one!r} is nothing that is watched here", nearest(one, known), f"exclude.{field}.{index}"
                )
    for where, chosen in limits.items():
        type_ = where if where in kinds else paths.get(where)
        if type_ is None:
            yield Problem(
                f"{where!r} is neither a type nor a resource here", nearest(where, {*kinds, *paths}), "limits"
            )
            continue
        options = {option for kind in kinds[type_] for option in kind.by_option()}
        for option in chosen:
            if option not in options:
                yield Problem(
                    f"{option!r} is not a limit of {type_}", nearest(option, options), f"limits.{where}.{option}"
                )
