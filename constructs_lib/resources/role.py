"""An IAM role for one service, with one policy that says all it may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.cdk import Construct, TerraformStack
from constructs_lib.resources.policy import Conditions, Statement, document, trust
from constructs_lib.resources.values import aws

_RULES = "_role_rules"


def rule_roles(stack: TerraformStack, *, permissions_boundary: str | None = None, path: str | None = None) -> None:
    """Give every role and instance profile that constructs of this library make in a stack a boundary, and a path.

    Call it before they are made. `MonitoringStack` does so itself, by `roles` of its spec.

    Args:
        permissions_boundary: ARN of the policy that bounds what each role may do.
        path: IAM path: `/monitoring/`.
    """
    given = {"permissions_boundary": permissions_boundary, "path": path}
    setattr(stack, _RULES, {key: value for key, value in given.items() if value is not None})


def rules_of(scope: Construct) -> dict[str, str]:
    """The arguments that `rule_roles` asks of a role."""
    found: dict[str, str] = getattr(TerraformStack.of(scope), _RULES, {})
    return found


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
            self,
            "role",
            name=name,
            description=description,
            assume_role_policy=trust(service, conditions),
            **rules_of(self),
        )
        self.arn: str = self.role.arn
        self.policy: Any = aws.iam_role_policy.IamRolePolicy(
            self, "policy", name="permissions", role=self.role.name, policy=document(statements)
        )
