"""silence-is-heard."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws import catalogue
from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.stack import Stack


@rule(
    "silence-is-heard",
    "will not fire",
    story="An alarm on fewer than one call stayed green for days without a call: no call publishes no "
    "value, and missing data counted as health.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html",
)
def silence_is_heard(stack: Stack) -> Iterator[Broken]:
    """An alarm that only fires at nothing at all treats missing data as breaching.

    Counters are not published when nothing happens. An alarm on `calls below 1` that takes missing data for health
    can never fire.
    """
    for alarm in stack.alarms:
        if _only_at_nothing(alarm) and alarm.missing_data != "breaching" and not alarm.insufficient_data_actions:
            yield (
                alarm,
                Problem(
                    f"it waits for a value of nothing, which is not published, and treats missing data as "
                    f"{alarm.missing_data}",
                    "treat missing data as breaching",
                ),
            )


def _only_at_nothing(alarm: DeployedAlarm) -> bool:
    compared = alarm.compared
    if compared is None or compared.filler is not None or compared.operator.upper or compared.breaches(1):
        return False  # it fires at one, too
    series = compared.series
    if series.namespace == "AWS/SQS":  # publishes 0 for hours after a queue was used last
        return False
    facts = catalogue.find(series.namespace, series.name)
    return series.statistic == "SampleCount" or (facts is not None and facts.counter and series.statistic == "Sum")
