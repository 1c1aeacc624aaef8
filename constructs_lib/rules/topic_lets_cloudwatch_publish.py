"""topic-lets-cloudwatch-publish."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Resource, Stack

_CLOUDWATCH = "cloudwatch.amazonaws.com"


@rule("topic-lets-cloudwatch-publish")
def topic_lets_cloudwatch_publish(stack: Stack) -> Iterator[Broken]:
    """Topics that alarms call let CloudWatch publish: by their policy, and by the policy of their key.

    The alarm changes its state, SNS refuses the message, and nobody is told of either. The AWS-managed key
    (alias/aws/sns) never lets CloudWatch in, and a topic policy replaces the default one whole.
    """
    policies = {
        topic.address: policy.values.get("policy")
        for policy in stack.of("aws_sns_topic_policy")
        if (topic := stack.referred(policy.values.get("arn")))
    }
    called = {topic.address for alarm in stack.alarms for action in alarm.actions if (topic := stack.referred(action))}
    for topic in stack.of("aws_sns_topic"):
        if topic.address not in called:
            continue
        if _refuses(policies.get(topic.address) or topic.values.get("policy"), "sns:Publish"):
            yield Broken(
                topic, f"its policy does not let {_CLOUDWATCH} publish", f"allow {_CLOUDWATCH} the action sns:Publish"
            )
        yield from _key(stack, topic)


def _key(stack: Stack, topic: Resource) -> Iterator[Broken]:
    key_id = topic.values.get("kms_master_key_id")
    if isinstance(key_id, str) and key_id.endswith("alias/aws/sns"):
        yield Broken(
            topic,
            "it is encrypted with alias/aws/sns, which CloudWatch can't use",
            f"use a key of your own whose policy allows {_CLOUDWATCH} kms:Decrypt and kms:GenerateDataKey*",
        )
    key = stack.referred(key_id)
    if key and key.type == "aws_kms_key" and _refuses(key.values.get("policy") or "{}", "kms:GenerateDataKey"):
        yield Broken(
            topic,
            f"the policy of its key does not let {_CLOUDWATCH} in",
            f"allow {_CLOUDWATCH} kms:Decrypt and kms:GenerateDataKey*",
        )


def _refuses(policy: object, action: str) -> bool:
    """Whether a policy that can be read has no statement for CloudWatch; references inside it are no matter."""
    if not isinstance(policy, str):
        return False
    try:
        document = json.loads(policy)
    except json.JSONDecodeError:  # an expression such as data.aws_iam_policy_document
        return False
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    return not any(
        _allows(statement, action) for statement in (statements if isinstance(statements, list) else [statements])
    )


def _allows(statement: Mapping[str, Any], action: str) -> bool:
    principal = statement.get("Principal")
    services = principal.get("Service", []) if isinstance(principal, dict) else principal
    actions = statement.get("Action", [])
    return (
        statement.get("Effect") == "Allow"
        and (_CLOUDWATCH in services or services == "*" if services else False)
        and any(_matches(pattern, action) for pattern in ([actions] if isinstance(actions, str) else actions))
    )


def _matches(pattern: str, action: str) -> bool:
    head, star, _ = pattern.lower().partition("*")
    return action.lower().startswith(head) if star else pattern.lower() == action.lower()
