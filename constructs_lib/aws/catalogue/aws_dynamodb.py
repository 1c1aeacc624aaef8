"""Amazon DynamoDB tables: the metrics alarms read most."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_TABLE = ("TableName", "GlobalSecondaryIndexName TableName")
_CALL = ("Operation TableName", "Operation StreamLabel TableName")
_LOST = "Reads and writes fail, and callers try again"
_CAPACITY = "Raise the table's capacity, or find the key that takes it all"


def _subject(dimensions: Mapping[str, str]) -> str:
    if "TableName" not in dimensions:
        return "all DynamoDB tables of the account"
    index = f", index {dimensions['GlobalSecondaryIndexName']}" if "GlobalSecondaryIndexName" in dimensions else ""
    call = f"{dimensions['Operation']} of " if "Operation" in dimensions else ""
    return f"{call}table {dimensions['TableName']}{index}"


def _count(meaning: str, impact: str, first_step: str, *sets: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=("Sum",),
        impact=impact,
        first_step=first_step,
        dimension_sets=dimension_sets(*sets),
    )


NAMESPACE = Namespace(
    name="AWS/DynamoDB",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html",
    dimension_sets=dimension_sets("TableName"),
    subject=_subject,
    lists_all=False,
    metrics={
        "SystemErrors": _count(
            "requests that failed in DynamoDB", _LOST, "Look at the AWS Health Dashboard, and let callers retry", *_CALL
        ),
        "UserErrors": _count("requests refused as wrong", _LOST, "Read the callers' errors", ""),
        "ThrottledRequests": _count("throttled requests", _LOST, _CAPACITY, *_CALL),
        "ReadThrottleEvents": _count("throttled reads", _LOST, _CAPACITY, *_TABLE),
        "WriteThrottleEvents": _count("throttled writes", _LOST, _CAPACITY, *_TABLE),
    },
)
