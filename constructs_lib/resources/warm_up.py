"""Alarms that wait until there is something to evaluate."""

from __future__ import annotations

from math import ceil

from constructs_lib.alarms.alarm import Composite
from constructs_lib.references import of_literals
from constructs_lib.resources.alarms import AlarmSet

LONGEST_MINUTES = 2_880
"""CloudWatch user guide, "Alarm warm-up periods": 1 to 2,880 minutes."""


def warm_up(alarms: AlarmSet) -> None:
    """Let each alarm stay in INSUFFICIENT_DATA after it is made, without actions, for as long as it looks back.

    It ends early when the whole window has data, so only an alarm without a past waits. Written as an override, for
    the bindings are older than the argument, which takes AWS provider 6.69.
    """
    for alarm in alarms.table:
        watch = None if isinstance(alarm.condition, Composite) else alarm.condition.watch
        if watch and (minutes := _minutes(watch.period_seconds, alarm.evaluate.of)):
            alarms[alarm.key].add_override("warm_up_configuration", [{"warm_up_period_duration_in_minutes": minutes}])


@of_literals
def _minutes(period_seconds: float, periods: float) -> int:
    return min(max(ceil(period_seconds * periods / 60), 1), LONGEST_MINUTES)
