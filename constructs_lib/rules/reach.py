"""What values a series can take: the ends that a limit has to lie between."""

from __future__ import annotations

from constructs_lib.aws import catalogue
from constructs_lib.aws.catalogue import MetricFacts
from constructs_lib.terraform.alarm import Compared
from constructs_lib.terraform.stack import Stack


def reach(stack: Stack, compared: Compared) -> tuple[float, float] | None:
    """The lowest and the highest value that an alarm may compare; None where that is not known."""
    series = compared.series
    if (series.namespace, series.name) in stack.custom_metrics:
        return None
    facts = catalogue.find(series.namespace, series.name) or _of_filters(stack, series.namespace, series.name)
    if facts is None:
        return None
    ends = facts.reach(series.statistic)
    return ends if compared.filler is None else (min(ends[0], compared.filler), max(ends[1], compared.filler))


def _of_filters(stack: Stack, namespace: str, name: str) -> MetricFacts | None:
    """What is known of a metric of the stack's filters: of counts, that they are what each event counts."""
    found = stack.filters_of(namespace, name)
    ranges = [made.range for made in found]
    if not found or None in ranges or any(ends[0] < 0 for ends in ranges if ends):
        return None
    highest = max(ends[1] for ends in ranges if ends)
    return MetricFacts(meaning=name, unit="count", statistics=("Sum",), impact="", first_step="", highest=highest)
