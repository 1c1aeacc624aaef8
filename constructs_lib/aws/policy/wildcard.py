"""Texts of a policy against texts of a request, where parts of both may be Terraform references.

A reference stands for some text that is not known: it equals itself and may equal anything else. So a comparison has
three answers. Two different references may well have one value; `${(known after apply)}`, with which a plan marks every
value it does not know, does not even equal itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from constructs_lib.aws.policy.maybe import Maybe, every
from constructs_lib.references import braced


class PolicyWildcard(Enum):
    """What stands for other characters in a pattern."""

    ANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Reference:
    """A part of a text that only Terraform knows."""

    expression: str

    @property
    def one_value(self) -> bool:
        """Whether it has the same value wherever it stands."""
        return not self.expression.startswith("(")


Token = str | PolicyWildcard | Reference
Tokens = tuple[Token, ...]
_WILDCARDS: dict[str, PolicyWildcard] = {wildcard.value: wildcard for wildcard in PolicyWildcard}
Variable = Callable[[str], Tokens | None]
"""The value of a policy variable, if the request has one."""

_IAM_VARIABLE = re.compile(r"\s*([\w-]+:(?!:)[^,]*?)\s*(?:,\s*'([^']*)'\s*)?")
"""`aws:username`, `aws:PrincipalTag/team, 'company'`; Terraform's `provider::aws::…` is another thing."""
_ARN_PARTS = 6


class NoValueError(Exception):
    """A policy variable that the request has no value for: what it stands in matches nothing."""


def tokens(text: str, *, wildcards: bool = False, variable: Variable | None = None) -> Tokens:
    """A text in parts.

    Args:
        text: As Terraform JSON writes it: `$${` is a literal `${`.
        wildcards: Whether `*` and `?` stand for other characters.
        variable: What a policy variable stands for. Left out: it is text.

    Raises:
        NoValueError: A policy variable has no value, and no default either.
    """
    found: list[Token] = []
    at = 0
    while (start := text.find("${", at)) >= 0:
        expression = braced(text[start + 2 :])
        if expression is None:
            found += _characters(text[at : start + 2], wildcards=wildcards)
            at = start + 2
            continue
        literal = text.endswith("$", at, start)
        found += _characters(text[at : start - literal], wildcards=wildcards)
        found += _expression(expression, literal=literal, variable=variable)
        at = start + len(expression) + 3
    return (*found, *_characters(text[at:], wildcards=wildcards))


@lru_cache(maxsize=4_096)
def _characters(text: str, *, wildcards: bool) -> Tokens:
    return tuple(_WILDCARDS.get(character, character) for character in text) if wildcards else tuple(text)


def _expression(expression: str, *, literal: bool, variable: Variable | None) -> Tokens:
    if variable is not None and expression in ("*", "?", "$"):
        return (expression,)
    match = _IAM_VARIABLE.fullmatch(expression)
    if not match and not literal:
        return (Reference(expression),)
    if not match or variable is None:
        return tuple(f"${{{expression}}}")
    value = variable(match[1])
    if value is None and match[2] is None:
        raise NoValueError(expression)
    return value if value is not None else tuple(match[2])


def known_text(parts: Tokens) -> str | None:
    """The text, or None where a part of it is not known."""
    return "".join(part for part in parts if isinstance(part, str)) if not _has_reference(parts) else None


def lowered(parts: Tokens) -> Tokens:
    """The same in lower case; references stay as they are."""
    return tuple(part.lower() if isinstance(part, str) else part for part in parts)


@lru_cache(maxsize=4_096)
def matches(pattern: Tokens, value: Tokens) -> Maybe:
    """Whether a text fits a pattern, whatever the references in both stand for."""
    if _meet(pattern, value):
        return True
    if not _has_reference(pattern) and not _has_reference(value):
        return False
    return None if _meet(_blanked(pattern), _blanked(value)) else False


def matches_arn(pattern: Tokens, value: Tokens) -> Maybe:
    """The same of ARNs, whose six parts are compared one by one.

    A pattern that does not show six parts (`*`, or one that begins with a reference) is compared as a whole.
    """
    parts, others = arn_parts(pattern), arn_parts(value)
    if len(parts) < _ARN_PARTS or len(others) < _ARN_PARTS:
        return matches(pattern, value)
    return every(matches(part, other) for part, other in zip(parts, others, strict=True))


@lru_cache(maxsize=4_096)
def arn_parts(arn: Tokens) -> tuple[Tokens, ...]:
    """Partition, service and so on, as far as they can be told apart; the last holds the rest."""
    found: list[list[Token]] = [[]]
    for part in arn:
        if part == ":" and len(found) < _ARN_PARTS:
            found.append([])
        else:
            found[-1].append(part)
    return tuple(tuple(part) for part in found)


def is_arn(value: Tokens) -> Maybe:
    """Whether a text has the six parts of an ARN."""
    if len(arn_parts(value)) == _ARN_PARTS:
        return True
    return None if _has_reference(value) else False


def _has_reference(parts: Tokens) -> bool:
    return any(isinstance(part, Reference) for part in parts)


def _blanked(parts: Tokens) -> Tokens:
    return tuple(PolicyWildcard.ANY if isinstance(part, Reference) else part for part in parts)


def _meet(one: Tokens, other: Tokens) -> bool:
    """Whether some text fits both."""
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same] and isinstance(one[same], str):
        same += 1  # most texts differ at their end, if they do
    one, other = one[same:], other[same:]
    row = [True]
    for part in other:
        row.append(row[-1] and part is PolicyWildcard.ANY)
    for part in one:
        above, row = row, [row[0] and part is PolicyWildcard.ANY]
        for index, against in enumerate(other):
            if part is PolicyWildcard.ANY or against is PolicyWildcard.ANY:
                row.append(above[index + 1] or row[index])
            else:
                row.append(above[index] and _same(part, against))
        if not any(row):
            return False
    return row[-1]


def _same(one: Token, other: Token) -> bool:
    if isinstance(one, Reference) or isinstance(other, Reference):
        return one == other and isinstance(one, Reference) and one.one_value
    return one is PolicyWildcard.ONE or other is PolicyWildcard.ONE or one == other
