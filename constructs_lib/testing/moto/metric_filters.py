"""What a metric filter publishes for log lines.

Source: "Creating metrics from log events using filters" and PutMetricFilter, MetricTransformation: every matching line
publishes its value; where lines arrive and none matches, the default value is published, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from constructs_lib import filter_pattern
from constructs_lib.filter_pattern import Pattern


def matches(pattern: str, line: str) -> bool:
    """Whether a filter with this pattern lets the line through; an empty pattern lets all through."""
    return not pattern.strip() or _parsed(pattern).matches(line)


def publish(metric_filter: Mapping[str, Any], lines: Sequence[str], account: str, region: str) -> None:
    """Put the filter's metric for these lines into CloudWatch."""
    pattern: str = metric_filter["filterPattern"]
    matching = [line for line in lines if matches(pattern, line)]
    for transformation in metric_filter["metricTransformations"]:
        data = list(_data(pattern, transformation, matching))
        if not matching and (default := transformation.get("defaultValue")) is not None:
            data = [_datum(transformation, default, {})]
        if data:
            cloudwatch_backends[account][region].put_metric_data(transformation["metricNamespace"], data)


def _data(pattern: str, transformation: Mapping[str, Any], lines: Sequence[str]) -> Iterator[dict[str, Any]]:
    """One datum per matching line; a line without the field for the value, or for a dimension, publishes nothing."""
    named: str = transformation["metricValue"]
    for line in lines:
        value = _parsed(pattern).value_of(named, line) if named.startswith("$") else float(named)
        dimensions = {
            name: _parsed(pattern).text_of(field, line)
            for name, field in (transformation.get("dimensions") or {}).items()
        }
        if value is not None and None not in dimensions.values():
            yield _datum(transformation, value, dimensions)


def _datum(transformation: Mapping[str, Any], value: float, dimensions: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "MetricName": transformation["metricName"],
        "Value": value,
        "Unit": transformation.get("unit", "None"),
        "Dimensions": [{"Name": name, "Value": text} for name, text in dimensions.items()],
    }


@lru_cache
def _parsed(pattern: str) -> Pattern:
    return filter_pattern.parse_deployed(pattern)
