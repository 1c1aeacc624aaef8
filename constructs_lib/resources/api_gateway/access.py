"""The resource policy: who and what is let in at all, before any route looks at the request."""

from __future__ import annotations

from typing import Any

from constructs_lib.resources.policy import Statement
from constructs_lib.signals.environment import Environment
from constructs_lib.spec.model_api import ModelApiSpec

_INVOKE = ("execute-api:Invoke",)


def statements(spec: ModelApiSpec, api: Any, environment: Environment) -> list[Statement]:
    """What the policy says; empty where there is nothing to say, and API Gateway's own rules do.

    With IAM authorization only the account, and those it names, are allowed: `*` would let every AWS account in that
    allows itself (developer guide, "How API Gateway resource policies affect authorization workflow").
    """
    reach = spec.reachable_from
    accounts = list(spec.authorization.iam.accounts) if spec.authorization.iam is not None else []
    if reach is None and not accounts:
        return []
    everything = [f"{api.execution_arn}/*"]
    roots = [environment.root_arn, *(f"arn:{environment.partition}:iam::{account}:root" for account in accounts)]
    principals: dict[str, Any] = {"AWS": roots if spec.authorization.kind == "iam" else "*"}
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
