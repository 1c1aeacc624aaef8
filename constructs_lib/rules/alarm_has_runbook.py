"""alarm-has-runbook."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.children import spoken_for
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.actions import kind_of
from constructs_lib.terraform.stack import Stack


@rule(
    "alarm-has-runbook",
    "advice",
    story="The one who was called at night knew the alarm, and not where it is written down what to do.",
    page="https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_ready_to_support_use_runbooks.html",
    blocks=True,
)
def alarm_has_runbook(stack: Stack) -> Iterator[Broken]:
    """Every alarm that notifies has a link to a runbook in its description.

    At night no one searches for the page that says what to do; the link has to be in the message.
    """
    others = spoken_for(stack)
    for alarm in stack.alarms:
        if alarm.address in others or alarm.runbook or is_reference(alarm.description):
            continue
        if any(kind_of(action) == "notifies" for action in alarm.actions):
            yield alarm, Problem("its description links to no runbook", "add one, in monitoring.yaml by `runbook:`")
