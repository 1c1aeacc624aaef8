"""The pattern `queue`: work that waits in a queue of Amazon SQS, is stuck there, or was given up."""

from constructs_lib.patterns.pattern import MonitorPattern
from constructs_lib.patterns.queue import alarms
from constructs_lib.patterns.queue.spec import QueueAlarms, QueueSpec

__all__ = ["PATTERN", "QueueAlarms", "QueueSpec"]

PATTERN = MonitorPattern(
    spec=QueueSpec,
    alarms=alarms.alarms,
    construct="constructs_lib.patterns.queue.construct:QueueMonitor",
)
