"""One alarm in one sentence that a tired person understands."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.alarms.receivers import receiver_type
from constructs_lib.alarms.severity import facts_of
from constructs_lib.terraform.recipients import Recipient


def sentence(
    severity: str, receivers: Sequence[Recipient], condition: str, *, otherwise: str = "Notifies no one itself"
) -> str:
    """Whom it notifies, and when.

    `Pages ml-oncall when p99 latency of endpoint ranker is above 800 ms in 3 of 5 periods of 1 minute.`

    Args:
        severity: Of the alarm.
        receivers: Whom it notifies; may be empty.
        condition: When it is in alarm.
        otherwise: What to say of an alarm that notifies no one.
    """
    people = [receiver for receiver in receivers if receiver.kind != "policy"]
    policies = [receiver for receiver in receivers if receiver.kind == "policy"]
    parts = []
    if people:
        parts.append(f"{facts_of(severity).verb} {listed(people)}")
    if policies:
        parts.append(f"{'runs' if parts else 'Runs'} {listed(policies)}")
    return f"{' and '.join(parts) or f'{otherwise}; in alarm'} when {_inside(condition)}."


def listed(receivers: Sequence[Recipient]) -> str:
    """Several receivers: `ml-oncall, pagerduty_url and the subscribers of topic team`."""
    names = list(dict.fromkeys(_name(receiver) for receiver in receivers))
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _name(receiver: Recipient) -> str:
    if receiver.kind == "policy":
        return f"scaling policy {receiver.name}"
    return receiver_type(receiver.kind).words.format(name=receiver.name)


_NAMES = frozenset({"Amazon", "Bedrock", "CloudWatch", "Firehose", "Lambda", "SageMaker", "Terraform"})


def _inside(condition: str) -> str:
    """A sentence's words within another: `Sum of errors` → `sum of errors`; `GPU use`, `p99` and `Lambda` stay."""
    text = condition.strip().rstrip(".")
    first = text.partition(" ")[0]
    ordinary = text.startswith("A ") or (text[1:2].islower() and first not in _NAMES)
    return text[:1].lower() + text[1:] if ordinary else text
