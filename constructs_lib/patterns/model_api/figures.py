"""What AWS publishes of an API, by its kind: the same figures under other names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from constructs_lib.alarms.metric import Metric, PeriodSeconds
from constructs_lib.alarms.row import series
from constructs_lib.patterns.model_api.options.existing import ExistingApi, short

_READ_OURS = "Search the access log for"
_READ = "Read the API's access log, where it has one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Where the alarms look.

    Attributes:
        subject: What is watched, in words.
        requests, failed, refused, latency: Names of metrics.
        behind: The metric of the latency behind the gateway, where there is one.
        sparse: Whether failures have no value where there are none; else they are 0.
        latency_factor: What makes milliseconds of a latency.
        on_failure, on_refusal, when_slow: What to do first.
    """

    namespace: str
    dimensions: Mapping[str, str]
    subject: str
    requests: str
    failed: str
    refused: str
    latency: str
    behind: str | None
    sparse: bool = False
    latency_factor: int = 1
    on_failure: str
    on_refusal: str
    when_slow: str

    def of(self, period_seconds: PeriodSeconds, more: Mapping[str, str] | None = None) -> Callable[[str, str], Metric]:
        """Its metrics, by name and statistic."""
        return series(self.namespace, {**self.dimensions, **(more or {})}, period_seconds)


_SLOW = "Compare Latency with IntegrationLatency: if both rose the model is slow, else API Gateway is"


def of_our_api(name: str, stage: str) -> Figures:
    """A REST API that is made here, with an access log of a known form."""
    return Figures(
        namespace="AWS/ApiGateway",
        dimensions={"ApiName": name, "Stage": stage},
        subject=f"API {name}, stage {stage},",
        requests="Count",
        failed="5XXError",
        refused="4XXError",
        latency="Latency",
        behind="IntegrationLatency",
        on_failure=f"{_READ_OURS} status 5*: errorType and integrationError separate the gateway from the backend",
        on_refusal=f"{_READ_OURS} status 4* and compare errorType, resourcePath and sourceIp",
        when_slow=_SLOW,
    )


def of_existing(api: ExistingApi) -> Figures:
    """An API that is there already."""
    if api.target_group is not None:
        group, balancer = short(api.target_group), short(api.load_balancer or "")
        return Figures(
            namespace="AWS/ApplicationELB",
            dimensions={"LoadBalancer": balancer, "TargetGroup": group},
            subject=f"{group} of {balancer}",
            requests="RequestCount",
            failed="HTTPCode_Target_5XX_Count",
            refused="HTTPCode_Target_4XX_Count",
            latency="TargetResponseTime",
            behind=None,
            sparse=True,
            latency_factor=1_000,
            on_failure="Read the log of the targets, then the access log of the load balancer",
            on_refusal="Read the access log of the load balancer: who is refused, and on which path",
            when_slow="Compare with the load of the targets, and with their number",
        )
    of_gateway = partial(
        Figures,
        namespace="AWS/ApiGateway",
        requests="Count",
        latency="Latency",
        behind="IntegrationLatency",
        on_failure=f"{_READ}; if its backend did not fail, the gateway or its permissions did",
        on_refusal=f"{_READ}: who is refused, and on which path",
        when_slow=_SLOW,
    )
    if api.http_api is not None:
        stage = api.stage or "$default"
        return of_gateway(
            dimensions={"ApiId": api.http_api, "Stage": stage},
            subject=f"API {api.http_api}, stage {stage},",
            failed="5xx",
            refused="4xx",
        )
    return of_gateway(
        dimensions={"ApiName": api.rest_api or "", "Stage": api.stage or ""},
        subject=f"API {api.rest_api}, stage {api.stage},",
        failed="5XXError",
        refused="4XXError",
    )
