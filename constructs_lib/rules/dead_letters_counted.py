"""dead-letters-counted."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.blocks import text
from constructs_lib.terraform.delivery import QUEUE
from constructs_lib.terraform.stack import Stack, references_in

_MOVES = ("NumberOfMessagesSent", "NumberOfMessagesReceived")


@rule(
    "dead-letters-counted",
    "advice",
    story="An alarm on messages sent to a dead-letter queue stayed green while the queue filled up.",
    page="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
)
def dead_letters_counted(stack: Stack) -> Iterator[Broken]:
    """An alarm on a dead-letter queue counts the messages in it, not those sent or received.

    What SQS moves there after too many receives does not count as sent, and is received only when someone reads it.

    Stays quiet: a queue to which Lambda or SNS sends what failed, for that counts as sent.
    """
    dead = set(_dead_letter_queues(stack))
    for alarm in stack.alarms:
        for series in alarm.series:
            if series.namespace == "AWS/SQS" and series.name in _MOVES and dead:
                queue = stack.find((series.dimensions or {}).get("QueueName"), QUEUE)
                if queue and queue.address in dead:
                    says = (
                        f"{queue.address} is a dead-letter queue, and {series.name} does not count what is moved there"
                    )
                    yield alarm, Problem(says, "read ApproximateNumberOfMessagesVisible, Maximum above 0")


def _dead_letter_queues(stack: Stack) -> Iterator[str]:
    """Addresses of the queues that other queues give up messages to."""
    for resource in stack.of(QUEUE, "aws_sqs_queue_redrive_policy"):
        for reference in references_in(text(resource.values.get("redrive_policy"))):
            if queue := stack.find(reference, QUEUE):
                yield queue.address
