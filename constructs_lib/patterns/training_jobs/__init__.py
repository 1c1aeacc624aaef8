"""The pattern `training_jobs`: jobs that fail, fail again, or no longer succeed."""

from constructs_lib.patterns.pattern import MonitorPattern
from constructs_lib.patterns.training_jobs import alarms
from constructs_lib.patterns.training_jobs.spec import TrainingJobsSpec

__all__ = ["PATTERN", "TrainingJobsSpec"]

PATTERN = MonitorPattern(
    spec=TrainingJobsSpec,
    alarms=alarms.alarms,
    construct="constructs_lib.patterns.training_jobs.construct:TrainingJobsMonitor",
)
