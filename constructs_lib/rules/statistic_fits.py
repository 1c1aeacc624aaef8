"""statistic-fits."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws import catalogue
from constructs_lib.aws.catalogue import MetricFacts
from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import Compared, Series
from constructs_lib.terraform.stack import Stack


@rule(
    "statistic-fits",
    "fires wrongly",
    story="An alarm on the sum of the age of a queue's oldest message fired after two minutes of waiting "
    "instead of ten.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html",
)
def statistic_fits(stack: Stack) -> Iterator[Broken]:
    """Every statistic says something: no sum of what AWS publishes at fixed times, such as a size or an age.

    The sum of a queue's age grows with the number of values in a period, and the number of samples of a group's size
    only says how often it was published. For a few metrics AWS's page names the only statistics that mean anything.

    Stays quiet: a sum over periods in which AWS publishes one value, and one of which any value is too much; a lower
    limit on the number of samples, which asks whether there are any.
    """
    for alarm in stack.alarms:
        compared = alarm.compared
        for series in alarm.looked_for if compared is None else (compared.series,):
            facts = catalogue.find(series.namespace, series.name)
            if facts is None or (series.namespace, series.name) in stack.custom_metrics:
                continue
            if says := _means_nothing(series, compared, facts):
                problem = f"{series.statistic} of {series.namespace} {series.name} {says}"
                yield alarm, Problem(problem, f"use {' or '.join(facts.statistics)}")


def _means_nothing(series: Series, compared: Compared | None, facts: MetricFacts) -> str:
    """What a statistic is, that is not what was meant; nothing where it may well be."""
    statistic = series.statistic
    if facts.only and statistic not in facts.statistics and not is_reference(statistic):
        return "means nothing"
    if not facts.sampled or (compared is not None and compared.operator.lower and statistic == "SampleCount"):
        return ""  # few samples: that it is published at all
    if statistic == "SampleCount":
        return "counts how often it was published"
    added = statistic == "Sum" and not _same_as_maximum(series, compared, facts.period_seconds)
    return "adds its samples" if added else ""


def _same_as_maximum(series: Series, compared: Compared | None, published_every: int) -> bool:
    """Whether the sum says what the values say: of one value a period, or where any value at all is too much."""
    if series.period_seconds is None or series.period_seconds <= published_every or compared is None:
        return True
    return compared.operator.upper and compared.breaches(1)
