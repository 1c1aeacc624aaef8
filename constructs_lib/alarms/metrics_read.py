"""The metrics that the alarms of a table read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from constructs_lib.alarms.alarm import Alarm, Composite, Math
from constructs_lib.alarms.metric import Metric


def metrics_of(table: Iterable[Alarm]) -> Iterator[Metric]:
    """Every metric, in the order of the table; a query finds its series itself and names none."""
    for alarm in table:
        watch = None if isinstance(alarm.condition, Composite) else alarm.condition.watch
        if isinstance(watch, Metric):
            yield watch
        elif isinstance(watch, Math):
            yield from watch.metrics.values()
