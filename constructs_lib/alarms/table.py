"""What can be wrong between the rows of an alarm table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from constructs_lib.alarms.alarm import Alarm, Composite
from constructs_lib.aws import limits
from constructs_lib.errors import Problem
from constructs_lib.model import nearest


def problems(table: Sequence[Alarm], others: Collection[str] = ()) -> Iterator[Problem]:
    """Rows that hide each other, and composites CloudWatch could not read; each path is the row's key.

    Args:
        table: The rows; a composite comes after the alarms it is made of.
        others: Names of alarms of other tables that a composite of this one may be made of.
    """
    names: dict[str, str] = {}
    for alarm in table:
        if alarm.key in names:
            yield Problem(path=alarm.key, rule=f"{alarm.key!r} is the key of two alarms", fix="choose another")
        if alarm.name in names.values():
            yield Problem(path=alarm.key, rule=f"{alarm.name!r} is the name of two alarms", fix="rename one of the two")
        if isinstance(alarm.condition, Composite):
            yield from _composite(alarm, alarm.condition, names, others)
        names[alarm.key] = alarm.name


def _composite(
    alarm: Alarm, condition: Composite, names: Mapping[str, str], others: Collection[str]
) -> Iterator[Problem]:
    for key in condition.alarms:
        if key not in names and key not in others:
            yield Problem(
                path=alarm.key, rule=f"{key!r} is not an alarm before it", fix=nearest(key, {*names, *others})
            )
    parts = [names.get(key, key) for key in condition.alarms]
    for part in parts:
        if broken := limits.named_in_rule(part):
            yield broken.at(alarm.key)
    suppressor = (condition.suppressed_by or "").rpartition(":alarm:")[2]  # a name, or an ARN
    if suppressor in (alarm.name, *parts):
        rule = f"{condition.suppressed_by!r} would silence itself"
        yield Problem(path=alarm.key, rule=rule, fix="name another alarm in suppressed_by")
    if broken := limits.composite_rule(condition.rule(lambda key: names.get(key, key))):
        yield broken.at(alarm.key)
