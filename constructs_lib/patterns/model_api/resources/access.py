"""Who is let in: the resource policy, before any route looks at the request, and the authorizer of user pools."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct, Fn, Token
from constructs_lib.patterns.model_api import ModelApiSpec
from constructs_lib.patterns.model_api.resources.deployment import Parts
from constructs_lib.resources.policy import Statement, document
from constructs_lib.resources.values import aws

_INVOKE = ("execute-api:Invoke",)
_UNKNOWN_LIST = "#{TfToken["  # how CDKTF hides a list in text


def authorizer(scope: Construct, spec: ModelApiSpec, *, api: Any, parts: Parts) -> Any:
    """The aws_api_gateway_authorizer of Cognito's user pools, or None."""
    cognito = spec.authorization.cognito
    if cognito is None:
        return None
    return parts.add(
        aws.api_gateway_authorizer.ApiGatewayAuthorizer,
        scope,
        "authorizer",
        rest_api_id=api.id,
        name="user-pools",
        type="COGNITO_USER_POOLS",
        provider_arns=list(cognito.user_pools),
    )


def policy(scope: Construct, spec: ModelApiSpec, *, api: Any, parts: Parts, environment: Environment) -> None:
    """The aws_api_gateway_rest_api_policy; none where there is nothing to say, and API Gateway's own rules do."""
    statements = _statements(spec, api, environment)
    if statements:
        parts.add(
            aws.api_gateway_rest_api_policy.ApiGatewayRestApiPolicy,
            scope,
            "policy",
            rest_api_id=api.id,
            policy=_document(statements),
        )


def _document(statements: list[Statement]) -> str:
    """The policy's JSON. Of a list that only Terraform knows, Terraform has to write it."""
    text = document(statements)
    if _UNKNOWN_LIST not in text:
        return text
    encoded: str = Fn.jsonencode({"Version": "2012-10-17", "Statement": [row.render() for row in statements]})
    return encoded


def _statements(spec: ModelApiSpec, api: Any, environment: Environment) -> list[Statement]:
    """What the policy says.

    With IAM authorization only the account, and those it names, are allowed: `*` would let every AWS account in that
    allows itself (developer guide, "How API Gateway resource policies affect authorization workflow").
    """
    reach = spec.reachable_from
    accounts = list(spec.authorization.iam.accounts) if spec.authorization.iam is not None else []
    if reach is None and not accounts:
        return []
    everything = [f"{api.execution_arn}/*"]
    principals: dict[str, Any] = {"AWS": _roots(accounts, environment) if spec.authorization.kind == "iam" else "*"}
    found = [Statement(sid="AllowCallers", actions=_INVOKE, resources=everything, principals=principals)]
    if reach is not None and reach.vpc_endpoints:
        found.append(
            Statement(
                sid="DenyOtherVpcEndpoints",
                effect="Deny",
                actions=_INVOKE,
                resources=everything,
                principals={"AWS": "*"},
                conditions={"StringNotEquals": {"aws:SourceVpce": list(reach.vpc_endpoints)}},
            )
        )
    if reach is not None and reach.ip_ranges:
        source = "aws:VpcSourceIp" if spec.is_private else "aws:SourceIp"
        found.append(
            Statement(
                sid="DenyOtherAddresses",
                effect="Deny",
                actions=_INVOKE,
                resources=everything,
                principals={"AWS": "*"},
                conditions={"NotIpAddress": {source: list(reach.ip_ranges)}},
            )
        )
    return found


def _roots(accounts: list[str], environment: Environment) -> list[str]:
    """This account and others, as principals."""
    pattern = f"arn:{environment.partition}:iam::%s:root"
    if not Token.is_unresolved(accounts):
        return [environment.root_arn, *(pattern % account for account in accounts)]
    roots: list[str] = Token.as_list(Fn.concat([[environment.root_arn], Fn.formatlist(pattern, [accounts])]))
    return roots
