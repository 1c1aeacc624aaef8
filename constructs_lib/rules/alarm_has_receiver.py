"""alarm-has-receiver."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.rules.children import spoken_for
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack


@rule(
    "alarm-has-receiver",
    "not heard",
    story="An alarm without actions turned red in the console, and no one was looking at it.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html",
)
def alarm_has_receiver(stack: Stack) -> Iterator[Broken]:
    """Every alarm notifies a receiver, belongs to a composite, or silences one.

    CloudWatch evaluates an alarm without actions like any other, and no one ever notices.
    """
    others = spoken_for(stack)
    for alarm in stack.alarms:
        if alarm.address in others:
            continue
        if alarm.enabled is False and alarm.actions:
            yield alarm, Problem("its actions are switched off", "set actions_enabled, or take the alarm out")
        elif not alarm.actions:
            yield alarm, Problem("it has no receiver", "add a receiver for its severity to its alarm_actions")
