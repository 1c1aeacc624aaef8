"""The pattern `training_jobs`: jobs that fail, fail again, or no longer succeed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.log_query import ERRORS, LogQuery
from constructs_lib.alarms.severity import Severity, rank
from constructs_lib.aws import names
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.aws.sagemaker.jobs import JobKind
from constructs_lib.aws.sagemaker.names import NamePrefix
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, not_empty, shown
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.references import OrReference, of_literals

QUEUE_CHARACTERS = 80
"""CreateQueue.QueueName"""
TUNING_JOB_CHARACTERS = 32
"""CreateHyperParameterTuningJob.HyperParameterTuningJobName: half of what other jobs have."""


class Escalate(Model):
    """A higher severity when failures repeat."""

    after_failures: Annotated[int, Field(ge=2), OrReference()] = 3
    """Failures that are too many. SageMaker may report one failure twice, so 2 is reached early."""
    within_hours: Annotated[int, Field(ge=1, le=168)] = 6
    """Hours in which they happen; CloudWatch looks back a week at most."""
    severity: Severity = "critical"
    """Whom to notify then."""


class Overdue(Model):
    """Alerts when nothing succeeds any more. That includes that nothing is started, which no failure shows."""

    no_success_hours: Annotated[int, Field(ge=1, le=168), OrReference()]
    """Hours without a success that are too many; CloudWatch looks back a week at most. Take the usual pause between two
    runs and the time of one: 26 for a daily job that takes an hour."""
    severity: Severity = "warning"
    """Whom to notify."""


class TrainingJobsSpec(MonitorSpec):
    """Alerts when a SageMaker job fails, with the reason; when failures repeat; and when success is overdue.

    `severity` is that of a single failure.
    """

    pattern: Literal["training_jobs"] = "training_jobs"
    name_prefix: NamePrefix
    """What the names of the jobs begin with."""
    jobs: Annotated[Items[JobKind], checked(not_empty)] = ("training",)
    """Kinds of jobs: training, processing, transform, tuning, pipeline."""
    stopped: Literal["timeout", "any", "none"] = "timeout"
    """Whether a stopped job counts as failed. timeout: if its time was up, which only training jobs tell apart from a
    stop by hand."""
    escalate: Escalate | None = None
    """The alarm on repeated failures. Left out: nothing more."""
    overdue: Overdue | None = None
    """When success is overdue. Left out: never. Until the first success after deployment, it is."""

    def problems(self) -> Iterator[Problem]:
        """Every kind once, and a ladder that goes up."""
        if len(set(self.jobs)) < len(self.jobs):
            yield Problem("a kind of job is listed twice", "remove one", path="jobs")
        if "tuning" in self.jobs and (broken := _tuning_job(self.name_prefix)):
            yield broken.under("name_prefix")
        ladder = self.escalate
        if ladder is not None and rank(ladder.severity) >= rank(self.severity):
            yield Problem(
                f"{shown(ladder.severity)} is not above {self.severity!r}, the severity of a single failure",
                "name a higher severity, or lower that of the monitor",
                path="escalate.severity",
            )

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:  # noqa: ARG002  (as declared)
        """Names of rules and queues."""
        for kind in self.jobs:
            rules = [self.failed_rule(name, kind), *([self.succeeded_rule(name, kind)] if self.overdue else [])]
            yield from (broken for rule in rules if (broken := names.event_rule(rule)))
        if broken := _queue(self.undelivered_queue(name)):
            yield broken

    def log_queries(self, name: str) -> tuple[LogQuery, ...]:  # noqa: ARG002  (the jobs are the user's)
        """Failures in the logs of training jobs, whose streams begin with the job's name."""
        if "training" not in self.jobs:
            return ()
        condition = f"@logStream like /^{self.name_prefix}/ and {ERRORS}"
        title = f"Newest errors of training jobs {self.name_prefix}…"
        return (LogQuery(title=title, group="/aws/sagemaker/TrainingJobs", condition=condition),)

    @property
    def events(self) -> frozenset[Severity]:
        """Each failure notifies without an alarm."""
        return frozenset({self.severity})

    def failed_rule(self, name: str, kind: JobKind) -> str:
        """Rule for jobs that failed."""
        return join(name, kind, "failed")

    def succeeded_rule(self, name: str, kind: JobKind) -> str:
        """Rule that counts successes."""
        return join(name, kind, "succeeded")

    def undelivered_queue(self, name: str) -> str:
        """Queue for messages that reached no one."""
        return join(name, "undelivered")

    def succeeded_queue(self, name: str) -> str:
        """Queue the counted successes go to: a rule without a target might not count."""
        return join(name, "succeeded")


@of_literals
def _tuning_job(prefix: str) -> Problem | None:
    if len(prefix) <= TUNING_JOB_CHARACTERS:
        return None
    return Problem(
        f"{shown(prefix)} has {len(prefix)} characters, and the name of a tuning job {TUNING_JOB_CHARACTERS}",
        "shorten it, or watch tuning jobs in a monitor of their own",
    )


@of_literals
def _queue(name: str) -> Problem | None:
    if len(name) <= QUEUE_CHARACTERS:
        return None
    return Problem(
        f"the queue {shown(name)} is over 80 characters, more than SQS takes",
        "shorten the monitor's, the stack's or the project's name",
    )
