"""window-legal."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws import limits
from constructs_lib.aws.comparison import BAND_OPERATORS
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack


@rule(
    "window-legal",
    "will not fire",
    story="An alarm that asks for six breaching periods of the last five was deployed, and can't fire.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
)
def window_legal(stack: Stack) -> Iterator[Broken]:
    """Every metric alarm looks back over a window that CloudWatch accepts, and M of N can happen.

    CloudWatch refuses it at apply; the provider checks only the period. A query of Metrics Insights reads three hours.
    """
    for alarm in stack.alarms:
        if (
            alarm.breaching is not None
            and alarm.of is not None
            and (broken := limits.breaching(int(alarm.breaching), int(alarm.of)))
        ):
            yield alarm, broken
        for seconds in sorted({series.period_seconds for series in alarm.series if series.period_seconds is not None}):
            period = int(seconds)
            checks = [
                limits.period(period),
                limits.window(period, int(alarm.of)) if alarm.of is not None else None,
                limits.band_period(period) if alarm.operator in BAND_OPERATORS else None,
                limits.wall_clock_period(period) if alarm.wall_clock else None,
            ]
            for problem in filter(None, checks):
                yield alarm, problem
        for query in alarm.queries:
            if query.is_insights and query.period_seconds and alarm.of is not None:
                found = (
                    limits.insights_period(query.period_seconds),
                    limits.insights_window(query.period_seconds, alarm.of, alarm.wall_clock),
                )
                yield from ((alarm, problem) for problem in found if problem)
