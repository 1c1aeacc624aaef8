"""The alarms of an endpoint, in the units people think in, and the table made from them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from constructs_lib.alarms.alarm import Alarm, Band, Count, Evaluate, Math, MissingData, Threshold
from constructs_lib.alarms.metric import Metric, PeriodSeconds
from constructs_lib.aws.names import join
from constructs_lib.model import Model
from constructs_lib.references import OrReference
from constructs_lib.units import number

if TYPE_CHECKING:
    from constructs_lib.patterns.model_endpoint.spec import ModelEndpointSpec

Percent = Annotated[float, Field(gt=0, lt=100, allow_inf_nan=False), OrReference()]
Milliseconds = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]
Width = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]

CALLS, INSTANCES = "AWS/SageMaker", "/aws/sagemaker/Endpoints"

ROLLBACK = ("errors-5xx", "latency")
"""Keys of the alarms that take a deployment back: what callers feel."""


class EndpointAlarms(Model):
    """Limits; `null` leaves an alarm out."""

    errors_5xx_percent: Percent | None = 5
    """Calls that failed, in percent of all; some fail while an instance is replaced."""
    errors_4xx_percent: Percent | None = None
    """Calls refused as wrong or throttled, in percent of all. No default: some callers are always wrong."""
    minimum_requests: Count = 20
    """Traffic guard: with fewer calls in a period, rates are silent; 1 of 2 is 50 %."""
    latency_p99_milliseconds: Milliseconds | None = None
    """What 99 of 100 calls take in the model at most. No default: only you know what your callers bear."""
    gpu_utilization_percent: Percent | None = None
    """How busy the GPUs are, in percent of all GPUs of an instance."""
    gpu_memory_utilization_percent: Percent | None = None
    """How full the GPUs' memory is, in percent of all of it. Frameworks that reserve it all are always near 100."""
    memory_utilization_percent: Percent | None = None
    """How full the memory is; out of memory, the container is killed."""
    disk_utilization_percent: Percent | None = None
    """How full the disk is. With data capture keep it under 75: SageMaker stops capturing when the disk fills up."""
    invocations_anomaly: Width | None = None
    """Half the width, in standard deviations, of the band CloudWatch learns for the number of calls."""
    period_seconds: PeriodSeconds = 300
    """Length of one period. Five minutes gather enough calls for a rate to mean something."""
    evaluate: Evaluate = Evaluate(breaching=2, of=3)
    """How many of the last periods must breach; 2 of 3 rides out a single spike."""


def rows(spec: ModelEndpointSpec, name: str, runbook: str | None) -> Iterator[Alarm]:
    """The alarm table of the endpoint that the monitor `name` makes, or watches."""
    table, limits = _Table(spec, name, runbook), spec.limits
    if limits.errors_5xx_percent is not None:
        yield table.errors_5xx(limits.errors_5xx_percent)
    if limits.errors_4xx_percent is not None:
        yield table.errors_4xx(limits.errors_4xx_percent)
    if limits.latency_p99_milliseconds is not None:
        yield table.latency(limits.latency_p99_milliseconds)
    if limits.gpu_utilization_percent is not None:
        yield table.gpu("gpu", "GPUUtilization", limits.gpu_utilization_percent)
    if limits.gpu_memory_utilization_percent is not None:
        yield table.gpu("gpu-memory", "GPUMemoryUtilization", limits.gpu_memory_utilization_percent)
    if limits.memory_utilization_percent is not None:
        yield table.share("memory", "MemoryUtilization", limits.memory_utilization_percent)
    if limits.disk_utilization_percent is not None:
        yield table.share("disk", "DiskUtilization", limits.disk_utilization_percent)
    if limits.invocations_anomaly is not None:
        yield table.traffic(limits.invocations_anomaly)


