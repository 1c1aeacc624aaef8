"""Other sizes at known times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct
from constructs_lib.patterns.gpu_fleet.options.schedule import ScheduledSize
from constructs_lib.patterns.gpu_fleet.options.size import PartialSize, Size
from constructs_lib.resources.values import as_mark, aws

UNCHANGED = -1
"""Left out, the provider would send 0."""


def scheduled_actions(
    scope: Construct, schedule: Sequence[ScheduledSize], size: Size, group: Any, *, name: str
) -> dict[str, Any]:
    """An aws_autoscaling_schedule for each change of size, and for each way back; by construct id."""
    made: dict[str, Any] = {}
    own = PartialSize(min=size.min, max=size.max)
    for entry in schedule:
        for key, expression in entry.moments:
            # The id follows the time, which no two entries share: a new first line must not move the others.
            construct_id = f"at-{as_mark(scope, expression, entry.time_zone)}"
            limits = own if key == "until" else entry.size
            made[construct_id] = aws.autoscaling_schedule.AutoscalingSchedule(
                scope,
                construct_id,
                scheduled_action_name=join(name, construct_id),
                autoscaling_group_name=group.name,
                recurrence=expression,
                time_zone=entry.time_zone,
                min_size=_size(limits.min),
                max_size=_size(limits.max),
                desired_capacity=_size(limits.desired),
            )
    return made


def _size(value: int | None) -> float:
    return UNCHANGED if value is None else value
