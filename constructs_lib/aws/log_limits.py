"""The limits of CloudWatch Logs, and of Firehose where it archives them, as checks that need nothing but the value.

They cover what the Terraform provider lets through to fail at apply. Sources: the CloudWatch Logs API reference
(PutMetricFilter, MetricTransformation, PutRetentionPolicy, CreateLogGroup, PutLogEvents), "CloudWatch Logs quotas" in
its user guide, and the Firehose API reference (CreateDeliveryStream).
"""

from __future__ import annotations

import re

from constructs_lib.errors import Problem
from constructs_lib.model import shown
from constructs_lib.references import of_literals

DIMENSIONS = 3
DIMENSION_VALUE_CHARACTERS = 255
VALUE_CHARACTERS = 100
COMBINATIONS = 1_000
"""Metric filters are switched off when they publish this many pairs of dimension name and value in an hour."""
EXAMPLE_BYTES = 262_118
"""256 KB less the 26 bytes CloudWatch adds: at this length older agents and log drivers cut an event in two."""
SUBSCRIPTIONS = 5
"""Subscription filters per log group; 2 until 2026."""
FILTERS = 100
"""Metric filters per log group."""
FILTERS_WITH_REGEX = 5
"""Metric and subscription filters with a regular expression, per log group."""

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)

_LOG_GROUP = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
_STREAM = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@of_literals
def log_group_name(name: str) -> Problem | None:
    """1 to 512 letters, digits and `. - _ / #`; `aws/` is AWS's own."""
    if not _LOG_GROUP.fullmatch(name):
        return Problem(f"{shown(name)} is not a log group name", "write 1 to 512 letters, digits and . - _ / #")
    if name.startswith("aws/"):
        return Problem(f"{shown(name)} begins with aws/, which is reserved", "begin with another word, or with /aws/")
    return None


def retention_days(days: int) -> Problem | None:
    """One of the values the service knows. Its 0, for ever, is not among ours: an archive keeps logs for less."""
    if days in RETENTION_DAYS:
        return None
    longer = next((known for known in RETENTION_DAYS if known > days), RETENTION_DAYS[-1])
    return Problem(f"{days} is not one of {', '.join(str(known) for known in RETENTION_DAYS)}", f"write {longer}")


def filter_name(name: str) -> Problem | None:
    """1 to 512 characters, none of `: *`."""
    if 1 <= len(name) <= 512 and not set(name) & set(":*"):
        return None
    return Problem(f"{shown(name)} can't name a filter", "write 1 to 512 characters without : and *")


@of_literals
def metric_name(name: str) -> Problem | None:
    """The name or namespace of a filter's metric: 1 to 255 characters, none of `: * $`."""
    if 1 <= len(name) <= 255 and not set(name) & set(":*$"):
        return None
    return Problem(f"{shown(name)} can't name a filter's metric", "write 1 to 255 characters without : * and $")


@of_literals
def dimension_value(value: str) -> Problem | None:
    """1 to 255 ASCII characters that can be seen (CloudWatch API reference, Dimension); `*` is no wildcard there."""
    if not 1 <= len(value) <= DIMENSION_VALUE_CHARACTERS:
        rule = f"{shown(value)} has {len(value)} characters, and CloudWatch publishes 1 to {DIMENSION_VALUE_CHARACTERS}"
        return Problem(rule, "remove it")
    if not value.isascii() or not value.isprintable() or value.isspace():
        return Problem(f"{shown(value)} can't be a dimension's value, which is ASCII text", "remove it")
    if value == "*":
        return Problem("'*' stands for itself: an alarm watches one series", "list the values one by one")
    return None


@of_literals
def stream_name(name: str) -> Problem | None:
    """A delivery stream: 1 to 64 letters, digits and `_ . -`."""
    if _STREAM.fullmatch(name):
        return None
    return Problem(
        f"the delivery stream {shown(name)} has {len(name)} characters, or others than letters, digits, _ . -",
        "shorten the monitor's, the stack's or the project's name until it has 64",
    )
