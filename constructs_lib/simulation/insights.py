"""Metrics Insights queries: the samples of every metric that they match, together, or by group.

Source: CloudWatch user guide, "Query components and syntax in CloudWatch Metrics Insights", "SQL inference".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from constructs_lib.simulation.alarm import MetricAlarm, MetricIdentity
from constructs_lib.simulation.metric_math.tree import MetricMathError
from constructs_lib.simulation.statistic import Statistic

LONGEST_SECONDS = 3 * 3600
"""A query in an alarm reads the last three hours ("Alarm Limits")."""

_NAME = r'(?:"[^"]+"|[\w/.-]+)'
_QUERY = re.compile(
    rf"""\s*SELECT\s+(?P<function>AVG|COUNT|MAX|MIN|SUM)\s*\(\s*(?P<metric>{_NAME})\s*\)
    \s+FROM\s+(?:SCHEMA\s*\(\s*(?P<schema>{_NAME}(?:\s*,\s*{_NAME})*)\s*\)|(?P<namespace>{_NAME}))
    (?:\s+WHERE\s+(?P<where>.+?))?
    (?:\s+GROUP\s+BY\s+(?P<groups>{_NAME}(?:\s*,\s*{_NAME})*))?
    (?:\s+ORDER\s+BY\s+(?P<order>AVG|COUNT|MAX|MIN|SUM)\s*\(\s*\)(?:\s+(?P<direction>ASC|DESC))?)?
    (?:\s+LIMIT\s+(?P<limit>\d+))?\s*""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(rf"\s*(?P<name>{_NAME})\s*(?P<sign>!=|=)\s*'(?P<value>[^']*)'\s*", re.DOTALL)
_AND = re.compile(r"\s+AND\s+", re.IGNORECASE)

_STATISTICS = {"AVG": "Average", "COUNT": "SampleCount", "MAX": "Maximum", "MIN": "Minimum", "SUM": "Sum"}


@dataclass(frozen=True, slots=True)
class InsightsQuery:
    """A query.

    Attributes:
        dimensions: The names of exactly the dimensions that a metric has; None for any.
        conditions: Dimension, whether it is to be equal, and the value.
        groups: The dimensions that it groups by: each combination of values is a series of its own.
        order: How series are ordered: by AVG, COUNT, MAX, MIN or SUM of their points; empty for not at all.
        descending: Whether the largest come first.
        limit: How many series it gives; None for all.
    """

    statistic: Statistic
    namespace: str
    name: str
    dimensions: frozenset[str] | None
    conditions: tuple[tuple[str, bool, str], ...]
    groups: tuple[str, ...] = ()
    order: str = ""
    descending: bool = False
    limit: int | None = None

    def group_of(self, metric: MetricIdentity) -> tuple[str, ...]:
        """The values that a metric which it reads is grouped by."""
        values = dict(metric.dimensions)
        return tuple(values[name] for name in self.groups)

    def matches(self, metric: MetricIdentity) -> bool:
        """Whether the query reads a metric."""
        values = dict(metric.dimensions)
        return (
            (metric.namespace, metric.name) == (self.namespace, self.name)
            and (self.dimensions is None or values.keys() == self.dimensions)
            and all(name in values for name in self.groups)
            and all(name in values and (values[name] == value) is equal for name, equal, value in self.conditions)
        )

    def matching(self, metrics: Iterable[MetricIdentity]) -> list[MetricIdentity]:
        """Those that it reads, in order."""
        return sorted(metric for metric in metrics if self.matches(metric))


def is_query(expression: str) -> bool:
    """Whether it is a query, and not metric math."""
    return expression.lstrip()[:6].upper() == "SELECT"


@lru_cache(maxsize=1024)
def parse(expression: str) -> InsightsQuery:
    """Read a query.

    Raises:
        MetricMathError: It is not one that the simulation knows.
    """
    match = _QUERY.fullmatch(expression)
    if match is None:
        raise MetricMathError(f"{expression[:60]!r}… is not a Metrics Insights query that the simulation knows")
    schema = [_plain(part) for part in re.split(r"\s*,\s*", match["schema"])] if match["schema"] else []
    conditions = []
    for part in _AND.split(match["where"]) if match["where"] else ():
        condition = _CONDITION.fullmatch(part)
        if condition is None:
            raise MetricMathError(f"{part.strip()!r} in a Metrics Insights query is not known to the simulation")
        conditions.append((_plain(condition["name"]), condition["sign"] == "=", condition["value"]))
    return InsightsQuery(
        Statistic(_STATISTICS[match["function"].upper()]),
        schema[0] if schema else _plain(match["namespace"]),
        _plain(match["metric"]),
        frozenset(schema[1:]) if schema else None,
        tuple(conditions),
        tuple(_plain(part) for part in re.split(r"\s*,\s*", match["groups"])) if match["groups"] else (),
        (match["order"] or "").upper(),
        (match["direction"] or "").upper() == "DESC",
        int(match["limit"]) if match["limit"] else None,
    )


def grouped(alarm: MetricAlarm) -> InsightsQuery | None:
    """The query that an alarm watches, where it is one with many series.

    Raises:
        MetricMathError: It computes with such a query, or it reads more than three hours.
    """
    found = {query.id: parse(query.expression) for query in alarm.queries if is_query(query.expression)}
    # By "Alarm evaluation window", a wall clock window needs a period more.
    if found and alarm.window_seconds + (alarm.period_seconds if alarm.zone else 0) > LONGEST_SECONDS:
        raise MetricMathError("an alarm on a Metrics Insights query reads at most three hours")
    if any(query.groups for key, query in found.items() if key != alarm.watched):
        raise MetricMathError("math with a query that has GROUP BY is not known to the simulation")
    watched = found.get(alarm.watched)
    return watched if watched and watched.groups else None


def reads(alarm: MetricAlarm, metric: MetricIdentity) -> bool:
    """Whether an alarm reads a metric, by its name or by a query."""
    queries = (query.expression for query in alarm.queries if is_query(query.expression))
    return metric in alarm.metrics or any(parse(query).matches(metric) for query in queries)


def _plain(name: str) -> str:
    return name.strip().strip('"')
