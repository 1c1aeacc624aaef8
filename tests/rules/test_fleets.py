"""Alarms on Metrics Insights queries are held to the same rules as those on single metrics."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.rules import findings
from tests.rules.stacks import alarm, alarms, stack

PLAIN = {"metric_name": None, "namespace": None, "dimensions": None, "period": None, "statistic": None}


def found(query: str, *, period: int = 60, **options: Any) -> list[str]:
    queries = [{"id": "q", "expression": query, "period": period, "return_data": True}]
    judged = stack(alarms(errors=alarm(**PLAIN, metric_query=queries, **options)))
    return [finding.rule for finding in findings(judged)]


@pytest.mark.parametrize(
    ("query", "rule"),
    {
        "right": ('SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", FunctionName) GROUP BY FunctionName', None),
        "any dimensions": ('SELECT SUM(Errors) FROM "AWS/Lambda" GROUP BY FunctionName', None),
        "by tag": ("SELECT SUM(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName) WHERE tag.team = 'ml'", None),
        "an application's": ("SELECT SUM(errors) FROM SCHEMA(Shop, Queue) GROUP BY Queue", None),
        "not read here": ('SELECT SUM(Errors) FROM "AWS/Lambda" HAVING x', None),
        "misspelt metric": ('SELECT SUM(Erors) FROM "AWS/Lambda" GROUP BY FunctionName', "metric-exists"),
        "misspelt dimension": ('SELECT SUM(Errors) FROM "AWS/Lambda" GROUP BY Functionname', "metric-exists"),
        "not published so": ('SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", Resource)', "metric-exists"),
        "an ARN for a name": (
            "SELECT SUM(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName) WHERE FunctionName = 'arn:aws:lambda:::x'",
            "dimension-value-right",
        ),
        "sum of an age": (
            'SELECT SUM(ApproximateAgeOfOldestMessage) FROM SCHEMA("AWS/SQS", QueueName) GROUP BY QueueName',
            "statistic-fits",
        ),
    }.values(),
    ids=lambda value: "" if value is None else str(value)[:40],
)
def test_what_a_query_looks_for_is_published(query: str, rule: str | None) -> None:
    assert found(query, period=600) == ([rule] if rule else [])


def test_a_query_reads_three_hours() -> None:
    query = 'SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", FunctionName) GROUP BY FunctionName'
    assert found(query, period=3600, evaluation_periods=3) == []
    assert found(query, period=3600, evaluation_periods=4) == ["window-legal"]
    assert found(query, period=30) == ["window-legal"]


def test_a_limit_that_no_series_can_pass_is_found() -> None:
    query = 'SELECT AVG(Errors) FROM SCHEMA("AWS/Lambda", FunctionName) GROUP BY FunctionName'
    assert found(query, threshold=5) == ["limit-reachable"]
    assert found(query, threshold=0.5) == []
