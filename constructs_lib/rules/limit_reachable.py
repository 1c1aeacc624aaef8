"""limit-reachable."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.rules.reach import reach
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack
from constructs_lib.terraform.wording import describe
from constructs_lib.units import number


@rule(
    "limit-reachable",
    "will not fire",
    story="An alarm on an average of more than 5 errors a call slept through an outage: the average of a "
    "counter of 0 or 1 is a share.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
)
def limit_reachable(stack: Stack) -> Iterator[Broken]:
    """Every limit is one that the series can be past, by its unit and its statistic.

    Percentages end at 100, no count is below 0, and the average of a counter that each call publishes as 0 or 1 is the
    share of the calls.

    Stays quiet: a percentage of several GPUs or cores, which goes beyond 100; sums; metrics whose ends are not known.
    """
    for alarm in stack.alarms:
        compared = alarm.compared
        if compared is None or (ends := reach(stack, compared)) is None:
            continue
        end = ends[1] if compared.operator.upper else ends[0]
        if not compared.breaches(end):
            word = "above" if compared.operator.upper else "below"
            yield (
                alarm,
                Problem(
                    f"{describe(compared.series)} is never {word} {number(end)}, and it waits for "
                    f"{compared.operator.words} {number(compared.limit)}",
                    "compare with a limit that the statistic can pass, or use another statistic",
                ),
            )
