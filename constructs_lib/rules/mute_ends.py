"""mute-ends."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform import mute
from constructs_lib.terraform.stack import Stack


@rule(
    "mute-ends",
    "not heard",
    story="A maintenance window of a day that begins every day kept its alarms silent for weeks.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html",
)
def mute_ends(stack: Stack) -> Iterator[Broken]:
    """Every alarm mute rule ends before it begins again.

    A window as long as the time between two beginnings mutes its alarms for good: they change their state, and no one
    is called.
    """
    for resource in stack.of(*mute.TYPES):
        found = mute.read(resource)
        if found is not None and found.never_ends:
            yield resource, Problem(f"it mutes its alarms always ({found.words})", "make the window shorter")
