"""Amazon Data Firehose."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_LOST = "Firehose keeps what it can't deliver for 24 hours; after that it is lost"
_ERRORS = "Read the stream's error log: usually the role, the key or the bucket has changed"
_QUOTA = "Ask for a higher quota, or send less"


def _subject(dimensions: Mapping[str, str]) -> str:
    return f"delivery stream {dimensions.get('DeliveryStreamName', '(all)')}"


def _count(meaning: str, impact: str, first_step: str, unit: str = "count") -> MetricFacts:
    return MetricFacts(meaning=meaning, unit=unit, statistics=("Sum",), impact=impact, first_step=first_step)


NAMESPACE = Namespace(
    name="AWS/Firehose",
    source="https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html",
    dimension_sets=dimension_sets("DeliveryStreamName"),
    subject=_subject,
    other_sets=True,
    lists_all=False,
    metrics={
        # Not published while delivery is blocked altogether: watch DeliveryToS3.Success next to it.
        "DeliveryToS3.DataFreshness": MetricFacts(
            meaning="age in seconds of the oldest record not yet in S3",
            unit="seconds",
            statistics=("Maximum", "Average"),
            impact=_LOST,
            first_step=_ERRORS,
        ),
        "DeliveryToS3.Success": MetricFacts(
            meaning="share of writes to S3 that succeeded",
            unit="ratio from 0 to 1",
            statistics=("Average", "Minimum"),
            impact=_LOST,
            first_step=_ERRORS,
        ),
        "DeliveryToS3.Records": _count("records delivered to S3", _LOST, _ERRORS),
        "DeliveryToS3.Bytes": _count("bytes delivered to S3", _LOST, _ERRORS, "bytes"),
        "DeliveryToS3.ObjectCount": _count("objects written to S3", _LOST, _ERRORS),
        "IncomingRecords": _count("records that came in", "Without any, the source is silent", "Look at the source"),
        "IncomingBytes": _count(
            "bytes that came in", "They are what Firehose charges for", "Look at the source", "bytes"
        ),
        "ThrottledRecords": _count("records refused for coming too fast", _LOST, _QUOTA),
    },
)