class _Table:
    """The rows, with what they all have in common."""

    def __init__(self, spec: ModelEndpointSpec, name: str, runbook: str | None) -> None:
        self._name = name
        self._endpoint = spec.endpoint_name(name)
        self._variant = spec.variant
        self._gpus = spec.gpus_per_instance
        self._limits = spec.limits
        self._row = partial(spec.row, runbook=runbook, evaluate=spec.limits.evaluate)

    def errors_5xx(self, limit: float) -> Alarm:
        """Failed calls."""
        return self._above(
            "errors-5xx",
            self._rate(self._metric("Invocation5XXErrors", "Sum"), "failed"),
            limit,
            impact="Callers do not get a prediction",
            first_step=f"Open the log group /aws/sagemaker/Endpoints/{self._endpoint} and read the newest errors",
        )

    def errors_4xx(self, limit: float) -> Alarm:
        """Refused calls, throttled ones among them."""
        return self._above(
            "errors-4xx",
            self._rate(self._metric("Invocation4XXErrors", "Sum"), "refused"),
            limit,
            impact="Callers send what the model does not take, or more than it bears",
            first_step="Look at what calls the endpoint: its last deployment, and whether it is throttled",
        )

    def latency(self, limit: float) -> Alarm:
        """CloudWatch has it in microseconds."""
        watch = Math(
            expression="latency / 1000",
            metrics={"latency": self._metric("ModelLatency", "p99")},
            label=f"p99 model latency of endpoint {self._endpoint} in ms",
        )
        return self._above(
            "latency",
            watch,
            limit,
            unit="ms",
            impact="One call in a hundred takes longer, and callers give up at their own timeout",
            first_step="Compare with the number of calls and the last deployment; add instances if calls grew",
        )

    def gpu(self, key: str, metric: str, limit: float) -> Alarm:
        """CloudWatch counts to 100 for each GPU of an instance."""
        gpus = self._gpus if self._gpus is not None else 1
        series = self._metric(metric, "Average", INSTANCES)
        if gpus == 1:
            return self._as_published(key, series, limit, series)
        watch = Math(
            expression=f"gpu / {number(gpus)}",
            metrics={"gpu": series},
            label=f"{series.describe()}, over all {number(gpus)} GPUs of an instance,",
        )
        return self._as_published(key, watch, limit, series)

    def share(self, key: str, metric: str, limit: float) -> Alarm:
        """A figure CloudWatch has in percent."""
        series = self._metric(metric, "Maximum", INSTANCES)
        return self._as_published(key, series, limit, series)

    def traffic(self, width: float) -> Alarm:
        """More or fewer calls than usual."""
        condition = Band(watch=self._metric("Invocations", "Sum"), width=width, direction="outside")
        return self._row(
            "traffic",
            join(self._name, "traffic"),
            summary=condition.describe(self._limits.evaluate),
            impact="Fewer calls than usual mean that a caller broke; more mean queues and cost ahead",
            first_step="Look at what calls the endpoint: its last deployment and its errors",
            condition=condition,
            missing_data="not_breaching",
        )

    def _rate(self, errors: Metric, words: str) -> Math:
        """Errors in percent of calls, 0 on little traffic."""
        return Math(
            expression=f"IF(calls >= {number(self._limits.minimum_requests)}, 100 * errors / calls, 0)",
            metrics={"errors": errors, "calls": self._metric("Invocations", "Sum")},
            label=f"share of {words} calls of endpoint {self._endpoint}",
        )

    def _as_published(self, key: str, watch: Metric | Math, limit: float, series: Metric) -> Alarm:
        """A figure of the instances, with the catalogue's words; while none is published, nothing changes."""
        facts = series.facts
        assert facts is not None  # the catalogue has it  # noqa: S101
        return self._above(key, watch, limit, impact=facts.impact, first_step=facts.first_step, missing_data="ignore")

    def _above(
        self,
        key: str,
        watch: Metric | Math,
        limit: float,
        *,
        impact: str,
        first_step: str,
        unit: str = "%",
        missing_data: MissingData = "not_breaching",  # without a call there is no error, and no latency
    ) -> Alarm:
        condition = Threshold(watch=watch, comparison="above", limit=limit, unit=unit)
        return self._row(
            key,
            join(self._name, key),
            summary=condition.describe(self._limits.evaluate),
            impact=impact,
            first_step=first_step,
            condition=condition,
            missing_data=missing_data,
        )

    def _metric(self, metric: str, statistic: str, namespace: str = CALLS) -> Metric:
        return Metric(
            namespace=namespace,
            name=metric,
            dimensions={"EndpointName": self._endpoint, "VariantName": self._variant},
            statistic=statistic,
            period_seconds=self._limits.period_seconds,
        )
