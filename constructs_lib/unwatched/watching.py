"""Which alarms watch a resource."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal

from constructs_lib.alarms.insights import SelectQuery
from constructs_lib.aws.advice import Kind
from constructs_lib.references import is_reference
from constructs_lib.rules.children import spoken_for
from constructs_lib.terraform.actions import kind_of
from constructs_lib.terraform.alarm import DeployedAlarm, Series
from constructs_lib.terraform.blocks import texts
from constructs_lib.terraform.identity import DimensionValue
from constructs_lib.terraform.stack import UNKNOWN, Resource, Stack, references_in

State = Literal["watched", "unwatched", "not known"]
Answer = Literal["yes", "no", "perhaps"]

_FUNCTION_LOG = "/aws/lambda/"
_IN_EXPRESSION = re.compile(r"(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*aws_\w+\.[\w-]+(?:\[[^\]]*\])?")
_READS = ("dimensions", "metric_query")
"""The arguments of an alarm that say what it reads."""
_ENOUGH = 5
"""Alarms that may watch a resource: more of them say nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmReading:
    """What one alarm reads of one thing.

    Attributes:
        stack: The alarm's stack.
        namespace: Of the metric.
        dimensions: By name; None where they are not known, or meant by tags.
        every: Whether any resource with one of the dimensions is meant, by a query without a condition.
        refers: Addresses behind values that a plan does not know yet.
        one_of: The same, of several that `count` or `for_each` makes.
    """

    alarm: DeployedAlarm
    stack: Stack
    namespace: str
    dimensions: Mapping[str, str] | None
    every: bool = False
    refers: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()


@dataclass(slots=True)
class Readings:
    """What some alarms read, by dimension: pairs of alarms and resources are not compared one by one.

    Attributes:
        by_value: Where the value is known, by that too.
        by_address: Where it is that of a resource of the alarm's stack.
        unclear: Where it is neither, or any value is meant.
        literal: All of which the value is known.
    """

    by_value: dict[tuple[str, str], list[AlarmReading]] = field(default_factory=lambda: defaultdict(list))
    by_address: dict[str, list[AlarmReading]] = field(default_factory=lambda: defaultdict(list))
    unclear: dict[str, list[AlarmReading]] = field(default_factory=lambda: defaultdict(list))
    literal: dict[str, list[AlarmReading]] = field(default_factory=lambda: defaultdict(list))

    def add(self, reading: AlarmReading) -> None:
        """Put one where it is looked for."""
        for address in reading.refers | reading.one_of:
            self.by_address[address].append(reading)
        if reading.dimensions is None:
            self.unclear[""].append(reading)
        for name, value in (reading.dimensions or {}).items():
            resolved = reading.stack.resolved(value)
            if not is_reference(resolved) and not reading.every:
                self.by_value[name, resolved].append(reading)
                self.literal[name].append(reading)
            named = _named_in(reading.stack, value) if is_reference(value) else ()
            for address in named:
                self.by_address[address].append(reading)
            if reading.every or (is_reference(resolved) and not named):
                self.unclear[name].append(reading)

    def that_may_watch(self, first: str, place: DimensionValue | None, own: Resource) -> Iterator[AlarmReading]:
        """Those to look at for a resource, by its first dimension."""
        yield from self.by_address.get(own.address, ())
        if place and place.resource is not own:
            yield from self.by_address.get(place.resource.address, ())
        yield from self.unclear.get(first, ())
        yield from self.unclear.get("", ())
        if place and place.literal:
            yield from self.by_value.get((first, place.literal), ())
        else:
            yield from self.literal.get(first, ())


def heard_and_silent(stacks: Iterable[Stack]) -> tuple[Readings, Readings]:
    """What the alarms of several stacks read: those that someone hears, and those that call no one."""
    heard, silent = Readings(), Readings()
    for stack in stacks:
        others = spoken_for(stack)
        own = {resource.address: resource for resource in stack.resources}
        for alarm in stack.alarms:
            calls = alarm.enabled is not False and any(kind_of(action) == "notifies" for action in alarm.actions)
            into = heard if calls or alarm.address in others else silent
            for reading in _readings(stack, alarm, own.get(alarm.address)):
                into.add(reading)
    return heard, silent


