"""alarm-name-unique."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import ALARM_TYPES
from constructs_lib.terraform.stack import Stack


@rule(
    "alarm-name-unique",
    "will not fire",
    story="Two alarms of one name were deployed, and CloudWatch kept the second.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
)
def alarm_name_unique(stack: Stack) -> Iterator[Broken]:
    """No two alarms have the same name in a Region.

    CloudWatch overwrites the first with the second, and Terraform shows both as made.

    Stays quiet: one name with two providers, which may be of two Regions or accounts, unless they are known to be one.
    """
    owners: dict[tuple[str, ...], str] = {}
    for alarm, resource in zip(stack.alarms, stack.of(*ALARM_TYPES), strict=True):
        if not alarm.name or is_reference(alarm.name) or resource.may_be_missing:
            continue
        first = owners.setdefault((alarm.name, resource.provider, resource.region), alarm.address)
        if first != alarm.address:
            yield alarm, Problem(f"{first} has the same name", "rename one of the two")
