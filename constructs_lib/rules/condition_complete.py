"""condition-complete."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws import limits
from constructs_lib.aws.comparison import BAND_OPERATORS, STATIC_OPERATORS
from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.stack import Stack


@rule(
    "condition-complete",
    "fires wrongly",
    story="An alarm whose threshold was left out was deployed with 0, and fired at once.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
)
def condition_complete(stack: Stack) -> Iterator[Broken]:
    """Every metric alarm compares one thing with one limit.

    The provider lets through what the API refuses; and an alarm without a threshold is deployed with 0.
    """
    for alarm in stack.alarms:
        if not alarm.composite and not alarm.promql:
            yield from _comparison(alarm)
            yield from _queries(alarm)


def _comparison(alarm: DeployedAlarm) -> Iterator[Broken]:
    fixed = alarm.threshold is not None or bool(alarm.threshold_text)
    if alarm.operator in STATIC_OPERATORS and not fixed and not alarm.threshold_query:
        yield alarm, Problem(f"{alarm.operator} without a threshold is deployed with 0", "give it a threshold")
    if alarm.operator in BAND_OPERATORS and not alarm.threshold_query:
        yield alarm, Problem(f"{alarm.operator} without a band", "name the band's query in threshold_metric_id")
    if alarm.operator in STATIC_OPERATORS and alarm.threshold_query:
        yield alarm, Problem(f"{alarm.operator} with a band", "compare with a threshold, or use a band's operator")
    if (
        alarm.queries_known
        and alarm.threshold_query
        and alarm.threshold_query not in {query.id for query in alarm.queries}
    ):
        yield (
            alarm,
            Problem(f"threshold_metric_id names no query: {alarm.threshold_query!r}", "name one of its queries"),
        )


def _queries(alarm: DeployedAlarm) -> Iterator[Broken]:
    if not alarm.queries_known:
        return
    if not alarm.series and not alarm.queries:
        yield alarm, Problem("it watches no metric", "give it metric_name and namespace, or metric_query blocks")
    for query in alarm.queries:
        if query.id and (broken := limits.query_id(query.id)) and "${" not in query.id:
            yield alarm, broken
        if bool(query.expression) == bool(query.series):
            yield alarm, Problem(f"query {query.id!r} needs either an expression or a metric", "give it one of the two")
    returning = [query for query in alarm.queries if query.returns]
    expected = 2 if alarm.threshold_query else 1
    if alarm.queries and len(returning) != expected and all(query.returns is not None for query in alarm.queries):
        yield (
            alarm,
            Problem(
                f"{len(returning)} of its queries return data, and CloudWatch wants {expected}",
                "set return_data = true for what is compared, false for the rest",
            ),
        )
    if len(alarm.series) > limits.METRICS_IN_MATH:
        yield alarm, Problem(f"it reads {len(alarm.series)} metrics", f"read at most {limits.METRICS_IN_MATH}")
