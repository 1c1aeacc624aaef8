"""The composites that call in place of single alarms, and the alarms that silence them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from constructs_lib.alarms.alarm import Alarm
from constructs_lib.alarms.grouping import group
from constructs_lib.alarms.routing import Routed
from constructs_lib.cdk import Construct, TerraformStack
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.stackwide.workloads import Member, Workloads, members


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An alarm that someone else makes, known by its name."""

    alarm_name: str


class AlarmGroups(Construct):
    """One composite per workload and severity, which calls in place of the workload's alarms.

    The alarms themselves no longer act. Those that call no one, and those with a suppressor of their own, stay as they
    are. A workload's only alarm of a severity calls for itself, unless there is something to silence it by.

    Args:
        workloads: What belongs to each workload. Left out: every monitor made so far, and every other alarm, is one.
        notifications: Who hears of which severity.
        name: What the composites' names begin with. Left out: the stack's id.
        runbook: Link for the composites; `{alarm}` stands for the alarm's name.
        suppressed_by: Name of an alarm that silences all groups while it is in alarm, such as one for a deployment.

    Attributes:
        grouping: Which composite calls for which alarm.
        alarms: The composites, by `WORKLOAD-SEVERITY`.

    Raises:
        ConfigError: An alarm without a severity, or a severity that no one receives.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        workloads: Workloads | None = None,
        *,
        notifications: Routed,
        name: str | None = None,
        runbook: str | None = None,
        suppressed_by: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = TerraformStack.of(self)
        found = members(stack, workloads)
        tables = {workload: [member.alarm for member in inside] for workload, inside in found.items()}
        beginning = name if name is not None else stack.node.id
        self.grouping = group(beginning, tables, suppressed_by=suppressed_by, runbook=runbook)
        others = {member.alarm.name: member.resource for inside in found.values() for member in inside}
        if suppressed_by is not None:
            others[suppressed_by] = Elsewhere(suppressed_by)
        self.alarms = AlarmSet(self, self.grouping.table, notifications, others=others)
        for inside in found.values():
            for member in inside:
                if composite := self.grouping.group_of.get(member.alarm.name):
                    _silence(member, composite)


def _silence(member: Member, composite: str) -> None:
    if member.table is not None:
        member.table.speak_through(member.alarm.key, composite)
    else:
        member.resource.actions_enabled = False
        member.resource.alarm_actions = member.resource.ok_actions = member.resource.insufficient_data_actions = []


def deployed(found: Mapping[str, Sequence[Member]], groups: AlarmGroups | None) -> dict[str, tuple[Alarm, ...]]:
    """The alarms of each workload, with the groups that call for them first."""
    if groups is None:
        return {workload: tuple(member.alarm for member in inside) for workload, inside in found.items()}
    composites = {alarm.key: alarm for alarm in groups.alarms.table}
    return {
        workload: (
            *(composites[planned.key] for planned in groups.grouping.groups.get(workload, ())),
            *(member.alarm for member in inside),
        )
        for workload, inside in found.items()
    }
