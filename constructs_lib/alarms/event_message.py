"""What a person reads when an EventBridge event arrives: lines of text with places for the event's values.

Source: EventBridge user guide, "Amazon EventBridge input transformation". Several lines are several quoted strings, one
below the other; that is also how they arrive in an e-mail. A value the event does not have leaves its place empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from constructs_lib.alarms.alarm import REGISTER
from constructs_lib.aws import console, names
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.sagemaker.jobs import KINDS, JobKind


@dataclass(frozen=True, slots=True)
class EventMessage:
    """Lines of text, and where the values in them come from.

    Attributes:
        lines: Text in which `<job>` stands for a value.
        values: JSON path in the event, by the name in the text: `{"job": "$.detail.TrainingJobName"}`.
    """

    lines: tuple[str, ...]
    values: Mapping[str, str]

    @property
    def template(self) -> str:
        """EventBridge's input template."""
        return "\n".join(json.dumps(line, ensure_ascii=False) for line in self.lines)

    @property
    def chat_template(self) -> str:
        """The same as a custom notification: the only form in which a chat shows an event that AWS does not format.

        Source: Amazon Q Developer in chat applications administrator guide, "Custom notifications".
        """
        title, *others = self.lines
        content = {"textType": "client-markdown", "title": title, "description": "\n".join(others)}
        return json.dumps({"version": "1.0", "source": "custom", "content": content}, ensure_ascii=False)


def job_message(
    subject: str,
    reason: str,
    *,
    kind: JobKind,
    reason_values: Mapping[str, str],
    impact: str,
    first_step: str,
    runbook: str | None,
    register: str | None,
    rule: str,
    environment: Environment,
) -> EventMessage:
    """What to read when a SageMaker job ends badly: why, what it means, what to do first and where to look.

    Args:
        subject: What goes before the job's name: `WARNING: Training job`.
        reason: Text with places for the `reason_values`.
        kind: Kind of job, which says where its events hold name and status.
        reason_values: JSON path in the event by the name in `reason`.
        impact: Why it matters.
        first_step: What to do first.
        runbook: Link to the runbook, or None; `{alarm}` stands for the rule.
        register: Link to the register, or None; the same.
        rule: Name of the rule that sends the message.
    """
    events = KINDS[kind]
    page = console.page(environment.region, "sagemaker", f"/{events.console}", partition=environment.partition)
    lines = [
        f"{subject} <job>: <status>",
        f"Reason: {reason}",
        _verbatim(impact),
        f"First: {_verbatim(first_step)}",
        f"Console: {page}",
        f"Time: <time>, account {environment.account}, {environment.region}",
    ]
    if runbook is not None:
        lines.append(f"Runbook: {_verbatim(runbook.replace('{alarm}', rule))}")
    if register is not None:
        lines.append(f"{REGISTER}{_verbatim(names.at_alarm(register, rule))}")
    values = {"job": f"$.detail.{events.name}", "status": f"$.detail.{events.status}", "time": "$.time"}
    return EventMessage(lines=tuple(lines), values={**values, **reason_values})


def _verbatim(text: str) -> str:
    """A user's own words, in which `<` must not begin a value's name: EventBridge would refuse an unknown one."""
    return text.replace("<", "‹").replace(">", "›")
