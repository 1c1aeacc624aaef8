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
    place = _PLACES[resource.type]
    apart = stack.by_what_they_name(place.type, place.link).get(resource.address)
    return Policy.read((apart if apart is not None else resource).values.get("policy") or place.default)
