"""alarm-name-unique."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import ALARM_TYPES
from constructs_lib.terraform.blocks import text
from constructs_lib.terraform.stack import Resource, Stack


@rule(
    "alarm-name-unique",
    "will not fire",
    story="Two alarms of one name were deployed, and CloudWatch kept the second.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
)
def alarm_name_unique(stack: Stack) -> Iterator[Broken]:
    """No two alarms have the same name.

    CloudWatch overwrites the first with the second, and Terraform shows both as made.
    """
    owners: dict[tuple[str, ...], str] = {}
    for alarm, resource in zip(stack.alarms, stack.of(*ALARM_TYPES), strict=True):
        if not alarm.name or is_reference(alarm.name) or _perhaps(resource):
            continue
        first = owners.setdefault((alarm.name, *_place(resource)), alarm.address)
        if first != alarm.address:
            yield alarm, Problem(f"{first} has the same name", "rename one of the two")


def _place(resource: Resource) -> tuple[str, str]:
    """Names are unique in an account and Region, and that is the provider's."""
    return text(resource.values.get("provider")), text(resource.values.get("region"))


def _perhaps(resource: Resource) -> bool:
    """Whether a variable decides if there is one, as of two that exclude each other."""
    return any(is_reference(resource.values.get(key)) for key in ("count", "for_each"))
