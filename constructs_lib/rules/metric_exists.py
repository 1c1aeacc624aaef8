"""metric-exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import SequenceMatcher

from constructs_lib.aws import catalogue
from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import Series
from constructs_lib.terraform.blocks import block, text
from constructs_lib.terraform.stack import Stack


@rule(
    "metric-exists",
    "will not fire",
    story="An alarm on 5XXError by ApiId stayed without data through an outage: REST APIs publish it by ApiName.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html",
)
def metric_exists(stack: Stack) -> Iterator[Broken]:
    """Every metric of an alarm is one that AWS, or a metric filter of the stack, publishes with just these dimensions.

    CloudWatch accepts an alarm on any name and never says that the metric does not exist: the alarm just never fires.
    What this library does not know is left alone.
    """
    filtered = _filtered(stack)
    for alarm in stack.alarms:
        for series in alarm.series:
            if (series.namespace, series.name) in stack.custom_metrics:
                continue
            for problem in _unknown(series, filtered):
                yield alarm, problem


def _unknown(series: Series, filtered: dict[str, set[str]]) -> Iterator[Problem]:
    if is_reference(series.namespace) or is_reference(series.name):
        return
    if series.namespace in catalogue.NAMESPACES:
        names = frozenset(series.dimensions) if series.dimensions is not None else None
        if _known(series.namespace, series.name, names):
            yield from catalogue.problems(series.namespace, series.name, names)
    elif series.name not in filtered.get(series.namespace, ()) and _like(
        series.name, filtered.get(series.namespace, ())
    ):
        published = ", ".join(sorted(filtered[series.namespace]))
        yield Problem(f"no metric filter publishes {series.namespace} {series.name}", f"use one of {published}")


def _known(namespace: str, name: str, dimensions: frozenset[str] | None) -> bool:
    """Whether the catalogue can judge: metric and dimensions are in it, or a typo away.

    AWS publishes more metrics than it lists, and an application may add some to the namespace of its metric filters.
    """
    known = catalogue.NAMESPACES[namespace]
    facts = known.metrics.get(name)
    if facts is None:
        return _like(name, known.metrics)
    listed = {*known.dimension_sets, *facts.dimension_sets}
    words = frozenset[str]().union(*listed)
    return all(_like(one, words) or any(one.lower() in word.lower() for word in words) for one in dimensions or ())


def _like(name: str, others: Collection[str]) -> bool:
    """Whether a name is one of the others, or misspelt: in its capitals, or by a letter."""
    return name in others or any(_letters_apart(name.lower(), other.lower()) < 2.5 for other in others)


def _letters_apart(one: str, other: str) -> float:
    """How many letters only one of them has: 1 for one left out, 2 for one that is another."""
    letters = len(one) + len(other)
    return letters * (1 - SequenceMatcher(None, one, other, autojunk=False).ratio())


def _filtered(stack: Stack) -> dict[str, set[str]]:
    """Metric names by namespace, as the stack's metric filters publish them; none where one is not yet known."""
    found: dict[str, set[str]] = {}
    unknown: set[str] = set()
    for resource in stack.of("aws_cloudwatch_log_metric_filter"):
        transformation = block(resource.values.get("metric_transformation"))
        namespace, name = text(transformation.get("namespace")), text(transformation.get("name"))
        found.setdefault(namespace, set()).add(name)
        if is_reference(name):
            unknown.add(namespace)
    return {namespace: set() if namespace in unknown else names for namespace, names in found.items()}
