"""What a plan does to alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from constructs_lib.references import is_reference
from constructs_lib.review.difference import differences
from constructs_lib.review.effect import Effect, Kind
from constructs_lib.terraform import wording
from constructs_lib.terraform.alarm import ALARM_TYPES, DeployedAlarm
from constructs_lib.terraform.reading import Change
from constructs_lib.terraform.stack import Stack, path_of


def effects(changes: tuple[Change, ...], old: Stack, new: Stack) -> Iterator[Effect]:
    """Alarms deleted, disabled, loosened, calling fewer; those whose change can't be judged; new ones."""
    was, becomes = ({alarm.address: alarm for alarm in stack.alarms} for stack in (old, new))
    for change in changes:
        if (change.before or change.after).type in ALARM_TYPES:  # type: ignore[union-attr]  # one of them is there
            yield from _change(change, was, becomes, old, new)


def _change(
    change: Change,
    was: Mapping[str, DeployedAlarm],
    becomes: Mapping[str, DeployedAlarm],
    old: Stack,
    new: Stack,
) -> Iterator[Effect]:
    before = was[change.before.address] if change.before else None
    after = becomes[change.after.address] if change.after else None
    if before is None and after is not None:
        yield _effect("new", after, f"{_fires(after)} {wording.condition(after, new)}")
    elif before is not None and after is None:
        verb = "leaves Terraform's hands, and" if change.forgotten else "no longer"
        yield _effect("deleted", before, f"{verb} {_fires(before).lower()} {wording.condition(before, old)}")
    elif before is not None and after is not None:
        yield from _compared(before, after, old, new)
        if change.remade and before.name == after.name:
            yield from _moved(before, after)


def _compared(before: DeployedAlarm, after: DeployedAlarm, old: Stack, new: Stack) -> Iterator[Effect]:
    if before.enabled is not False and after.enabled is False:
        yield _effect("disabled", after, f"no longer notifies anyone: {wording.condition(after, new)}")
    elif before.enabled is not None and after.enabled is None:
        yield _effect("unclear", after, "whether its actions are enabled is known after apply")
    found = list(differences(before, after, old, new))
    looser = tuple(difference.text for difference in found if difference.verdict == "looser")
    unclear = tuple(difference.text for difference in found if difference.verdict == "unclear")
    if looser:
        yield _effect("loosened", after, "fires later, or in fewer cases", looser)
    if unclear:
        yield _effect("unclear", after, "changes in a way that can't be judged from the plan", unclear)
    yield from _receivers(before, after)


def _receivers(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Effect]:
    states = [
        ("in alarm", before.actions, after.actions),
        ("well again", before.ok_actions, after.ok_actions),
        ("without data", before.insufficient_data_actions, after.insufficient_data_actions),
    ]
    lost: list[str] = []
    unclear: list[str] = []
    for state, was, becomes in states:
        gone = [action for action in was if action not in becomes]
        if not gone:
            continue
        text = f"when {state}: {_names(was)} → {_names(becomes)}"
        known = not any(is_reference(action) and action not in was for action in becomes)
        (lost if known or is_reference(list(was)) else unclear).append(text)
    if lost:
        yield _effect("receivers", after, "calls fewer receivers", tuple(lost))
    if unclear:
        yield _effect("unclear", after, "calls receivers that are known after apply", tuple(unclear))


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
        name=alarm.name or alarm.address,
        severity=alarm.severity,
        summary=summary,
        details=details,
    )


def _fires(alarm: DeployedAlarm) -> str:
    """What it does when it fires."""
    if alarm.enabled is False or not alarm.actions:
        return "Changes its state, but notifies no one, when"
    return f"Calls {_names(alarm.actions)} when"


def _names(actions: tuple[str, ...]) -> str:
    return ", ".join(short(action) for action in actions) or "no one"


def short(action: str) -> str:
    """What a person calls an action: the topic's name."""
    path = path_of(action)
    if len(path) > 1:
        return path[-2]
    return "a receiver not yet known" if is_reference(action) else action.rpartition(":")[2]
