"""The alarms on a queue, in minutes and messages."""

from __future__ import annotations

from collections.abc import Iterable

from constructs_lib.alarms.alarm import Math
from constructs_lib.alarms.row import SUSTAINED, Row, above, at_least, every, series, table, unusual
from constructs_lib.patterns.queue.spec import PERIOD_MINUTES, QueueSpec
from constructs_lib.units import duration, number

IN_FLIGHT_QUOTA = 120_000
"""Of standard and FIFO queues alike (SQS developer guide, "Amazon SQS quotas")."""


@table
def alarms(spec: QueueSpec, name: str) -> Iterable[Row]:  # noqa: ARG001  (as every table)
    """What waits, what is stuck, what was given up."""
    limits, queue = spec.alarms, spec.queue
    dead_queue = spec.dead_letter if spec.dead_letter is not None else queue  # then its rows are left out
    each_minute = series("AWS/SQS", {"QueueName": queue}, 60)
    of_queue, of_dead_queue = (
        series("AWS/SQS", {"QueueName": one}, PERIOD_MINUTES * 60) for one in (queue, dead_queue)
    )
    age = Math(
        expression="age / 60",
        metrics={"age": each_minute("ApproximateAgeOfOldestMessage", "Maximum")},
        label=f"the age of the oldest message of queue {queue}",
    )
    # What did not happen for a while is not published.
    idle = Math(
        expression="IF(FILL(visible, 0) > 0 AND FILL(deleted, 0) == 0, 1, 0)",
        metrics={
            "visible": of_queue("ApproximateNumberOfMessagesVisible", "Minimum"),
            "deleted": of_queue("NumberOfMessagesDeleted", "Sum"),
        },
        label=f"whether messages wait in queue {queue} and none is deleted",
    )
    in_flight = Math(
        expression=f"100 * taken / {IN_FLIGHT_QUOTA}",
        metrics={"taken": each_minute("ApproximateNumberOfMessagesNotVisible", "Maximum")},
        label=f"the share of the quota for messages in flight that queue {queue} uses",
    )
    dead = of_dead_queue("ApproximateNumberOfMessagesVisible", "Maximum")
    one, many = (limits.dead_letters, limits.dead_letters_many) if spec.dead_letter is not None else (None, None)
    stuck = limits.stuck_minutes
    # fmt: off
    return (
        Row("waiting", age, above(spec.wait_minutes, "minutes"), every(5),
            impact="Work is done late; what waits longer than the queue's retention is lost",
            first_step="Look at what reads the queue: whether it runs, its errors, and whether there is enough of it"),
        Row("stuck", idle, at_least(1 if stuck else None), every((stuck or PERIOD_MINUTES) // PERIOD_MINUTES),
            says=f"messages waited in queue {queue} for {duration(60 * (stuck or 0))} and none was finished",
            impact="Work arrives and none gets done",
            first_step="Receive one message by hand and read it, then the newest errors of what reads the queue"),
        Row("dead", dead, at_least(one), severity="warning",
            says=f"{number(one or 0)} or more messages are in the dead-letter queue {dead_queue}; this is sent once, "
                 "not for each of them",
            impact="What reads the queue has given these up, and they are lost when the queue's retention is over",
            first_step="Read one of them and the errors of its reader; redrive them once the cause is gone"),
        Row("dead-many", dead, at_least(many),
            says=f"{number(many or 0)} or more messages are in the dead-letter queue {dead_queue}",
            impact="It is no single bad message: what reads the queue fails",
            first_step="Stop what sends, or what reads, before more is given up; read the reader's newest errors"),
        Row("in-flight", in_flight, above(limits.in_flight_percent, "%"), SUSTAINED, severity="warning",
            impact="At the quota the queue hands out no more messages, and work stops",
            first_step="See whether readers delete what they have done, and compare the visibility timeout with a job"),
        Row("backlog", each_minute("ApproximateNumberOfMessagesVisible", "Average"),
            unusual(limits.backlog_anomaly, "above"), SUSTAINED, severity="info",
            impact="More work than usual waits: senders send more, or readers do less",
            first_step="Compare what is sent with what is deleted"),
    )
    # fmt: on
