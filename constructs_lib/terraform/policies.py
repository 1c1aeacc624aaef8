"""The policy of a resource, wherever Terraform has it: in an argument, in a resource of its own, or AWS's default."""

from __future__ import annotations

from typing import Any, NamedTuple

from constructs_lib.aws.policy import Policy
from constructs_lib.terraform.stack import Resource, Stack


class _Place(NamedTuple):
    """Where the policy of a type stands.

    Attributes:
        type: The type of the resource it may have of its own.
        link: The argument of that which names the resource.
        default: What AWS gives a resource without a policy.
    """

    type: str
    link: str
    default: dict[str, Any]


_NOTHING: dict[str, Any] = {"Statement": []}
# SNS developer guide, "Amazon SNS access policy language": the owner's principals, and the services that call for him.
_TOPIC: dict[str, Any] = {
    "Sid": "__default_statement_ID",
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
    ],
    "Resource": "*",
    "Condition": {"StringLike": {"AWS:SourceOwner": "*"}},  # the topic's own account, whichever that is
}

_PLACES = {
    "aws_sns_topic": _Place("aws_sns_topic_policy", "arn", {"Version": "2012-10-17", "Statement": _TOPIC}),
    # KMS developer guide, "Default key policy": the account, and no one but its own principals.
    "aws_kms_key": _Place("aws_kms_key_policy", "key_id", _NOTHING),
    "aws_sqs_queue": _Place("aws_sqs_queue_policy", "queue_url", _NOTHING),
    "aws_s3_bucket": _Place("aws_s3_bucket_policy", "bucket", _NOTHING),
}


def policy_of(stack: Stack, resource: Resource) -> Policy:
    """The policy of a topic, key, queue or bucket; a policy of its own replaces the argument and the default."""
    written = (policy_resource(stack, resource) or resource).values.get("policy")
    return Policy.read(written or default_policy(resource.type))


def policy_resource(stack: Stack, resource: Resource) -> Resource | None:
    """The resource of its own that its policy is, if it is one."""
    place = _PLACES.get(resource.type)
    return stack.by_what_they_name(place.type, place.link).get(resource.address) if place else None


def default_policy(kind: str) -> dict[str, Any]:
    """What AWS puts in place of a policy that is not there, or is deleted."""
    return next(place.default for owner, place in _PLACES.items() if kind in (owner, place.type))


def owner_of(stack: Stack, policy: Resource) -> Resource | None:
    """The resource that a policy of its own belongs to, if it is in the stack; of what is no such policy, None."""
    for owner, place in _PLACES.items():
        if policy.type == place.type:
            named = policy.values.get(place.link)
            found = stack.referred(named)
            known = (one for one in stack.of(owner) if named in (one.values.get("arn"), one.values.get("id")) and named)
            return found or next(known, None)
    return None
