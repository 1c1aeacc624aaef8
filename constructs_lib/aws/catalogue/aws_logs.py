"""Amazon CloudWatch Logs, about itself."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_LOST = "These events are not where they should be, and no one misses them until they are needed"
_DESTINATION = "Check that the destination exists, and that the subscription's role may write to it"
_DELIVERY = dimension_sets("LogGroupName", "DestinationType FilterName LogGroupName")


def _subject(dimensions: Mapping[str, str]) -> str:
    if "LogAnomalyDetector" in dimensions:
        return f"log anomaly detector {dimensions['LogAnomalyDetector']}"
    if "FilterName" in dimensions:
        return f"subscription {dimensions['FilterName']} of log group {dimensions['LogGroupName']}"
    if "LogGroupName" in dimensions:
        return f"log group {dimensions['LogGroupName']}"
    return "all log groups of the account"


def _count(meaning: str, impact: str, first_step: str, *sets: str, requires: str | None = None) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=("Sum",),
        impact=impact,
        first_step=first_step,
        dimension_sets=dimension_sets(*sets),
        requires=requires,
    )


NAMESPACE = Namespace(
    name="AWS/Logs",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html",
    dimension_sets=dimension_sets("LogGroupName", ""),
    subject=_subject,
    other_sets=True,
    lists_all=False,
    metrics={
        "IncomingLogEvents": _count(
            "log events that came in",
            "A silent log group can mean a dead workload; a loud one costs money",
            "Look at the newest events, and at what writes them",
            *("LogGroupName", ""),
        ),
        "IncomingBytes": MetricFacts(
            meaning="bytes of log events that came in",
            unit="bytes",
            statistics=("Sum",),
            impact="Ingestion is what CloudWatch Logs charges for",
            first_step="Find what writes so much, and whether anyone reads it",
        ),
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/LogsAnomalyDetection-Metrics.html
        "AnomalyCount": _count(
            "anomalies",
            "The logs hold something they usually do not, and no one wrote a filter for it",
            "Open CloudWatch, Logs, Log anomalies, and read the samples",
            "LogAnomalyDetector LogAnomalyPriority",
            requires="a log anomaly detector on the log group",
        ),
        "DeliveryErrors": MetricFacts(
            meaning="events that could not be delivered",
            unit="count",
            statistics=("Sum",),
            impact=_LOST,
            first_step=_DESTINATION,
            dimension_sets=_DELIVERY,
            requires="a subscription filter",
        ),
        "DeliveryThrottling": MetricFacts(
            meaning="deliveries that were throttled",
            unit="count",
            statistics=("Sum",),
            impact=_LOST,
            first_step="Raise the destination's limits",
            dimension_sets=_DELIVERY,
            requires="a subscription filter",
        ),
        "ForwardedLogEvents": MetricFacts(
            meaning="events forwarded",
            unit="count",
            statistics=("Sum",),
            impact="Without any, the destination gets no logs",
            first_step=_DESTINATION,
            dimension_sets=_DELIVERY,
            requires="a subscription filter",
        ),
    },
)
