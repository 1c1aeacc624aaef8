"""metric-listed."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws import catalogue
from constructs_lib.errors import Problem
from constructs_lib.rules.metric_exists import of_aws
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack


@rule(
    "metric-listed",
    "advice",
    story="An alarm on ExecutionsFailedCount went out with a public solution: AWS publishes no metric of that name.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html",
)
def metric_listed(stack: Stack) -> Iterator[Broken]:
    """Metrics in a namespace of AWS are on AWS's list of them.

    No one but AWS publishes there. This library may be older than the list, so this is advice: look once.
    """
    for alarm in stack.alarms:
        for series in alarm.looked_for:
            known = catalogue.NAMESPACES.get(series.namespace)
            if (
                known is not None
                and known.lists_all
                and known.name.startswith(catalogue.RESERVED)
                and series.name
                and "${" not in series.name
                and series.name not in known.metrics
                and (series.namespace, series.name) not in stack.custom_metrics
                and not any(of_aws(known, series.name, frozenset(series.dimensions or ())))
            ):
                yield alarm, Problem(f"{known.name} {series.name} is not on the list", f"compare with {known.source}")
