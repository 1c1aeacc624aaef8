"""quotas."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws import limits
from constructs_lib.aws.comparison import BAND_OPERATORS
from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack


@rule(
    "quotas",
    "advice",
    story="An apply stopped half way when the account had all the alarms it may have in a Region.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html",
)
def quotas(stack: Stack) -> Iterator[Broken]:
    """The stack alone stays within what an account may have in a Region.

    The quotas count the whole account, and AWS raises most of them on request, so this is advice: ask before the
    apply that would stop half way.
    """
    bands = sum(alarm.operator in BAND_OPERATORS for alarm in stack.alarms)
    insights = sum(any(query.is_insights for query in alarm.queries) for alarm in stack.alarms)
    counts = [
        (len(stack.alarms), limits.ALARMS_PER_REGION, "alarms"),
        (bands, limits.ANOMALY_MODELS_PER_REGION, "anomaly detection bands"),
        (insights, limits.INSIGHTS_ALARMS_PER_REGION, "alarms on Metrics Insights queries"),
    ]
    for count, quota, what in counts:
        if count > quota:
            yield (
                None,
                Problem(f"{count:,} {what}; an account starts with {quota:,} in a Region", "have the quota raised"),
            )
