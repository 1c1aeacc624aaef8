"""A metric filter on a log group."""

from __future__ import annotations

from typing import Any

from constructs_lib.alarms.metric_filter import MetricFilter
from constructs_lib.cdk import Construct
from constructs_lib.references import verbatim
from constructs_lib.resources.values import aws
from constructs_lib.units import number


def metric_filter(scope: Construct, construct_id: str, spec: MetricFilter, *, log_group_name: str) -> Any:
    """An aws_cloudwatch_log_metric_filter; `spec.metric(...)` is what an alarm on it watches."""
    resource = aws.cloudwatch_log_metric_filter
    return resource.CloudwatchLogMetricFilter(
        scope,
        construct_id,
        name=spec.name,
        log_group_name=log_group_name,
        pattern=verbatim(spec.text),
        metric_transformation=resource.CloudwatchLogMetricFilterMetricTransformation(
            namespace=spec.namespace,
            name=spec.metric_name,
            value=verbatim(spec.published_value),
            default_value=number(spec.default_value) if spec.default_value is not None else None,
            dimensions={name: verbatim(field) for name, field in spec.published_dimensions.items()} or None,
        ),
    )
