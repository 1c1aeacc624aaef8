"""unit-published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from constructs_lib.aws import catalogue
from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import Series
from constructs_lib.terraform.stack import Stack

_UNITS: Mapping[str, frozenset[str]] = {
    "count": frozenset({"Count", "None"}),  # SageMaker publishes counts without a unit
    "percent": frozenset({"Percent", "None"}),
    "bytes": frozenset({"Bytes"}),
    "megabytes": frozenset({"Megabytes"}),
    "gigabytes": frozenset({"Gigabytes"}),
    "bytes per second": frozenset({"Bytes/Second"}),
    "count per second": frozenset({"Count/Second"}),
    "seconds": frozenset({"Seconds"}),
    "milliseconds": frozenset({"Milliseconds"}),
    "microseconds": frozenset({"Microseconds"}),
}
"""CloudWatch's units by the catalogue's words for them."""


@rule(
    "unit-published",
    "will not fire",
    story="An alarm asked for the unit Count of a metric filter that publishes without a unit, and never "
    "found a value.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
)
def unit_published(stack: Stack) -> Iterator[Broken]:
    """An alarm that names a unit names the one that its metric is published with.

    Only values of that unit count; a series with another one has none, and the alarm waits for data forever.

    Stays quiet: counts and percentages with None, for AWS publishes some without a unit.
    """
    for alarm in stack.alarms:
        for series in alarm.series:
            if not series.unit or is_reference(series.unit):
                continue
            published = _published(stack, series)
            if published and series.unit not in published:
                named = " or ".join(sorted(published))
                yield (
                    alarm,
                    Problem(
                        f"it reads {series.name} in the unit {series.unit}, and it is published with {named}",
                        "leave the unit out",
                    ),
                )


def _published(stack: Stack, series: Series) -> frozenset[str]:
    """The units that a series is published with, nothing where they are not known."""
    if facts := catalogue.find(series.namespace, series.name):
        published = _UNITS.get(facts.unit, frozenset())
        # Of what is not checked by hand, the word may be the page's where AWS publishes without a unit.
        return published | {"None"} if published and not facts.impact else published
    units = {made.unit for made in stack.filters_of(series.namespace, series.name)}
    return frozenset() if is_reference([*units]) else frozenset(units)
