"""What a user may say of a queue, and which alarms that gives."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.alarms.alarm import Alarm
from constructs_lib.patterns.queue import PATTERN, QueueSpec
from tests.configs import config, problems

JOBS: dict[str, Any] = {"pattern": "queue", "queue": "jobs", "dead_letter": "jobs-dlq", "wait_minutes": 10}
EVERYTHING = {"stuck_minutes": 30, "dead_letters_many": 100, "in_flight_percent": 90, "backlog_anomaly": 3}


def table(**options: Any) -> dict[str, Alarm]:
    spec = QueueSpec.model_validate(JOBS | options)
    return {alarm.key: alarm for alarm in PATTERN.alarms(spec, "shop-jobs")}


def test_by_default_it_hears_of_waiting_and_of_dead_letters() -> None:
    assert [*table()] == ["waiting", "dead"]
    assert [*table(dead_letter=None)] == ["waiting"]
    assert [*table(wait_minutes=None)] == ["dead"]
    assert [*table(alarms={"dead_letters": None})] == ["waiting"]


def test_every_alarm_can_be_had() -> None:
    alarms = table(alarms=EVERYTHING)
    assert {key: alarm.severity for key, alarm in alarms.items()} == {
        "waiting": "critical",
        "stuck": "critical",
        "dead": "warning",
        "dead-many": "critical",
        "in-flight": "warning",
        "backlog": "info",
    }
    windows = {key: (alarm.evaluate.breaching, alarm.evaluate.of) for key, alarm in alarms.items()}
    assert windows == {
        "waiting": (5, 5),
        "stuck": (6, 6),
        "dead": (1, 1),
        "dead-many": (1, 1),
        "in-flight": (5, 20),
        "backlog": (5, 20),
    }
    assert {alarm.missing_data for alarm in alarms.values()} == {"not_breaching"}


def test_the_monitors_severity_is_that_of_what_stops_the_work() -> None:
    alarms = table(severity="info", alarms=EVERYTHING)
    assert {key for key, alarm in alarms.items() if alarm.severity == "info"} == {
        "waiting",
        "stuck",
        "dead-many",
        "backlog",
    }


def test_the_sentences() -> None:
    alarms = table(alarms=EVERYTHING)
    assert {key: alarm.summary for key, alarm in alarms.items()} == {
        "waiting": "the age of the oldest message of queue jobs is above 10 minutes in 5 of 5 periods of 1 minute",
        "stuck": "messages waited in queue jobs for 30 minutes and none was finished",
        "dead": "1 or more messages are in the dead-letter queue jobs-dlq; this is sent once, not for each of them",
        "dead-many": "100 or more messages are in the dead-letter queue jobs-dlq",
        "in-flight": (
            "the share of the quota for messages in flight that queue jobs uses is above 90 % in 5 of 20 periods of "
            "1 minute"
        ),
        "backlog": (
            "average messages waiting of queue jobs is above its usual band (3 standard deviations) in 5 of 20 periods "
            "of 1 minute"
        ),
    }


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"wait_minutes": 5760},
        (
            "wait_minutes: 5760 minutes are never reached: the queue keeps a message for 4 days; write less, or the "
            "queue's own retention_days"
        ),
    ),
    (
        {"queue": "arn:aws:sqs:us-east-1:123456789012:jobs"},
        (
            "queue: 'arn:aws:sqs:us-east-1:123456789012:jobs' cannot be the name of a queue; write the name alone, the "
            "last part of the ARN or address"
        ),
    ),
    ({"queue": "jobs.fifo.fifo"}, "queue: 'jobs.fifo.fifo' cannot be the name of a queue; correct it"),
    ({"queue": "j" * 81}, f"queue: '{'j' * 76}… cannot be the name of a queue; correct it"),
    ({"dead_letter": "jobs"}, "dead_letter: 'jobs' is the queue itself; name its dead-letter queue"),
    (
        {"dead_letter": None, "alarms": {"dead_letters_many": 5}},
        "alarms.dead_letters_many: no dead-letter queue is named; add `dead_letter`",
    ),
    (
        {"alarms": {"dead_letters": 5, "dead_letters_many": 5}},
        "alarms.dead_letters_many: 5 is not above dead_letters, 5; write more",
    ),
    ({"alarms": {"stuck_minutes": 12}}, "alarms.stuck_minutes: 12 is not a multiple of 5; write a multiple of 5"),
    (
        {"alarms": {"in_flight_percent": 100}},
        "alarms.in_flight_percent: 100 is not below 100; write a number below 100",
    ),
    (
        {"wait_minutes": None, "dead_letter": None},
        "wait_minutes: no alarm is left; write wait_minutes, or name a dead_letter",
    ),
]


@pytest.mark.parametrize(("options", "problem"), REFUSED, ids=[problem.partition(";")[0] for _, problem in REFUSED])
def test_what_could_not_fire_is_refused(options: dict[str, Any], problem: str) -> None:
    assert problems(config({"jobs": JOBS | options})) == [f"monitors.jobs.{problem}"]


def test_how_long_a_message_may_wait_has_to_be_said() -> None:
    silent = {key: value for key, value in JOBS.items() if key != "wait_minutes"}
    assert problems(config({"jobs": silent})) == ["monitors.jobs.wait_minutes: is missing; add it"]


def test_a_long_wait_is_fine_where_messages_are_kept_long_enough() -> None:
    assert problems(config({"jobs": JOBS | {"wait_minutes": 5760, "retention_days": 14}})) == []


def test_every_value_may_be_a_reference() -> None:
    options = {
        "queue": "${var.queue}",
        "dead_letter": "${var.dead}",
        "wait_minutes": "${var.wait}",
        "retention_days": "${var.days}",
        "alarms": {"dead_letters": "${var.one}", "dead_letters_many": "${var.many}", "in_flight_percent": "${var.p}"},
    }
    assert problems(config({"jobs": JOBS | options})) == []
