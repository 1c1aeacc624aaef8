"""The pattern `queue`: work that waits in a queue of Amazon SQS, is stuck there, or was given up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.alarm import Count
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws.limits import DAY_SECONDS
from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked, shown
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.references import OrReference, at_least, of_literals

PERIOD_MINUTES = 5
"""Of the alarms that look for work that is stuck."""
DAY_MINUTES = DAY_SECONDS // 60
"""How far such an alarm can look back."""

_NAME = re.compile(r"(?=.{1,80}$)[A-Za-z0-9_-]+(\.fifo)?")


def _queue_name(name: str) -> Problem | None:
    """SQS developer guide, "Amazon SQS quotas"."""
    if _NAME.fullmatch(name):
        return None
    fix = "write the name alone, the last part of the ARN or address" if re.search("[:/]", name) else "correct it"
    return Problem(f"{shown(name)} cannot be the name of a queue", fix)


@of_literals
def _outlives(minutes: float, days: float) -> bool:
    return minutes >= days * DAY_MINUTES


QueueName = Annotated[str, checked(_queue_name), OrReference()]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]


class QueueAlarms(Model):
    """Limits of the alarms that not every queue needs."""

    dead_letters: Count | None = 1
    """Messages in the dead-letter queue from which a warning is sent."""
    dead_letters_many: Count | None = None
    """Messages there that are an incident, with the monitor's severity."""
    stuck_minutes: Annotated[int, Field(ge=PERIOD_MINUTES, le=DAY_MINUTES, multiple_of=PERIOD_MINUTES)] | None = None
    """For how long messages may wait while none is finished. Make it longer than the longest job."""
    in_flight_percent: Annotated[float, Field(gt=0, lt=100, allow_inf_nan=False), OrReference()] | None = None
    """Messages that were taken and not yet deleted, in percent of the 120,000 SQS allows; at the quota a queue hands
    out no more. 90 leaves time to act."""
    backlog_anomaly: Positive | None = None
    """Half the width, in standard deviations, of the band above which the number of waiting messages is unusual."""


class QueueSpec(MonitorSpec):
    """The alarms on a queue that is there already: how old its messages are, how many, and which were given up."""

    pattern: Literal["queue"] = "queue"
    severity: Severity = "critical"
    """Of messages that wait too long, of work that is stuck, and of `dead_letters_many`. Other dead letters and many
    messages in flight are a warning, and an unusual backlog is information."""
    queue: QueueName
    """The queue's name, with `.fifo` if it ends so."""
    dead_letter: QueueName | None = None
    """Name of its dead-letter queue. Left out: messages that are given up are not noticed."""
    wait_minutes: Positive | None
    """How long a message may wait; null for no such alarm. Only you know how soon the work has to be done."""
    retention_days: Annotated[float, Field(gt=0, le=14), OrReference()] = 4
    """How long the queue keeps a message, at most; 4 days unless it was set otherwise. Longer waits are never seen."""
    alarms: QueueAlarms = QueueAlarms()
    """Limits of the other alarms."""

    def problems(self) -> Iterator[Problem]:
        """Limits that nothing can reach, and those without a queue to watch."""
        if self.wait_minutes is not None and _outlives(self.wait_minutes, self.retention_days):
            yield Problem(
                f"{self.wait_minutes:g} minutes are never reached: the queue keeps a message for "
                f"{self.retention_days:g} days",
                "write less, or the queue's own retention_days",
                path="wait_minutes",
            )
        dead, many = self.alarms.dead_letters, self.alarms.dead_letters_many
        if many is not None and self.dead_letter is None:
            yield Problem("no dead-letter queue is named", "add `dead_letter`", path="alarms.dead_letters_many")
        if dead is not None and many is not None and at_least(dead, many):
            yield Problem(
                f"{many:g} is not above dead_letters, {dead:g}", "write more", path="alarms.dead_letters_many"
            )
        if self.dead_letter == self.queue:
            yield Problem(f"{shown(self.queue)} is the queue itself", "name its dead-letter queue", path="dead_letter")
        if self.wait_minutes is None and self.dead_letter is None and not self._watches_more():
            yield Problem("no alarm is left", "write wait_minutes, or name a dead_letter", path="wait_minutes")

    def _watches_more(self) -> bool:
        options = self.alarms
        return any((options.stuck_minutes, options.in_flight_percent, options.backlog_anomaly))
