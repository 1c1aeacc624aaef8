"""The shape of a file, for an editor: what is written in it before it is one configuration with what it includes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Annotated, Any

from pydantic import Field

from constructs_lib.config.editor import for_editors, suggesting
from constructs_lib.config.include import TEMPLATE
from constructs_lib.config.stack_spec import StackSpec
from constructs_lib.model import Items, Model
from constructs_lib.options.renamed import Key
from constructs_lib.patterns.registry import PATTERNS, pattern


class FileStack(StackSpec):
    """One stack: one account, one Region, one state."""

    like: Key | None = None
    """Another stack, of which it has everything that it does not say itself: mappings are merged key by key, lists are
    replaced, `null` leaves a monitor or an option out."""


class MonitoringFile(Model):
    """monitoring.yaml, or a file that it includes. Keys that begin with `x-` are for YAML anchors alone."""

    project: Key
    """Prefix of every name; a file that is included has none."""
    include: Items[str] = ()
    """Files whose stacks and monitors are added, such as teams/*.yaml, relative to this file."""
    owner: Annotated[str, Field(min_length=1)] | None = None
    """The team that owns the monitors of this file which name no other; a team has one file."""
    defaults: FileStack | None = None
    """Options that every stack has unless it says otherwise, merged as `like` does."""
    stacks: Annotated[Mapping[Key, FileStack], Field(min_length=1)]
    """Stacks by name; each is planned and deployed by itself."""


def schema() -> dict[str, Any]:
    """The JSON Schema of a file.

    A file that stands alone has to give every stack what it needs; otherwise another file, the defaults or another
    stack may.
    """
    made = MonitoringFile.model_json_schema(by_alias=True)
    definitions = made["$defs"]
    specs = [definitions[pattern(name).spec.__name__] for name in PATTERNS]
    whole = definitions["FileStack"]["properties"]["monitors"]["additionalProperties"]
    for name in _reached({"$ref": "#/$defs/FileStack"}, definitions):
        definitions[f"{name}Part"] = _part(definitions[name])
    options: dict[str, list[Any]] = {}
    for spec in specs:
        for name, option in _part(spec)["properties"].items():
            known = options.setdefault(name, [])
            known += [option] if option not in known else []
    changes = {name: _or_null(known) for name, known in options.items() if name != "pattern"}
    definitions["MonitorPart"] = {
        "title": "MonitorPart",
        "description": "Changes to a monitor of the stack that this one is like.",
        "type": ["object", "null"],
        "properties": changes,
        "additionalProperties": False,
    }
    either = {"if": {"type": "object", "required": ["pattern"]}, "then": whole, "else": {"$ref": "#/$defs/MonitorPart"}}
    said = definitions["FileStack"]["properties"]["monitors"]["description"]
    definitions["FileStackPart"]["properties"]["monitors"] = {
        "description": said,
        "type": "object",
        "additionalProperties": either,
    }
    of_stacks = made["properties"]["stacks"]
    of_stacks.pop("additionalProperties")
    made["properties"]["defaults"] = {
        "description": made["properties"]["defaults"]["description"],
        "$ref": "#/$defs/FileStackPart",
    }
    like, ref = {"required": ["like"]}, "#/$defs/FileStack"
    made["required"] = []
    made["patternProperties"] = {f"^{TEMPLATE}": {}}
    made["if"] = {
        "required": ["project", "stacks"],
        "not": {"anyOf": [{"required": [key]} for key in ("include", "defaults", "owner")]},
    }
    made["then"] = _stacks({"if": like, "then": {"$ref": f"{ref}Part"}, "else": {"$ref": ref}})
    made["else"] = _stacks({"$ref": f"{ref}Part"})
    used = _reached({key: value for key, value in made.items() if key != "$defs"}, definitions)
    made["$defs"] = {name: definitions[name] for name in sorted(used)}
    return for_editors(suggesting(made), "monitoring.schema.json")


def _stacks(one: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {"stacks": {"additionalProperties": one}}}


def _reached(of: Any, definitions: Mapping[str, Any]) -> list[str]:
    """The definitions that a schema is made of, each once."""
    found = [*dict.fromkeys(_named(of))]
    for name in found:  # which grows meanwhile
        found += [other for other in dict.fromkeys(_named(definitions[name])) if other not in found]
    return found


def _named(of: Any) -> Iterator[str]:
    if isinstance(of, dict):
        if "$ref" in of:
            yield of["$ref"].rpartition("/")[2]
        for part in of.values():
            yield from _named(part)
    if isinstance(of, list):
        for part in of:
            yield from _named(part)


def _part(of: Any) -> Any:
    """A schema of which anything may be missing, also further down, or null."""
    if isinstance(of, list):
        return [_part(item) for item in of]
    if not isinstance(of, dict):
        return deepcopy(of)
    options = of.get("properties", {})
    left_out = ("required", "discriminator", "properties")
    made = {key: _part(value) for key, value in of.items() if key not in left_out}
    if "$ref" in made:
        made["$ref"] += "Part"
    if options:  # by name: one of them may be called `properties`
        made["properties"] = {name: _or_null([_part(option)]) for name, option in options.items()}
    return made


def _or_null(known: list[Any]) -> Any:
    """One of some schemas, or null; with what the first says of it."""
    first, *others = known
    if not others and first.get("const"):
        return first
    about = {key: first[key] for key in ("description", "title") if key in first}
    bare = [
        {key: value for key, value in one.items() if key not in ("description", "title", "default")} for one in known
    ]
    choices = [choice for one in bare for choice in (one["anyOf"] if [*one] == ["anyOf"] else [one])]
    unique = [choice for index, choice in enumerate(choices) if choice not in choices[:index]]
    return {**about, "anyOf": [*unique, *([] if {"type": "null"} in unique else [{"type": "null"}])]}
