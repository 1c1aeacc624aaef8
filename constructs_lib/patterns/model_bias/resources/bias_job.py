"""The job that measures bias: what it runs with, its schedule, and what is counted because of it."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.sagemaker.images import CLARIFY
from constructs_lib.cdk import Construct, TerraformResourceLifecycle
from constructs_lib.patterns.model_bias.resources.job_definition import bias_job_definition, content
from constructs_lib.patterns.model_bias.spec import ModelBiasSpec
from constructs_lib.patterns.monitoring_job.resources.event_count import event_count
from constructs_lib.patterns.monitoring_job.resources.monitoring_job import MonitoringJob, schedule
from constructs_lib.resources import s3_access
from constructs_lib.resources.content_hash import content_hash
from constructs_lib.resources.event_rule import EventRule, topics
from constructs_lib.resources.surroundings import Surroundings
from constructs_lib.resources.values import as_json, aws


class BiasJob:
    """A scheduled job and what belongs to it, directly under the monitor's construct.

    Args:
        scope: The monitor's construct.
        spec: Whose treatment is measured, and against what.
        here: What is around it.

    Attributes:
        job: The MonitoringJob: role, reports, messages about failed runs.
        analysis: The aws_s3_object with Clarify's configuration.
        definition: The aws_cloudcontrolapi_resource of the job definition.
        schedule: The aws_sagemaker_monitoring_schedule.
        merge_failed: The EventRule for merges of labels that fail.
        violations: The EventRule for runs that violate `constraints`, or None.
        labels: The EventRule that counts new labels, or None.
        completed: The EventRule that counts runs that completed, by which silence shows.
        outputs: Names of what was made.
    """

    def __init__(self, scope: Construct, spec: ModelBiasSpec, here: Surroundings) -> None:
        name, environment = here.name, here.environment
        image = spec.image if spec.image is not None else CLARIFY.uri(environment.region)
        self.job = job = MonitoringJob(
            scope,
            "job",
            spec,
            name=name,
            purpose="whether the model is fair",
            image=image,
            reads=_reads(spec),
            namespaces=[spec.namespace],
            topics=topics(here.routing, spec.severity),
            environment=environment,
            encryption_key=here.data_key(),
            retain=here.retain,
            runbook=here.runbook,
            register=here.routing.register,
            # Not the stack's key: its ARN is unknown until it is made, and the definition could not be checked whole.
            volume_key_arn=spec.instances.volume_kms_key_arn,
            merges_labels=True,
        )
        self.merge_failed = job.merge_failed()
        analysis = spec.analysis()
        config_key = f"{name}/analysis/{content_hash(scope, 'analysis-hash', analysis)}.json"
        self.analysis: Any = aws.s3_object.S3Object(
            scope,
            "analysis",
            bucket=job.reports.bucket_name,
            key=config_key,
            content=as_json(analysis, indent=2),
            content_type="application/json",
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            depends_on=job.reports.ready,
        )
        literal_bucket = spec.reports.bucket_name(spec.reports_name(name), environment)
        common: dict[str, Any] = {"image": image, "role": job.role_arn}
        self.definition, definition_name = bias_job_definition(
            scope,
            "definition",
            prefix=name,
            literal=content(
                spec,
                **common,
                config=f"s3://{literal_bucket}/{config_key}",
                endpoint=spec.endpoint.name if spec.endpoint is not None else None,
                reports=f"s3://{literal_bucket}/{name}",
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
        self.schedule: Any = schedule(
            scope,
            "schedule",
            spec,
            name=name,
            kind="ModelBias",
            definition=definition_name,
            after=self.definition,
        )
        self.violations = job.violations() if spec.constraints is not None else None
        self.labels = _count_labels(scope, spec, here) if spec.ground_truth_events else None
        self.completed = job.completed(scope)
        self.outputs: dict[str, Any] = job.outputs(self.schedule.name, definition_name)


def _count_labels(scope: Construct, spec: ModelBiasSpec, here: Surroundings) -> EventRule:
    """Counts objects that are written below the ground truth's address."""
    bucket, key = s3_access.parts(scope, "labels", str(spec.ground_truth))
    return event_count(
        scope,
        "labels",
        name=spec.labels_rule(here.name),
        description=f"Counts new labels of {here.name}",
        pattern={
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": [bucket]}, **({"object": {"key": [{"prefix": key}]}} if key else {})},
        },
        environment=here.environment,
    )


def _reads(spec: ModelBiasSpec) -> dict[str, str]:
    found = {
        "CapturedData": spec.captured_data(),
        "GroundTruth": spec.ground_truth,
        "Constraints": spec.constraints,
    }
    return {what: address for what, address in found.items() if address is not None}
