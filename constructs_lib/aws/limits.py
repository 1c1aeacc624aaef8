"""CloudWatch's limits on alarms, as checks that need nothing but the value.

Each check returns the `Problem`, or None. They cover what the Terraform provider lets through to fail at apply, or,
worse, to deploy an alarm that never fires. Sources: the CloudWatch API reference (PutMetricAlarm, PutCompositeAlarm,
MetricDataQuery) and the CloudWatch user guide ("Using Amazon CloudWatch alarms", "CloudWatch service quotas").
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from constructs_lib.errors import Problem
from constructs_lib.model import shown
from constructs_lib.references import of_literals
from constructs_lib.units import count as counted
from constructs_lib.units import duration

NAME_CHARACTERS = 255  # PutMetricAlarm.AlarmName
DESCRIPTION_CHARACTERS = 1_024  # PutMetricAlarm.AlarmDescription
ACTIONS = 5  # ARNs per alarm state
DIMENSIONS = 30  # per metric
METRICS_IN_MATH = 10  # metrics one math alarm may read
EXPRESSION_CHARACTERS = 1_024  # the API takes 2,048; provider 5.100 stops at 1,024
INSIGHTS_SECONDS = 10_800  # what an alarm on a Metrics Insights query looks at
COMPOSITE_CHILDREN = 100
COMPOSITE_RULE_CHARACTERS = 10_240
DASHBOARD_WIDGETS, DASHBOARD_METRICS, WIDGET_METRICS = 500, 2_500, 500
ALARM_WIDGET_ALARMS = 100  # alarms in one alarm widget
# What an account starts with in a Region; AWS raises them on request (user guide, "CloudWatch service quotas").
ALARMS_PER_REGION, ANOMALY_MODELS_PER_REGION, INSIGHTS_ALARMS_PER_REGION = 5_000, 500, 200
DAY_SECONDS, WEEK_SECONDS = 86_400, 604_800

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")
_SIMPLE_STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_RANGE = r"\((\d+(\.\d+)?%?)?:(\d+(\.\d+)?%?)?\)"
_EXTENDED_STATISTIC = re.compile(
    rf"(p|tm|tc|ts|wm)(\d{{1,2}}(\.\d{{1,2}})?|100)|IQM|PR{_RANGE}|(TM|TC|TS|WM){_RANGE}", re.ASCII
)
_QUERY_ID = re.compile(r"[a-z][a-zA-Z0-9_]{0,254}")


def alarm_name(name: str) -> Problem | None:
    """1 to 255 characters, no control characters."""
    if not 1 <= len(name) <= NAME_CHARACTERS:
        return Problem(
            f"{shown(name)} has {len(name)} characters, and an alarm's name may have {NAME_CHARACTERS}",
            "shorten the monitor's, the stack's or the project's name",
        )
    if _CONTROL_CHARACTERS.search(name):
        return Problem(f"{shown(name)} holds a control character", "remove it")
    return None


@of_literals
def description(text: str) -> Problem | None:
    """At most 1,024 characters, lines among them but no other control characters."""
    if _CONTROL_CHARACTERS.search(re.sub(r"[\t\n]", "", text)):
        return Problem("the alarm's description holds a control character", "remove it from `impact` or `first_step`")
    if len(text) > DESCRIPTION_CHARACTERS:
        return Problem(
            f"the alarm's description has {len(text)} characters, and CloudWatch keeps {DESCRIPTION_CHARACTERS}",
            "shorten `impact` or `first_step`, and put the rest into the runbook",
        )
    return None


def actions(count: int) -> Problem | None:
    """At most five actions on one state of an alarm; the provider does not check alarm_actions."""
    if count > ACTIONS:
        return Problem(
            f"{count} actions, and CloudWatch calls at most {ACTIONS} when an alarm changes state",
            "subscribe the receivers to one topic instead",
        )
    return None


@of_literals
def named_in_rule(name: str) -> Problem | None:
    """An alarm in the rule of a composite."""
    if set('"\\') & set(name):
        return Problem(f"{name!r} holds a quote or a backslash, and is named in an alarm rule", "rename it")
    return None


@of_literals
def composite_rule(rule: str) -> Problem | None:
    """At most 10,240 characters."""
    if len(rule) > COMPOSITE_RULE_CHARACTERS:
        return Problem(
            f"its rule has {len(rule)} characters, and CloudWatch takes {COMPOSITE_RULE_CHARACTERS}",
            "name fewer alarms, in steps",
        )
    return None


def period(seconds: float) -> Problem | None:
    """10, 20, 30 or a multiple of 60 seconds."""
    if seconds in (10, 20, 30) or (seconds > 0 and seconds % 60 == 0):
        return None
    return Problem(f"{seconds} is not 10, 20, 30 or a multiple of 60", "write 60 or 300")


WALL_CLOCK_PERIODS = (60, 300, 3_600, 86_400, 604_800)
"""CloudWatch user guide, "Alarm evaluation window"."""


@of_literals
def wall_clock_period(seconds: float) -> Problem | None:
    """Windows that follow the clock have whole minutes, hours, days or weeks."""
    if seconds in WALL_CLOCK_PERIODS:
        return None
    return Problem(
        f"{duration(seconds)} is not a period that follows the clock", "write 60, 300, 3600, 86400 or 604800"
    )


def value(number: float) -> Problem | None:
    """CloudWatch keeps values from -2^360 to 2^360; Python's arithmetic on a number reference ends beyond them."""
    if abs(number) <= 2.0**360:
        return None
    return Problem(
        f"{number:g} is beyond what CloudWatch keeps",
        "write a smaller number; to calculate with a reference write it as text: ${var.timeout * 0.8}",
    )


