"""One composite alarm per workload and severity, so that one broken workload pages once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from constructs_lib.alarms.alarm import Alarm, AnyOf, Combined, Composite
from constructs_lib.alarms.duty import Notifies
from constructs_lib.alarms.severity import SEVERITIES, Severity
from constructs_lib.aws import limits
from constructs_lib.aws.names import join

_RULE_OVERHEAD = len('ALARM("") OR ')


@dataclass(frozen=True, slots=True)
class Grouping:
    """What grouping adds to a stack.

    Attributes:
        groups: The composites of each workload.
        group_of: The composite that calls in place of an alarm, by their names.
    """

    groups: Mapping[str, tuple[Alarm, ...]]
    group_of: Mapping[str, str]

    @property
    def table(self) -> tuple[Alarm, ...]:
        """All of them."""
        return tuple(alarm for groups in self.groups.values() for alarm in groups)


UNGROUPED = Grouping({}, {})
"""Every alarm calls for itself."""


def group(
    name: str,
    workloads: Mapping[str, Sequence[Alarm]],
    *,
    suppressed_by: str | None = None,
    runbook: str | None = None,
) -> Grouping:
    """Plan the composites of a stack.

    An alarm that has its workload and severity for itself stays alone, unless there is something to silence it by.
    One that brings a suppressor of its own stays alone too: in a group its silence would not be heard. So does a
    combination of alarms, for its members change, and CloudWatch would not let it go from a group; and one that calls
    at some hours only, for a group would at all.

    Args:
        name: What the names of all alarms begin with.
        workloads: The alarms of each.
        suppressed_by: Name of an alarm that silences every group while it is in alarm.
        runbook: Link for the composites; `{alarm}` stands for the alarm's name.
    """
    groups: dict[str, tuple[Alarm, ...]] = {}
    group_of: dict[str, str] = {}
    for workload, table in workloads.items():
        made = []
        for severity in SEVERITIES:
            members = [alarm for alarm in table if alarm.severity == severity and _groupable(alarm)]
            if len(members) < (1 if suppressed_by else 2):
                continue
            for number, part in enumerate(_parts([alarm.name for alarm in members]), start=1):
                key = join(workload, severity, str(number) if number > 1 else "")
                full = join(name, key)
                made.append(
                    _composite(full, key, workload, severity, members=part, silenced_by=suppressed_by, runbook=runbook)
                )
                group_of |= dict.fromkeys(part, full)
        groups[workload] = tuple(made)
    return Grouping(groups, group_of)


def _groupable(alarm: Alarm) -> bool:
    condition = alarm.condition
    own_silence = isinstance(condition, Composite) and condition.suppressed_by is not None
    by_hours = isinstance(alarm.duty, Notifies) and bool(alarm.duty.muted)
    return alarm.notifies and not own_silence and not by_hours and not isinstance(condition, Combined)


def _parts(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """As many as fit into one composite's rule."""
    part: list[str] = []
    length = 0
    for name in names:
        more = len(name) + _RULE_OVERHEAD
        if len(part) == limits.COMPOSITE_CHILDREN or length + more > limits.COMPOSITE_RULE_CHARACTERS:
            yield tuple(part)
            part, length = [], 0
        part.append(name)
        length += more
    if part:
        yield tuple(part)


def _composite(
    name: str,
    key: str,
    workload: str,
    severity: Severity,
    *,
    members: tuple[str, ...],
    silenced_by: str | None,
    runbook: str | None,
) -> Alarm:
    which = f"one of its {len(members)} {severity} alarms" if len(members) > 1 else f"its {severity} alarm"
    return Alarm(
        key=key,
        name=name,
        severity=severity,
        summary=f"something is wrong with {workload}: {which} is in alarm",
        impact="The message names the alarm, and the alarm's description says what it means",
        first_step="Open the alarm the message names; look at the workload's others on the dashboard",
        runbook=runbook.replace("{alarm}", name) if runbook is not None else None,
        condition=AnyOf(alarms=members, suppressed_by=silenced_by),
    )
