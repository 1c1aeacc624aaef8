"""CloudWatch Logs: metric filters that count, data protection, anomaly detectors, saved queries.

Mended:
- PutLogEvents: what a metric filter matches is published as its metric, what a subscription filter does not match is
  not delivered; patterns are read by constructs_lib.filter_pattern;
- PutMetricFilter replaces a filter of the same name instead of adding a second;
- the calls for data protection policies, log anomaly detectors and query definitions.

A log anomaly detector learns nothing here, and a data protection policy masks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import unix_time_millis
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.metric_filters import MetricFilters
from moto.logs.models import LogsBackend, LogStream
from moto.logs.responses import LogsResponse

from constructs_lib.testing.moto import metric_filters
from constructs_lib.testing.moto.calls import amend, answer, kept, parameters


def install() -> None:
    """Mend moto's CloudWatch Logs."""
    amend(LogsBackend, "put_log_events", _publish_metrics)
    amend(LogStream, "_send_log_events", _deliver_what_matches)
    amend(MetricFilters, "add_filter", _replace_filter)
    answer(
        LogsResponse,
        put_data_protection_policy,
        get_data_protection_policy,
        delete_data_protection_policy,
        create_log_anomaly_detector,
        get_log_anomaly_detector,
        update_log_anomaly_detector,
        delete_log_anomaly_detector,
        put_query_definition,
        describe_query_definitions,
        delete_query_definition,
    )


def _publish_metrics(
    original: Callable[..., Any],
    backend: LogsBackend,
    log_group_name: str,
    log_stream_name: str,
    log_events: list[dict[str, Any]],
) -> Any:
    result = original(backend, log_group_name, log_stream_name, log_events)
    lines = [event["message"] for event in log_events]
    for metric_filter in backend.filters.get_matching_filters(log_group_name=log_group_name):
        metric_filters.publish(metric_filter, lines, backend.account_id, backend.region_name)
    return result


def _deliver_what_matches(
    original: Callable[..., None], stream: LogStream, *, filter_name: str, log_events: list[dict[str, Any]], **to: Any
) -> None:
    pattern = stream.log_group.subscription_filters[filter_name].filter_pattern
    matching = [event for event in log_events if metric_filters.matches(pattern, event["message"])]
    if matching:
        original(stream, filter_name=filter_name, log_events=matching, **to)


def _replace_filter(original: Callable[..., None], filters: MetricFilters, *definition: Any) -> None:
    name, _pattern, log_group, _transformations = definition
    filters.delete_filter(name, log_group)
    original(filters, *definition)


# Data protection policies, by the log group's name.


def put_data_protection_policy(response: LogsResponse) -> ActionResult:
    """PutDataProtectionPolicy."""
    wanted = parameters(response)
    policy = {**wanted, "lastUpdatedTime": _now()}
    kept(response.logs_backend, "data_protection")[_group_name(response, wanted)] = policy
    return ActionResult(policy)


def get_data_protection_policy(response: LogsResponse) -> ActionResult:
    """GetDataProtectionPolicy: without a policy, only the group's identifier."""
    wanted = parameters(response)
    found = kept(response.logs_backend, "data_protection").get(_group_name(response, wanted))
    return ActionResult(found or {"logGroupIdentifier": wanted["logGroupIdentifier"]})


def delete_data_protection_policy(response: LogsResponse) -> EmptyResult:
    """DeleteDataProtectionPolicy."""
    kept(response.logs_backend, "data_protection").pop(_group_name(response, parameters(response)), None)
    return EmptyResult()


def _group_name(response: LogsResponse, wanted: Mapping[str, Any]) -> str:
    """An identifier is a log group's name or ARN."""
    identifier: str = wanted["logGroupIdentifier"]
    name = identifier.rsplit(":log-group:", maxsplit=1)[-1].removesuffix(":*")
    if name not in response.logs_backend.groups:
        raise ResourceNotFoundException
    return name


# Log anomaly detectors, by ARN.


def create_log_anomaly_detector(response: LogsResponse) -> ActionResult:
    """CreateLogAnomalyDetector."""
    backend, wanted = response.logs_backend, parameters(response)
    tags = wanted.pop("tags", None)
    identity = f"{backend.region_name}:{backend.account_id}:anomaly-detector:{uuid4()}"
    arn = f"arn:{backend.partition}:logs:{identity}"
    kept(backend, "anomaly_detectors")[arn] = {
        **wanted,
        "anomalyDetectorStatus": "TRAINING",
        "creationTimeStamp": _now(),
        "lastModifiedTimeStamp": _now(),
    }
    if tags:
        backend.tag_resource(arn, tags)
    return ActionResult({"anomalyDetectorArn": arn})


def get_log_anomaly_detector(response: LogsResponse) -> ActionResult:
    """GetLogAnomalyDetector."""
    return ActionResult(_detector(response))


def update_log_anomaly_detector(response: LogsResponse) -> EmptyResult:
    """UpdateLogAnomalyDetector: a disabled detector is paused."""
    detector, wanted = _detector(response), parameters(response)
    detector["anomalyDetectorStatus"] = "ANALYZING" if wanted.pop("enabled") else "PAUSED"
    detector.update({key: value for key, value in wanted.items() if key != "anomalyDetectorArn"})
    detector["lastModifiedTimeStamp"] = _now()
    return EmptyResult()


def delete_log_anomaly_detector(response: LogsResponse) -> EmptyResult:
    """DeleteLogAnomalyDetector."""
    _detector(response)
    del kept(response.logs_backend, "anomaly_detectors")[parameters(response)["anomalyDetectorArn"]]
    return EmptyResult()


def _detector(response: LogsResponse) -> dict[str, Any]:
    detectors = kept(response.logs_backend, "anomaly_detectors")
    arn = parameters(response)["anomalyDetectorArn"]
    if arn not in detectors:
        raise ResourceNotFoundException("The specified anomaly detector does not exist.")
    detector: dict[str, Any] = detectors[arn]
    return detector


# Saved Logs Insights queries, by id.


def put_query_definition(response: LogsResponse) -> ActionResult:
    """PutQueryDefinition creates one, or changes the one whose id it gives."""
    wanted = parameters(response)
    identity = wanted.get("queryDefinitionId") or str(uuid4())
    definition = {key: value for key, value in wanted.items() if key != "clientToken"}
    kept(response.logs_backend, "query_definitions")[identity] = {
        **definition,
        "queryDefinitionId": identity,
        "lastModified": _now(),
    }
    return ActionResult({"queryDefinitionId": identity})


def describe_query_definitions(response: LogsResponse) -> ActionResult:
    """DescribeQueryDefinitions."""
    prefix = parameters(response).get("queryDefinitionNamePrefix", "")
    definitions = kept(response.logs_backend, "query_definitions").values()
    return ActionResult({"queryDefinitions": [d for d in definitions if d["name"].startswith(prefix)]})


def delete_query_definition(response: LogsResponse) -> ActionResult:
    """DeleteQueryDefinition."""
    definitions = kept(response.logs_backend, "query_definitions")
    found = definitions.pop(parameters(response)["queryDefinitionId"], None)
    if found is None:
        raise ResourceNotFoundException("The specified query definition does not exist.")
    return ActionResult({"success": True})


def _now() -> int:
    return int(unix_time_millis())
