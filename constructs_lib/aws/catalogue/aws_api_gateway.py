"""Amazon API Gateway: REST APIs by their name, HTTP and WebSocket APIs by their id."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import DimensionSet, MetricFacts, Namespace, dimension_sets

BY_STAGE, BY_ROUTE = dimension_sets("ApiName Stage", "ApiName Method Resource Stage")
"""The sets alarms use. The second exists only for a stage with detailed metrics, and never without Stage."""

_REST = (*dimension_sets("ApiName"), BY_STAGE, BY_ROUTE)
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
_HTTP = dimension_sets("ApiId", "ApiId Stage", "ApiId Method Resource Stage")
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
_WEBSOCKET = dimension_sets("ApiId", "ApiId Stage", "ApiId Route Stage")
_BOTH, _EVERY = (*_REST, *_HTTP), (*_REST, *dict.fromkeys((*_HTTP, *_WEBSOCKET)))

_LOGS = "Search the stage's access log for the route and the request ids, then read the function's or endpoint's log"
_CALLERS = "Callers do not get what they asked for"
_SLOW = "Callers wait, and at the integration's timeout they get an error"


def _subject(dimensions: Mapping[str, str]) -> str:
    api = f"API {dimensions['ApiName' if 'ApiName' in dimensions else 'ApiId']}"
    if "Route" in dimensions:
        return f"route {dimensions['Route']} of {api}, stage {dimensions['Stage']}"
    if "Resource" in dimensions:
        return f"{dimensions['Method']} {dimensions['Resource']} of {api}, stage {dimensions['Stage']}"
    return f"{api}, stage {dimensions['Stage']}" if "Stage" in dimensions else api


def _count(
    meaning: str, impact: str, first_step: str, sets: tuple[DimensionSet, ...] = _REST, highest: float | None = 1
) -> MetricFacts:
    # Each request publishes 0 or 1: the average of an error metric is the share of requests that failed.
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=("Sum", "Average"),
        impact=impact,
        first_step=first_step,
        highest=highest,
        dimension_sets=sets,
    )


def _time(meaning: str, sets: tuple[DimensionSet, ...]) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="milliseconds",
        statistics=("p99", "p95", "p90", "p50", "Average", "Maximum"),
        impact=_SLOW,
        first_step=_LOGS,
        dimension_sets=sets,
    )


NAMESPACE = Namespace(
    name="AWS/ApiGateway",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html",
    dimension_sets=_REST,
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
            dimension_sets=_BOTH,
        ),
        "Latency": _time("latency", _BOTH),
        "IntegrationLatency": _time("time behind API Gateway", _EVERY),
        "4xx": _count("refused requests (4xx)", _CALLERS, "Ask the access log who is refused, and why", _HTTP),
        "5xx": _count("failed requests (5xx)", _CALLERS, _LOGS, _HTTP),
        "DataProcessed": MetricFacts(
            meaning="bytes of data processed",
            unit="bytes",
            statistics=("Sum",),
            impact="API Gateway charges by the size of requests",
            first_step="Look for larger requests or more callers",
            dimension_sets=_HTTP,
        ),
        "ConnectCount": _count("connections", _CALLERS, _LOGS, _WEBSOCKET, None),
        "MessageCount": _count("messages", _CALLERS, _LOGS, _WEBSOCKET, None),
        "IntegrationError": _count("requests that failed behind API Gateway", _CALLERS, _LOGS, _WEBSOCKET),
        "ClientError": _count("refused requests (4xx)", _CALLERS, _LOGS, _WEBSOCKET),
        "ExecutionError": _count("failed calls of the integration", _CALLERS, _LOGS, _WEBSOCKET),
        "CacheHitCount": _count("answers from the cache", "More calls reach the model", "Check the cache's size"),
        "CacheMissCount": _count("answers not in the cache", "More calls reach the model", "Check the cache's size"),
    },
)
