"""IAM policy documents as data, rendered the same way every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from constructs_lib.aws.environment import Environment
from constructs_lib.resources.values import as_json

Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]
"""Operator, then key, then value: `{"StringEquals": {"aws:SourceAccount": "123456789012"}}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that is allowed, or with `effect="Deny"` forbidden.

    Attributes:
        sid: What it is for, in CamelCase; empty where the policy says one thing only.
        actions: IAM actions.
        resources: ARNs; in a key policy `*` is the key itself; none in a trust policy.
        principals: By type: `{"Service": "sns.amazonaws.com"}`; none in a policy that hangs on a role.
        conditions: When it holds.
        effect: Allow or Deny.
    """

    sid: str
    actions: Sequence[str]
    resources: Sequence[str] = ("*",)
    principals: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    conditions: Conditions = field(default_factory=dict)
    effect: str = "Allow"

    def render(self) -> dict[str, object]:
        """The statement in IAM's JSON form."""
        statement: dict[str, object] = {"Sid": self.sid} if self.sid else {}
        statement["Effect"] = self.effect
        if self.principals:
            statement["Principal"] = dict(self.principals)
        statement["Action"] = list(self.actions)
        if self.resources:
            statement["Resource"] = list(self.resources) if len(self.resources) > 1 else self.resources[0]
        if self.conditions:
            statement["Condition"] = {operator: dict(keys) for operator, keys in self.conditions.items()}
        return statement


def document(statements: Sequence[Statement]) -> str:
    """The JSON of a policy."""
    return as_json({"Version": "2012-10-17", "Statement": [statement.render() for statement in statements]})


def only_tls(actions: Sequence[str], resources: Sequence[str]) -> Statement:
    """Refuses whatever comes unencrypted."""
    return Statement(
        sid="OnlyTls",
        effect="Deny",
        actions=actions,
        resources=resources,
        principals={"AWS": "*"},
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def trust(service: str, conditions: Conditions | None = None) -> str:
    """The JSON of a role's trust policy: who may assume it."""
    assume = Statement(
        sid="",
        actions=["sts:AssumeRole"],
        resources=(),
        principals={"Service": service},
        conditions=conditions or {},
    )
    return document([assume])


def from_source(environment: Environment, service: str, resource: str) -> Conditions:
    """Only for this account's own resources, so that no one else's can be passed off as them (confused deputy)."""
    return {
        "StringEquals": {"aws:SourceAccount": environment.account},
        "ArnLike": {"aws:SourceArn": environment.arn(service, resource)},
    }
