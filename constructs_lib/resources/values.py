"""From a spec's values to what the bindings take."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.cdk import Token


def as_number(value: float | str) -> float:
    """A number; a reference written as text (`${var.limit}`) becomes a number token."""
    return Token.as_number(value) if isinstance(value, str) else value


def as_map(value: Mapping[str, str] | str) -> Mapping[str, str]:
    """A map of text; a reference written as text becomes a map token."""
    if isinstance(value, str):
        tokens: Mapping[str, str] = Token.as_string_map(value)
        return tokens
    return value


def as_literal(text: str) -> str:
    """Text in which Terraform is to see no template directive: `%{` is escaped; references stay references."""
    return text.replace("%{", "%%{")


def as_text(text: str) -> str:
    """Text in which Terraform is to see nothing of its own: a log filter may look for `${jndi:`."""
    return as_literal(text.replace("${", "$${"))
