"""From a spec's values to what the bindings take."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.cdk import Construct, DefaultTokenResolver, StringConcat, Token, Tokenization
from constructs_lib.references import is_reference
from constructs_lib.units import number

_NUMBER_TOKEN = re.compile(r"-\d\.\d+e\+\d{3}")


def as_number(value: float | str) -> float:
    """A number; a reference written as text (`${var.limit}`) becomes a number token."""
    return Token.as_number(value) if isinstance(value, str) else value


def as_map(value: Mapping[str, str] | str) -> Mapping[str, str]:
    """A map of text; a reference written as text becomes a map token."""
    if isinstance(value, str):
        tokens: Mapping[str, str] = Token.as_string_map(value)
        return tokens
    return {key: as_literal(text) for key, text in value.items()}


def as_list(value: Sequence[str] | str) -> list[str]:
    """A list of text; a reference to one that is written as text becomes a list token."""
    return Token.as_list(value) if isinstance(value, str) else list(value)


def as_literal(text: str) -> str:
    """Text in which Terraform is to see no template directive: `%{` is escaped; references stay references.

    CDKTF takes a full stop behind a number token for a part of it, so those become text tokens.
    """
    return _NUMBER_TOKEN.sub(_as_text_token, text).replace("%{", "%%{")


def _as_text_token(found: re.Match[str]) -> str:
    value = float(found[0])
    return str(Token.as_string(value)) if is_reference(value) else found[0]


def as_text(text: str) -> str:
    """Text in which Terraform is to see nothing of its own: a log filter may look for `${jndi:`."""
    return as_literal(text.replace("${", "$${"))


def as_difference(scope: Construct, value: float | str, base: float | str) -> str:
    """`value` minus `base` as text; where one of them is a reference Terraform subtracts them."""
    if isinstance(value, str) or isinstance(base, str) or is_reference((value, base)):
        return f"${{{_expression(scope, value)} - {_expression(scope, base)}}}"
    return number(round(value - base, 10))  # 0.3 - 0.1 is 0.2 and nothing behind it


def as_at_most(scope: Construct, value: float | str, most: float) -> str:
    """`value`, or `most` where that is less, as text; of a reference Terraform takes the smaller one."""
    if isinstance(value, str) or is_reference(value):
        return f"${{min({_expression(scope, value)}, {number(most)})}}"
    return number(min(value, most))


def as_negative(scope: Construct, value: float | str) -> float:
    """The number with a minus before it; a token can't take one, Terraform does it."""
    if isinstance(value, str) or is_reference(value):
        return as_number(f"${{-({_expression(scope, value)})}}")
    return -value


def as_mark(scope: Construct, *values: str) -> str:
    """Eight characters that stand for these values in a construct id, wherever in a list they are.

    A token's number depends on what was made before it; the reference it stands for does not.
    """
    text = " ".join(str(resolved(scope, value)) for value in values)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _expression(scope: Construct, value: float | str) -> str:
    """A number or a reference as it stands inside `${}`."""
    plain = resolved(scope, value)
    return plain.removeprefix("${").removesuffix("}") if isinstance(plain, str) else number(plain)


def resolved(scope: Construct, value: Any) -> Any:
    """A value with the reference it stands for in place of each token."""
    return Tokenization.resolve(value, scope=scope, resolver=DefaultTokenResolver(StringConcat()), preparing=False)
