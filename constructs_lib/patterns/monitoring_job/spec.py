"""What bias and data monitors have in common: a job that runs on a schedule and looks at what an endpoint captured."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import limits, names, s3
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.aws.sagemaker import names as sagemaker_names
from constructs_lib.aws.sagemaker.images import Image
from constructs_lib.aws.sagemaker.instances import InstanceType
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model
from constructs_lib.options.arn import KeyArn, RoleArn
from constructs_lib.options.link import EndpointLink
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.options.storage import Storage
from constructs_lib.options.vpc import Vpc
from constructs_lib.patterns.monitoring_job import schedule as schedules
from constructs_lib.references import OrReference

Attribute = Annotated[str, Field(min_length=1, max_length=256), OrReference()]

HOUR_SECONDS = 3_600
HOURLY_RUNTIME_SECONDS = 1_800
"""CreateModelBiasJobDefinition, StoppingCondition: the longest an hourly job may run."""
NEWLY_DEPLOYED = "If it was deployed just now, wait for the first run"
"""Until then nothing was ever published: alarms on silence can't tell that from a monitor that never works."""


class JobInstances(Model):
    """What a run runs on, for as long as it takes."""

    type: InstanceType = "ml.m5.xlarge"
    """SageMaker instance type."""
    count: Annotated[int, Field(ge=1, le=100)] = 1
    """How many share the work."""
    volume_gib: Annotated[int, Field(ge=1, le=16_384)] = 50
    """Disk of each, in GiB: room for the data of one run."""
    volume_kms_key_arn: KeyArn | None = None
    """Key for the disks. Left out: the stack's for a data monitor; for a bias monitor SageMaker's own, which is gone
    with the instance."""


class BatchInput(Model):
    """Data that a batch transform job captured."""

    data: s3.Uri
    """Where its data capture writes: the job's DestinationS3Uri."""
    format: Literal["csv", "csv_with_header", "json_lines", "parquet"] = "csv"
    """What the files are."""


class Prediction(Model):
    """Where in a response the prediction is: a column number of CSV (from 0), or a JSONPath."""

    label: Attribute | None = None
    """The predicted label, as text: `"0"`."""
    probability: Attribute | None = None
    """The probability, where the model gives one instead of a label."""
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    """Probability from which on the label counts as positive."""
    features: Attribute | None = None
    """JSONPath of the features in a request; not for CSV."""

    def problems(self) -> Iterator[Problem]:
        """A threshold needs a probability, and a label or a probability there must be."""
        if self.label is None and self.probability is None:
            yield Problem("neither label nor probability is given", 'write `label: "0"` for the first CSV column')
        if self.threshold is not None and self.probability is None:
            yield Problem("has no effect without `probability`", "add it, or remove this", path="threshold")


