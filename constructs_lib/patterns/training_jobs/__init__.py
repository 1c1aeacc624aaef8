"""The pattern `training_jobs`: jobs that fail, fail again, or no longer succeed."""

from constructs_lib.patterns.training_jobs.spec import TrainingJobsSpec

__all__ = ["TrainingJobsSpec"]
