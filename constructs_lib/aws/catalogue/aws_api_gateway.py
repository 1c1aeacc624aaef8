"""Amazon API Gateway, REST APIs."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

BY_STAGE, BY_ROUTE = dimension_sets("ApiName Stage", "ApiName Method Resource Stage")
"""The sets alarms use. The second exists only for a stage with detailed metrics, and never without Stage."""

_LOGS = "Search the stage's access log for the route and the request ids, then read the function's or endpoint's log"
_CALLERS = "Callers do not get what they asked for"
_SLOW = "Callers wait, and at the integration's timeout they get an error"


def _subject(dimensions: Mapping[str, str]) -> str:
    api = f"API {dimensions['ApiName']}"
    if "Resource" in dimensions:
        return f"{dimensions['Method']} {dimensions['Resource']} of {api}, stage {dimensions['Stage']}"
    return f"{api}, stage {dimensions['Stage']}" if "Stage" in dimensions else api


def _count(meaning: str, impact: str, first_step: str) -> MetricFacts:
    # The average of an error metric is the share of requests that failed.
    return MetricFacts(
        meaning=meaning, unit="count", statistics=("Sum", "Average"), impact=impact, first_step=first_step
    )


def _time(meaning: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="milliseconds",
        statistics=("p99", "p95", "p90", "p50", "Average", "Maximum"),
        impact=_SLOW,
        first_step=_LOGS,
    )


NAMESPACE = Namespace(
    name="AWS/ApiGateway",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html",
    dimension_sets=(*dimension_sets("ApiName"), BY_STAGE, BY_ROUTE),
    subject=_subject,
    metrics={
        "4XXError": _count("refused requests (4xx)", _CALLERS, "Ask the access log who is refused, and why"),
        "5XXError": _count("failed requests (5xx)", _CALLERS, _LOGS),
        "Count": MetricFacts(
            meaning="requests",
            unit="count",
            statistics=("Sum", "SampleCount"),
            impact="Fewer calls than usual mean that a caller broke (a full stop is not seen); more mean cost and "
            "throttling ahead",
            first_step="Look at what calls the API: its last deployment and its errors",
        ),
        "Latency": _time("latency"),
        "IntegrationLatency": _time("time behind API Gateway"),
        "CacheHitCount": _count("answers from the cache", "More calls reach the model", "Check the cache's size"),
        "CacheMissCount": _count("answers not in the cache", "More calls reach the model", "Check the cache's size"),
    },
)
