"""Whom a changed policy no longer lets in, of the services on the way from an alarm or event to a person."""

from __future__ import annotations

from collections.abc import Iterator

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
from constructs_lib.review.arguments import same, shown
from constructs_lib.review.effect import Effect, Kind
from constructs_lib.review.names import ResourceNames
from constructs_lib.terraform.policies import default_policy, owner_of, policy_resource
from constructs_lib.terraform.reading import Change
from constructs_lib.terraform.stack import Resource, Stack

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


_ALWAYS = ("aws_sns_topic", "aws_sns_topic_policy")
"""Who else may publish to a topic is worth a look; what else a key or a queue is for is not."""


def effects(change: Change, old: Stack, new: Stack, names: ResourceNames) -> Iterator[Effect]:
    """Services that have no way in any more, and policies of which a person has to judge whether they have."""
    resource = change.after or change.before
    if resource is None or resource.type not in CALLS or _whole_comes_or_goes(change, old, new):
        return
    written = [side.values.get("policy") if side else None for side in (change.before, change.after)]
    if same(*written) or (change.after and not written[1] and _elsewhere(new, change.after)):
        return
    default = default_policy(resource.type)
    was, becomes = (Policy.read(value or default) for value in written)
    calls = CALLS[resource.type]
    before, after = ([call.answer(policy, NOT_KNOWN) for call in calls] for policy in (was, becomes))
    shut_out = [call.service for call, x, y in zip(calls, before, after, strict=True) if y == Answer.DENIED != x]
    if None in (was.document, becomes.document):  # what stood or will stand in a reference is not known
        shut_out = []
    details = tuple(_statements(was, becomes)) or (f"policy: {shown(written[0])} → {shown(written[1])}",)
    if shut_out:
        summary = f"its policy no longer lets {' and '.join(shut_out)} in"
        kind: Kind = "receivers"
    elif resource.type in _ALWAYS or any(
        y == Answer.NOT_KNOWN for x, y in zip(before, after, strict=True) if x != Answer.DENIED
    ):
        summary, kind = "its policy changes", "unclear"
    else:
        return
    yield Effect(kind=kind, address=resource.address, name=names.resource(resource), summary=summary, details=details)


def _whole_comes_or_goes(change: Change, old: Stack, new: Stack) -> bool:
    """Whether what has the policy is itself new or deleted, which is a finding of its own, or none."""
    if change.before and change.after:
        return False
    resource, other = (change.before, new) if change.before else (change.after, old)
    owner = owner_of(old if change.before else new, resource) if resource else None
    return owner is None or all(one.address != owner.address for one in other.of(owner.type))


def _elsewhere(stack: Stack, resource: Resource) -> bool:
    """Whether its policy is a resource of its own."""
    return policy_resource(stack, resource) is not None


def _statements(was: Policy, becomes: Policy) -> Iterator[str]:
    """Those that only one of two policies has."""
    if was.document is not None and becomes.document is not None:
        sides = [[statement.body for statement in policy.statements] for policy in (was, becomes)]
        yield from (f"gone: {shown(body)}" for body in sides[0] if body not in sides[1])
        yield from (f"new: {shown(body)}" for body in sides[1] if body not in sides[0])
