"""CloudWatch Logs: metric filters that count, data protection, anomaly detectors.

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
from constructs_lib.testing.moto.calls import kept, parameters


def publish_metrics(
    original: Callable[..., Any],
    backend: LogsBackend,
    log_group_name: str,
    log_stream_name: str,
    log_events: list[dict[str, Any]],
) -> Any:
    """What the group's metric filters make of the lines."""
    result = original(backend, log_group_name, log_stream_name, log_events)
    lines = [event["message"] for event in log_events]
    for metric_filter in backend.filters.get_matching_filters(log_group_name=log_group_name):
        metric_filters.publish(metric_filter, lines, backend.account_id, backend.region_name)
    return result


def deliver_what_matches(
    original: Callable[..., None], stream: LogStream, *, filter_name: str, log_events: list[dict[str, Any]], **to: Any
) -> None:
    """What a subscription filter lets through."""
    pattern = stream.log_group.subscription_filters[filter_name].filter_pattern
    matching = [event for event in log_events if metric_filters.matches(pattern, event["message"])]
    if matching:
        original(stream, filter_name=filter_name, log_events=matching, **to)


def replace_filter(original: Callable[..., None], filters: MetricFilters, *definition: Any) -> None:
    """A filter of the same name takes the first one's place."""
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


def _now() -> int:
    return int(unix_time_millis())
