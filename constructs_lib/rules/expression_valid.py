"""expression-valid."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.alarms import expression
from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.stack import Stack


@rule(
    "expression-valid",
    "will not fire",
    story="An alarm on a sum over SEARCH passed every plan and was refused at each apply: an alarm takes no SEARCH.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html",
)
def expression_valid(stack: Stack) -> Iterator[Broken]:
    """Every expression of an alarm is one that CloudWatch takes: its ids are there, and its period is known.

    The provider does not read expressions; the API refuses them at apply. Where none of an alarm's queries reads a
    metric, such as with a query of Metrics Insights, the query has to say its period itself.
    """
    for alarm in stack.alarms:
        if not alarm.queries_known:
            continue
        known = {query.id for query in alarm.queries}
        for query in alarm.queries:
            if not query.expression or is_reference((query.expression, *known)):
                continue
            found = [] if query.is_insights else [*expression.problems(query.expression, known)]
            for problem in found:
                yield alarm, problem
            if not found and query.returns and not query.period_seconds and not _reads_a_metric(alarm):
                yield (
                    alarm,
                    Problem(
                        f"query {query.id!r} has no period, and no metric to take it from",
                        "give the query a period",
                    ),
                )


def _reads_a_metric(alarm: DeployedAlarm) -> bool:
    return any(query.series for query in alarm.queries)
