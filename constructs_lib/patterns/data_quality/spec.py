"""The pattern `data_quality`: what an endpoint is asked no longer looks like what its model was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.alarm import Evaluate
from constructs_lib.aws import limits, s3
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.sagemaker.images import MODEL_MONITOR
from constructs_lib.errors import Problem
from constructs_lib.patterns.data_quality import published as data
from constructs_lib.patterns.monitoring_job.spec import MonitoringJobSpec
from constructs_lib.references import OrReference

Distance = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]

LONGEST_RUN_SECONDS = 3_600
"""The Terraform provider takes no more."""


class DataQualitySpec(MonitoringJobSpec):
    """Compares what an endpoint is asked with a baseline, on a schedule, and alerts when it drifts.

    Every violation of the baseline's constraints is reported, with or without `drift`.
    """

    pattern: Literal["data_quality"] = "data_quality"
    constraints: s3.Uri
    """The baseline's constraints.json. For metrics it needs `monitoring_config.emit_metrics: Enabled` in it."""
    statistics: s3.Uri | None = None
    """The baseline's statistics.json."""
    drift: Mapping[Annotated[str, Field(min_length=1, max_length=200)], Distance] = {}
    """How far the distribution of a feature may be from the baseline's, by feature: an alarm each."""
    namespace: Annotated[str, Field(min_length=1), OrReference()] | None = None
    """Namespace of the metrics. AWS's documents give three; left out, it is that of its SDK,
    aws/sagemaker/Endpoints/data-metrics, or with `batch` aws/sagemaker/ModelMonitoring/data-metrics. Look at yours
    after a run."""
    dimensions: Mapping[str, Annotated[str, OrReference()]] | None = None
    """Dimensions of the metrics next to Feature. Left out: Endpoint and MonitoringSchedule, as in AWS's SDK."""
    evaluate: Evaluate = Evaluate(breaching=1, of=1)
    """How many of the last runs must be over the limit; one, for each looks at a whole period's data already."""

    def problems(self) -> Iterator[Problem]:
        """Runs the provider takes, and windows CloudWatch looks back."""
        yield from super().problems()
        runtime = self.max_runtime_seconds
        if runtime is not None and runtime > LONGEST_RUN_SECONDS:
            yield Problem(
                f"{runtime} is longer than the Terraform provider takes",
                f"write {LONGEST_RUN_SECONDS} or less",
                path="max_runtime_seconds",
            )
        if self.batch is not None and self.batch.format == "parquet":
            yield Problem(
                "the Terraform provider knows no data job on parquet",
                "capture csv or json_lines",
                path="batch.format",
            )
        if broken := limits.window(self.every.seconds, self.evaluate.of):
            yield broken

    def rules(self, name: str) -> tuple[str, ...]:
        """Names of the event rules."""
        return (*super().rules(name), self.violations_rule(name))

    @property
    def published_in(self) -> str:
        """Namespace of the metrics."""
        if self.namespace is not None:
            return self.namespace
        return data.ENDPOINT_NAMESPACE if self.batch is None else data.BATCH_NAMESPACE

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:
        """What a job needs."""
        yield from self.job_name_problems(name, environment, MODEL_MONITOR)
