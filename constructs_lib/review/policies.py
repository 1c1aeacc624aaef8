"""Whom a changed policy no longer lets in, of the services on the way from an alarm or event to a person."""

from __future__ import annotations

from constructs_lib.aws.policy import NOT_KNOWN, Answer, Policy
from constructs_lib.aws.policy.service_calls import (
    ALARM_PUBLISHES,
    ALARM_USES_KEY,
    BUDGET_PUBLISHES,
    BUDGET_USES_KEY,
    RULE_PUBLISHES,
    RULE_SENDS,
    RULE_USES_KEY,
    TOPIC_SENDS,
    ServiceCall,
)
from constructs_lib.terraform.stack import Resource

_TOPIC = (ALARM_PUBLISHES, RULE_PUBLISHES, BUDGET_PUBLISHES)
_KEY = (ALARM_USES_KEY, RULE_USES_KEY, BUDGET_USES_KEY)
_QUEUE = (RULE_SENDS, TOPIC_SENDS)

CALLS: dict[str, tuple[ServiceCall, ...]] = {
    "aws_sns_topic": _TOPIC,
    "aws_sns_topic_policy": _TOPIC,
    "aws_kms_key": _KEY,
    "aws_kms_key_policy": _KEY,
    "aws_sqs_queue": _QUEUE,
    "aws_sqs_queue_policy": _QUEUE,
}
"""Who calls what, by the type of resource a policy stands in."""


def shut_out(before: Resource, after: Resource) -> tuple[str, ...]:
    """The services that surely have no way in any more, and had or may have had one; only of policies that both say."""
    was, becomes = (resource.values.get("policy") for resource in (before, after))
    old, new = Policy.read(was), Policy.read(becomes)
    if was == becomes or old.document is None or new.document is None:
        return ()
    return tuple(
        call.service
        for call in CALLS.get(before.type, ())
        if call.answer(new, NOT_KNOWN) == Answer.DENIED != call.answer(old, NOT_KNOWN)
    )
