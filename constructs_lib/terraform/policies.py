"""The policy of a resource, wherever Terraform has it: in an argument, in a resource of its own, or AWS's default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from constructs_lib.aws.policy import Policy
from constructs_lib.references import is_reference
from constructs_lib.terraform.blocks import text
from constructs_lib.terraform.stack import UNKNOWN, Resource, Stack

FUNCTION = "aws_lambda_function"


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
    """The policy of a topic, key, queue, bucket or function, not known where a module may have had a hand in it.

    A policy of its own replaces the argument and the default; a function's permissions add up.
    """
    if resource.type == FUNCTION:
        return _permissions(stack, resource)
    place, apart = _PLACES[resource.type], policy_resource(stack, resource)
    written = (apart or resource).values.get("policy")
    if not written and (
        stack.handed_over(resource)
        or any(stack.may_be_any(other.values.get(place.link)) for other in stack.of(place.type))
    ):
        return Policy.read(UNKNOWN)
    return Policy.read(written or place.default)


def _permissions(stack: Stack, function: Resource) -> Policy:
    statements: list[Any] = []
    for permission in stack.of("aws_lambda_permission"):
        named = permission.values.get("function_name")
        if stack.find(named, FUNCTION) is function:
            statements.append(_statement(permission.values))
        elif is_reference(named) and stack.referred(named) is None:
            return Policy.read(UNKNOWN)
    return Policy.read(UNKNOWN if stack.handed_over(function) else {"Version": "2012-10-17", "Statement": statements})


def _statement(permission: Mapping[str, Any]) -> dict[str, Any]:
    """What Lambda makes of a permission."""
    principal, conditions = text(permission.get("principal")), {}
    if source := text(permission.get("source_arn")):
        conditions["ArnLike"] = {"aws:SourceArn": source}
    if account := text(permission.get("source_account")):
        conditions["StringEquals"] = {"aws:SourceAccount": account}
    return {
        "Effect": "Allow",
        "Principal": principal if principal == "*" else {"Service": principal},
        "Action": text(permission.get("action")),
        "Resource": "*",
        "Condition": conditions,
    }


def key_of(stack: Stack, resource: Resource) -> Resource | str | None:
    """The key a topic or queue is encrypted with, by whatever names it; of one that AWS manages its alias."""
    written = resource.values.get("kms_master_key_id")
    alias = stack.find(written, "aws_kms_alias")
    name = text(alias.values.get("name") if alias else written)
    if not is_reference(name) and name.rpartition(":")[2].startswith("alias/aws/"):
        return name.rpartition(":")[2]
    return stack.find(alias.values.get("target_key_id") if alias else written, "aws_kms_key")


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
            return stack.find(policy.values.get(place.link), owner)
    return None
