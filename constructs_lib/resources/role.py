"""An IAM role for one service, with one policy that says all it may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.resources.policy import Conditions, Statement, document, trust
from constructs_lib.resources.values import aws


class Role(Construct):
    """A role a service assumes.

    Args:
        name: Role name, up to 64 characters.
        description: What it is for.
        service: Who assumes it: `firehose.amazonaws.com`.
        statements: What it may do.
        conditions: When it may be assumed: the source account and ARN, so that no other account's resource can.

    Attributes:
        role: The aws_iam_role.
        arn: Its ARN.
        policy: The aws_iam_role_policy.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        service: str,
        statements: Sequence[Statement],
        conditions: Conditions | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role: Any = aws.iam_role.IamRole(
            self, "role", name=name, description=description, assume_role_policy=trust(service, conditions)
        )
        self.arn: str = self.role.arn
        self.policy: Any = aws.iam_role_policy.IamRolePolicy(
            self, "policy", name="permissions", role=self.role.name, policy=document(statements)
        )
