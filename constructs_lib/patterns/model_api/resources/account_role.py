"""The role API Gateway writes logs with: one per account and Region, for every API there."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct
from constructs_lib.resources.policy import trust
from constructs_lib.resources.role import rules_of
from constructs_lib.resources.shared import Once
from constructs_lib.resources.values import aws

_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class AccountRole(Construct):
    """Sets the account's logging role, in place of whatever was set before.

    Destroying it takes the role away from every API of the account and Region: with provider 6.x the setting becomes
    empty, with 5.x it names a role that is gone. Their logs end either way, until someone sets another role.

    Args:
        name: Role name, up to 64 characters.

    Attributes:
        role: The aws_iam_role.
        account: The aws_api_gateway_account; a stage that logs has to depend on it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        self.role: Any = aws.iam_role.IamRole(
            self,
            "role",
            name=name,
            description=f"Account-wide: every API Gateway stage in {environment.region} writes its logs with this role",
            assume_role_policy=trust("apigateway.amazonaws.com"),
            **rules_of(self),
        )
        permission = aws.iam_role_policy_attachment.IamRolePolicyAttachment(
            self,
            "permission",
            role=self.role.name,
            policy_arn=f"arn:{environment.partition}:iam::aws:policy/{_POLICY}",
        )
        self.account: Any = aws.api_gateway_account.ApiGatewayAccount(
            self, "account", cloudwatch_role_arn=self.role.arn, depends_on=[permission]
        )


def _account_role(scope: Construct, construct_id: str, *, name: str, environment: Environment) -> AccountRole:
    return AccountRole(scope, construct_id, name=join(name, "gateway-logs"), environment=environment)


ACCOUNT_ROLE = Once("api-gateway", _account_role)
"""The role is one per account and Region, so the APIs of a stack share it."""
