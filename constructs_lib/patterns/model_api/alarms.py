"""The alarms of an API: their limits, and the table made from them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from constructs_lib.alarms.alarm import Alarm, AllOf, Band, Count, Evaluate, Math, Number, Threshold
from constructs_lib.alarms.metric import Metric, PeriodSeconds
from constructs_lib.alarms.metric_filter import MetricFilter
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws.names import join
from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.patterns.model_api import access_log
from constructs_lib.patterns.model_api.options.route import Milliseconds
from constructs_lib.references import OrReference, above

if TYPE_CHECKING:
    from constructs_lib.patterns.model_api.options.route import Route
    from constructs_lib.patterns.model_api.spec import ModelApiSpec

Percent = Annotated[float, Field(ge=0, lt=100, allow_inf_nan=False), OrReference()]

_METRIC_PERIOD_SECONDS = 60
_READ_LOG = "Search the access log for"
_LATE = "Callers wait, and at the integration's timeout they get 504"


class ApiAlarms(Model):
    """Limits; `null` leaves an alarm out."""

    errors_5xx_percent: Percent | None = 1
    """Failed requests, in percent of all."""
    errors_4xx_percent: Percent | None = 20
    """Refused requests, in percent of all; some callers are always wrong, so this is about a sudden many."""
    latency_p99_milliseconds: Milliseconds | None = None
    """What 99 of 100 callers wait at most. No default: only you know what your callers bear."""
    integration_latency_p99_milliseconds: Milliseconds | None = None
    """The part of it behind API Gateway, where the model is."""
    latency_anomaly: Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()] | None = 3
    """Half the width, in standard deviations, of the band that CloudWatch learns for the p90 latency."""
    throttled_requests: Count | None = 10
    """Requests refused by a rate limit or a quota, in one period."""
    integration_errors: Count | None = 5
    """Failures of one route's function or endpoint, in one period."""
    minimum_requests: Count = 20
    """Traffic guard: with fewer requests in a period, rates and latencies are silent; 1 of 2 is 50 %."""
    period_seconds: PeriodSeconds = 300
    """Length of one period. Five minutes gather enough requests for a rate to mean something."""
    evaluate: Evaluate = Evaluate(breaching=2, of=3)
    """How many of the last periods must breach; 2 of 3 rides out a single spike."""

    def problems(self) -> Iterator[Problem]:
        """API Gateway's metrics have one value a minute."""
        if above(_METRIC_PERIOD_SECONDS, self.period_seconds):
            yield Problem(
                f"{self.period_seconds} is shorter than the minute between two values of API Gateway's metrics",
                f"write {_METRIC_PERIOD_SECONDS} or more",
                path="period_seconds",
            )


def filters(spec: ModelApiSpec, name: str) -> dict[str, MetricFilter]:
    """What is counted in the access log, by the key of the alarm on it."""
    found: dict[str, MetricFilter] = {}
    if spec.limits.throttled_requests is not None:
        found["throttled"] = _filter(name, "throttled", access_log.throttled())
    if spec.limits.integration_errors is not None:
        for route in spec.routes:
            key = join("integration-errors", route.name)
            others = tuple(other.method for other in spec.routes if other.path == route.path and other != route)
            pattern = access_log.integration_failed(route.path, route.method, other_methods=others)
            found[key] = _filter(name, key, pattern)
    return found


def table(spec: ModelApiSpec, name: str, runbook: str | None) -> tuple[Alarm, ...]:
    """One row for each limit that is set."""
    return tuple(_Table(spec, name, runbook).rows())


def _filter(name: str, key: str, pattern: str) -> MetricFilter:
    # Zero in quiet minutes that had other requests: the alarm is over as soon as the trouble is.
    return MetricFilter(name=key, pattern=pattern, metric_name=join(name, key), default_value=0)


