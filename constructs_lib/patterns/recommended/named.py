"""`resource: {aws_lambda_function: [a, b]}`: which resources a monitor watches, and what CloudWatch calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from constructs_lib.aws.advice import KINDS, Kind
from constructs_lib.errors import Problem
from constructs_lib.model import nearest, shown
from constructs_lib.references import is_reference

_KNOWN_NAME = re.compile(r"\b(?:var|aws_\w+)\.([A-Za-z_][\w-]*)")
_SEPARATORS = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Named:
    """One resource.

    Attributes:
        label: What keys and names of its alarms begin with, where the monitor has several; empty where they can't.
        dimensions: The values of those dimensions that only the resource can tell.
    """

    label: str
    dimensions: Mapping[str, str]


def kind_of(type_: str, named: Mapping[str, str]) -> Kind:
    """The kind of a resource, by what its first dimension looks like; the usual one where that does not show."""
    kinds = KINDS[type_]
    first = named.get(kinds[0].asked[0].name, "")
    fits = (kind for kind in kinds if kind.look is None or (not is_reference(first) and kind.look.match(first)))
    return next(fits, kinds[0])


def read(value: object) -> tuple[str, tuple[Named, ...]] | Problem:
    """The type of the resources, and which they are; or what is wrong."""
    if not isinstance(value, Mapping):
        return Problem(f"{shown(value)} is not a mapping", "write the type and the name: {aws_sqs_queue: jobs}")
    if len(value) != 1:
        return Problem(f"has {len(value)} types, and a monitor is of one", "write a monitor for each type")
    ((type_, names),) = value.items()
    if type_ not in KINDS:
        fix = nearest(type_, KINDS)
        return Problem(f"AWS recommends no alarms for {shown(type_)} that this library knows", fix, str(type_))
    several = names if isinstance(names, list | tuple) else [names]
    if not several:
        return Problem("is empty", "name a resource", type_)
    found = [_named(KINDS[type_][0], one) for one in several]
    for index, one in enumerate(found):
        if isinstance(one, Problem):
            return one.under(f"{type_}.{index}" if isinstance(names, list | tuple) else type_)
    good = tuple(one for one in found if isinstance(one, Named))
    if isinstance(names, list | tuple) and (problem := _unclear(good)):
        return problem.under(type_)
    return type_, good


def _named(kind: Kind, value: object) -> Named | Problem:
    asked = kind.asked
    if isinstance(value, str) and value and len(asked) == 1:
        return Named(_label((value,)), {asked[0].name: value})
    options = {dimension.option: dimension.name for dimension in asked}
    written = ", ".join(f"{option}: …" for option in options)
    if not isinstance(value, Mapping):
        how = "write its name" if len(asked) == 1 else f"write {{{written}}}"
        return Problem(f"{shown(value)} does not name a {kind.thing}", how)
    if unknown := [key for key in value if key not in options]:
        return Problem(f"{unknown[0]!r} is not a key here", nearest(unknown[0], options), str(unknown[0]))
    for option in options:
        if not isinstance(value.get(option), str) or not value[option]:
            rule = f"{shown(value[option])} is not text" if option in value else "is missing"
            return Problem(rule, f"CloudWatch finds a {kind.thing} by {{{written}}}", option)
    dimensions = {name: value[option] for option, name in options.items()}
    return Named(_label(dimensions.values()), dimensions)


def _label(values: Iterable[str]) -> str:
    """From names; of a reference the variable's or the resource's, which is known before deployment."""
    words: list[str] = []
    for value in values:
        words += _KNOWN_NAME.findall(value) if is_reference(value) else [value.rpartition(":")[2]]
    return "-".join(dict.fromkeys(_SEPARATORS.sub("-", word).strip("-_") for word in words if word))


def _unclear(several: Sequence[Named]) -> Problem | None:
    seen: set[str] = set()
    for index, one in enumerate(several):
        if not one.label:
            rule = "is known at deployment only, and the names of its alarms are made from it"
            return Problem(rule, "write a monitor of its own for it", str(index))
        if one.label in seen:
            rule = f"its alarms would have the names of another one's: {one.label}"
            return Problem(rule, "write a monitor of its own for it", str(index))
        seen.add(one.label)
    return None


class AnyResource:
    """Marks a field that names resources: `Annotated[Mapping[str, Any], AnyResource()]`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check it as a whole."""

        def validate(value: Any) -> Any:
            found = read(value)
            if isinstance(found, Problem):
                path = f"{found.path}: " if found.path else ""
                raise PydanticCustomError("check", "{rule}", {"rule": f"{path}{found.rule}", "fix": found.fix})
            return value

        return core_schema.no_info_plain_validator_function(validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """An editor offers the types, and what names a resource of each."""
        return {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": {type_: _schema(kinds[0]) for type_, kinds in KINDS.items()},
        }


def _schema(kind: Kind) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    options = [dimension.option for dimension in kind.asked]
    block = {
        "type": "object",
        "additionalProperties": False,
        "required": options,
        "properties": dict.fromkeys(options, text),
    }
    one = {"anyOf": [text, block]} if len(options) == 1 else block
    return {"anyOf": [one, {"type": "array", "minItems": 1, "items": one}]}