@of_literals
def breaching(count: float, of: float) -> Problem | None:
    """M of N: no more breaching periods than periods looked at; the provider checks neither."""
    if count > of:
        return Problem(f"{count} of {of} can never happen", f"write {of} or less", path="breaching")
    return None


@of_literals
def window(period_seconds: float, periods: float) -> Problem | None:
    """Periods shorter than an hour look back at most a day, longer ones at most a week."""
    longest = DAY_SECONDS if period_seconds < 3_600 else WEEK_SECONDS
    if period_seconds * periods <= longest:
        return None
    fitting = int(longest // period_seconds)
    return Problem(
        f"{periods} periods of {duration(period_seconds)} are {duration(period_seconds * periods)}, "
        f"and CloudWatch looks back at most {duration(longest)} with this period",
        f"look at {counted(fitting, 'period')} at most, or use a longer period",
        path="evaluate.of",
    )


@of_literals
def insights_period(period_seconds: float) -> Problem | None:
    """Metrics Insights sums up whole minutes, and an alarm sees the last three hours of it."""
    if 60 <= period_seconds <= INSIGHTS_SECONDS:
        return None
    rule = f"{period_seconds} is not from 60 to {INSIGHTS_SECONDS:,}, the three hours that a query in an alarm reads"
    return Problem(rule, "write a multiple of 60 in between")


@of_literals
def insights_window(period_seconds: float, periods: float, wall_clock: str = "") -> Problem | None:
    """A query in an alarm reads three hours; a wall clock window needs a period more ("Alarm evaluation window")."""
    if period_seconds * (periods + bool(wall_clock)) <= INSIGHTS_SECONDS:
        return None
    fitting = int(INSIGHTS_SECONDS // period_seconds) - bool(wall_clock)
    return Problem(
        f"{counted(int(periods), 'period')} of {duration(period_seconds)} are more than the "
        f"{duration(INSIGHTS_SECONDS)} that a query in an alarm reads",
        f"look at {counted(fitting, 'period')} at most" if fitting else "use a shorter period",
        path="evaluate.of",
    )


@of_literals
def band_period(period_seconds: float) -> Problem | None:
    """CloudWatch learns no band for high-resolution metrics (user guide: "Using CloudWatch anomaly detection")."""
    if period_seconds >= 60:
        return None
    return Problem(
        f"{period_seconds} is a high-resolution period, and CloudWatch learns no band for those",
        "write 60 or more",
        path="period_seconds",
    )


def namespace(name: str) -> Problem | None:
    """1 to 255 characters, not beginning with a colon."""
    if not 1 <= len(name) <= 255 or name.startswith(":"):
        return Problem(f"{shown(name)} is not a CloudWatch namespace", "write 1 to 255 characters, no colon first")
    return None


def dimensions(pairs: Mapping[str, str]) -> Problem | None:
    """At most 30, names ASCII without a leading colon, values not empty."""
    if len(pairs) > DIMENSIONS:
        return Problem(f"{len(pairs)} dimensions, and a metric has at most {DIMENSIONS}", "remove some")
    for name, value in pairs.items():
        if not 1 <= len(name) <= 255 or not name.isascii() or name.startswith(":"):
            return Problem(f"{shown(name)} is not a dimension name", "write 1 to 255 ASCII characters, no colon first")
        if broken := _dimension_value(name, value):
            return broken
    return None


@of_literals
def _dimension_value(name: str, value: str) -> Problem | None:
    if 1 <= len(value) <= 1_024:
        return None
    return Problem(f"{name} has a value of {len(value)} characters", "write 1 to 1,024 characters")


def statistic(name: str) -> Problem | None:
    """A simple statistic, or a percentile, trimmed mean and the like, in CloudWatch's spelling."""
    if name in _SIMPLE_STATISTICS or _EXTENDED_STATISTIC.fullmatch(name):
        return None
    simple = next((known for known in _SIMPLE_STATISTICS if known.lower() == name.lower()), None)
    if simple or _EXTENDED_STATISTIC.fullmatch(name.lower()):
        return Problem(f"{shown(name)} is not a CloudWatch statistic", f"write {simple or name.lower()}")
    return Problem(
        f"{shown(name)} is not a CloudWatch statistic",
        "write Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99 or p99.9",
    )


def is_simple_statistic(name: str) -> bool:
    """Whether it goes into `statistic`; the others go into `extended_statistic`."""
    return name in _SIMPLE_STATISTICS


def query_id(name: str) -> Problem | None:
    """The id of a metric in a math expression: a lower-case letter, then letters, digits, underscores."""
    if _QUERY_ID.fullmatch(name):
        return None
    return Problem(
        f"{shown(name)} can't name a metric in an expression",
        "begin with a lower-case letter, then use letters, digits and underscores",
    )


def evaluation_range(period: float, of: float) -> int:
    """How many periods an alarm has values of, and not only how many it judges.

    AWS gives one example, 5 where 3 of 5 minutes are judged (CloudWatch user guide, "Configuring how CloudWatch alarms
    treat missing data"); measurements agree with two periods more, or five minutes where that is longer.
    """
    return int(of) + max(2, math.ceil(300 / period))
