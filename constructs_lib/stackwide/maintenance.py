"""CloudWatch alarm mute rules: windows in which alarms notify no one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from constructs_lib.alarms import mute
from constructs_lib.alarms.duty import GroupedIn
from constructs_lib.alarms.mute import Caller
from constructs_lib.cdk import Construct, TerraformStack
from constructs_lib.config.maintenance import MaintenanceWindow
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import nearest, shown
from constructs_lib.resources.mute_rule import mute_rule
from constructs_lib.stackwide.alarm_groups import AlarmGroups
from constructs_lib.stackwide.workloads import Member, Workloads, members


class Maintenance(Construct):
    """Mutes the alarms that call people in planned windows.

    Args:
        windows: When, and which workloads, monitors and severities. A monitor is called by its construct id.
        workloads: What belongs to each workload. Left out: every monitor made so far, and every other alarm, is one.
        name: What the rules' names begin with. Left out: the stack's id.
        groups: The composites that call for the workloads, if there are any.
        tags: Tags of each rule; Cloud Control knows no default tags of the provider.

    Attributes:
        resources: The aws_cloudcontrolapi_resource of each rule, by the number of its window; they refer to the alarms,
            so that Terraform makes those first.

    Raises:
        ConfigError: A window that mutes nothing, or part of what a group calls for.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        windows: Sequence[MaintenanceWindow],
        workloads: Workloads | None = None,
        *,
        name: str | None = None,
        groups: AlarmGroups | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = TerraformStack.of(self)
        found = members(stack, workloads, besides=groups)
        callers = [*_callers(found, groups)]
        if problems := [*_unknown(windows, found)]:
            raise ConfigError(problems)
        alarms = {member.alarm.name: member.resource for inside in found.values() for member in inside}
        if groups is not None:
            alarms |= {alarm.name: groups.alarms[alarm.key] for alarm in groups.alarms.table}
        beginning = name if name is not None else stack.node.id
        self.resources: dict[str, Any] = {}
        for number, window in enumerate(windows, start=1):
            try:
                muted = window.mutes(callers)
            except ConfigError as error:
                raise ConfigError(problem.under(f"windows.{number - 1}") for problem in error.problems) from None
            for rule in mute.rules(beginning, number, window.window, muted):
                self.resources[rule.key] = mute_rule(self, rule.key, rule, alarms, tags)


def _callers(found: Mapping[str, Sequence[Member]], groups: AlarmGroups | None) -> Iterator[Caller]:
    """The alarms that call people, by themselves or through their group; scaling policies are not kept from work."""
    group_of = groups.grouping.group_of if groups is not None else {}
    named = {member.alarm.name for inside in found.values() for member in inside}
    for workload, inside in found.items():
        for member in inside:
            alarm = member.alarm
            through = alarm.duty.composite if isinstance(alarm.duty, GroupedIn) else alarm.name
            if isinstance(alarm.duty, GroupedIn) and alarm.name not in group_of and through not in named:
                rule = f"calls through {alarm.duty.composite}, and no groups are given"
                raise ConfigError([Problem(rule, "give `groups`, the AlarmGroups", alarm.name)])
            if alarm.notifies or alarm.name in group_of or through in named - {alarm.name}:
                yield Caller(member.monitor, workload, alarm.severity, group_of.get(alarm.name, through))


def _unknown(windows: Sequence[MaintenanceWindow], found: Mapping[str, Sequence[Member]]) -> Iterator[Problem]:
    monitors = {member.monitor for inside in found.values() for member in inside}
    for number, window in enumerate(windows):
        for what, given, known in (("workloads", window.workloads, {*found}), ("monitors", window.monitors, monitors)):
            for place, name in enumerate(given):
                if name not in known:
                    rule = f"{shown(name)} is not a {what.removesuffix('s')} of this stack"
                    yield Problem(rule, nearest(name, known), f"windows.{number}.{what}.{place}")
