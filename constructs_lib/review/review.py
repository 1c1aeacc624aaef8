"""From a plan, or two configurations, to everything a reader has to know, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from constructs_lib.errors import ConfigError, Problem
from constructs_lib.review import alarms, channels, mutes, pairs, protection, serving, signals
from constructs_lib.review.effect import Effect, Level, order
from constructs_lib.terraform.alarm import ALARM_TYPES
from constructs_lib.terraform.reading import ReadPlan, read
from constructs_lib.terraform.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a plan does to monitoring.

    Attributes:
        name: The plan, or the newer configuration.
        effects: Worst first.
        alarms_before, alarms_after: How many there are.
        rest: How many other resources are new, changed, replaced, deleted or left alone.
    """

    name: str
    effects: tuple[Effect, ...]
    alarms_before: int
    alarms_after: int
    rest: Mapping[str, int]

    def count(self, level: Level) -> int:
        """How many effects there are of one level."""
        return sum(effect.level == level for effect in self.effects)

    def fails(self, on: str) -> bool:
        """Whether a check has to fail: on what is weakened, or also on what can't be judged."""
        return bool(self.count("weakened")) or (on == "unclear" and bool(self.count("unclear")))


_PARTIAL = Effect(
    kind="unclear",
    address="",
    name="The plan",
    summary="is for a part only: it has targets, or Terraform defers changes, and what is left out is not reviewed",
)


def reviews(files: Sequence[str]) -> list[Review]:
    """What each of some plans does, in the order of the files; or of two configurations the second to the first.

    Raises:
        ConfigError: A file can't be read, or they are neither plans nor two configurations.
    """
    sides, problems = [], list[Problem]()
    for file in files:
        try:
            sides.append(read(file))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    if len(sides) == 2 and not all(isinstance(side, ReadPlan) for side in sides):
        return [review(*sides)]
    return [review(side) for side in sides]


def review(before: Stack | ReadPlan, after: Stack | ReadPlan | None = None) -> Review:
    """Judge a plan; or, with two arguments, what the second configuration does to the first.

    Raises:
        ConfigError: One argument, and it is not a plan.
    """
    if after is None and isinstance(before, Stack):
        rule = "is a configuration or a state, and no plan"
        fix = "give a second one to compare it with, or what `terraform show -json` prints of a saved plan"
        raise ConfigError([Problem(path="", file=before.name, rule=rule, fix=fix)])
    changes = pairs.changes(before, after)
    old = Stack("before", [change.before for change in changes if change.before])
    new = Stack("after", [change.after for change in changes if change.after])
    touched = tuple(change for change in changes if change.before != change.after or change.replaced)
    found = [
        *alarms.effects(touched, old, new),
        *channels.effects(touched, old, new),
        *signals.effects(touched, old, new),
        *mutes.effects(touched, old, new),
        *protection.effects(touched, old),
        *serving.effects(touched),
    ]
    if after is None and isinstance(before, ReadPlan) and before.partial:
        found.append(_PARTIAL)
    named = {effect.address for effect in found}
    rest: Counter[str] = Counter()
    for change in changes:
        resource = change.after or change.before
        if resource is None or resource.address in named:
            continue
        if change.before == change.after and not change.replaced:
            rest["unchanged"] += 1
        elif change.replaced:
            rest["replaced"] += 1
        elif change.before is None:
            rest["new"] += 1
        else:
            rest["changed" if change.after else "deleted"] += 1
    return Review(
        name=(after or before).name,
        effects=tuple(sorted(found, key=order)),
        alarms_before=len(old.of(*ALARM_TYPES)),
        alarms_after=len(new.of(*ALARM_TYPES)),
        rest={word: rest[word] for word in ("new", "changed", "replaced", "deleted", "unchanged") if rest[word]},
    )
