"""alarm-has-description."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack


@rule(
    "alarm-has-description",
    "advice",
    story="The message of an alarm without a description was a name and a number, and its reader searched "
    "for what it meant.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html",
    blocks=True,
)
def alarm_has_description(stack: Stack) -> Iterator[Broken]:
    """Every alarm has a description.

    It is the text of the message; without it the person who is woken up has a name and a number.
    """
    for alarm in stack.alarms:
        if not alarm.description.strip():
            yield alarm, Problem("it has no description", "say what happened, why it matters and what to do first")
