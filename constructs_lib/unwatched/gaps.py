"""The resources of some Terraform that AWS has advice for: watched, not watched, or not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from constructs_lib.aws.advice import KINDS, Advice, Kind, facts_of
from constructs_lib.patterns.recommended.spec import fitting, left_open, usual_limit
from constructs_lib.terraform import identity
from constructs_lib.terraform.delivery import called_by_alarms
from constructs_lib.terraform.stack import Resource, Stack
from constructs_lib.unwatched.watching import Readings, State, heard_and_silent, watchers


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One resource.

    Attributes:
        resource: As it is in its stack.
        kind: What AWS advises for it.
        names: What CloudWatch calls it, by the option that `resource` has for each; empty where it is not known yet.
        state: Whether an alarm watches it.
        alarms: The alarms that do; of `not known`, those that may.
        silent: Alarms that watch it and call no one.
        limits: Of its recommended alarms: AWS's numbers, and null for what it has no such alarm of.
        starts: What AWS suggests for thresholds it leaves open, by option; None where it suggests nothing.
    """

    resource: Resource
    kind: Kind
    names: Mapping[str, str]
    state: State
    alarms: Sequence[str]
    silent: Sequence[str]
    limits: Mapping[str, float | None]
    starts: Mapping[str, float | None]

    @property
    def recommended(self) -> list[tuple[Advice, float | None]]:
        """The alarms that AWS recommends for it, with AWS's limit or none."""
        found = []
        for advice in self.kind.alarms:
            limit = self.limits[advice.option] if advice.option in self.limits else usual_limit(self.kind, advice)
            if limit is not None or advice.option in self.starts:
                found.append((advice, limit))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """All of some files.

    Attributes:
        found: The resources with advice, in the order of the files.
        others: How many resources AWS has no advice for.
        modules: Modules whose resources a configuration does not show.
        partial: Files that say that more is to come.
    """

    found: tuple[Found, ...]
    others: int
    modules: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()

    def of(self, state: State) -> list[Found]:
        """Those in one state."""
        return [one for one in self.found if one.state == state]

    @property
    def percent(self) -> float:
        """The share that is watched, of those of which it is known."""
        known = [one for one in self.found if one.state != "not known"]
        return 100 * len(self.of("watched")) / len(known) if known else 100.0


def gaps(stacks: Sequence[Stack], partial: Iterable[str] = ()) -> Gaps:
    """What is watched and what is not; an alarm of one stack may watch a resource of another by its name."""
    heard, silent = heard_and_silent(stacks)
    found = tuple(one for stack in stacks for one in _found(stack, heard, silent))
    managed = sum(
        resource.type.startswith("aws_") and not resource.type.startswith("aws_cloudwatch_")
        for stack in stacks
        for resource in stack.resources
    )
    modules = tuple(resource.address for stack in stacks for resource in stack.of("module"))
    return Gaps(found=found, others=managed - len(found), modules=modules, partial=tuple(partial))


def _found(stack: Stack, heard: Readings, silent: Readings) -> Iterator[Found]:
    notified = called_by_alarms(stack)
    for resource in stack.of(*KINDS):
        kind = identity.kind_of(stack, resource)
        if kind is None or resource.address in notified:
            continue
        look, places = identity.look_at(stack, resource), identity.places(stack, resource, kind)
        sure, perhaps = watchers(heard, stack, kind, places, resource)
        unheard, _ = watchers(silent, stack, kind, places, resource)
        if not sure and stack.handed_over(resource):
            perhaps.append("a module that is given it")
        state: State = "watched" if sure else "not known" if perhaps else "unwatched"
        yield Found(
            resource=resource,
            kind=kind,
            names={d.option: places[d.name].literal if places else "" for d in kind.asked},
            state=state,
            alarms=sure or perhaps,
            silent=unheard,
            limits=fitting(kind, look),
            starts={
                advice.option: advice.start.of(look) if advice.start else None
                for advice in left_open(kind, look)
                if facts_of(kind, advice).threshold is None
            },
        )
