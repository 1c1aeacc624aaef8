"""log-silence-is-heard."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack


@rule(
    "log-silence-is-heard",
    "advice",
    story="An alarm on two requests or fewer stayed green when the proxy stopped: without a log line nothing is "
    "published, and no default value either.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html",
)
def log_silence_is_heard(stack: Stack) -> Iterator[Broken]:
    """An alarm on few log lines treats missing data as breaching.

    A metric filter publishes its default value only for minutes in which other lines arrived. When what writes the log
    is dead, there is no value at all, and an alarm that takes that for health says nothing.
    """
    for alarm in stack.alarms:
        compared = alarm.compared
        if (
            compared is not None
            and compared.filler is None
            and compared.operator.lower
            and compared.series.statistic in ("Sum", "SampleCount")
            and stack.filters_of(compared.series.namespace, compared.series.name)
            and alarm.missing_data in ("notBreaching", "ignore", "missing")
            and not alarm.insufficient_data_actions
        ):
            yield (
                alarm,
                Problem(
                    f"a log without a line publishes nothing, not even a default value, and it treats missing data as "
                    f"{alarm.missing_data}",
                    "treat missing data as breaching",
                ),
            )
