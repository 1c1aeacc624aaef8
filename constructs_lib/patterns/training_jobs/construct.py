"""Messages and alarms on SageMaker jobs that fail."""

from __future__ import annotations

from typing import Any, Unpack

from constructs_lib.alarms.event_message import EventMessage, job_message
from constructs_lib.aws.sagemaker.jobs import KINDS, JobKind
from constructs_lib.cdk import Construct
from constructs_lib.patterns.training_jobs.alarms import alarms
from constructs_lib.patterns.training_jobs.spec import TrainingJobsSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.event_rule import Destination, EventRule, topics
from constructs_lib.resources.queue import EventQueue
from constructs_lib.resources.surroundings import Given, Surroundings

UNDELIVERED_DAYS = 14
"""SQS's longest: time to see what was missed."""
FAILS = {"timeout": "fails", "any": "fails or is stopped", "none": "fails"}
"""What `stopped` makes of a rule's description."""
COUNTED_DAYS = 1
"""Successes are counted as they pass; that they can be read for a day is a by-product."""


class TrainingJobsMonitor(Construct):
    """Alerts when a job fails, when failures repeat, and when success is overdue.

    Args:
        spec: Which jobs, and when to alert.

    Attributes:
        failed: The EventRule for failures by kind of job.
        succeeded: The EventRule for successes by kind of job; empty without `overdue`.
        undelivered: The EventQueue for messages that reached no one.
        counted: The EventQueue behind `succeeded`, or None.
        alarms: The alarms by key: `KIND-repeated`, `KIND-overdue`, `undelivered`.
        outputs: Names of what was made.

    Raises:
        ConfigError: A name over a service's limit, or a severity that no topic receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: TrainingJobsSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self._name, self._environment = here.name, here.environment
        self.undelivered = self._queue("undelivered-queue", spec.undelivered_queue(self._name), UNDELIVERED_DAYS)
        to = topics(here.routing, spec.severity)
        self.failed = {kind: self._failed(spec, kind, to, here) for kind in spec.jobs}
        self.counted = (
            self._queue("counted-queue", spec.succeeded_queue(self._name), COUNTED_DAYS)
            if spec.overdue is not None
            else None
        )
        self.succeeded = (
            {kind: self._succeeded(spec, kind, self.counted) for kind in spec.jobs} if self.counted is not None else {}
        )
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing)
        self.outputs: dict[str, Any] = {
            "rules": [rule.rule.name for rule in (*self.failed.values(), *self.succeeded.values())],
            "undelivered_queue": self.undelivered.queue.url,
        }

    def _queue(self, construct_id: str, name: str, kept_days: int) -> EventQueue:
        return EventQueue(
            self, construct_id, name=name, environment=self._environment, rules=self._name, kept_days=kept_days
        )

    def _failed(self, spec: TrainingJobsSpec, kind: JobKind, to: list[Destination], here: Surroundings) -> EventRule:
        events = KINDS[kind]
        return EventRule(
            self,
            f"{kind}-failed",
            name=spec.failed_rule(self._name, kind),
            description=f"A {events.words.lower()} whose name begins with {spec.name_prefix} {FAILS[spec.stopped]}",
            pattern=self._pattern(spec, kind, events.failed(spec.stopped)),
            targets=to,
            message=_message(spec, kind, here),
            undelivered=self.undelivered,
        )

    def _succeeded(self, spec: TrainingJobsSpec, kind: JobKind, counted: EventQueue) -> EventRule:
        events = KINDS[kind]
        return EventRule(
            self,
            f"{kind}-succeeded",
            name=spec.succeeded_rule(self._name, kind),
            description=f"Counts {events.words.lower()}s that succeed",
            pattern=self._pattern(spec, kind, {events.status: [events.succeeded]}),
            targets=[Destination(counted.arn)],
        )

    def _pattern(self, spec: TrainingJobsSpec, kind: JobKind, status: dict[str, Any]) -> dict[str, Any]:
        events = KINDS[kind]
        names = events.name_pattern(spec.name_prefix, self._environment)
        return {
            "source": ["aws.sagemaker"],
            "detail-type": [events.detail_type],
            "detail": {events.name: names, **status},
        }


def _message(spec: TrainingJobsSpec, kind: JobKind, here: Surroundings) -> EventMessage:
    """Job, status, reason, what it means, what to do first, and where to look."""
    events = KINDS[kind]
    reason, values = ("<reason>", {"reason": f"$.detail.{events.reason}"}) if events.reason else ("see its steps", {})
    if events.secondary is not None:
        reason += " (<secondary>)"
        values["secondary"] = f"$.detail.{events.secondary}"
    return job_message(
        f"{spec.severity.upper()}: {events.words}",
        reason,
        kind=kind,
        reason_values=values,
        impact=spec.impact if spec.impact is not None else events.missing,
        first_step=spec.first_step if spec.first_step is not None else events.first_step,
        runbook=spec.runbook if spec.runbook is not None else here.runbook,
        register=here.routing.register,
        rule=spec.failed_rule(here.name, kind),
        environment=here.environment,
    )
