"""What a plan does to alarms."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.references import is_reference, known
from constructs_lib.review.difference import differences
from constructs_lib.review.effect import Effect, Kind, unless_unknown
from constructs_lib.review.names import ResourceNames
from constructs_lib.terraform import wording
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.reading import Change
from constructs_lib.terraform.stack import UNKNOWN, Stack


def effects(changes: tuple[Change, ...], old: Stack, new: Stack) -> Iterator[Effect]:
    """Alarms deleted, disabled, loosened, calling fewer; those whose change can't be judged; new ones."""
    was, becomes = ({alarm.address: alarm for alarm in stack.alarms} for stack in (old, new))
    sides = ResourceNames(old), ResourceNames(new)
    for change in changes:
        before = was.get(change.before.address) if change.before else None
        after = becomes.get(change.after.address) if change.after else None
        if before or after:
            yield from _change(change, before, after, *sides)


def _change(
    change: Change, before: DeployedAlarm | None, after: DeployedAlarm | None, old: ResourceNames, new: ResourceNames
) -> Iterator[Effect]:
    if before is None and after is not None:
        yield _effect("new", after, f"{_fires(after, new)} {wording.condition(after, new.stack)}")
    elif before is not None and after is None:
        verb = "leaves Terraform's hands, and" if change.forgotten else "no longer"
        summary = f"{verb} {_fires(before, old).lower()} {wording.condition(before, old.stack)}"
        yield _effect("deleted", before, summary)
    elif before is not None and after is not None:
        yield from _compared(before, after, old, new)
        if change.remade and before.name == after.name:
            yield from _moved(before, after)


def _compared(before: DeployedAlarm, after: DeployedAlarm, old: ResourceNames, new: ResourceNames) -> Iterator[Effect]:
    if before.enabled is not False and after.enabled is False:
        yield _effect("disabled", after, f"no longer notifies anyone: {wording.condition(after, new.stack)}")
    elif before.enabled is not None and after.enabled is None:
        yield _effect("unclear", after, "whether its actions are enabled is known after apply")
    found = list(differences(before, after, old.stack, new.stack))
    looser = tuple(difference.text for difference in found if difference.verdict == "looser")
    unclear = tuple(difference.text for difference in found if difference.verdict == "unclear")
    if looser:
        yield _effect("loosened", after, "fires later, or in fewer cases", looser)
    if unclear:
        yield _effect("unclear", after, "changes in a way that can't be judged from the plan", unclear)
    yield from _receivers(before, after, old, new)


def _receivers(before: DeployedAlarm, after: DeployedAlarm, old: ResourceNames, new: ResourceNames) -> Iterator[Effect]:
    states = [
        ("in alarm", before.actions, after.actions),
        ("well again", before.ok_actions, after.ok_actions),
        ("without data", before.insufficient_data_actions, after.insufficient_data_actions),
    ]
    found: dict[Kind, list[str]] = {"receivers": [], "unclear": []}
    for state, was, becomes in states:
        if not set(was) <= set(becomes):
            others = [action for action in becomes if action not in was]
            # Two configurations have references on both sides, and these tell what is called as names do.
            kind: Kind = unless_unknown([one for one in others if one == UNKNOWN or not is_reference(was)], "receivers")
            found[kind].append(f"when {state}: {_others(was, becomes, old, new)}")
    if found["receivers"]:
        yield _effect("receivers", after, "calls fewer receivers", tuple(found["receivers"]))
    if found["unclear"]:
        yield _effect("unclear", after, "calls receivers that are known after apply", tuple(found["unclear"]))


def _others(was: tuple[str, ...], becomes: tuple[str, ...], old: ResourceNames, new: ResourceNames) -> str:
    """Whom it called and calls; by their topics where the people behind them are the same."""
    texts = old.receivers(was), new.receivers(becomes)
    if texts[0] == texts[1]:
        texts = old.topics(was), new.topics(becomes)
    return " → ".join(texts)


def _moved(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Effect]:
    """Terraform makes the one and deletes the other in any order, and both are the same alarm to CloudWatch."""
    if after.name and not is_reference(after.name):
        yield _effect(
            "unclear",
            after,
            f"moves from {before.address} under the same name; without a `moved` block the new one may be deleted "
            "together with the old",
        )


def _effect(kind: Kind, alarm: DeployedAlarm, summary: str, details: tuple[str, ...] = ()) -> Effect:
    return Effect(
        kind=kind,
        address=alarm.address,
        name=alarm.name.replace(UNKNOWN, "") or alarm.address,
        severity=known(alarm.severity, ""),
        summary=summary,
        details=details,
    )


def _fires(alarm: DeployedAlarm, names: ResourceNames) -> str:
    """What it does when it fires."""
    if alarm.enabled is False or not alarm.actions:
        return "Changes its state, but notifies no one, when"
    return f"Calls {names.receivers(alarm.actions)} when"