class _Table:
    """Names, dimensions and the traffic guard, shared by the rows."""

    def __init__(self, spec: ModelApiSpec, name: str, runbook: str | None) -> None:
        self._spec, self._limits, self._name = spec, spec.limits, name
        self._row = partial(spec.row, runbook=runbook, missing_data="not_breaching")
        self._stage = {"ApiName": name, "Stage": spec.stage}

    def rows(self) -> Iterator[Alarm]:
        yield from self._rates()
        yield from self._latencies()
        if self._limits.latency_anomaly is not None:
            yield from self._anomaly(self._limits.latency_anomaly)
        yield from self._counts()

    def _rates(self) -> Iterator[Alarm]:
        if self._limits.errors_5xx_percent is not None:
            yield self._rate(
                "errors-5xx",
                "5XXError",
                "failed requests (5xx)",
                self._limits.errors_5xx_percent,
                impact="Callers get an error instead of the model's answer",
                first_step=f"{_READ_LOG} status 5*: errorType and integrationError tell the gateway from the backend",
            )
        if self._limits.errors_4xx_percent is not None:
            yield self._rate(
                "errors-4xx",
                "4XXError",
                "refused requests (4xx)",
                self._limits.errors_4xx_percent,
                severity=self._at_most_warning,
                impact="Many callers are turned away: a changed client, expired credentials, or somebody trying doors",
                first_step=f"{_READ_LOG} status 4* and compare errorType, resourcePath and sourceIp",
            )

    def _latencies(self) -> Iterator[Alarm]:
        limits = self._limits
        if limits.latency_p99_milliseconds is not None:
            yield self._latency("latency-p99", "Latency", limits.latency_p99_milliseconds)
        if limits.integration_latency_p99_milliseconds is not None:
            yield self._latency(
                "integration-latency-p99", "IntegrationLatency", limits.integration_latency_p99_milliseconds
            )
        for route in self._spec.routes:
            if route.latency_p99_milliseconds is not None:
                key = join("latency-p99", route.name)
                yield self._latency(key, "Latency", route.latency_p99_milliseconds, route)

    def _counts(self) -> Iterator[Alarm]:
        counted = filters(self._spec, self._name)
        if self._limits.throttled_requests is not None:
            yield self._count(
                counted["throttled"],
                f"requests refused by a rate limit or quota of API {self._name}",
                self._limits.throttled_requests,
                severity=self._at_most_warning,
                impact="Callers get 429 and no answer, though the model may be idle",
                first_step=f"{_READ_LOG} errorType THROTTLED or QUOTA_EXCEEDED: one caller is a loop, many are growth",
            )
        if self._limits.integration_errors is not None:
            for route in self._spec.routes:
                yield self._count(
                    counted[join("integration-errors", route.name)],
                    f"failures of {route.backend} behind {route.key}",
                    self._limits.integration_errors,
                    impact="The route's callers get no answer; other routes may be well",
                    first_step=f"{_READ_LOG} the route's integrationError, and open the log of {route.backend}",
                )

    @property
    def _at_most_warning(self) -> Severity:
        """Nobody gets up for what callers do wrong, or for what is merely unusual."""
        return "warning" if self._spec.severity == "critical" else self._spec.severity

    def _metric(self, name: str, statistic: str, route: Route | None = None) -> Metric:
        dimensions = self._stage | ({"Method": route.method, "Resource": route.path} if route else {})
        return Metric(
            namespace="AWS/ApiGateway",
            name=name,
            dimensions=dimensions,
            statistic=statistic,
            period_seconds=self._limits.period_seconds,
        )

    def _guarded(self, result: str, label: str, route: Route | None = None, **metrics: Metric) -> Math:
        return Math(
            expression=f"IF(requests >= {self._limits.minimum_requests}, {result}, 0)",
            metrics={"requests": self._metric("Count", "Sum", route), **metrics},
            label=label,
        )

    def _rate(
        self,
        key: str,
        metric: str,
        what: str,
        limit: Number,
        *,
        impact: str,
        first_step: str,
        severity: Severity | None = None,
    ) -> Alarm:
        share = self._guarded(
            "100 * errors / requests",
            f"share of {what} of API {self._name}, stage {self._spec.stage},",
            errors=self._metric(metric, "Sum"),
        )
        condition = Threshold(watch=share, comparison="above", limit=limit, unit="%")
        return self._row(
            key,
            join(self._name, key),
            summary=condition.describe(self._limits.evaluate),
            impact=impact,
            first_step=first_step,
            condition=condition,
            evaluate=self._limits.evaluate,
            severity=severity,
        )

    def _latency(self, key: str, metric: str, limit: Number, route: Route | None = None) -> Alarm:
        slowest = self._metric(metric, "p99", route)
        condition = Threshold(
            watch=self._guarded("latency", slowest.describe(), route, latency=slowest),
            comparison="above",
            limit=limit,
            unit="ms",
        )
        return self._row(
            key,
            join(self._name, key),
            summary=condition.describe(self._limits.evaluate),
            impact=_LATE,
            first_step="Compare Latency with IntegrationLatency: if both rose the model is slow, else API Gateway is",
            condition=condition,
            evaluate=self._limits.evaluate,
        )

    def _anomaly(self, width: Number) -> Iterator[Alarm]:
        """A band means little on a handful of requests: it speaks together with the traffic guard."""
        key, limits = "latency-anomaly", self._limits
        name = join(self._name, key)
        band = Band(watch=self._metric("Latency", "p90"), width=width, direction="above")
        enough = Threshold(
            watch=self._metric("Count", "Sum"), comparison="at_least", limit=limits.minimum_requests, unit="requests"
        )
        row = partial(
            self._row,
            severity=self._at_most_warning,
            impact="Most callers wait longer than they usually do at this hour",
            first_step="Compare with the last deployment of the model, and with its traffic",
        )
        part = partial(row, evaluate=limits.evaluate, part_of=name)
        summary = band.describe(limits.evaluate)
        yield part("latency-band", join(self._name, "latency-band"), summary=summary, condition=band)
        yield part(
            "latency-traffic",
            join(self._name, "latency-traffic"),
            summary=enough.describe(limits.evaluate),
            condition=enough,
        )
        yield row(key, name, summary=summary, condition=AllOf(alarms=("latency-band", "latency-traffic")))

    def _count(
        self,
        counted: MetricFilter,
        what: str,
        limit: Number,
        *,
        impact: str,
        first_step: str,
        severity: Severity | None = None,
    ) -> Alarm:
        metric = counted.metric(statistic="Sum", period_seconds=self._limits.period_seconds, label=f"number of {what}")
        condition = Threshold(watch=metric, comparison="at_least", limit=limit)
        evaluate = Evaluate(breaching=1, of=1)
        return self._row(
            counted.name,
            join(self._name, counted.name),
            summary=condition.describe(evaluate),
            impact=impact,
            first_step=first_step,
            condition=condition,
            evaluate=evaluate,
            severity=severity,
        )
