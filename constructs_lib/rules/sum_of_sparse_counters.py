"""sum-of-sparse-counters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from constructs_lib.aws import catalogue
from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import Query
from constructs_lib.terraform.stack import Stack

_SUM = re.compile(r"\w+(\s*\+\s*\w+)+")


@rule(
    "sum-of-sparse-counters",
    "advice",
    story="An alarm on client and server errors together stayed without data: the one kind had never happened, so it "
    "had no series to add.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html",
)
def sum_of_sparse_counters(stack: Stack) -> Iterator[Broken]:
    """A sum of counters that have no value when nothing happens fills their gaps: FILL(m1, 0) + FILL(m2, 0).

    AWS's page says that a missing value counts as 0; a counter that was never published has no series to say it of.
    """
    for alarm in stack.alarms:
        by_id = {query.id: query for query in alarm.queries}
        for query in alarm.queries:
            if not _SUM.fullmatch(query.expression.strip()):
                continue
            added = [by_id[name] for name in re.findall(r"\w+", query.expression) if name in by_id]
            sparse = [one.id for one in added if _sparse(one)]
            if len(sparse) > 1:
                filled = " + ".join(f"FILL({name}, 0)" for name in sparse)
                says = f"{query.expression} may have no value where one of them has none"
                yield alarm, Problem(says, f"write {filled}")


def _sparse(query: Query) -> bool:
    facts = catalogue.find(query.series.namespace, query.series.name) if query.series else None
    return facts is not None and facts.counter
