"""Alarms on a queue of Amazon SQS."""

from __future__ import annotations

from typing import Unpack

from constructs_lib.cdk import Construct
from constructs_lib.patterns.queue.alarms import alarms
from constructs_lib.patterns.queue.spec import QueueSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings


class QueueMonitor(Construct):
    """Notifies when messages wait too long, when none is finished, and when some were given up.

    Args:
        spec: The queue, and how long its messages may wait.

    Attributes:
        alarms: The alarms by key: `waiting`, `stuck`, `dead`, `dead-many`, `in-flight`, `backlog`.

    Raises:
        ConfigError: A name over CloudWatch's limit, or a severity that no one receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: QueueSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing)
