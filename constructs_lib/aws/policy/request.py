"""What is asked: someone, an action, a resource, and what AWS knows of the call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from constructs_lib.aws.policy.wildcard import Tokens, tokens

_PART = r"(?:\$\{[^}]*\}|[^:])*"
_ARN = re.compile(rf"arn(?::{_PART}){{3}}:(?P<account>{_PART}):.*", re.DOTALL)
_SESSION = re.compile(r"(?P<partition>arn:[^:]*):sts::(?P<account>[^:]*):assumed-role/(?P<role>[^/]*)/.*")

NOT_KNOWN = "${(not known)}"
"""As the value of a condition key: AWS sends one, and no one can say which."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls.

    Attributes:
        type: As the element Principal calls it, or Anonymous.
        id: An ARN (of a user, a role, a role's session, or an account's root), the name of a service
            (`cloudwatch.amazonaws.com`), or an identity provider; references are possible.
    """

    type: Literal["AWS", "Service", "Federated", "Anonymous"]
    id: str = ""

    @property
    def account(self) -> str | None:
        """The account of an ARN; services and anonymous callers have none."""
        return _account_of(self.id) if self.type == "AWS" else None

    @property
    def role(self) -> str:
        """The ARN policies know the caller by: of a session its role's, else its own."""
        session = _SESSION.fullmatch(self.id)
        return f"{session['partition']}:iam::{session['account']}:role/{session['role']}" if session else self.id


ANONYMOUS = Principal("Anonymous")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A call that policies allow or deny.

    Attributes:
        principal: Who calls.
        action: `sns:Publish`.
        resource: ARN of what it is about.
        context: Values of condition keys; those that come with every call are added. A key that is not here is not in
            the call, unless the context is incomplete.
        complete: Whether `context` holds every key that AWS sends with this call. If not, a condition on another key
            is neither met nor failed.
        owner: The account of the resource, where its ARN has none (S3).
    """

    principal: Principal
    action: str
    resource: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    complete: bool = True
    owner: str | None = None

    @cached_property
    def account(self) -> str | None:
        """The account of the resource."""
        return _account_of(self.resource) or self.owner

    @cached_property
    def _keys(self) -> Mapping[str, Sequence[str]]:
        """What comes with every call ("AWS global condition context keys"), and what comes with this one."""
        service = self.principal.type == "Service"
        keys: dict[str, str | Sequence[str]] = {
            "aws:SecureTransport": "true",
            "aws:PrincipalIsAWSService": "true" if service else "false",
            "aws:CurrentTime": NOT_KNOWN,
            "aws:EpochTime": NOT_KNOWN,
        }
        if service:
            keys |= {"aws:PrincipalServiceName": self.principal.id, "aws:PrincipalServiceNamesList": self.principal.id}
        elif self.principal.type == "AWS":
            keys |= {
                "aws:PrincipalArn": self.principal.role,
                "aws:PrincipalAccount": self.principal.account or NOT_KNOWN,
            }
        keys |= self.context
        # Names of condition keys are not case-sensitive.
        return {key.lower(): (value,) if isinstance(value, str) else tuple(value) for key, value in keys.items()}

    def values(self, key: str) -> Sequence[str] | None:
        """The values of a condition key: none where the call lacks it, None where that is not known."""
        return self._keys.get(key.lower(), () if self.complete else None)

    def variable(self, name: str) -> Tokens | None:
        """What a policy variable stands for: a key with one value. None where the call lacks it."""
        values = self.values(name)
        if values is None:
            return tokens(NOT_KNOWN)
        return tokens(values[0]) if len(values) == 1 else None


def _account_of(arn: str) -> str | None:
    match = _ARN.fullmatch(arn)
    return (match["account"] or None) if match else None
