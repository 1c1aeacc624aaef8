"""alarm-has-runbook."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws import names
from constructs_lib.errors import Problem
from constructs_lib.rules.children import spoken_for
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.actions import kind_of
from constructs_lib.terraform.stack import Stack, path_of, references_in


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

    Stays quiet: a description with a variable or the like in it, which may be the link. The name, the ARN or the id of
    a resource is none.
    """
    others = spoken_for(stack)
    for alarm in stack.alarms:
        if alarm.address in others or alarm.runbook or _may_hold_link(stack, alarm.description):
            continue
        if any(kind_of(action) == "notifies" for action in alarm.actions):
            yield alarm, Problem("its description links to no runbook", "add one, in monitoring.yaml by `runbook:`")


_CALLED = frozenset({"alarm_name", "arn", "arn_suffix", "bucket", "function_name", "id", "key_id", "name"})
"""Attributes that are no address of a page."""


def _may_hold_link(stack: Stack, description: str) -> bool:
    """Whether a description has a link, or something in it that may become one."""
    resolved = stack.resolved(description)
    unknown = (path_of(reference) for reference in references_in(resolved) if reference.startswith("${"))
    return bool(names.link_in(resolved)) or any(len(path) < 3 or path[-1] not in _CALLED for path in unknown)
