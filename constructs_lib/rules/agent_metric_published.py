"""agent-metric-published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.alarms import cloudwatch_agent
from constructs_lib.aws.catalogue import as_set
from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.blocks import blocks, text
from constructs_lib.terraform.stack import Resource, Stack

Published = Mapping[tuple[str, str], set[frozenset[str]]]
"""The dimension sets of each series: by namespace and metric name."""


@rule(
    "agent-metric-published",
    "will not fire",
    story="A fleet scaled on a GPU metric of its group that the agent published per GPU only, and never grew.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html",
)
def agent_metric_published(stack: Stack) -> Iterator[Broken]:
    """Alarms and scaling policies read the metrics of the stack's CloudWatch agents as these publish them.

    The agent publishes every GPU, disk and processor by itself; a series of a whole group exists only where its
    configuration aggregates it. An alarm or a policy on another set of dimensions, or on a measurement that is not
    taken, finds no data: it never fires, and the fleet never scales.

    Stays quiet: plugins that no agent of the stack has, for another agent may.
    """
    published = _published(stack)
    prefixes = {
        (namespace, prefix)
        for namespace, name in published
        for prefix in cloudwatch_agent.PREFIXES
        if name.startswith(prefix)
    } | {(namespace, cloudwatch_agent.PREFIX) for namespace, _ in published}
    for where, namespace, name, dimensions in _read(stack):
        sets = published.get((namespace, name))
        if sets is None:
            if any(namespace == space and name.startswith(prefix) for space, prefix in prefixes):
                yield (
                    where,
                    Problem(
                        f"no CloudWatch agent of this stack publishes {namespace} {name}",
                        "add the measurement to the agent's configuration, or read one that is in it: "
                        + ", ".join(sorted(known for space, known in published if space == namespace)),
                    ),
                )
        elif dimensions not in sets and dimensions - cloudwatch_agent.PERHAPS not in sets:
            yield (
                where,
                Problem(
                    f"no CloudWatch agent of this stack publishes {namespace} {name} with {as_set(dimensions)}",
                    f"use {' or '.join(sorted(map(as_set, sets)))}, or aggregate it in the agent's configuration",
                ),
            )


def _published(stack: Stack) -> Published:
    found: dict[tuple[str, str], set[frozenset[str]]] = {}
    for parameter in stack.of("aws_ssm_parameter"):
        written = text(parameter.values.get("insecure_value")) or text(parameter.values.get("value"))
        for namespace, name, dimensions in cloudwatch_agent.published(cloudwatch_agent.read(written)):
            found.setdefault((namespace, name), set()).add(dimensions)
    return found


def _read(stack: Stack) -> Iterator[tuple[DeployedAlarm | Resource, str, str, frozenset[str]]]:
    """Every series an alarm or a scaling policy reads, as far as it is known."""
    for alarm in stack.alarms:
        for series in alarm.series:
            if series.dimensions is not None:
                yield alarm, series.namespace, series.name, frozenset(series.dimensions)
    for policy in stack.of("aws_autoscaling_policy"):
        for metric in _metrics(policy.values):
            listed = blocks(metric.get("metric_dimension") or metric.get("dimensions"))
            names = frozenset(text(item.get("name")) for item in listed)
            yield policy, text(metric.get("namespace")), text(metric.get("metric_name")), names


def _metrics(value: object) -> Iterator[Mapping[str, Any]]:
    """Every nested block of a policy that names a metric: they lie up to six blocks deep."""
    if isinstance(value, Mapping):
        if value.get("metric_name"):
            yield value
        for item in value.values():
            yield from _metrics(item)
    elif isinstance(value, list):
        for item in value:
            yield from _metrics(item)
