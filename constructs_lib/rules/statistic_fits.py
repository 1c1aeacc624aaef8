"""statistic-fits."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws import catalogue
from constructs_lib.errors import Problem
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
    """What AWS publishes at fixed times, such as a size or an age, is not summed up and its samples are not counted.

    The sum of a queue's age grows with the number of values in a period, and the number of samples of a group's size
    only says how often it was published.

    Stays quiet: a sum over periods in which AWS publishes one value, and one of which any value is too much.
    """
    for alarm in stack.alarms:
        compared = alarm.compared
        for series in alarm.looked_for if compared is None else (compared.series,):
            facts = catalogue.find(series.namespace, series.name)
            if facts is None or not facts.sampled or (series.namespace, series.name) in stack.custom_metrics:
                continue
            if series.statistic == "SampleCount" or (
                series.statistic == "Sum" and not _same_as_maximum(series, compared, facts.period_seconds)
            ):
                says = "counts how often it was published" if series.statistic == "SampleCount" else "adds its samples"
                yield (
                    alarm,
                    Problem(
                        f"{series.statistic} of {series.namespace} {series.name} {says}",
                        f"use {' or '.join(facts.statistics)}",
                    ),
                )


def _same_as_maximum(series: Series, compared: Compared | None, published_every: int) -> bool:
    """Whether the sum says what the values say: of one value a period, or where any value at all is too much."""
    if series.period_seconds is None or series.period_seconds <= published_every or compared is None:
        return True
    return compared.operator.upper and compared.breaches(1)
