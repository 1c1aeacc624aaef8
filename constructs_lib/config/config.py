"""The whole of monitoring.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field

from constructs_lib.alarms.routing import unheard
from constructs_lib.aws import names
from constructs_lib.config.backend import BackendSpec, LocalBackendSpec
from constructs_lib.config.contents import Contents, contents
from constructs_lib.config.maintenance import MaintenanceWindow
from constructs_lib.config.waiver import Waiver
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, nearest, shown
from constructs_lib.options import log_group
from constructs_lib.options.log_group import LogGroupUse
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.options.notifications import NotificationsSpec
from constructs_lib.patterns.registry import AnyMonitor
from constructs_lib.references import OrReference

Key = Annotated[str, checked(names.key)]

_CONSTRUCTS = {
    "aws",
    "backend",
    "cloud",
    "notifications",
    "data",
    "api-gateway",
    "dashboard",
    "groups",
    "maintenance",
}
_OUTPUTS = {"topic_names", "topic_arns", "alarm_names", "alarm_arns", "alarms", "resources"}
TAKEN = frozenset(_CONSTRUCTS | _OUTPUTS)
"""Construct ids and outputs that every stack has; a monitor can't be called so."""

RUNBOOK_RULE = "alarm-has-runbook"
"""The rule that a file without a runbook breaks."""


class StackSpec(Model):
    """One Terraform stack: one account, one Region, one state."""

    account: Annotated[str, checked(names.account)]
    """AWS account ID, 12 digits in quotes. A plan against any other account stops."""
    region: Annotated[str, checked(names.region)]
    """AWS Region, such as us-east-1."""
    backend: BackendSpec = BackendSpec(local=LocalBackendSpec())
    """Where Terraform keeps the state. A local file unless told otherwise."""
    tags: Annotated[Mapping[str, Annotated[str, OrReference()]], checked(names.tags)] = {}
    """Tags on every resource; `project` and `stack` are added."""
    runbook: Annotated[str, checked(names.runbook), OrReference()] | None = None
    """Link to the runbooks; `{alarm}` stands for the alarm's name. An alarm that calls somebody without one is refused,
    unless a waiver sets alarm-has-runbook aside."""
    notifications: NotificationsSpec
    """Who hears of what, by severity."""
    monitors: Annotated[Mapping[Key, Annotated[MonitorSpec, AnyMonitor()]], Field(min_length=1)]
    """What to watch, by name."""
    owner: Annotated[str, Field(min_length=1)] | None = None
    """Who looks after what is watched, as the register shows; a monitor may have another."""
    dashboard: bool = True
    """Whether to make a CloudWatch dashboard. One costs about as much as 30 alarms."""
    group_alarms: bool = False
    """One composite alarm per workload and severity calls in place of the single ones, so that one broken workload
    pages once. Off, for a second failure of a workload that already pages then stays quiet."""
    suppressed_by: Annotated[str, Field(min_length=1, max_length=1_600)] | None = None
    """Name of an alarm that silences all groups while it is in alarm, such as one that marks a deployment."""
    maintenance: Items[MaintenanceWindow] = ()
    """Windows in which alarms call nobody."""
    waivers: Items[Waiver] = ()
    """Rules that are set aside, each with a reason; the register shows them."""

    @cached_property
    def _contents(self) -> dict[str, Contents]:
        return {}

    def contents(self, name: str) -> Contents:
        """What the stack consists of, worked out once; `name` is what the names of all of it begin with."""
        if name not in self._contents:
            self._contents[name] = contents(name, self)
        return self._contents[name]

    def __copy__(self) -> Self:
        """A copy may get other options, and is worked out anew."""
        copied = super().__copy__()
        copied.__dict__.pop("_contents", None)
        return copied

    def problems(self) -> Iterator[Problem]:
        """Names that are taken, receivers out of reach, waivers for no monitor, and silence without groups."""
        for name in self.monitors:
            if name in TAKEN:
                yield Problem(
                    f"{shown(name)} is the name of something else in the stack", "rename it", path=f"monitors.{name}"
                )
        if self.suppressed_by and not self.group_alarms:
            yield Problem(
                "suppressed_by silences groups of alarms, and there are none",
                "add `group_alarms: true`: CloudWatch suppresses composite alarms only",
                path="suppressed_by",
            )
        for problem in self.notifications.elsewhere(self.region):
            yield problem.under("notifications")
        workloads = {monitor.workload or name for name, monitor in self.monitors.items()}
        chosen = [("waivers", index, "monitors", waiver.monitors) for index, waiver in enumerate(self.waivers)]
        for index, window in enumerate(self.maintenance):
            chosen.append(("maintenance", index, "monitors", window.monitors))
            chosen.append(("maintenance", index, "workloads", window.workloads))
        for option, index, what, given in chosen:
            known = workloads if what == "workloads" else self.monitors
            for place, name in enumerate(given):
                if name not in known:
                    rule = f"{shown(name)} is not a {what.removesuffix('s')} of this stack"
                    yield Problem(rule, nearest(name, known), path=f"{option}.{index}.{what}.{place}")


