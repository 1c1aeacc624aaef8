"""A data monitor: the job that compares with a baseline, its schedule, and alarms on what drifts."""

from __future__ import annotations

from typing import Any, Unpack

from constructs_lib.aws.sagemaker.images import MODEL_MONITOR
from constructs_lib.aws.sagemaker.instances import takes_key
from constructs_lib.cdk import Construct
from constructs_lib.patterns.data_quality.alarms import alarms
from constructs_lib.patterns.data_quality.published import SPELLINGS
from constructs_lib.patterns.data_quality.resources.job_definition import data_job_definition
from constructs_lib.patterns.data_quality.spec import DataQualitySpec
from constructs_lib.patterns.monitoring_job.resources.monitoring_job import MonitoringJob, schedule
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.encryption_key import AnyKey
from constructs_lib.resources.event_rule import EventRule, topics
from constructs_lib.resources.surroundings import Given, Surroundings


class DataQualityMonitor(Construct):
    """Compares what an endpoint is asked with a baseline, on a schedule, and alerts when it drifts.

    Args:
        spec: What to compare with what, and how much is too much.

    Attributes:
        job: The MonitoringJob: role, reports, messages about failed runs.
        definition: The aws_sagemaker_data_quality_job_definition.
        schedule: The aws_sagemaker_monitoring_schedule.
        violations: The EventRule for runs that found constraints violated.
        completed: The EventRule that counts runs that completed, by which silence shows.
        alarms: The alarms by key: `drift-FEATURE`, `silence`, `undelivered`.
        outputs: Names of what was made.

    Raises:
        ConfigError: A name over SageMaker's limit, a Region without a known image, captured data whose place is not
            known, or a severity that no topic receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: DataQualitySpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        name, environment = here.name, here.environment
        image = spec.image if spec.image is not None else MODEL_MONITOR.uri(environment.region)
        key = here.data_key()
        reads = {
            "CapturedData": spec.captured_data(),
            "Constraints": spec.constraints,
            "Statistics": spec.statistics,
        }
        self.job = MonitoringJob(
            self,
            "job",
            spec,
            name=name,
            purpose="whether the data drifts",
            image=image,
            reads={what: address for what, address in reads.items() if address is not None},
            namespaces=[spec.published_in, *SPELLINGS],
            topics=topics(here.routing, spec.severity),
            environment=environment,
            encryption_key=key,
            retain=here.retain,
            runbook=here.runbook,
            register=here.routing.register,
            volume_key_arn=_volume_key(spec, key),
        )
        self.definition, definition_name = data_job_definition(
            self, "definition", spec, self.job, prefix=name, image=image
        )
        self.schedule: Any = schedule(
            self, "schedule", spec, name=name, kind="DataQuality", definition=definition_name, after=self.definition
        )
        self.violations: EventRule = self.job.violations()
        self.completed: EventRule = self.job.completed(self)
        self.alarms = AlarmSet(self, alarms(spec, name, runbook=here.runbook), here.routing)
        self.outputs: dict[str, Any] = self.job.outputs(self.schedule.name, definition_name)


def _volume_key(spec: DataQualitySpec, key: AnyKey) -> str | None:
    """The key that was given, or where the instances take one, the stack's."""
    given = spec.instances.volume_kms_key_arn
    if given is not None:
        return given
    return key.arn if takes_key(spec.instances.type) else None