def _readings(stack: Stack, alarm: DeployedAlarm, own: Resource | None) -> Iterator[AlarmReading]:
    refers, one_of = frozenset[str](), frozenset[str]()
    if own:  # dimensions that are not known at all are references themselves
        unknown = chain.from_iterable(own.references.get(argument, ()) for argument in _READS)
        listed = [*texts(own.values.get("dimensions")), *unknown]
        refers = frozenset(found.address for reference in listed if (found := stack.referred(reference)))
        one_of = frozenset(address for reference in listed for address in _named_in(stack, reference)) - refers
    read = AlarmReading(alarm=alarm, stack=stack, namespace="", dimensions=None, refers=refers, one_of=one_of)
    for series in alarm.series:
        yield replace(read, namespace=series.namespace, dimensions=series.dimensions)
        if function := _logging_function(stack, series):
            yield replace(read, namespace="AWS/Lambda", dimensions={"FunctionName": function})
    for query in alarm.queries:
        if query.is_insights:
            yield _of_query(read, query.expression)


def _logging_function(stack: Stack, series: Series) -> str:
    """The function whose log a metric filter makes the series of."""
    for made in stack.filters_of(series.namespace, series.name):
        group = stack.resolved(made.log_group)
        if group.startswith(_FUNCTION_LOG):
            return group.removeprefix(_FUNCTION_LOG)
    return ""


def _of_query(read: AlarmReading, expression: str) -> AlarmReading:
    try:
        query = SelectQuery.read(expression)
    except ValueError:
        return read
    read = replace(read, namespace=query.namespace)
    equal = {name: value for name, same, value in query.conditions if same}
    names = {*query.groups, *(query.dimensions or ())}
    if not query.conditions:
        return replace(read, dimensions=dict.fromkeys(names, ""), every=True) if names else read
    by_name = len(equal) == len(query.conditions) and equal.keys() <= query.keys
    return replace(read, dimensions=equal) if by_name else read


def watchers(
    readings: Readings, stack: Stack, kind: Kind, places: Mapping[str, DimensionValue] | None, own: Resource
) -> tuple[list[str], list[str]]:
    """Names of the alarms that watch a resource, and of some that may."""
    first = kind.asked[0].name
    sure: dict[str, None] = {}
    perhaps: dict[str, None] = {}
    for reading in readings.that_may_watch(first, places.get(first) if places else None, own):
        answer = _watches(reading, stack, kind, places, own)
        if answer == "yes":
            sure[reading.alarm.name or reading.alarm.address] = None
        elif answer == "perhaps" and len(perhaps) <= _ENOUGH:
            perhaps[reading.alarm.name or reading.alarm.address] = None
    return [*sure], [*perhaps]


def _watches(
    reading: AlarmReading, stack: Stack, kind: Kind, places: Mapping[str, DimensionValue] | None, own: Resource
) -> Answer:
    region, home = reading.alarm.region, kind.region or own.region
    if region and home and region != home:
        return "no"
    if own.address in reading.refers and reading.stack is stack:
        return "yes"
    if own.address in reading.one_of and reading.stack is stack:
        return "perhaps"
    if reading.dimensions is None:
        known = bool(reading.namespace) and not is_reference(reading.namespace)
        return (
            "no" if reading.refers or reading.one_of or (known and reading.namespace != kind.namespace) else "perhaps"
        )
    if reading.every:
        return "yes" if reading.namespace == kind.namespace else "no"
    answers = {
        _equal(reading, reading.dimensions.get(dimension.name), places.get(dimension.name) if places else None, stack)
        for dimension in kind.asked
    }
    return "no" if "no" in answers else "yes" if answers == {"yes"} else "perhaps"


def _equal(reading: AlarmReading, value: str | None, place: DimensionValue | None, stack: Stack) -> Answer:
    """Whether the value that an alarm asks for is the resource's own."""
    if value is None:
        return "no"
    if is_reference(value):
        resolved = reading.stack.resolved(value)
        if not is_reference(resolved):
            return _equal(reading, resolved, place, stack)
        if value == UNKNOWN and (
            reading.refers or reading.one_of
        ):  # of one that it refers to, and that is not this one
            return "perhaps" if place is None else "no"
        found = _named_in(reading.stack, value)
        if place and reading.stack is stack and place.resource.address in found:
            return "yes"
        return "no" if found or value.startswith("${data.") else "perhaps"
    if place is None:
        return "perhaps"
    if place.literal:
        return "yes" if place.literal == value else "no"
    written = place.written
    return "perhaps" if isinstance(written, str) and written not in ("", UNKNOWN) else "no"


def _named_in(stack: Stack, value: str) -> set[str]:
    """Addresses of the resources that an expression takes values from."""
    found = {resource.address for part in references_in(value) if (resource := stack.referred(part))}
    for name in _IN_EXPRESSION.findall(value):
        found |= {resource.address for resource in stack.by_reference.get(name, ())}
    return found
