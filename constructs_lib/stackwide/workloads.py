"""The alarms of a stack by workload, whoever made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from constructs_lib.alarms.alarm import Alarm
from constructs_lib.cdk import TerraformResource, TerraformStack
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.stackwide.foreign_alarm import described
from constructs_lib.terraform.alarm import ALARM_TYPES


class HasAlarms(Protocol):
    """A construct with alarms: that of any pattern."""

    @property
    def alarms(self) -> AlarmSet:
        """Its alarms by key."""


Workloads: TypeAlias = Mapping[str, Sequence[HasAlarms | TerraformResource]]
"""What belongs to each workload: constructs of this library, and aws_cloudwatch_metric_alarm or
aws_cloudwatch_composite_alarm of your own, whose tag `severity` is critical, warning or info."""


@dataclass(frozen=True, slots=True)
class Member:
    """One alarm of a workload.

    Attributes:
        monitor: Construct id of the monitor, or of the alarm itself.
        alarm: As it is deployed.
        resource: Its resource.
        table: The alarms of its monitor; None for one that this library did not make.
    """

    monitor: str
    alarm: Alarm
    resource: Any
    table: AlarmSet | None


def members(
    stack: TerraformStack, workloads: Workloads | None, *, besides: HasAlarms | None = None
) -> dict[str, list[Member]]:
    """The alarms of each workload, as they are now.

    Args:
        stack: The stack they are in.
        workloads: What belongs to each. None: all alarms of the stack, each monitor as a workload of its own.
        besides: What is no workload, though it has alarms: the groups.

    Raises:
        ConfigError: An alarm of someone else's without a severity.
    """
    chosen = workloads if workloads is not None else _in(stack, besides)
    return {name: [member for source in sources for member in _members(source)] for name, sources in chosen.items()}


def _members(source: HasAlarms | TerraformResource) -> Iterator[Member]:
    table = getattr(source, "alarms", None)
    node: Any = source
    monitor = node.node.id.removeprefix("_")  # of a name that begins with a digit
    if isinstance(table, AlarmSet):
        for alarm in table.table:
            yield Member(monitor, alarm, table[alarm.key], table)
    else:
        yield Member(monitor, described(node), source, None)


def _in(stack: TerraformStack, besides: HasAlarms | None) -> dict[str, list[Any]]:
    """Every monitor of a stack, and every alarm of someone else's, by construct id."""
    found: dict[str, list[Any]] = {}
    constructs: list[Any] = stack.node.find_all()
    with_alarms = [one for one in constructs if isinstance(getattr(one, "alarms", None), AlarmSet)]
    ours = {resource.node.path for one in with_alarms for resource in one.alarms.values()}
    for one in constructs:
        foreign = getattr(one, "terraform_resource_type", "") in ALARM_TYPES and one.node.path not in ours
        if foreign or (one in with_alarms and one is not besides):
            found.setdefault(one.node.id.removeprefix("_"), []).append(one)
    return found
