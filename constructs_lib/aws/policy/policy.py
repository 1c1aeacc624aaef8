"""A policy document, and what it says of a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from constructs_lib.aws.policy.condition import met, texts
from constructs_lib.aws.policy.maybe import Maybe, every, negated, some
from constructs_lib.aws.policy.request import Principal, Request
from constructs_lib.aws.policy.wildcard import NoValueError, PolicyWildcard, lowered, matches, matches_arn, tokens
from constructs_lib.references import braced


class Grant(NamedTuple):
    """What the Allow statements, or the Deny statements, of a policy give.

    Attributes:
        direct: To the caller.
        account: To the caller's account, whose own policies then decide (in a resource's policy only).
    """

    direct: Maybe
    account: Maybe


@dataclass(frozen=True, slots=True)
class PolicyStatement:
    """One statement.

    Attributes:
        label: Its Sid, or its place in the policy (`#1`).
        body: As JSON has it.
        variables: Whether `${aws:username}` stands for a value; before version 2012-10-17 it was text.
    """

    label: str
    body: Mapping[str, Any]
    variables: bool = True

    def applies(self, request: Request, *, of_resource: bool) -> Grant:
        """Whether it is about a request.

        Args:
            request: The call.
            of_resource: Whether the policy belongs to a resource, and so names who may call.
        """
        about = every(
            (
                self._element("Action", lambda text: _is_action(text, request)),
                self._element("Resource", lambda text: _is_resource(text, request, variables=self.variables)),
                met(self.body.get("Condition", {}), request, variables=self.variables),
            )
        )
        if not of_resource:
            return Grant(about, account=False)
        who = _who(self.body, request.principal)
        return Grant(every((about, who.direct)), every((about, who.account)))

    def _element(self, name: str, fits: Callable[[str], Maybe]) -> Maybe:
        """An element or its Not… form; a statement that has neither is about everything (a trust policy's)."""
        if name in self.body:
            return some(fits(text) for text in texts(self.body[name]))
        if f"Not{name}" in self.body:
            return negated(some(fits(text) for text in texts(self.body[f"Not{name}"])))
        return True


@dataclass(frozen=True)
class Policy:
    """A policy document.

    Attributes:
        document: Parsed, or None where it can't be read before Terraform knows more.
    """

    document: Mapping[str, Any] | None

    @classmethod
    def read(cls, value: object) -> Policy:
        """A policy as Terraform JSON has it: text with JSON in it, or a reference to one."""
        if isinstance(value, Mapping):
            return cls(value)
        try:
            found = json.loads(_without_quotes_in_references(value)) if isinstance(value, str) else None
        except (json.JSONDecodeError, RecursionError):  # an expression, such as data.aws_iam_policy_document's json
            found = None
        return cls(found if isinstance(found, dict) else None)

    @cached_property
    def statements(self) -> tuple[PolicyStatement, ...]:
        """Its statements."""
        listed = self.document.get("Statement") if self.document else None
        variables = self.document is not None and self.document.get("Version") == "2012-10-17"
        return tuple(
            PolicyStatement(str(body.get("Sid") or f"#{number}"), body, variables)
            for number, body in enumerate(listed if isinstance(listed, list) else [listed], start=1)
            if isinstance(body, Mapping)
        )

    @cached_property
    def _whole(self) -> bool:
        """Whether it is known which statements there are."""
        listed = self.document.get("Statement", []) if self.document is not None else None
        return isinstance(listed, Mapping) or (isinstance(listed, list) and len(listed) == len(self.statements))

    def grant(self, effect: str, request: Request, *, of_resource: bool) -> Grant:
        """What its statements with an effect give."""
        applied = [
            statement.applies(request, of_resource=of_resource)
            for statement in self.statements
            if statement.body.get("Effect") == effect
        ]
        rest = [Grant(None, None)] * (not self._whole)
        return Grant(*map(some, zip(*applied, *rest, strict=True))) if applied or rest else Grant(False, False)

    def deciding(self, effect: str, request: Request, *, of_resource: bool) -> Iterator[str]:
        """The labels of the statements that apply, or may."""
        for statement in self.statements:
            if statement.body.get("Effect") == effect:
                grant = statement.applies(request, of_resource=of_resource)
                if some(grant) is not False:
                    yield statement.label
        if not self._whole:
            yield "the policy, which is not known"


def _is_action(text: str, request: Request) -> Maybe:
    return matches(lowered(tokens(text, wildcards=True)), lowered(tokens(request.action)))


def _is_resource(text: str, request: Request, *, variables: bool) -> Maybe:
    try:
        pattern = tokens(text, wildcards=True, variable=request.variable if variables else None)
    except NoValueError:
        return False
    return pattern == (PolicyWildcard.ANY,) or matches_arn(pattern, tokens(request.resource))


def _who(statement: Mapping[str, Any], caller: Principal) -> Grant:
    if "NotPrincipal" in statement:
        named = _named(statement["NotPrincipal"], caller)
        # A caller of whom only the account is named, or who is named without his account, may or may not be meant
        # ("AWS JSON policy elements: NotPrincipal" advises to name both).
        both = named.direct if caller.type != "AWS" or named.direct == named.account else None
        return Grant(negated(both), account=False)
    return _named(statement.get("Principal"), caller)


def _named(element: object, caller: Principal) -> Grant:
    if element == "*":
        return Grant(True, False)
    if not isinstance(element, Mapping):
        return Grant(None, None) if isinstance(element, str) else Grant(False, False)
    direct: list[Maybe] = []
    account: list[Maybe] = []
    for kind, ids in element.items():
        for text in texts(ids):
            if text == "*" and kind in ("AWS", caller.type):
                direct.append(True)
            elif kind == "CanonicalUser":
                direct.append(None if caller.type == "AWS" else False)
            elif kind == caller.type:
                direct.append(some(_equal(text, own) for own in {caller.id, caller.role}))
                account.append(_is_account(text, caller))
            elif kind == "AWS":
                direct.append(_equal(text, "*"))  # which a reference may stand for
    return Grant(some(direct), some(account))


def _is_account(text: str, caller: Principal) -> Maybe:
    """Whether a principal is the account of the caller, in one of the two forms."""
    if caller.type != "AWS":
        return False
    if caller.account is None:
        return None
    partition = caller.id.split(":")[1]
    return some(_equal(text, own) for own in (caller.account, f"arn:{partition}:iam::{caller.account}:root"))


def _equal(text: str, other: str) -> Maybe:
    return matches(tokens(text), tokens(other))


def _without_quotes_in_references(text: str) -> str:
    """JSON that Terraform writes into: the quotes inside `${var.accounts["prod"]}` are Terraform's and not JSON's."""
    parts, at = [], 0
    while (start := text.find("${", at)) >= 0:
        inside = braced(text[start + 2 :])
        end = start + 2 + len(inside or "")
        escaped = (inside or "").replace('\\"', '"').replace('"', '\\"')
        parts += [text[at : start + 2], escaped]
        at = end
    return "".join([*parts, text[at:]])
