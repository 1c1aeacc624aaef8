"""Amazon SQS."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets


def _subject(dimensions: Mapping[str, str]) -> str:
    return f"queue {dimensions['QueueName']}"


def _depth(meaning: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=("Maximum", "Average"),
        impact="Work waits, and is lost when the queue's retention is over",
        first_step="Look at what reads the queue, and at one of its messages",
        sampled=True,
    )


NAMESPACE = Namespace(
    name="AWS/SQS",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
    dimension_sets=dimension_sets("QueueName"),
    subject=_subject,
    lists_all=False,  # fair queues have some of their own
    metrics={
        "ApproximateNumberOfMessagesVisible": _depth("messages waiting"),
        "ApproximateNumberOfMessagesNotVisible": _depth("messages being worked on"),
        "ApproximateAgeOfOldestMessage": MetricFacts(
            meaning="age of the oldest message",
            unit="seconds",
            statistics=("Maximum",),
            impact="Work waits, and is lost when the queue's retention is over",
            first_step="Look at what reads the queue",
            sampled=True,
        ),
        "ApproximateNumberOfMessagesDelayed": _depth("messages that are held back"),
        "NumberOfMessagesReceived": MetricFacts(
            meaning="messages received",
            unit="count",
            statistics=("Sum",),
            impact="Fewer than usual mean that less work gets done",
            first_step="Look at what reads the queue",
        ),
        "NumberOfEmptyReceives": MetricFacts(
            meaning="reads that found nothing",
            unit="count",
            statistics=("Sum",),
            impact="Each read costs money",
            first_step="Let readers wait for messages: long polling",
        ),
        "SentMessageSize": MetricFacts(
            meaning="size of the messages sent",
            unit="bytes",
            statistics=("Average", "Maximum"),
            impact="Larger messages than usual",
            first_step="Look at what writes to the queue",
        ),
        "NumberOfMessagesSent": MetricFacts(
            meaning="messages sent",
            unit="count",
            statistics=("Sum",),
            impact="Fewer than usual mean that a sender broke",
            first_step="Look at what writes to the queue",
        ),
        "NumberOfMessagesDeleted": MetricFacts(
            meaning="messages deleted",
            unit="count",
            statistics=("Sum",),
            impact="Fewer than usual mean that less work gets done",
            first_step="Look at what reads the queue",
        ),
    },
)
