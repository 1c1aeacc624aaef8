"""The whole of monitoring.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import Items, Model, Violation, checked, nearest, shown
from constructs_lib.references import OrReference
from constructs_lib.signals import names
from constructs_lib.signals.alarm import Alarm
from constructs_lib.signals.environment import Environment
from constructs_lib.signals.severity import unheard
from constructs_lib.spec import link, log_group
from constructs_lib.spec.backend import BackendSpec, LocalBackendSpec
from constructs_lib.spec.log_group import LogGroupUse
from constructs_lib.spec.maintenance import MaintenanceWindow
from constructs_lib.spec.monitor import MonitorSpec
from constructs_lib.spec.notifications import NotificationsSpec
from constructs_lib.spec.registry import AnyMonitor
from constructs_lib.spec.waiver import Waiver

Key = Annotated[str, checked(names.key)]

_CONSTRUCTS = {"aws", "backend", "cloud", "notifications", "data", "api-gateway", "dashboard", "groups"}
_OUTPUTS = {"topic_names", "topic_arns", "alarm_names", "alarm_arns", "alarms", "resources"}
TAKEN = frozenset(_CONSTRUCTS | _OUTPUTS)
"""Construct ids and outputs that every stack has; a monitor can't be called so."""


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
    """Link to the runbooks; `{alarm}` stands for the alarm's name."""
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
    """Windows in which all groups are silent."""
    waivers: Items[Waiver] = ()
    """Rules that are set aside, each with a reason; the register shows them."""

    def violations(self) -> Iterator[Violation]:
        """Names that are taken; waivers name monitors that are there; only groups can be silenced."""
        for name in self.monitors:
            if name in TAKEN:
                yield Violation(
                    f"{shown(name)} is the name of something else in the stack", "rename it", at=("monitors", name)
                )
        if not self.group_alarms:
            for option in ("suppressed_by", "maintenance"):
                if getattr(self, option):
                    yield Violation(
                        f"{option} silences groups of alarms, and there are none",
                        "add `group_alarms: true`: CloudWatch silences composite alarms only",
                        at=(option,),
                    )
        for index, waiver in enumerate(self.waivers):
            for place, monitor in enumerate(waiver.monitors):
                if monitor not in self.monitors:
                    yield Violation(
                        f"{shown(monitor)} is no monitor of this stack",
                        nearest(monitor, self.monitors),
                        at=("waivers", index, "monitors", place),
                    )


class Config(Model):
    """monitoring.yaml: a project and its stacks."""

    project: Key
    """Prefix of every name."""
    stacks: Annotated[Mapping[Key, StackSpec], Field(min_length=1)]
    """Stacks by name; each is planned and deployed by itself."""

    def alarms(self, stack_name: str) -> dict[str, tuple[Alarm, ...]]:
        """The alarms of one stack, by monitor.

        Raises:
            ConfigError: An alarm can't be built, say because its name is too long.
        """
        stack = self.stacks[stack_name]
        environment = Environment(stack.account, stack.region)
        tables: dict[str, tuple[Alarm, ...]] = {}
        monitors, problems = self._resolve(stack_name)
        for key, monitor in monitors.items():
            path, name = f"stacks.{stack_name}.monitors.{key}", names.join(self.project, stack_name, key)
            problems += [
                Problem(path=".".join(map(str, (path, *violation.at))), rule=violation.rule, fix=violation.fix)
                for violation in monitor.name_violations(name, environment)
            ]
            try:
                tables[key] = monitor.alarms(name, runbook=stack.runbook)
            except ConfigError as error:
                problems += [Problem(path=path, rule=problem.rule, fix=problem.fix) for problem in error.problems]
        if problems:
            raise ConfigError(problems)
        return tables

    def resolved(self, stack_name: str) -> Mapping[str, MonitorSpec]:
        """The monitors of one stack, each link to another one turned into the name of what that makes.

        Raises:
            ConfigError: A link that leads nowhere, or links in a circle.
        """
        resolved, problems = self._resolve(stack_name)
        if problems:
            raise ConfigError(problems)
        return resolved

    def _resolve(self, stack_name: str) -> tuple[Mapping[str, MonitorSpec], list[Problem]]:
        resolved, problems = link.attempt(
            self.stacks[stack_name].monitors,
            lambda key, monitor: monitor.makes(names.join(self.project, stack_name, key)),
        )
        return resolved, [problem.under(f"stacks.{stack_name}.monitors") for problem in problems]

    def check(self) -> list[Problem]:
        """Everything that can be wrong between monitors and stacks; fields are checked when the config is built."""
        problems: list[Problem] = []
        owners: dict[tuple[str, str, str], str] = {}
        claimed: dict[tuple[str, str, str], str] = {}
        log_groups: dict[tuple[str, str], list[tuple[str, LogGroupUse]]] = {}
        states: dict[tuple[str, ...], str] = {}
        for stack_name, stack in self.stacks.items():
            place = stack.backend.place(self.project, stack_name)
            first = states.setdefault(place, stack_name)
            if first != stack_name:
                rule = f"keeps its state where stacks.{first} does, the {place[0]} {'/'.join(filter(None, place[1:]))}"
                fix = "give each stack a state of its own: each would destroy the other's resources"
                problems.append(Problem(path=f"stacks.{stack_name}.backend", rule=rule, fix=fix))
            try:
                tables = self.alarms(stack_name)
            except ConfigError as error:
                problems += error.problems
                continue
            heard = stack.notifications.by_severity()
            used = {alarm.severity for table in tables.values() for alarm in table if alarm.notifies}
            used |= {severity for monitor in stack.monitors.values() for severity in monitor.events}
            problems += [unheard(severity).under(f"stacks.{stack_name}") for severity in sorted(used - heard.keys())]
            for monitor, table in tables.items():
                path = f"stacks.{stack_name}.monitors.{monitor}"
                for alarm in table:
                    first = owners.setdefault((stack.account, stack.region, alarm.name), path)
                    if first != path:
                        problems.append(_same_name(path, alarm.name, first))
                for what, fix in stack.monitors[monitor].claims().items():
                    first = claimed.setdefault((stack.account, stack.region, what), stack_name)
                    if first != stack_name:
                        problems.append(Problem(path=path, rule=f"sets {what}, as stacks.{first} does", fix=fix))
            log_groups.setdefault((stack.account, stack.region), []).extend(
                (f"stacks.{stack_name}.monitors.{key}", use)
                for key, monitor in self.resolved(stack_name).items()
                for use in monitor.log_groups()
            )
        problems += [problem for uses in log_groups.values() for problem in log_group.conflicts(uses)]
        return problems


def _same_name(path: str, name: str, first: str) -> Problem:
    return Problem(path=path, rule=f"its alarm {name!r} has the name of one of {first}", fix="rename one of the two")
