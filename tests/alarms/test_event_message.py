"""What a person reads when a job ends badly."""

from __future__ import annotations

import json

from constructs_lib import Environment
from constructs_lib.alarms.event_message import job_message

WHERE = Environment("123456789012", "eu-west-1")


def test_lines_and_the_values_in_them() -> None:
    message = job_message(
        "WARNING: Training job",
        "<reason>",
        kind="training",
        reason_values={"reason": "$.detail.FailureReason"},
        impact="The model <v2> is late",
        first_step="Read the <log>",
        runbook="https://x.example.com/{alarm}",
        register="https://alarms.example.com/#{alarm}",
        rule="p-failed",
        environment=WHERE,
    )
    first, reason, impact, step, console, when, runbook, register = message.lines
    assert (first, reason) == ("WARNING: Training job <job>: <status>", "Reason: <reason>")
    assert (impact, step) == ("The model ‹v2› is late", "First: Read the ‹log›")
    assert console.startswith("Console: https://eu-west-1.console.aws.amazon.com/sagemaker/")
    assert when == "Time: <time>, account 123456789012, eu-west-1"
    assert runbook == "Runbook: https://x.example.com/p-failed"
    assert register == "Register: https://alarms.example.com/#p-failed"
    assert message.values == {
        "job": "$.detail.TrainingJobName",
        "status": "$.detail.TrainingJobStatus",
        "time": "$.time",
        "reason": "$.detail.FailureReason",
    }
    assert message.template.splitlines() == [json.dumps(line, ensure_ascii=False) for line in message.lines]
    chat = json.loads(message.chat_template)
    assert (chat["version"], chat["source"]) == ("1.0", "custom")
    assert chat["content"] == {
        "textType": "client-markdown",
        "title": first,
        "description": "\n".join(message.lines[1:]),
    }


def test_without_links_there_are_no_lines_for_them() -> None:
    message = job_message(
        "x", "y", kind="training", reason_values={}, impact="z", first_step="w", runbook=None, register=None, rule="r",
        environment=WHERE,
    )  # fmt: skip
    assert not any("unbook" in line or "egister" in line for line in message.lines)
