"""The alarm on event messages that reached no one."""

from __future__ import annotations

from constructs_lib.alarms.row import Row, above, series


def undelivered(queue: str) -> Row:
    """The row for a dead-letter queue with something in it."""
    of_queue = series("AWS/SQS", {"QueueName": queue}, 300)
    # fmt: off
    return Row("undelivered", of_queue("ApproximateNumberOfMessagesVisible", "Maximum"), above(0),
        says=f"an event reached no one and is in the queue {queue}",
        impact="No one knows what the event reports; of a queue that was idle CloudWatch knows up to 15 minutes late",
        missing="ignore",  # SQS stops publishing after six idle hours, while the message is still there
        first_step="Read the message in the queue, then check the policy of the topic and of the key that encrypts it")
    # fmt: on
