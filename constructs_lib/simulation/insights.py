"""Metrics Insights queries that give one series: the samples of every metric that they match, together.

Source: CloudWatch user guide, "Query your metrics with CloudWatch Metrics Insights". A query with GROUP BY makes an
alarm with many contributors, which is not simulated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from constructs_lib.simulation.alarm import MetricAlarm, MetricIdentity
from constructs_lib.simulation.metric_math.tree import MetricMathError
from constructs_lib.simulation.statistic import Statistic

_NAME = r'(?:"[^"]+"|[\w/.-]+)'
_QUERY = re.compile(
    rf"""\s*SELECT\s+(?P<function>AVG|COUNT|MAX|MIN|SUM)\s*\(\s*(?P<metric>{_NAME})\s*\)
    \s+FROM\s+(?:SCHEMA\s*\(\s*(?P<schema>{_NAME}(?:\s*,\s*{_NAME})*)\s*\)|(?P<namespace>{_NAME}))
    (?:\s+WHERE\s+(?P<where>.+?))?\s*""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(rf"\s*(?P<name>{_NAME})\s*(?P<sign>!=|=)\s*'(?P<value>[^']*)'\s*", re.DOTALL)
_AND = re.compile(r"\s+AND\s+", re.IGNORECASE)

_STATISTICS = {"AVG": "Average", "COUNT": "SampleCount", "MAX": "Maximum", "MIN": "Minimum", "SUM": "Sum"}


@dataclass(frozen=True, slots=True)
class InsightsQuery:
    """A query without GROUP BY.

    Attributes:
        dimensions: The names of exactly the dimensions that a metric has; None for any.
        conditions: Dimension, whether it is to be equal, and the value.
    """

    statistic: Statistic
    namespace: str
    name: str
    dimensions: frozenset[str] | None
    conditions: tuple[tuple[str, bool, str], ...]

    def matches(self, metric: MetricIdentity) -> bool:
        """Whether the query reads a metric."""
        values = dict(metric.dimensions)
        return (
            (metric.namespace, metric.name) == (self.namespace, self.name)
            and (self.dimensions is None or values.keys() == self.dimensions)
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
        MetricMathError: It is not one that gives a single series, or not one that the simulation knows.
    """
    if re.search(r"\bGROUP\s+BY\b", expression, re.IGNORECASE):
        raise MetricMathError("a Metrics Insights query with GROUP BY has many series, which is not simulated")
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
    )


def reads(alarm: MetricAlarm, metric: MetricIdentity) -> bool:
    """Whether an alarm reads a metric, by its name or by a query."""
    queries = (query.expression for query in alarm.queries if is_query(query.expression))
    return metric in alarm.metrics or any(parse(query).matches(metric) for query in queries)


def _plain(name: str) -> str:
    return name.strip().strip('"')
