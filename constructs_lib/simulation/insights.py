"""Metrics Insights queries: the samples of every metric that they match, together, or by group.

Source: CloudWatch user guide, "Query components and syntax in CloudWatch Metrics Insights", "SQL inference".
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from constructs_lib.alarms.insights import FUNCTIONS, TAG, SelectQuery, is_query
from constructs_lib.aws.limits import INSIGHTS_SECONDS
from constructs_lib.simulation.alarm import MetricAlarm, MetricIdentity
from constructs_lib.simulation.metric_math.tree import MetricMathError
from constructs_lib.simulation.statistic import Statistic

_STATISTICS = {function: statistic for statistic, function in FUNCTIONS.items()}


class InsightsQuery(SelectQuery):
    """A query, and the metrics it reads.

    A tag of a resource is given with its metrics in a scenario, as a dimension that is called `tag.team`.
    """

    __slots__ = ()

    @property
    def statistic(self) -> Statistic:
        """How values are summed up."""
        return Statistic(_STATISTICS[self.function])

    def group_of(self, metric: MetricIdentity) -> tuple[str, ...]:
        """The values that a metric which it reads is grouped by."""
        values = dict(metric.dimensions)
        return tuple(values[name] for name in self.groups)

    def matches(self, metric: MetricIdentity) -> bool:
        """Whether the query reads a metric."""
        values = dict(metric.dimensions)
        return (
            (metric.namespace, metric.name) == (self.namespace, self.name)
            and (self.dimensions is None or {name for name in values if not name.startswith(TAG)} == {*self.dimensions})
            and all(name in values for name in self.groups)
            and all(name in values and (values[name] == value) is equal for name, equal, value in self.conditions)
        )

    def matching(self, metrics: Iterable[MetricIdentity]) -> list[MetricIdentity]:
        """Those that it reads, in order."""
        return sorted(metric for metric in metrics if self.matches(metric))


@lru_cache(maxsize=1024)
def parse(expression: str) -> InsightsQuery:
    """Read a query.

    Raises:
        MetricMathError: It is not one that the simulation knows.
    """
    try:
        return InsightsQuery.read(expression)
    except ValueError as error:
        raise MetricMathError(str(error)) from None


def grouped(alarm: MetricAlarm) -> InsightsQuery | None:
    """The query that an alarm watches, where it is one with many series.

    Raises:
        MetricMathError: It computes with such a query, or it reads more than three hours.
    """
    found = {query.id: parse(query.expression) for query in alarm.queries if is_query(query.expression)}
    # By "Alarm evaluation window", a wall clock window needs a period more.
    if found and alarm.window_seconds + (alarm.period_seconds if alarm.zone else 0) > INSIGHTS_SECONDS:
        raise MetricMathError("an alarm on a Metrics Insights query reads at most three hours")
    if any(query.groups for key, query in found.items() if key != alarm.watched):
        raise MetricMathError("math with a query that has GROUP BY is not known to the simulation")
    watched = found.get(alarm.watched)
    return watched if watched and watched.groups else None


def reads(alarm: MetricAlarm, metric: MetricIdentity) -> bool:
    """Whether an alarm reads a metric, by its name or by a query."""
    queries = (query.expression for query in alarm.queries if is_query(query.expression))
    return metric in alarm.metrics or any(parse(query).matches(metric) for query in queries)
