"""The alarm on event messages that reached nobody."""

from __future__ import annotations

from constructs_lib.alarms.alarm import Alarm, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws.names import join
from constructs_lib.options.monitor import MonitorSpec


def undelivered(spec: MonitorSpec, name: str, queue: str, *, runbook: str | None) -> Alarm:
    """The row for a dead-letter queue with something in it."""
    waiting = Threshold(
        watch=Metric(
            namespace="AWS/SQS",
            name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": queue},
            statistic="Maximum",
        ),
        comparison="above",
        limit=0,
    )
    return spec.row(
        "undelivered",
        join(name, "undelivered"),
        summary=f"an event could not be told to anybody, and is in the queue {queue}",
        impact="Nobody heard of what the event says",
        first_step="Read the message in the queue, then check the policy of the topic and of the key that encrypts it",
        condition=waiting,
        missing_data="not_breaching",  # SQS publishes nothing of a queue nobody uses
        runbook=runbook,
    )
