"""A bias monitor: the job that measures, its schedule, and alarms on what it publishes."""

from __future__ import annotations

import json
from typing import Any

from constructs_lib.alarms.routing import Routing
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.sagemaker.images import CLARIFY
from constructs_lib.cdk import Construct, TerraformResourceLifecycle, aws
from constructs_lib.patterns.model_bias import ModelBiasSpec
from constructs_lib.patterns.model_bias.resources.event_count import event_count
from constructs_lib.patterns.model_bias.resources.job_definition import bias_job_definition, content
from constructs_lib.patterns.monitoring_job.resources.monitoring_job import MonitoringJob, schedule
from constructs_lib.resources import s3_access
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.content_hash import content_hash
from constructs_lib.resources.encryption_key import EncryptionKey, data_key
from constructs_lib.resources.event_rule import EventRule, topics
from constructs_lib.resources.naming import check_names, default_name


class ModelBiasMonitor(Construct):
    """Measures a model's bias on a schedule, and tells when it drifts, or when it is no longer measured.

    Args:
        scope: Parent construct.
        construct_id: Construct id.
        spec: Whose treatment is measured, against what, and how much is too much.
        environment: Account and Region.
        notifications: Who hears of which severity. A topic of your own must let events.amazonaws.com publish.
        name: The schedule's name, with which all names begin. Left out: the stack's id and the construct's.
        runbook: Link to the runbook; `{alarm}` stands for the alarm's name.
        encryption_key: Encrypts reports, and what the endpoint captured. Left out: one is made.

    Attributes:
        job: The MonitoringJob: role, reports, messages about failed runs. None, like all but the alarms, with
            `publish: external`.
        analysis: The aws_s3_object with Clarify's configuration.
        definition: The aws_cloudcontrolapi_resource of the job definition.
        schedule: The aws_sagemaker_monitoring_schedule.
        violations: The EventRule for runs that violate `constraints`, or None.
        labels: The EventRule that counts new labels, or None.
        completed: The EventRule that counts runs that completed, where that is how silence shows, or None.
        alarms: The alarms by key: `METRIC-FACET-VALUE`, `silence`, `labels-late`, `undelivered`.
        outputs: Names of what was made.

    Raises:
        ConfigError: A name over SageMaker's limit, a Region without a known image, captured data whose place is not
            known, or a severity that no topic receives.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: ModelBiasSpec,
        *,
        environment: Environment,
        notifications: Routing,
        name: str | None = None,
        runbook: str | None = None,
        encryption_key: EncryptionKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name = name if name is not None else default_name(self)
        self._environment = environment
        check_names(spec, self._name, environment)
        self.job: MonitoringJob | None = None
        self.analysis: Any = None
        self.definition: Any = None
        self.schedule: Any = None
        self.merge_failed: EventRule | None = None
        self.violations: EventRule | None = None
        self.labels: EventRule | None = None
        self.completed: EventRule | None = None
        self.outputs: dict[str, Any] = {}
        if spec.publish == "model_monitor":
            self._measure(spec, notifications, runbook, encryption_key)
        self.alarms = AlarmSet(self, spec.alarms(self._name, runbook=runbook), notifications)

    def _measure(
        self, spec: ModelBiasSpec, notifications: Routing, runbook: str | None, encryption_key: EncryptionKey | None
    ) -> None:
        environment = self._environment
        image = spec.image if spec.image is not None else CLARIFY.uri(environment.region)
        key = (
            encryption_key
            if encryption_key is not None
            else data_key(self, "key", name=self._name, environment=environment)
        )
        self.job = job = MonitoringJob(
            self,
            "job",
            spec,
            name=self._name,
            purpose="whether the model is fair",
            image=image,
            reads=_reads(spec),
            namespaces=[spec.namespace],
            told=topics(notifications, spec.severity),
            environment=environment,
            encryption_key=key,
            runbook=runbook,
            # Not the stack's key: its ARN is unknown until it is made, and the definition could not be checked whole.
            volume_key_arn=spec.instances.volume_kms_key_arn,
            merges_labels=True,
        )
        self.merge_failed = job.merge_failed()
        analysis = spec.analysis()
        config_key = f"{self._name}/analysis/{content_hash(self, 'analysis-hash', analysis)}.json"
        self.analysis = aws.s3_object.S3Object(
            self,
            "analysis",
            bucket=job.reports.bucket_name,
            key=config_key,
            content=json.dumps(analysis, indent=2),
            content_type="application/json",
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            depends_on=job.reports.ready,
        )
        literal_bucket = spec.reports.bucket_name(spec.reports_name(self._name), environment)
        common: dict[str, Any] = {"image": image, "role": job.role_arn}
        self.definition, definition_name = bias_job_definition(
            self,
            "definition",
            prefix=self._name,
            literal=content(
                spec,
                **common,
                config=f"s3://{literal_bucket}/{config_key}",
                endpoint=spec.endpoint.name if spec.endpoint is not None else None,
                reports=f"s3://{literal_bucket}/{self._name}",
                key=spec.reports.kms_key_arn,
            ),
            desired=content(
                spec,
                **common,
                config=f"s3://{job.reports.bucket_name}/{config_key}",
                endpoint=spec.endpoint.reference if spec.endpoint is not None else None,
                reports=job.reports.address,
                key=job.kms_key,
            ),
            depends_on=[self.analysis, *job.ready],
        )
        self.schedule = schedule(
            self,
            "schedule",
            spec,
            name=self._name,
            kind="ModelBias",
            definition=definition_name,
            after=self.definition,
        )
        if spec.constraints is not None:
            self.violations = job.violations()
        if spec.ground_truth_events:
            self.labels = self._count_labels(spec)
        if spec.known_series is None:
            self.completed = self._count_runs(spec, job)
        self.outputs = job.outputs(self.schedule.name, definition_name)

    def _count_labels(self, spec: ModelBiasSpec) -> EventRule:
        """Counts objects that are written below the ground truth's address."""
        bucket, key = s3_access.parts(self, "labels", str(spec.ground_truth))
        return event_count(
            self,
            "labels",
            name=spec.labels_rule(self._name),
            description=f"Counts new labels of {self._name}",
            pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [bucket]}, **({"object": {"key": [{"prefix": key}]}} if key else {})},
            },
            environment=self._environment,
        )

    def _count_runs(self, spec: ModelBiasSpec, job: MonitoringJob) -> EventRule:
        """Counts runs that completed, where no series can be asked for silence."""
        return event_count(
            self,
            "completed",
            name=spec.completed_rule(self._name),
            description=f"Counts runs of the monitor {self._name} that completed",
            pattern=job.runs({"ProcessingJobStatus": ["Completed"]}),
            environment=self._environment,
        )


def _reads(spec: ModelBiasSpec) -> dict[str, str]:
    found = {
        "CapturedData": spec.captured_data(),
        "GroundTruth": spec.ground_truth,
        "Constraints": spec.constraints,
    }
    return {what: address for what, address in found.items() if address is not None}