class MonitoringJobSpec(MonitorSpec):
    """Options of the jobs; each pattern adds its own."""

    endpoint: EndpointLink | None = None
    """The endpoint to watch: a `model_endpoint` monitor of this stack, or {existing: name}."""
    captured: s3.Uri | None = None
    """Where an endpoint that is there already captures its data. Of one made here it is known."""
    batch: BatchInput | None = None
    """Instead of an endpoint: what batch transform jobs captured."""
    schedule: schedules.ScheduleText = "daily"
    """hourly, every N hours, daily, or daily at an hour (UTC)."""
    instances: JobInstances = JobInstances()
    """What a run runs on."""
    max_runtime_seconds: Annotated[int, Field(ge=60, le=86_400)] | None = None
    """When a run is given up. Left out: 30 minutes, the most SageMaker gives an hourly job, else an hour."""
    image: Annotated[str, Field(min_length=1, max_length=255), OrReference()] | None = None
    """Container image of the job. Left out: AWS's for the Region."""
    role_arn: RoleArn | None = None
    """Role the job runs with. Left out: one is made that may do only what this job needs."""
    vpc: Vpc | None = None
    """Network of your own. Left out: SageMaker's."""
    network_isolation: bool = False
    """Whether the container is kept off the network."""
    data_kms_key_arns: Items[KeyArn] = ()
    """Keys that encrypt what the job reads, where they are others than the stack's own: the role may then use them."""
    reports: Storage = Storage()
    """Where reports go."""
    silent_after_runs: Annotated[int, Field(ge=1)] = 2
    """Runs without a result that are too many; one may fail by itself."""

    def problems(self) -> Iterator[Problem]:
        """One thing to look at, and a runtime SageMaker gives."""
        if self.endpoint is not None and self.batch is not None:
            yield Problem("a job looks at an endpoint or at batch data", "remove one of the two", path="batch")
        if self.endpoint is None and self.batch is None:
            yield Problem("nothing to look at is given", "name an `endpoint`, or give `batch`", path="endpoint")
        if self.captured is not None and self.endpoint is None:
            yield Problem("has no effect without an endpoint", "remove it", path="captured")
        runtime = self.max_runtime_seconds
        if runtime is not None and runtime > HOURLY_RUNTIME_SECONDS and self.every.hours == 1:
            yield Problem(
                f"{runtime} is longer than SageMaker gives an hourly job",
                f"write {HOURLY_RUNTIME_SECONDS} or less, or run it less often",
                path="max_runtime_seconds",
            )

        too_long = self.silent_hours - limits.WEEK_SECONDS // HOUR_SECONDS
        if too_long > 0:
            yield Problem(
                f"{self.silent_after_runs} runs take {self.silent_hours} hours with a late start and a long run, and "
                "CloudWatch looks back 168 at most",
                f"write {self.silent_after_runs - math.ceil(too_long / self.every.hours)} or less",
                path="silent_after_runs",
            )

    @property
    def silent_hours(self) -> int:
        """Hours without a result that show so many missing runs, with room for a late start and a long run."""
        slack = math.ceil((schedules.LATE_SECONDS + self.runtime_seconds) / HOUR_SECONDS)
        return self.silent_after_runs * self.every.hours + slack

    @property
    def every(self) -> schedules.Schedule:
        """The schedule."""
        return schedules.parse(self.schedule)

    @property
    def runtime_seconds(self) -> int:
        """When a run is given up."""
        if self.max_runtime_seconds is not None:
            return self.max_runtime_seconds
        return HOURLY_RUNTIME_SECONDS if self.every.hours == 1 else 3_600

    @property
    def events(self) -> frozenset[Severity]:
        """A run that fails notifies without an alarm."""
        return frozenset({self.severity})

    def captured_data(self) -> str | None:
        """Where the data is that a run looks at; of an endpoint made here a reference, once it is built."""
        if self.batch is not None:
            return self.batch.data
        if self.captured is not None:
            return self.captured
        return self.endpoint.references.get("data_capture") if self.endpoint is not None else None

    def job_name_problems(self, name: str, environment: Environment, image: Image) -> Iterator[Problem]:
        """Names of schedule, definition, role, bucket, rule and queue; the image; and the data there must be."""
        if self.image is None and (broken := image.problem(environment.region)):
            yield broken
        yield from self._capture_problems()
        if broken := sagemaker_names.problem(name, room_for=1 + sagemaker_names.HASH_CHARACTERS):
            yield broken
        if self.role_arn is None and (broken := names.role(self.role_name(name))):
            yield broken
        yield from (broken for rule in self.rules(name) if (broken := names.event_rule(rule)))
        for broken in self.reports.name_problems(self.reports_name(name), environment):
            yield broken.under("reports.bucket")

    def _capture_problems(self) -> Iterator[Problem]:
        link = self.endpoint
        if link is None or self.captured is not None or "data_capture" in {*link.made, *link.references}:
            return
        if link.made:
            yield Problem(
                f"the monitor {link.monitor!r} does not capture its endpoint's data",
                "add `capture:` to it",
                path="endpoint",
            )
        else:
            yield Problem(
                f"where the endpoint {link.name!r} captures its data is not known",
                "add `captured: s3://…`, the address in its data capture configuration",
                path="endpoint",
            )

    def global_names(self, name: str, environment: Environment) -> tuple[str, ...]:
        """The job's role, and the bucket of its reports."""
        return (
            *((self.role_name(name),) if self.role_arn is None else ()),
            *((self.reports.bucket_name(self.reports_name(name), environment),) if self.reports.creates else ()),
        )

    def role_name(self, name: str) -> str:
        """The role that is made."""
        return join(name, "monitor")

    def reports_name(self, name: str) -> str:
        """What the name of the bucket for reports begins with."""
        return join(name, "reports")

    def rules(self, name: str) -> tuple[str, ...]:
        """Names of the event rules."""
        return (self.failed_rule(name), self.completed_rule(name))

    def failed_rule(self, name: str) -> str:
        """Rule for runs that failed."""
        return join(name, "failed")

    def merge_failed_rule(self, name: str) -> str:
        """Rule for labels that could not be merged."""
        return join(name, "merge-failed")

    def completed_rule(self, name: str) -> str:
        """Rule that counts runs that completed."""
        return join(name, "completed")

    def violations_rule(self, name: str) -> str:
        """Rule for runs that found constraints violated."""
        return join(name, "violations")

    def undelivered_queue(self, name: str) -> str:
        """Queue for messages that reached no one."""
        return join(name, "undelivered")
