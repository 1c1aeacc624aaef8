"""Every role of every stack: what its service calls with it is allowed, and one thing more is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from constructs_lib.aws.policy import Answer, Policy, Principal, Request, evaluate
from tests.policies.deployed import ACCOUNT, STRANGER, Role, stacks, statements, trusted_by
from tests.policies.needs import FIREHOSE, Need, needs

ROLES = [role for deployed in stacks() for role in deployed.roles()]
every_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: f"{role.deployed.name}-{role.address}")
OWN_POLICY = [role for role in ROLES if role.policies]
every_role_of_its_own = pytest.mark.parametrize(
    "role", OWN_POLICY, ids=lambda role: f"{role.deployed.name}-{role.address}"
)


def one_thing_more(need: Need) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Calls close to a needed one: on a neighbour, with another action, or without what comes with it."""
    head, separator, rest = need.resource.partition("/")
    if need.resource != "*":
        yield need.action, f"{head}x{separator}{rest}", need.context  # another bucket, stream, parameter …
        yield need.action, need.resource.replace(ACCOUNT, STRANGER), need.context
    service = need.action.partition(":")[0]
    if service in ("ecr", "kms", "sagemaker", "ssm", "firehose", "cloudwatch") and need.resource != "*":
        yield need.action, f"{need.resource}x", need.context  # another image, key, endpoint …
    if service == "s3" and separator and not need.page.startswith(FIREHOSE):
        yield need.action, f"{head}/elsewhere/{rest}", need.context  # another folder
    for verb in ("Delete*", "DeleteObject", "ScheduleKeyDeletion", "PutKeyPolicy", "PutImage", "PutBucketPolicy"):
        yield f"{service}:{verb}", need.resource, need.context
    for key in need.context:
        yield need.action, need.resource, {other: value for other, value in need.context.items() if other != key}
        yield need.action, need.resource, need.context | {key: f"x{need.context[key]}"}


@every_role
def test_what_is_needed_is_allowed(role: Role) -> None:
    _, wanted = needs(role)
    assert wanted
    for policy in role.managed:
        if "AmazonAPIGatewayPushToCloudWatchLogs" in policy:
            role = managed(role)
    refused = [
        f"{need.action} on {need.resource} ({need.page}): {decision.reason}"
        for need in wanted
        if (decision := role.may(need.action, need.resource, **need.context)).answer != Answer.ALLOWED
    ]
    assert refused == []


def managed(role: Role) -> Role:
    """The role with AWS's managed policy for API Gateway's logs, as moto has it."""
    document = json.loads(aws_managed_policies_data)["AmazonAPIGatewayPushToCloudWatchLogs"]["Document"]
    return Role(role.deployed, role.address, role.name, role.trust, (Policy(document),), role.managed)


@every_role_of_its_own
def test_one_thing_more_is_refused(role: Role) -> None:
    _, wanted = needs(role)
    too_much = [
        f"{action} on {resource} with {context}: {decision.reason}"
        for need in wanted
        for action, resource, context in one_thing_more(need)
        if not any(
            (other.action, other.resource) == (action, resource) and other.context.items() <= context.items()
            for other in wanted
        )
        if (decision := role.may(action, resource, **context)).answer != Answer.DENIED
    ]
    assert too_much == []


@every_role_of_its_own
def test_every_action_and_statement_is_for_something(role: Role) -> None:
    _, wanted = needs(role)
    written = [statement for policy in role.policies for statement in statements(policy)]
    assert {action for statement in written for action in statement["Action"]} == {need.action for need in wanted}
    used = {
        sid
        for need in wanted
        for sid in role.may(need.action, need.resource, **need.context).reason.removeprefix("Allow ").split(", ")
    }
    assert {statement["Sid"] for statement in written} - used == set()


@every_role
def test_nobody_but_its_service_may_assume_a_role(role: Role) -> None:
    service, _ = needs(role)
    here = f"arn:aws:{service.partition('.')[0]}:{role.deployed.region}:{ACCOUNT}"
    name = role.name.removesuffix("-delivery")
    sources = {"firehose.amazonaws.com": f"{here}:deliverystream/{name}-archive", "logs.amazonaws.com": f"{here}:log-group:x:*"}  # noqa: E501  # fmt: skip
    sent = {
        # What the pages of each service say comes with the call.
        "sagemaker.amazonaws.com": {"aws__SourceAccount": ACCOUNT},
        "firehose.amazonaws.com": {"sts__ExternalId": ACCOUNT},
        "logs.amazonaws.com": {"aws__SourceArn": sources.get(service, "")},
        "bedrock.amazonaws.com": {"aws__SourceAccount": ACCOUNT, "aws__SourceArn": f"{here}:model-invocation-job/x"},
    }.get(service, {})
    assert trusted_by(role, service, **sent).answer == Answer.ALLOWED
    if sent:
        theirs = {key: value.replace(ACCOUNT, STRANGER) for key, value in sent.items()}
        assert trusted_by(role, service, **theirs).answer == Answer.DENIED, "another account's resource"
    for other in ("lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "sagemaker.amazonaws.com"):
        assert other == service or trusted_by(role, other, **sent).answer == Answer.DENIED
    everything = Policy({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    for account in (ACCOUNT, STRANGER):
        admin = Principal("AWS", f"arn:aws:iam::{account}:user/admin")
        request = Request(principal=admin, action="sts:AssumeRole", resource=role.arn)
        assert evaluate(request, identity=[everything], resource=role.trust).answer == Answer.DENIED
