"""What a plan does about alarm mute rules: planned silence that is new, longer, or has no end."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.review.effect import Effect
from constructs_lib.terraform import mute
from constructs_lib.terraform.mute import DeployedMuteRule
from constructs_lib.terraform.reading import Change
from constructs_lib.terraform.stack import Stack
from constructs_lib.units import count


def effects(changes: tuple[Change, ...], old: Stack, new: Stack) -> Iterator[Effect]:
    """What is muted after the plan and was not before; less silence than before is nothing to judge."""
    for change in changes:
        after = mute.read(change.after) if change.after else None
        if after is None:
            continue
        before = mute.read(change.before) if change.before else None
        if after.never_ends and not (before and before.never_ends):
            summary = f"mutes {_whom(new, after)} always: {after.words} begins again before it ends"
            yield Effect(kind="disabled", address=after.address, name=after.name, summary=summary)
        elif before is None:
            summary = f"mutes {_whom(new, after)}, {after.words}"
            yield Effect(kind="unclear", address=after.address, name=after.name, summary=summary)
        elif details := tuple(_changes(before, after, old, new)):
            summary = "mutes at other times, or other alarms"
            yield Effect(kind="unclear", address=after.address, name=after.name, summary=summary, details=details)


def _whom(stack: Stack, rule: DeployedMuteRule) -> str:
    names = [*mute.names(stack, rule)]
    return names[0] if len(names) == 1 else count(len(names), "alarm")


def _changes(before: DeployedMuteRule, after: DeployedMuteRule, old: Stack, new: Stack) -> Iterator[str]:
    if before.words != after.words:
        yield f"window: {before.words} → {after.words}"
    was = {*mute.names(old, before)}
    if more := [name for name in mute.names(new, after) if name not in was]:
        yield f"muted too: {', '.join(more)}"
