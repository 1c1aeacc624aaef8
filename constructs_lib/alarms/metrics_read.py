"""The metrics that the alarms of a table read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from constructs_lib.alarms.alarm import Alarm, Composite, Insights, Math
from constructs_lib.alarms.metric import Metric


def metrics_of(table: Iterable[Alarm]) -> Iterator[Metric]:
    """Every metric, in the order of the table; a query finds its series itself and names none."""
    for alarm in table:
        watch = None if isinstance(alarm.condition, Composite) else alarm.condition.watch
        if isinstance(watch, Metric):
            yield watch
        elif isinstance(watch, Math):
            yield from watch.metrics.values()


def custom_metrics(table: Iterable[Alarm]) -> Iterator[tuple[str, str]]:
    """Namespace and name of every metric that is declared as custom, which the rules take to exist."""
    for alarm in table:
        yield from ((metric.namespace, metric.name) for metric in metrics_of([alarm]) if metric.custom)
        watch = None if isinstance(alarm.condition, Composite) else alarm.condition.watch
        if isinstance(watch, Insights) and watch.custom:
            yield watch.custom
