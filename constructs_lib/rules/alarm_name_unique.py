"""alarm-name-unique."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack


@rule("alarm-name-unique")
def alarm_name_unique(stack: Stack) -> Iterator[Broken]:
    """No two alarms have the same name.

    CloudWatch overwrites the first with the second, and Terraform shows both as made.
    """
    owners: dict[str, str] = {}
    for alarm in stack.alarms:
        if not alarm.name or is_reference(alarm.name):
            continue
        first = owners.setdefault(alarm.name, alarm.address)
        if first != alarm.address:
            yield Broken(alarm, f"{first} has the same name", "rename one of the two")
