"""What every monitoring job needs around it: a role, a place for reports, a schedule, and someone to notify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.alarms.event_message import job_message
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.sagemaker.images import GROUND_TRUTH_MERGER
from constructs_lib.aws.sagemaker.jobs import KINDS
from constructs_lib.cdk import Construct
from constructs_lib.patterns.monitoring_job.resources.event_count import event_count
from constructs_lib.patterns.monitoring_job.spec import MonitoringJobSpec
from constructs_lib.references import is_reference
from constructs_lib.resources import s3_access
from constructs_lib.resources import sagemaker_permissions as permissions
from constructs_lib.resources.encryption_key import AnyKey, GivenKey
from constructs_lib.resources.event_rule import Destination, EventRule
from constructs_lib.resources.policy import Statement
from constructs_lib.resources.queue import EventQueue
from constructs_lib.resources.role import Role, rules_of
from constructs_lib.resources.storage import StoragePlace
from constructs_lib.resources.values import aws

LOG_GROUP = "/aws/sagemaker/ProcessingJobs"
INPUT, OUTPUT = "/opt/ml/processing/input/endpoint", "/opt/ml/processing/output"
"""Where SageMaker's own images look for data and leave reports."""
UNDELIVERED_DAYS = 14
"""SQS's longest: time to see what was missed."""

VIOLATIONS = "CompletedWithViolations"
"""What the exit message of a run begins with that found constraints violated."""

MERGE_JOBS = "groundtruth-merge-"
"""What the names of the jobs begin with that merge labels. SageMaker gives them the role of the run they are for."""


