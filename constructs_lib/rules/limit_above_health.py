"""limit-above-health."""

from __future__ import annotations

import re
from collections.abc import Iterator

from constructs_lib.aws import catalogue
from constructs_lib.errors import Problem
from constructs_lib.rules.children import spoken_for
from constructs_lib.rules.reach import reach
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import Compared
from constructs_lib.terraform.stack import Stack
from constructs_lib.terraform.wording import describe
from constructs_lib.units import number

_FAILURE = re.compile("error|throttl|fail|drop|[45]xx|dlq", re.IGNORECASE)


@rule(
    "limit-above-health",
    "fires wrongly",
    story="An alarm on errors at or above 0 was in alarm with every call, and its messages were soon filtered away.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
)
def limit_above_health(stack: Stack) -> Iterator[Broken]:
    """No limit is past while all is well: one that every value is past, or a lower one on a counter of failures.

    The alarm fires as soon as there is data, stays on, and is switched off before the day on which it matters.

    Stays quiet: an alarm that a composite is made of: it may well be on most of the time.
    """
    others = spoken_for(stack)
    for alarm in stack.alarms:
        compared = alarm.compared
        if compared is None or alarm.address in others:  # a composite may well be made of what is always on
            continue
        ends = reach(stack, compared)
        end = ends[0 if compared.operator.upper else 1] if ends else None
        if end is not None and compared.breaches(end):
            yield (
                alarm,
                Problem(
                    f"every value of {describe(compared.series)} is {compared.operator.words} {number(compared.limit)}",
                    "compare with a limit that a healthy value is not past",
                ),
            )
        elif _upside_down(compared):
            yield (
                alarm,
                Problem(
                    f"{describe(compared.series)} is {compared.operator.words} {number(compared.limit)} while nothing "
                    "fails",
                    "use an upper limit: above instead of below",
                ),
            )


def _upside_down(compared: Compared) -> bool:
    """Whether it fires at no failure at all."""
    series = compared.series
    facts = catalogue.find(series.namespace, series.name)
    counted = facts is not None and facts.counts and series.statistic in ("Sum", "Average", "Maximum")
    return counted and compared.breaches(0) and bool(_FAILURE.search(series.name))
