"""Amazon EventBridge: rules, and what became of the events they matched."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_LOST = "No one learns of what the rule watches for"
_PERMISSIONS = "Check the policies of the rule's targets, and of the key they are encrypted with"


def _subject(dimensions: Mapping[str, str]) -> str:
    return f"event rule {dimensions['RuleName']}"


def _count(meaning: str, impact: str, first_step: str) -> MetricFacts:
    return MetricFacts(meaning=meaning, unit="count", statistics=("Sum",), impact=impact, first_step=first_step)


NAMESPACE = Namespace(
    name="AWS/Events",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html",
    dimension_sets=dimension_sets("RuleName"),  # of rules on the default event bus
    subject=_subject,
    other_sets=True,
    lists_all=False,
    metrics={
        "TriggeredRules": _count("events matched", "What the rule watches for happened", "Read the rule's messages"),
        "Invocations": _count("target invocations", "What the rule watches for happened", "Read the rule's messages"),
        "FailedInvocations": _count("events that reached no target", _LOST, _PERMISSIONS),
        "InvocationsSentToDlq": _count("events put into the dead-letter queue", _LOST, _PERMISSIONS),
        "InvocationsFailedToBeSentToDlq": _count("events lost altogether", _LOST, _PERMISSIONS),
        "ThrottledRules": _count("throttled events", "Messages arrive late", "Raise the account's invocation quota"),
    },
)