class Config(Model):
    """monitoring.yaml: a project and its stacks."""

    project: Key
    """Prefix of every name."""
    stacks: Annotated[Mapping[Key, StackSpec], Field(min_length=1)]
    """Stacks by name; each is planned and deployed by itself."""

    def contents(self, stack_name: str) -> Contents:
        """What one of the stacks consists of."""
        return self.stacks[stack_name].contents(names.join(self.project, stack_name))

    def notes(self) -> Iterator[str]:
        """What is as it was asked for, and may still surprise."""
        for name, stack in self.stacks.items():
            talking = [key for key, monitor in self.contents(name).monitors.items() if monitor.events]
            if stack.maintenance and talking:
                yield (
                    f"stacks.{name}.maintenance: the event messages of {', '.join(talking)} are still sent; "
                    "CloudWatch mutes alarms only"
                )

    def check(self) -> list[Problem]:
        """Everything that can be wrong between monitors and stacks; fields are checked when the config is built."""
        return [
            *self._shared_states(),
            *self._impossible(),
            *self._unheard(),
            *self._without_runbook(),
            *self._shared_names(),
            *self._shared_settings(),
            *self._log_group_conflicts(),
        ]

    def _shared_states(self) -> Iterator[Problem]:
        states: dict[tuple[str, ...], str] = {}
        for name, stack in self.stacks.items():
            place = stack.backend.place(self.project, name)
            first = states.setdefault(place, name)
            if first != name:
                where = "/".join(filter(None, place[1:]))
                rule = f"keeps its state where stacks.{first} does, the {place[0]} {where}"
                fix = "give each stack a state of its own: each would destroy the other's resources"
                yield Problem(path=f"stacks.{name}.backend", rule=rule, fix=fix)

    def _impossible(self) -> Iterator[Problem]:
        for name in self.stacks:
            for problem in self.contents(name).problems:
                yield problem.under(f"stacks.{name}")

    def _unheard(self) -> Iterator[Problem]:
        for name, stack in self.stacks.items():
            heard = stack.notifications.by_severity()
            for severity in self.contents(name).severities:
                if severity not in heard:
                    yield unheard(severity).under(f"stacks.{name}")

    def _without_runbook(self) -> Iterator[Problem]:
        """What the rule alarm-has-runbook would find at a synth."""
        for name, stack in self.stacks.items():
            waivers = [waiver for waiver in stack.waivers if waiver.rule == RUNBOOK_RULE]
            missing = [
                alarm.name
                for monitor, alarm in self.contents(name).calling()
                if not alarm.has_link and not any(not w.monitors or monitor in w.monitors for w in waivers)
            ]
            if missing:
                others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
                rule = f"is missing, and nobody who is called by {missing[0]!r}{others} would find one"
                fix = f"add it, or give every monitor one, or waive {RUNBOOK_RULE} with a reason"
                yield Problem(path=f"stacks.{name}.runbook", rule=rule, fix=fix)

    def _shared_names(self) -> Iterator[Problem]:
        owners: dict[tuple[str, str, str], str] = {}
        for stack_name, stack in self.stacks.items():
            contents = self.contents(stack_name)
            alarms = [(f"monitors.{key}", alarm) for key, table in contents.tables.items() for alarm in table]
            alarms += [("group_alarms", alarm) for alarm in contents.grouping.table]
            for place, alarm in alarms:
                path = f"stacks.{stack_name}.{place}"
                first = owners.setdefault((stack.account, stack.region, alarm.name), path)
                if first != path:
                    rule = f"its alarm {alarm.name!r} has the name of one of {first}"
                    yield Problem(path=path, rule=rule, fix="rename one of the two")

    def _shared_settings(self) -> Iterator[Problem]:
        claimed: dict[tuple[str, str, str], str] = {}
        for stack_name, stack in self.stacks.items():
            for key, monitor in stack.monitors.items():
                for what, fix in monitor.claims().items():
                    first = claimed.setdefault((stack.account, stack.region, what), stack_name)
                    if first != stack_name:
                        path = f"stacks.{stack_name}.monitors.{key}"
                        yield Problem(path=path, rule=f"sets {what}, as stacks.{first} does", fix=fix)

    def _log_group_conflicts(self) -> Iterator[Problem]:
        found: dict[tuple[str, str], list[tuple[str, LogGroupUse]]] = {}
        for stack_name, stack in self.stacks.items():
            found.setdefault((stack.account, stack.region), []).extend(
                (f"stacks.{stack_name}.monitors.{key}", use)
                for key, monitor in self.contents(stack_name).monitors.items()
                for use in monitor.log_groups()
            )
        for uses in found.values():
            yield from log_group.conflicts(uses)
