"""What CloudWatch and AWS KMS charge a month: the only place with prices.

They are those of us-east-1 in US dollars, from public pages; other Regions differ a little. Free tiers are left out,
for an account has them once. AWS's own pages are https://aws.amazon.com/cloudwatch/pricing/ and https://aws.amazon.com/kms/pricing/.
"""

from __future__ import annotations

from constructs_lib.aws.comparison import BAND_OPERATORS
from constructs_lib.terraform.alarm import DeployedAlarm

AS_OF = "2026-02"
"""When they were looked up."""

STANDARD_ALARM_METRIC = 0.10  # each metric an alarm reads, at periods of a minute or longer
HIGH_RESOLUTION_ALARM_METRIC = 0.30  # the same at 10, 20 or 30 seconds
COMPOSITE_ALARM = 0.50
BAND_METRICS = 3  # an alarm on a band counts as the metric and the band's two edges
DASHBOARD = 3.00
ENCRYPTION_KEY = 1.00  # each customer-managed key; AWS KMS, which charges the first two rotations as much again
CUSTOM_METRIC = 0.30  # each combination of dimensions, in the first 10,000


def of_alarm(alarm: DeployedAlarm) -> float:
    """Dollars a month.

    A Metrics Insights alarm costs one price for each metric its query finds, which only CloudWatch knows: it is
    counted as one.
    """
    if alarm.composite:
        return COMPOSITE_ALARM
    short = alarm.period_seconds is not None and alarm.period_seconds < 60
    each = HIGH_RESOLUTION_ALARM_METRIC if short else STANDARD_ALARM_METRIC
    count = max(1, len(alarm.series))
    return each * count * (BAND_METRICS if alarm.operator in BAND_OPERATORS else 1)
