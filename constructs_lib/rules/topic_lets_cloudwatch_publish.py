"""topic-lets-cloudwatch-publish."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.errors import Problem
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.blocks import blocks, texts
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
            yield (
                topic,
                Problem(
                    f"its policy does not let {_CLOUDWATCH} publish", f"allow {_CLOUDWATCH} the action sns:Publish"
                ),
            )
        yield from _key(stack, topic)


def _key(stack: Stack, topic: Resource) -> Iterator[Broken]:
    key_id = topic.values.get("kms_master_key_id")
    if isinstance(key_id, str) and key_id.endswith("alias/aws/sns"):
        yield (
            topic,
            Problem(
                "it is encrypted with alias/aws/sns, which CloudWatch can't use",
                f"use a key of your own whose policy allows {_CLOUDWATCH} kms:Decrypt and kms:GenerateDataKey*",
            ),
        )
    key = stack.referred(key_id)
    if not key or key.type != "aws_kms_key":
        return
    apart = [policy for policy in stack.of("aws_kms_key_policy") if stack.referred(policy.values.get("key_id")) == key]
    policy = apart[0].values.get("policy") if apart else key.values.get("policy")
    if _refuses(policy or "{}", "kms:GenerateDataKey"):
        yield (
            topic,
            Problem(
                f"the policy of its key does not let {_CLOUDWATCH} in",
                f"allow {_CLOUDWATCH} kms:Decrypt and kms:GenerateDataKey*",
            ),
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
    return not any(_allows(statement, action) for statement in blocks(statements))


def _allows(statement: Mapping[str, Any], action: str) -> bool:
    principal = statement.get("Principal")
    services = texts(principal.get("Service") if isinstance(principal, dict) else principal)
    # {"AWS": "*"} with a condition on the owner is what SNS itself gives a topic, and CloudWatch calls for the owner.
    anybody = isinstance(principal, dict) and "*" in texts(principal.get("AWS"))
    return (
        statement.get("Effect") == "Allow"
        and (anybody or _CLOUDWATCH in services or "*" in services)
        and any(_matches(pattern, action) for pattern in texts(statement.get("Action")))
    )


def _matches(pattern: str, action: str) -> bool:
    head, star, _ = pattern.lower().partition("*")
    return action.lower().startswith(head) if star else pattern.lower() == action.lower()