class MonitoringJob(Construct):
    """The surroundings of a monitoring job; its definition is the pattern's.

    Args:
        spec: The job.
        name: What all names begin with, and the schedule's own.
        purpose: What is not known while runs fail: `whether the model is fair`.
        image: Container image of the job.
        reads: Addresses in S3 the job reads, by what is there.
        namespaces: CloudWatch namespaces it publishes to.
        topics: The topics that runs which fail publish to.
        encryption_key: Encrypts a new bucket for reports.
        retain: Whether that bucket outlives the monitor.
        runbook: Link to the runbook; `{alarm}` stands for the rule's name.
        register: Link to the register; the same.
        volume_key_arn: Encrypts the disks. Left out: SageMaker's own key does.
        merges_labels: Whether each run begins with a job that merges ground truth.

    Attributes:
        reports: The StoragePlace of reports.
        role: The Role, or None where one was given.
        role_arn: ARN of either.
        undelivered: The EventQueue for messages that reached no one.
        failed: The EventRule for runs that fail.
        kms_key: Key that encrypts reports, or None for the bucket's own.
        volume_key_arn: As given.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: MonitoringJobSpec,
        *,
        name: str,
        purpose: str,
        image: str,
        reads: dict[str, str],
        namespaces: Sequence[str],
        topics: Sequence[Destination],
        environment: Environment,
        encryption_key: AnyKey,
        retain: bool,
        runbook: str | None,
        register: str | None,
        volume_key_arn: str | None,
        merges_labels: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self._spec, self._name, self._purpose = spec, name, purpose
        self._merges_labels = merges_labels
        self._environment, self._topics = environment, topics
        self._runbook, self._register = runbook, register
        self.reports = StoragePlace(
            self,
            "reports",
            spec.reports,
            name=spec.reports_name(name),
            folder=name,
            environment=environment,
            encryption_key=encryption_key,
            retain=retain,
        )
        self.kms_key = _alias(encryption_key, environment) if spec.reports.creates else spec.reports.kms_key_arn
        self.volume_key_arn = volume_key_arn
        self.role = self._role(image, reads, namespaces) if spec.role_arn is None else None
        # Written out, so that a definition with it shows whole in a plan; what needs it depends on `ready`.
        path = rules_of(self).get("path", "/")
        own = f"arn:{environment.partition}:iam::{environment.account}:role{path}{spec.role_name(name)}"
        self.role_arn = spec.role_arn if spec.role_arn is not None else own
        self.undelivered = EventQueue(
            self,
            "undelivered",
            name=spec.undelivered_queue(name),
            environment=environment,
            rules=name,
            kept_days=UNDELIVERED_DAYS,
        )
        self.failed = self._rule(
            "failed",
            name=spec.failed_rule(name),
            description=f"A run of the monitor {name} fails",
            status={"ProcessingJobStatus": ["Failed", "Stopped"]},
            impact=f"Until a run succeeds, no one knows {purpose}.",
            first_step="read the end of the run's log; the console page links to it",
        )

    @property
    def ready(self) -> list[Any]:
        """What a definition has to wait for."""
        return [*self.reports.ready, *([self.role.policy] if self.role is not None else [])]

    def outputs(self, schedule_name: str, definition_name: str) -> dict[str, Any]:
        """Names of what a monitor with this job made."""
        return {
            "schedule": schedule_name,
            # Part of a name that Terraform works out from a sensitive variable would make the whole output sensitive.
            **({"job_definition": definition_name} if not is_reference(definition_name) else {}),
            "reports": self.reports.address,
            "undelivered_queue": self.undelivered.queue.url,
        }

    def merge_failed(self) -> EventRule:
        """The rule for jobs that could not merge labels, after which nothing is measured."""
        return self._rule(
            "merge-failed",
            name=self._spec.merge_failed_rule(self._name),
            description=f"A merge of labels for the monitor {self._name} fails",
            status={"ProcessingJobStatus": ["Failed", "Stopped"]},
            merge=True,
            impact=f"Without labels nothing is measured: until a run succeeds, no one knows {self._purpose}.",
            first_step="look whether the labels have arrived; if so, read the end of the job's log, which the console "
            "page links to",
        )

    def violations(self) -> EventRule:
        """The rule for runs that found the baseline's constraints violated."""
        return self._rule(
            "violations",
            name=self._spec.violations_rule(self._name),
            description=f"A run of the monitor {self._name} finds constraints violated",
            status={"ProcessingJobStatus": ["Completed"], "ExitMessage": [{"prefix": VIOLATIONS}]},
            impact="What the model sees, or how it answers, is no longer what it was when the baseline was made.",
            first_step=f"read constraint_violations.json in the newest folder below {self.reports.address}",
        )

    def completed(self, scope: Construct) -> EventRule:
        """The rule that counts runs that completed."""
        return event_count(
            scope,
            "completed",
            name=self._spec.completed_rule(self._name),
            description=f"Counts runs of the monitor {self._name} that completed",
            pattern=self.runs({"ProcessingJobStatus": ["Completed"]}),
            environment=self._environment,
        )

    def _rule(
        self,
        construct_id: str,
        *,
        name: str,
        description: str,
        status: dict[str, Any],
        impact: str,
        first_step: str,
        merge: bool = False,
    ) -> EventRule:
        spec = self._spec
        message = job_message(
            f"{spec.severity.upper()}: monitor {self._name}: {'merge of labels' if merge else 'run'}",
            "<reason> <exit>",
            kind="processing",
            reason_values={"reason": "$.detail.FailureReason", "exit": "$.detail.ExitMessage"},
            impact=spec.impact or impact,
            first_step=spec.first_step or first_step,
            runbook=spec.runbook if spec.runbook is not None else self._runbook,
            register=self._register,
            rule=name,
            environment=self._environment,
        )
        return EventRule(
            self,
            construct_id,
            name=name,
            description=description,
            pattern=self.runs(status, merge=merge),
            targets=self._topics,
            message=message,
            undelivered=self.undelivered,
        )

    def runs(self, status: dict[str, Any], *, merge: bool = False) -> dict[str, Any]:
        """The event pattern of this monitor's runs with a status, or of the jobs that merge labels for them."""
        merges = {"prefix": MERGE_JOBS}
        step = {"ProcessingJobName": [merges if merge else {"anything-but": merges}]} if self._merges_labels else {}
        return {
            "source": ["aws.sagemaker"],
            "detail-type": [KINDS["processing"].detail_type],
            "detail": {**self._own_runs(), **step, **status},
        }

    def _own_runs(self) -> dict[str, Any]:
        """Tells this monitor's runs from other processing jobs: their names, model-monitoring-…, do not.

        By the role, which no other job has; where one was given, which others may share, by where the reports go.
        """
        if self._spec.role_arn is None:
            return {"RoleArn": [self.role_arn]}
        reports = [{"prefix": f"{self.reports.address}/"}]  # SageMaker puts the schedule's name and the hour below it
        return {"ProcessingOutputConfig": {"Outputs": {"S3Output": {"S3Uri": reports}}}}

    def _role(self, image: str, reads: dict[str, str], namespaces: Sequence[str]) -> Role:
        environment, spec = self._environment, self._spec
        statements: list[Statement] = [
            *permissions.pull(image, environment, also=GROUND_TRUTH_MERGER if self._merges_labels else None),
            permissions.logs(LOG_GROUP, environment),
            permissions.metrics([LOG_GROUP, *namespaces]),
            *permissions.network(spec.vpc),
            *self.reports.writable("Reports"),
        ]
        if self._merges_labels:  # what is merged lies below the reports, and so does the analysis configuration
            statements += self.reports.readable("Reports")
        if self.reports.kms_key_arn is not None:  # the definition names it as the key of its output
            statements.append(
                Statement(sid="EncryptOutput", actions=["kms:Encrypt"], resources=[self.reports.kms_key_arn])
            )
        for what, address in reads.items():
            statements += s3_access.read(self, what, address, environment)
        captured_key = spec.endpoint.references.get("data_capture_key") if spec.endpoint is not None else None
        if captured_key not in (None, self.reports.kms_key_arn):
            statements.append(s3_access.use_key("DecryptCapturedData", captured_key, environment))
        statements += [
            s3_access.use_key(f"DecryptData{number}", key, environment)
            for number, key in enumerate(spec.data_kms_key_arns, start=1)
        ]
        if self.volume_key_arn is not None:
            statements += permissions.volumes(self.volume_key_arn)
        return Role(
            self,
            "role",
            name=spec.role_name(self._name),
            description=f"Lets the runs of the monitor {self._name} read data and write reports and metrics",
            service=permissions.SERVICE,
            conditions=permissions.assumed_by(environment),
            statements=statements,
        )


def schedule(
    scope: Construct, construct_id: str, spec: MonitoringJobSpec, *, name: str, kind: str, definition: str, after: Any
) -> Any:
    """An aws_sagemaker_monitoring_schedule that moves to another definition when there is one.

    Args:
        spec: When it runs.
        name: Name of the schedule.
        kind: ModelBias or DataQuality.
        definition: Name of the job definition.
        after: The definition itself: made before, and deleted after, what it is used by.
    """
    sagemaker = aws.sagemaker_monitoring_schedule
    return sagemaker.SagemakerMonitoringSchedule(
        scope,
        construct_id,
        name=name,
        monitoring_schedule_config=sagemaker.SagemakerMonitoringScheduleMonitoringScheduleConfig(
            monitoring_job_definition_name=definition,
            monitoring_type=kind,
            schedule_config=sagemaker.SagemakerMonitoringScheduleMonitoringScheduleConfigScheduleConfig(
                schedule_expression=spec.every.expression
            ),
        ),
        depends_on=[after],
    )


def _alias(key: AnyKey, environment: Environment) -> str:
    """The key by its alias, which is known before the key is made: what names it shows whole in a plan."""
    return key.arn if isinstance(key, GivenKey) else environment.arn("kms", str(key.alias.name))
