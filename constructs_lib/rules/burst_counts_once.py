"""burst-counts-once."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack
from constructs_lib.units import duration, number


@rule(
    "burst-counts-once",
    "advice",
    story="Two minutes of errors were two pages and two all-clears, each of one minute, and none of them in time.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html",
)
def burst_counts_once(stack: Stack) -> Iterator[Broken]:
    """An alarm whose periods are longer than a minute asks for one of them to breach, or for all.

    Periods end at the minute of the evaluation, so a burst lies across the border of two at some minute and counts
    twice: 2 of 3 periods of 5 minutes neither rides out a short burst nor reports it at once, and flaps.
    """
    for alarm in stack.alarms:
        breaching, of = alarm.breaching, alarm.of
        seconds = max((series.period_seconds or 0 for series in alarm.series), default=0)
        if breaching is None or of is None or alarm.wall_clock or seconds <= 60 or not 1 < breaching < of:
            continue
        found = f"it asks for {number(breaching)} of {number(of)} periods of {duration(seconds)}"
        fix = f"ask for {number(of)} of {number(of)}, or for periods of a minute"
        yield alarm, Problem(f"{found}: a burst across the border of two counts twice, and the alarm flaps", fix)
