"""Where the values of options become Terraform's: once, when a resource is written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from inspect import get_annotations
from types import ModuleType
from typing import Any, TypeVar, get_args, get_origin

from constructs_lib.cdk import Construct, DefaultTokenResolver, Fn, StringConcat, Token, Tokenization
from constructs_lib.cdk import aws as bindings
from constructs_lib.references import is_reference, of_literals, within_expressions
from constructs_lib.units import number

T = TypeVar("T")

_NUMBER_TOKEN = re.compile(r"-\d\.\d+e\+\d{3}")


class _Written:
    """The bindings, or a module of them: whatever its classes are made with becomes a literal of Terraform first."""

    def __init__(self, bindings: ModuleType) -> None:
        self._bindings = bindings

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._bindings, name)
        written = _Written(found) if isinstance(found, ModuleType) else _writer(found)
        setattr(self, name, written)  # the next time it is there
        return written


aws: Any = _Written(bindings)
"""What the resources of this library are made with: `aws.sns_topic.SnsTopic(scope, "topic", name=spec.name)`.

Each argument may be a reference written as text, whatever the argument's type: `${var.limit}` for a number, a list or a
map. Any other text is taken as it is: `%{` begins no template directive.
"""


def _writer(kind: type) -> Callable[..., Any]:
    """Makes resources or blocks of one kind out of an option's values."""
    wanted_by_name = get_annotations(kind.__init__, eval_str=True)  # type: ignore[misc]  # cdktn's are text
    readers = {name: _reader(wanted) for name, wanted in wanted_by_name.items()}

    def write(*place: Any, **arguments: Any) -> Any:
        return kind(
            *place,
            **{
                name: readers[name](value) if isinstance(value, str) and name in readers else as_literal(value)
                for name, value in arguments.items()
            },
        )

    return write


def _reader(wanted: Any) -> Callable[[str], Any]:
    """What makes the token of a reference that is written as text, by the type of an argument."""
    kinds = {get_origin(kind) or kind for kind in (get_args(wanted) or [wanted])}
    if float in kinds:
        return Token.as_number
    if Sequence in kinds and str not in kinds:
        return Token.as_list
    if Mapping in kinds and str not in kinds:
        return Token.as_string_map
    return as_literal


def as_literal(value: Any) -> Any:
    """Values in whose text Terraform is to see no template directive: `%{` is escaped; references stay references.

    CDKTF takes a full stop behind a number token for a part of it, so those become text tokens.
    """
    match value:
        case str():
            return _NUMBER_TOKEN.sub(_as_text_token, value).replace("%{", "%%{")
        case Mapping():
            return {as_literal(key): as_literal(item) for key, item in value.items()}
        case list() | tuple():
            return [as_literal(item) for item in value]
    return value


def _as_text_token(found: re.Match[str]) -> str:
    value = float(found[0])
    return str(Token.as_string(value)) if is_reference(value) else found[0]


def as_json(value: Any, **layout: Any) -> str:
    """The text of a JSON document.

    Inside `${…}` it is Terraform that reads, not JSON: `${var.accounts["prod"]}` keeps its quotes as they are.
    """
    return within_expressions(json.dumps(value, **layout), lambda inside: str(json.loads(f'"{inside}"')))


def as_json_with_references(value: Any) -> str:
    """The text of a JSON document in which references keep the type of what they stand for: Terraform writes it.

    A list, a number or what CDKTF has not resolved can stand anywhere in it; without references it is `as_json`.
    """
    return str(Fn.jsonencode(as_literal(value))) if is_reference(value) else as_json(value)


def as_difference(scope: Construct, value: float | str, base: float | str) -> str:
    """`value` minus `base` as text; where one of them is a reference Terraform subtracts them."""
    # 0.3 - 0.1 is 0.2 and nothing behind it
    return _worked_out(scope, "{} - {}", lambda one, other: number(round(one - other, 10)), value, base)


def as_at_most(scope: Construct, value: float | str, most: float) -> str:
    """`value`, or `most` where that is less, as text; of a reference Terraform takes the smaller one."""
    return _worked_out(scope, "min({}, {})", lambda one, other: number(min(one, other)), value, most)


def as_negative(scope: Construct, value: float | str) -> float | str:
    """The number with a minus before it; a token can't take one, Terraform does it."""
    return _worked_out(scope, "-({})", lambda known: -known, value)


def _worked_out(scope: Construct, expression: str, calculate: Callable[..., T], *values: float | str) -> T | str:
    """What comes out for these values, or the expression of them that Terraform works out where one is a reference."""
    found = of_literals(calculate)(*values)
    return f"${{{expression.format(*(_expression(scope, value) for value in values))}}}" if found is None else found


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
