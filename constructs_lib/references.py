"""Tell a Terraform reference from a literal value, without CDKTF.

Any value a user passes may be known only at deployment: `other.function_name`, `variable.number_value`,
`"${var.x}"`. CDKTF hides such values inside ordinary strings, numbers and lists (its lib/tokens/private/encoding.js).
Checks that need the literal value are skipped for them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidatorFunctionWrapHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

_INTERPOLATION = re.compile(r"(?<!\$)\$\{")  # `$${` is Terraform's way to write a literal `${`
_LIST_OR_MAP_TOKEN = re.compile(r"[#&]\{TfToken\[")
_VARIABLE = re.compile(r"\bvar\.([A-Za-z_][A-Za-z0-9_-]*)")
_EXPRESSION = re.compile(r"(?<!\$)\$\{([^}]*)\}")

# CDKTF writes a number token as a double whose upper 16 bits are one of these: a scalar, an element of a list.
_NUMBER_TOKEN_MARKERS = (0xFBFF, 0xFDFF)


def is_reference(value: object) -> bool:
    """Whether `value`, or a part of it, is known to Terraform only at plan or apply."""
    match value:
        case str():
            return bool(_INTERPOLATION.search(value) or _LIST_OR_MAP_TOKEN.search(value))
        case bool() | None:
            return False
        case float() | int():
            return _is_number_token(value)
        case list() | tuple():
            return any(is_reference(item) for item in value)
        case Mapping():
            return any(is_reference(key) or is_reference(item) for key, item in value.items())
        case _:  # CDKTF's IResolvable: a boolean or a whole object that is not known yet
            return callable(getattr(value, "resolve", None))


def _is_number_token(value: float) -> bool:
    if value > -1e200:  # every ordinary number leaves here
        return False
    (bits,) = struct.unpack(">Q", struct.pack(">d", value))
    return bits >> 48 in _NUMBER_TOKEN_MARKERS


def variables_in(value: object) -> list[str]:
    """Names of the Terraform variables (`${var.name}`) in plain values or a model, sorted."""
    found = {name for _, expression in expressions_in(value) for name in _VARIABLE.findall(expression)}
    return sorted(found)


def expressions_in(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """The text inside every `${…}` in nested plain values or a model, with its path.

    What a model lists in `VERBATIM` is left out: there `${` is text.
    """
    match value:
        case str():
            for expression in _EXPRESSION.findall(value):
                yield path, expression
        case Mapping() | BaseModel():
            verbatim: frozenset[str] = getattr(type(value), "VERBATIM", frozenset())
            for key, item in value.items() if isinstance(value, Mapping) else value:
                if key not in verbatim:
                    yield from expressions_in(item, f"{path}.{key}" if path else str(key))
        case list() | tuple():
            for index, item in enumerate(value):
                yield from expressions_in(item, f"{path}.{index}" if path else str(index))


class OrReference:
    """Marks a field that also takes a Terraform reference: `Annotated[int, Ge(1), OrReference()]`.

    A reference passes as it is; anything else must satisfy the annotations before the mark.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let references past the inner schema."""

        def validate(value: Any, inner: ValidatorFunctionWrapHandler) -> Any:
            return value if is_reference(value) else inner(value)

        return core_schema.no_info_wrap_validator_function(validate, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors accept the literal form or a string with `${…}` in it."""
        literal = handler(schema)
        if literal.get("type") == "string" and not literal.keys() & {"pattern", "enum", "maxLength", "minLength"}:
            return literal
        return {"anyOf": [literal, {"type": "string", "pattern": r"\$\{"}]}
