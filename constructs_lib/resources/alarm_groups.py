"""The composites that call in place of single alarms, and the alarms that silence them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.alarms.grouping import Grouping
from constructs_lib.alarms.routing import Routing
from constructs_lib.cdk import Construct
from constructs_lib.resources.alarms import AlarmSet


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An alarm that someone else makes, known by its name."""

    alarm_name: str


class AlarmGroups(Construct):
    """Makes what `alarms.grouping` has planned.

    Args:
        grouping: The plan.
        members: The grouped alarms' resources by name.
        notifications: Who hears of which severity.
        suppressed_by: The name of an alarm made elsewhere that silences them.

    Attributes:
        alarms: The composites and what silences them, by key.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        grouping: Grouping,
        *,
        members: Mapping[str, Any],
        notifications: Routing,
        suppressed_by: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        others = {**members, suppressed_by: Elsewhere(suppressed_by)} if suppressed_by is not None else members
        self.alarms = AlarmSet(self, grouping.table, notifications, others=others)
