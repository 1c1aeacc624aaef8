"""Which resource of before is which of after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from constructs_lib.terraform.alarm import ALARM_TYPES, DeployedAlarm
from constructs_lib.terraform.reading import Change, ReadPlan
from constructs_lib.terraform.stack import Resource, Stack

T = TypeVar("T")


def changes(before: Stack | ReadPlan, after: Stack | ReadPlan | None = None) -> tuple[Change, ...]:
    """What a plan does; or, between two configurations, what the second does to the first.

    An alarm that moved to another address is the same alarm: first by its name, then by what it watches.
    """
    if after is None and isinstance(before, ReadPlan):
        found: Iterable[Change] = before.changes
    else:
        found = _between(_stack(before), _stack(after))
    return tuple(_with_moves(list(found), moves_known=after is None))


def _stack(side: Stack | ReadPlan | None) -> Stack:
    if isinstance(side, ReadPlan):
        return side.after
    return side if side is not None else Stack("nothing", ())


def _between(before: Stack, after: Stack) -> Iterable[Change]:
    old = {after.address_of(resource.address): resource for resource in before.resources}
    new = {resource.address: resource for resource in after.resources}
    for address in [*old, *(address for address in new if address not in old)]:
        here, there = old.get(address), new.get(address)
        if here and there and here.type != there.type:  # only a damaged state has two types at an address
            yield Change(before=here, after=None)
            here = None
        yield Change(before=here, after=there, forgotten=there is None and address in after.released)


def _with_moves(found: Sequence[Change], *, moves_known: bool) -> Iterable[Change]:
    """Pair what is deleted with what is made; `moves_known` if Terraform itself names what it moves."""
    deleted = [change for change in found if change.after is None and _is_alarm(change.before)]
    made = [change for change in found if change.before is None and _is_alarm(change.after)]
    moves: dict[int, Change] = {}
    for key in (_name, _watched):
        here, there = once(deleted, partial(_of, key)), once(made, partial(_of, key))
        for value in here.keys() & there.keys():
            old, new = here[value], there[value]
            moves[id(old)] = Change(before=old.before, after=new.after, remade=moves_known)
            moves[id(new)] = Change(None, None)
            deleted.remove(old)
            made.remove(new)
    for change in found:
        move = moves.get(id(change), change)
        if move.before or move.after:
            yield move


def once(found: Sequence[T], key: Callable[[T], Hashable]) -> dict[Hashable, T]:
    """By a key that only one of them has; an empty one says nothing."""
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for one in found:
        if (value := key(one)) != "":
            groups[value].append(one)
    return {value: group[0] for value, group in groups.items() if len(group) == 1}


def _of(key: Callable[[Resource], Hashable], change: Change) -> Hashable:
    resource = change.before or change.after
    return key(resource) if resource else ""


def _is_alarm(resource: Resource | None) -> bool:
    return resource is not None and resource.type in ALARM_TYPES


def _name(resource: Resource) -> Hashable:
    return str(resource.values.get("alarm_name") or "")


def _watched(resource: Resource) -> Hashable:
    alarm = DeployedAlarm.read(resource.address, resource.type, resource.values)
    if alarm.composite:
        return alarm.rule
    metrics = tuple(sorted((str(series.identity), series.statistic) for series in alarm.series))
    return (alarm.operator, metrics, tuple(query.expression for query in alarm.queries)) if metrics else ""
