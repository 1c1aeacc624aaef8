"""Whether a call is allowed by the policies of the caller and of the resource.

Source: IAM user guide, "Policy evaluation for requests within a single account", "Cross-account policy evaluation
logic" and "How AWS enforcement code logic evaluates requests"; KMS developer guide, "Key policies in AWS KMS".

Not looked at: service and resource control policies, permissions boundaries, session and endpoint policies, grants of
KMS, and S3's access control lists and public access block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from constructs_lib.aws.policy.maybe import Maybe, every, some
from constructs_lib.aws.policy.policy import Grant, Policy
from constructs_lib.aws.policy.request import Request
from constructs_lib.aws.policy.wildcard import matches, tokens


class Answer(StrEnum):
    """What policies say of a call."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer and its reason.

    Attributes:
        answer: What the policies say.
        reason: Why, by the labels of the statements.
    """

    answer: Answer
    reason: str


def evaluate(request: Request, *, identity: Sequence[Policy] = (), resource: Policy | None = None) -> Decision:
    """What the policies say of a call.

    Args:
        request: The call.
        identity: The policies of the caller; services and anonymous callers have none.
        resource: The policy of the resource, None where it has none. A role's trust policy is the role's.
    """
    held = [(policy, False) for policy in identity] + ([(resource, True)] if resource is not None else [])
    denied = some(answer for policy, own in held for answer in policy.grant("Deny", request, of_resource=own))
    allowed = _allowed(request, identity, resource)

    def statements(effect: str) -> str:
        found = [label for policy, own in held for label in policy.deciding(effect, request, of_resource=own)]
        return f"{effect} {', '.join(found)}"

    if denied:
        return Decision(Answer.DENIED, statements("Deny"))
    if allowed is False:
        return Decision(Answer.DENIED, "nothing allows it")
    if allowed and denied is False:
        return Decision(Answer.ALLOWED, statements("Allow"))
    return Decision(Answer.NOT_KNOWN, f"it depends on {statements('Deny' if denied is None else 'Allow')}")


def _allowed(request: Request, identity: Sequence[Policy], resource: Policy | None) -> Maybe:
    by_resource = resource.grant("Allow", request, of_resource=True) if resource is not None else Grant(False, False)
    if request.principal.type != "AWS":
        return by_resource.direct
    own = some(policy.grant("Allow", request, of_resource=False).direct for policy in identity)
    # Policies of the account count for its own resources, but for those that are only for whom their policy names.
    delegates = by_resource.account if _only_by_its_policy(request) else True
    within = some((by_resource.direct, every((own, delegates))))
    across = every((some(by_resource), own))
    same = _same_account(request)
    if same is None:
        return within if within == across else None
    return within if same else across


def _only_by_its_policy(request: Request) -> bool:
    """KMS keys and roles: the caller's own policies count where the resource's policy names the account."""
    service = request.action.partition(":")[0].lower()
    return service == "sts" or (service == "kms" and ":alias/" not in request.resource)


def _same_account(request: Request) -> Maybe:
    caller, owner = request.principal.account, request.account
    if caller is None or owner is None:
        return None
    return matches(tokens(caller), tokens(owner))
