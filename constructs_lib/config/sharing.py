"""What the stacks of one app can't share, whether they are in one file or in several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.config.contents import Contents
from constructs_lib.config.stack_spec import StackSpec
from constructs_lib.errors import Problem
from constructs_lib.options import log_group
from constructs_lib.options.log_group import LogGroupUse


@dataclass(frozen=True, slots=True, eq=False)
class AppStack:
    """One stack of an app.

    Attributes:
        file: The file it is in, named where another file's stack is what is wrong.
    """

    file: str
    project: str
    name: str
    spec: StackSpec
    contents: Contents

    @property
    def home(self) -> str:
        """The folder of its file, in which the app is run."""
        return str(Path(self.file).parent)

    def path(self, *parts: str) -> str:
        """A path in its file."""
        return ".".join(("stacks", self.name, *parts))


class _Claim(NamedTuple):
    """Something of which there is one, who has it, and where to say so to whoever comes second."""

    what: tuple[str, ...]
    stack: AppStack
    owner: str
    path: str
    written: str = ""


Found: TypeAlias = Iterator[tuple[AppStack, Problem]]


def conflicts(stacks: Sequence[AppStack]) -> Found:
    """What is wrong between stacks, each problem with the stack that comes second."""
    yield from _twice(_states(stacks), _state)
    yield from _twice(_folders(stacks), _folder)
    once = [*{(stack.home, stack.name): stack for stack in reversed(stacks)}.values()][::-1]
    yield from _twice(_alarm_names(once), _alarm_name)
    yield from _twice(_global_names(once), _global_name)
    yield from _twice(_topics(once), _topic)
    yield from _twice(_settings(once), _setting)
    yield from _log_groups(once)


def _twice(claims: Iterator[_Claim], say: Callable[[_Claim, str, _Claim], tuple[str, str]]) -> Found:
    """A problem for each that comes second; `say` gives its rule and fix, from who was first and what to call it."""
    owners: dict[tuple[str, ...], _Claim] = {}
    for claim in claims:
        first = owners.setdefault(claim.what, claim)
        if (first.stack, first.owner) != (claim.stack, claim.owner):
            elsewhere = f" of {first.stack.file}" if first.stack.file != claim.stack.file else ""
            rule, fix = say(first, f"{first.owner}{elsewhere}", claim)
            yield claim.stack, Problem(rule, fix, claim.path)


def _states(stacks: Sequence[AppStack]) -> Iterator[_Claim]:
    for stack in stacks:
        place = stack.spec.backend.place(stack.project, stack.spec.oldest(stack.name))
        of_one_folder = (stack.home,) if place[0] == "file" else ()
        yield _Claim(
            (*place, *of_one_folder), stack, stack.path(), stack.path("backend"), "/".join(filter(None, place[1:]))
        )


def _state(first: _Claim, called: str, _: _Claim) -> tuple[str, str]:
    return (
        f"keeps its state where {called} does, the {first.what[0]} {first.written}",
        "give each stack a state of its own: each would destroy the other's resources",
    )


def _folders(stacks: Sequence[AppStack]) -> Iterator[_Claim]:
    """A file system that ignores case has one folder for two names that differ in it."""
    for stack in stacks:
        yield _Claim((stack.home, stack.name.lower()), stack, stack.path(), stack.path())


def _folder(first: _Claim, called: str, second: _Claim) -> tuple[str, str]:
    if first.stack.name == second.stack.name:
        return f"has the name of {called}, and one app has one folder for both", "rename one of the two"
    return (
        f"differs from {first.stack.name} in capitals only, and some file systems see one folder",
        "rename one of the two",
    )


def _alarm_names(stacks: Sequence[AppStack]) -> Iterator[_Claim]:
    for stack in stacks:
        places = {f"monitors.{key}": table for key, table in stack.contents.tables.items()}
        for place, table in {**places, "group_alarms": stack.contents.grouping.table}.items():
            for alarm in table:
                what = (stack.spec.account, stack.spec.region, alarm.name)
                yield _Claim(what, stack, stack.path(place), stack.path(place))


def _alarm_name(first: _Claim, called: str, _: _Claim) -> tuple[str, str]:
    return f"its alarm {first.what[-1]!r} has the name of one of {called}", "rename one of the two"


def _global_names(stacks: Sequence[AppStack]) -> Iterator[_Claim]:
    """IAM knows no Region and tells no capitals apart; what S3 is given has neither capitals nor underscores."""
    for stack in stacks:
        environment = Environment(stack.spec.account, stack.spec.region)
        for key, monitor in stack.contents.monitors.items():
            path = stack.path("monitors", key)
            name = join(stack.project, stack.spec.named(stack.name), monitor.named(key))
            for made in monitor.global_names(name, environment):
                yield _Claim((stack.spec.account, made.lower()), stack, path, path, made)


def _global_name(_: _Claim, called: str, second: _Claim) -> tuple[str, str]:
    return f"makes {second.written!r}, a name that the account has once, as {called} does", "rename one of the two"


def _topics(stacks: Sequence[AppStack]) -> Iterator[_Claim]:
    """The topic of a workload may have the name of another stack's."""
    for stack in stacks:
        for path, receivers in stack.spec.notifications.audiences().items():
            for severity in receivers.by_severity():
                made = join(stack.project, stack.spec.named(stack.name), *path.split(".")[1:], severity)
                place = stack.path("notifications", *filter(None, (path, severity)))
                yield _Claim((stack.spec.account, stack.spec.region, made), stack, place, place)


def _topic(first: _Claim, called: str, _: _Claim) -> tuple[str, str]:
    return f"its topic {first.what[-1]!r} has the name of that of {called}", "rename one of the two"


def _settings(stacks: Sequence[AppStack]) -> Iterator[_Claim]:
    """What an account and Region have once, such as API Gateway's logging role."""
    for stack in stacks:
        for key, monitor in stack.spec.monitors.items():
            path = stack.path("monitors", key)
            owner = stack.path() if monitor.SHARES_CLAIMS else path
            for what in monitor.claims():
                yield _Claim((stack.spec.account, stack.spec.region, what), stack, owner, path)


def _setting(first: _Claim, called: str, second: _Claim) -> tuple[str, str]:
    monitor = second.stack.spec.monitors[second.path.rpartition(".")[2]]
    what = first.what[-1]
    return f"sets {what}, as {called} does", monitor.claims()[what]


def _log_groups(stacks: Sequence[AppStack]) -> Found:
    found: dict[tuple[str, str], list[tuple[str, LogGroupUse]]] = {}
    homes: dict[str, AppStack] = {}
    for stack in stacks:
        for key, monitor in stack.contents.monitors.items():
            path = stack.path("monitors", key)
            homes[path] = stack
            place = (stack.spec.account, stack.spec.region)
            found.setdefault(place, []).extend((path, use) for use in monitor.log_groups())
    for uses in found.values():
        for problem in log_group.conflicts(uses):
            yield homes[problem.path], problem
