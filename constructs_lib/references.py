"""Tell a Terraform reference from a literal value, without CDKTF.

Any value a user passes may be known only at deployment: `other.function_name`, `variable.number_value`,
`"${var.x}"`. CDKTF hides such values inside ordinary strings, numbers and lists (its lib/tokens/private/encoding.js).
Checks that need the literal value are skipped for them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidatorFunctionWrapHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

P = ParamSpec("P")
T = TypeVar("T")

_INTERPOLATION = re.compile(r"(?<!\$)\$\{")  # `$${` is Terraform's way to write a literal `${`
_LIST_OR_MAP_TOKEN = re.compile(r"[#&]\{TfToken\[")
_VARIABLE = re.compile(r"(?<![\w.-])var\.([A-Za-z_][A-Za-z0-9_-]*)")
_BUILT_IN = re.compile(r"(?<![\w.-])terraform\.workspace\b")

# Terraform language, "Input Variables": these are arguments of modules.
_RESERVED = {"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"}

# CDKTF writes a number token as a double whose upper 16 bits are one of these: a scalar, an element of a list.
_NUMBER_TOKEN_MARKERS = (0xFBFF, 0xFDFF)


def is_reference(value: object) -> bool:
    """Whether `value`, or a part of it, is known to Terraform only at plan or apply."""
    match value:
        case str():
            return "{" in value and bool(_INTERPOLATION.search(value) or _LIST_OR_MAP_TOKEN.search(value))
        case bool() | None:
            return False
        case float() | int():
            return _is_number_token(value)
        case list() | tuple():
            return any(map(is_reference, value))
        case Mapping():
            return is_reference((*value, *value.values()))
        case _:  # CDKTF's IResolvable: a boolean or a whole object that is not known yet
            return _is_resolvable(value)


def of_literals(check: Callable[P, T]) -> Callable[P, T | None]:
    """A check that needs literal values: of a reference, and of what is left out, it says nothing."""

    @wraps(check)
    def skipping(*values: P.args, **options: P.kwargs) -> T | None:
        return None if None in values or is_reference(values) else check(*values, **options)

    return skipping


def above(value: float | None, limit: float | None) -> bool:
    """Whether a number is known to be more than another."""
    return at_least(value, limit) and value != limit


def at_least(value: float | None, limit: float | None) -> bool:
    """Whether a number is known to be as much as another, or more."""
    return value is not None and limit is not None and not is_reference((value, limit)) and value >= limit


def known(value: T | None, otherwise: T) -> T:
    """A literal value; what to reckon with in place of a reference, or where it is left out."""
    return otherwise if value is None or is_reference(value) else value


def verbatim(text: str) -> str:
    """Text in which Terraform is to see no reference: a log filter may look for `${jndi:`."""
    return text.replace("${", "$${")


def is_whole(value: Iterable[str]) -> bool:
    """Whether a list or a map is one reference as a whole, so that what is in it is not known yet."""
    return any(bool(_LIST_OR_MAP_TOKEN.match(item)) for item in value)


def _holds_references(value: object) -> bool:
    """Whether it is a mapping or a list of its own, and not a token that stands for one."""
    return isinstance(value, (Mapping, list, tuple)) and not any(
        isinstance(item, str) and _LIST_OR_MAP_TOKEN.search(item) for item in value
    )


def _is_resolvable(value: object) -> bool:
    return all(callable(getattr(value, name, None)) for name in ("resolve", "to_string"))


def _is_number_token(value: float) -> bool:
    if value > -1e200:  # every ordinary number leaves here
        return False
    try:
        (bits,) = struct.unpack(">Q", struct.pack(">d", value))
    except struct.error:  # a whole number that is no double
        return False
    return bits >> 48 in _NUMBER_TOKEN_MARKERS


def variables_in(value: object) -> list[str]:
    """Names of the Terraform variables (`${var.name}`) in plain values or a model, sorted."""
    found = {name for _, expression in expressions_in(value) for name in _VARIABLE.findall(expression or "")}
    return sorted(found)


def misnamed_variables(expression: str) -> list[str]:
    """Variables in an expression that Terraform lets no one declare."""
    return [name for name in _VARIABLE.findall(expression) if name in _RESERVED]


def refers(expression: str) -> bool:
    """Whether an expression refers to something every stack can have: a variable, or the workspace's name."""
    return bool(_VARIABLE.search(expression) or _BUILT_IN.search(expression))


def _verbatim_of(value: Mapping[str, Any] | BaseModel) -> Collection[str]:
    verbatim: frozenset[str] = getattr(type(value), "VERBATIM", frozenset())
    return verbatim


def expressions_in(
    value: object,
    path: str = "",
    *,
    verbatim: Callable[[Mapping[str, Any] | BaseModel], Collection[str]] = _verbatim_of,
) -> Iterator[tuple[str, str | None]]:
    """The text inside every `${…}` in nested plain values or a model, with its path; None where it is never closed.

    Args:
        value: Where to look.
        path: Its own path.
        verbatim: The keys of a mapping or model in which `${` is text; what a model lists in `VERBATIM`.
    """
    match value:
        case str():
            for start in _INTERPOLATION.finditer(value) if "${" in value else ():
                yield path, braced(value[start.end() :])
        case Mapping() | BaseModel():
            text = verbatim(value)
            for key, item in value.items() if isinstance(value, Mapping) else value:
                if key not in text and _may_hold_text(item):
                    yield from expressions_in(item, f"{path}.{key}" if path else str(key), verbatim=verbatim)
        case list() | tuple():
            for index, item in enumerate(value):
                yield from expressions_in(item, f"{path}.{index}" if path else str(index), verbatim=verbatim)


def _may_hold_text(item: object) -> bool:
    """Looked at first, as most options are short plain values."""
    return "${" in item if isinstance(item, str) else item is not None and not isinstance(item, int | float)


def within_expressions(text: str, change: Callable[[str], str] = str, *, outside: Callable[[str], str] = str) -> str:
    """Text with what is inside every `${…}` changed, or what is outside of them."""
    parts, end = [], 0
    for start in _INTERPOLATION.finditer(text):
        inside = braced(text[start.end() :])
        if inside is not None and start.start() >= end:
            parts += [outside(text[end : start.start()]), start[0], change(inside), "}"]
            end = start.end() + len(inside) + 1
    return "".join((*parts, outside(text[end:])))


def braced(text: str) -> str | None:
    """What comes before the brace that closes the one before `text`."""
    depth = 1
    for index, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return text[:index]
    return None


class OrReference:
    """Marks a field that also takes a Terraform reference: `Annotated[int, Ge(1), OrReference()]`.

    A reference passes as it is, CDKTF's IResolvable as the text that stands for it; anything else must satisfy the
    annotations before the mark.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let references past the inner schema."""

        def validate(value: Any, inner: ValidatorFunctionWrapHandler) -> Any:
            if not is_reference(value) or _holds_references(value):
                return inner(value)  # a mapping or a list is checked item by item
            return value.to_string() if _is_resolvable(value) else value

        return core_schema.no_info_wrap_validator_function(validate, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors accept the literal form or a string with `${…}` in it."""
        literal = handler(schema)
        if literal.get("type") == "string" and not literal.keys() & {"pattern", "enum", "maxLength", "minLength"}:
            return literal
        return {"anyOf": [literal, {"type": "string", "pattern": r"\$\{"}]}
