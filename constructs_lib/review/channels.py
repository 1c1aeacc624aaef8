"""What a plan does to what carries an alarm or an event to a person, and to what feeds alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.references import is_reference
from constructs_lib.review import policies
from constructs_lib.review.arguments import at, detail, gone, on, same, shown
from constructs_lib.review.effect import Effect, Kind, unless_unknown
from constructs_lib.review.names import ResourceNames, Words
from constructs_lib.review.watched import WATCHED, Watched
from constructs_lib.terraform.blocks import flag, text
from constructs_lib.terraform.reading import Change
from constructs_lib.terraform.stack import Resource, Stack

_NOTHING = Watched()


def effects(changes: tuple[Change, ...], old: Stack, new: Stack) -> Iterator[Effect]:
    """Receivers and signals lost, and changes on the way to and from alarms."""
    was, becomes = ResourceNames(old), ResourceNames(new)
    for change in changes:
        before, after = change.before, change.after
        if change.forgotten:
            continue
        yield from policies.effects(change, old, new, becomes if after else was)
        row = WATCHED.get(before.type, _NOTHING) if before else _NOTHING
        if before is None or not _concerned(row, before):
            continue
        if after is None and row.gone:
            yield _effect(row.lost, before, was, row.gone.format_map(Words(before.values, was)))
        elif after is not None:
            for kind, summary, details in _changed(row, before, after, was, replaced=change.replaced):
                yield _effect(kind, after, becomes, summary, details)


_Found = tuple[Kind, str, tuple[str, ...]]


def _concerned(row: Watched, resource: Resource) -> bool:
    return not row.only or any(word in text(resource.values.get(key)) for key, words in row.only for word in words)


def _changed(
    row: Watched, before: Resource, after: Resource, names: ResourceNames, *, replaced: bool
) -> Iterator[_Found]:
    was, becomes = before.values, after.values
    if before.type == "aws_sns_topic":
        yield from _topic(before, after, names, replaced=replaced)
    elif before.type == "aws_sns_topic_subscription":
        yield from _subscription(before, after, names, replaced=replaced)
    elif before.type == "aws_cloudwatch_event_rule" and _enabled(was) and not _enabled(becomes):
        yield "receivers", "the event rule is disabled", ()
    elif before.type == "aws_cloudwatch_event_target" and was.get("arn") != becomes.get("arn"):
        kind: Kind = unless_unknown(becomes.get("arn"), "receivers")
        yield kind, f"matched events no longer reach {names.value(was.get('arn'))}", ()
    yield from _compared(row, was, becomes, names)


def _compared(
    row: Watched, was: Mapping[str, Any], becomes: Mapping[str, Any], names: ResourceNames
) -> Iterator[_Found]:
    """What the arguments of a row say."""
    lost: list[str] = []
    unclear: list[str] = []
    for argument in (*row.on, *row.off):
        sides = [at(values, argument) for values in (was, becomes)]
        on_before, on_after = map(on, reversed(sides) if argument in row.off else sides)
        if on_before and not on_after:
            (unclear if is_reference(sides) else lost).append(detail(argument, was, becomes))
    for argument in row.listed:
        missing = gone(at(was, argument), at(becomes, argument))
        taken = unclear if is_reference(at(becomes, argument)) else lost
        taken += [f"{argument}: {_entry(item, names)} is gone" for item in missing]
    # What only comes or goes is judged as switched on or off.
    judged = [path for path in row.judged if path not in row.on or (on(at(was, path)) and on(at(becomes, path)))]
    unclear += [detail(path, was, becomes) for path in judged if not same(at(was, path), at(becomes, path))]
    if lost:
        yield row.lost, row.effect, tuple(lost)
    if unclear:
        changing = list(dict.fromkeys(line.partition(":")[0] for line in unclear))
        yield "unclear", f"its {', '.join(changing)} change{'s' * (len(changing) == 1)}", tuple(unclear)


def _topic(before: Resource, after: Resource, names: ResourceNames, *, replaced: bool) -> Iterator[_Found]:
    if replaced:
        deleted = WATCHED[before.type].gone.format_map(Words(before.values, names))
        yield "receivers", f"{deleted}, and made again", ()
    if _aws_managed(after.values) and not _aws_managed(before.values):
        yield "receivers", "its key becomes alias/aws/sns, which CloudWatch alarms can't use", ()


def _subscription(before: Resource, after: Resource, names: ResourceNames, *, replaced: bool) -> Iterator[_Found]:
    was, becomes = before.values, after.values
    words = Words(was, names)
    if moved := [key for key in ("endpoint", "protocol", "topic_arn") if was.get(key) != becomes.get(key)]:
        kind: Kind = unless_unknown([becomes.get(key) for key in moved], "receivers")
        yield kind, WATCHED[before.type].gone.format_map(words), ()
    elif replaced and text(was.get("protocol")).startswith("email"):
        yield "receivers", f"{words['endpoint']} has to confirm the subscription again, or gets nothing", ()
    if becomes.get("filter_policy") and not same(becomes.get("filter_policy"), was.get("filter_policy")):
        yield "receivers", f"{words['endpoint']} receives only what passes a filter policy", ()


def _entry(item: object, names: ResourceNames) -> str:
    return names.value(item) if isinstance(item, str) else shown(item)


def _aws_managed(values: Mapping[str, Any]) -> bool:
    return text(values.get("kms_master_key_id")).endswith("alias/aws/sns")


def _enabled(values: Mapping[str, Any]) -> bool:
    return values.get("state") != "DISABLED" and flag(values.get("is_enabled"), default=True) is not False


def _effect(
    kind: Kind, resource: Resource, names: ResourceNames, summary: str, details: tuple[str, ...] = ()
) -> Effect:
    name = names.resource(resource)
    return Effect(kind=kind, address=resource.address, name=name, summary=summary, details=details)
