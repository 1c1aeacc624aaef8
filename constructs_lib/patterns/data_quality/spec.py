"""The pattern `data_quality`: what an endpoint is asked no longer looks like what its model was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.alarm import Alarm, Evaluate, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws import limits, s3
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.aws.sagemaker.images import MODEL_MONITOR
from constructs_lib.errors import Problem
from constructs_lib.options.undelivered import undelivered
from constructs_lib.patterns.data_quality import published as data
from constructs_lib.patterns.monitoring_job.construct_id import construct_id
from constructs_lib.patterns.monitoring_job.spec import NEWLY_DEPLOYED, MonitoringJobSpec
from constructs_lib.references import OrReference
from constructs_lib.units import duration

Distance = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]

LONGEST_RUN_SECONDS = 3_600
"""The Terraform provider takes no more."""


class DataQualitySpec(MonitoringJobSpec):
    """Compares what an endpoint is asked with a baseline, on a schedule, and tells of what drifts.

    Every violation of the baseline's constraints is told, with or without `drift`.
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
    """Dimensions of the metrics beside Feature. Left out: Endpoint and MonitoringSchedule, as in AWS's SDK."""
    evaluate: Evaluate = Evaluate(breaching=1, of=1)
    """How many of the last runs must be over the limit; one, for each looks at a whole period's data already."""
    silent_after_runs: Annotated[int, Field(ge=1)] = 2
    """Runs without a result that are too many; one may fail by itself."""

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
        for path, runs in (("evaluate.of", self.evaluate.of), ("silent_after_runs", self.silent_after_runs)):
            if broken := limits.window(self.every.seconds, runs):
                yield broken.at(path)

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

    def alarms(self, name: str, *, runbook: str | None = None) -> tuple[Alarm, ...]:
        """Each feature's drift, silence, and messages that reached nobody."""
        table = [self._drifts(feature, limit, name, runbook) for feature, limit in self.drift.items()]
        if self.drift:
            table.append(self._silence(next(iter(self.drift)), name, runbook))
        return (*table, undelivered(self, name, self.undelivered_queue(name), runbook=runbook))

    def _drifts(self, feature: str, limit: float, name: str, runbook: str | None) -> Alarm:
        condition = Threshold(watch=self._metric(feature, name, "Average"), comparison="above", limit=limit)
        return self.row(
            construct_id("drift", feature),
            join(name, "drift", feature),
            summary=condition.describe(self.evaluate),
            impact="The model is asked about something else than it was trained on, and its answers mean less",
            first_step="Open the newest report of the monitor; look whether the data changed, or the way it is sent",
            condition=condition,
            evaluate=self.evaluate,
            missing_data="ignore",  # between two runs the last result stands
            runbook=runbook,
        )

    def _silence(self, feature: str, name: str, runbook: str | None) -> Alarm:
        runs, seconds = self.silent_after_runs, self.every.seconds
        return self.row(
            "silence",
            join(name, "silence"),
            summary=f"no drift was measured for {duration(seconds * runs)}, that is {runs} runs",
            impact="Nobody knows whether the data drifts: the monitor itself is broken",
            first_step=f"{NEWLY_DEPLOYED}; else open the monitoring schedule and read why its last runs failed",
            condition=Threshold(watch=self._metric(feature, name, "SampleCount"), comparison="below", limit=1),
            evaluate=Evaluate(breaching=runs, of=runs),
            missing_data="breaching",
            runbook=runbook,
        )

    def _metric(self, feature: str, name: str, statistic: str) -> Metric:
        common = self.dimensions
        if common is None:
            endpoint = {"Endpoint": self.endpoint.name} if self.endpoint is not None else {}
            common = {**endpoint, "MonitoringSchedule": name}
        return Metric(
            namespace=self.published_in,
            name=f"feature_baseline_drift_{feature}",
            dimensions={**common, "Feature": feature},
            statistic=statistic,
            period_seconds=self.every.seconds,
            custom=True,
            label=f"drift of the feature {feature} from its baseline",
        )
