"""What an editor makes of a JSON Schema: short lists, names from the catalogue, and one error for one mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from constructs_lib.aws.catalogue import NAMESPACES
from constructs_lib.aws.names import REGIONS

_DISTRIBUTION = "ai-monitoring-constructs"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_STATISTICS = ("Average", "Sum", "Minimum", "Maximum", "SampleCount", "p50", "p90", "p95", "p99", "IQM", "tm99")


def for_editors(schema: Mapping[str, Any], file: str) -> dict[str, Any]:
    """A schema with its dialect and id, which names the minor release, in the form that editors make most of."""
    major, minor, *_ = version(_DISTRIBUTION).split(".")
    return {"$schema": _DIALECT, "$id": f"urn:{_DISTRIBUTION}:{major}.{minor}:{file}", **_terse(schema)}


def suggesting(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of monitoring.yaml that suggests what the catalogue has, and refuses no more than before."""
    made: dict[str, Any] = _by_pattern(schema, schema["$defs"])
    definitions = made["$defs"]
    for definition in definitions.values():
        options = definition.get("properties", {})
        if {"namespace", "name", "dimensions", "custom"} <= options.keys():
            options["namespace"] = _suggested(options["namespace"], "Namespaces")
            if "statistic" in options:
                options["statistic"] = _suggested(options["statistic"], "Statistics")
            definition["allOf"] = [{"$ref": "#/$defs/Catalogue"}]
        if {"account", "region"} <= options.keys():
            options["region"] = _suggested(options["region"], "Regions")
    definitions["Namespaces"] = {"enum": [name for name, known in NAMESPACES.items() if known.dimension_sets]}
    definitions["Statistics"] = {"enum": [*_STATISTICS]}
    definitions["Regions"] = {"enum": [*REGIONS]}
    definitions["Catalogue"] = {"allOf": [_of_namespace(name) for name in definitions["Namespaces"]["enum"]]}
    return made


def written(schema: Any, indent: int = 0) -> str:
    """The text of a schema: what fits into a line is on one, and so is each list of words."""
    line = json.dumps(schema, ensure_ascii=False)
    words = isinstance(schema, list) and all(isinstance(part, str) for part in schema)
    if words or len(line) + indent <= _WIDTH or not isinstance(schema, dict | list):
        return line
    if isinstance(schema, dict):
        parts = [f"{json.dumps(key)}: {written(value, indent + 1)}" for key, value in schema.items()]
    else:
        parts = [written(value, indent + 1) for value in schema]
    opened, closed = "{}" if isinstance(schema, dict) else "[]"
    inner = ",\n".join(" " * (indent + 1) + part for part in parts)
    return f"{opened}\n{inner}\n{' ' * indent}{closed}"


_WIDTH = 120


def _of_namespace(name: str) -> dict[str, Any]:
    """What follows from a namespace: the names of its metrics, and of their dimensions."""
    known = NAMESPACES[name]
    dimensions = sorted({word for metric in known.metrics for words in known.legal_sets(metric) for word in words})
    then = {"name": {"anyOf": [{"enum": sorted(known.metrics)}, {}]}}
    return {
        "if": {"properties": {"namespace": {"const": name}}, "required": ["namespace"]},
        "then": {"properties": {**then, "dimensions": {"properties": {word: {} for word in dimensions}}}},
    }


def _suggested(option: Mapping[str, Any], words: str) -> dict[str, Any]:
    """An option that takes what it did, and of which an editor lists the usual values."""
    about = {key: option[key] for key in ("description", "default") if key in option}
    taken = {key: value for key, value in option.items() if key not in about}
    return {**about, "anyOf": [{"$ref": f"#/$defs/{words}"}, *(taken["anyOf"] if [*taken] == ["anyOf"] else [taken])]}


def _by_pattern(of: Any, definitions: Mapping[str, Any]) -> Any:
    """Each choice by `pattern` as conditions: of a mistake a validator then says what is wrong with that pattern."""
    if isinstance(of, list):
        return [_by_pattern(part, definitions) for part in of]
    if not isinstance(of, dict):
        return of
    if mapping := of.get("discriminator", {}).get("mapping"):
        return {
            "type": "object",
            "properties": {"pattern": _choice(mapping, definitions)},
            "required": ["pattern"],
            "allOf": [_chosen(name, reference) for name, reference in mapping.items()],
        }
    return {key: _by_pattern(part, definitions) for key, part in of.items()}


def _chosen(name: str, reference: str) -> dict[str, Any]:
    return {
        "if": {"properties": {"pattern": {"const": name}}, "required": ["pattern"]},
        "then": {"$ref": reference},
    }


def _choice(mapping: Mapping[str, str], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """The names of the patterns, each with what it is for."""
    said = [definitions[reference.rpartition("/")[2]]["description"] for reference in mapping.values()]
    sentences = [" ".join(text.partition("\n\n")[0].split()) for text in said]
    return {"description": "What is watched, and how.", "enum": [*mapping], "enumDescriptions": sentences}


_OF_NAMES = ("properties", "patternProperties", "$defs")
"""Keys below which come names of the file, and not of the schema."""


def _terse(of: Any) -> Any:
    """A schema without what an editor repeats or stumbles over: titles, defaults of null, and choices of one type each.

    A number or a reference is one schema of two types in place of two: an editor shows it once, and of a mistake a
    validator says one thing. (yaml-language-server completes nothing after a text whose default is null.)
    """
    if isinstance(of, list):
        return [_terse(part) for part in of]
    if not isinstance(of, dict):
        return of
    made = {
        key: {name: _terse(part) for name, part in value.items()} if key in _OF_NAMES else _terse(value)
        for key, value in of.items()
        if key != "title" and not (key == "default" and value is None)
    }
    choices = made.get("anyOf", [])
    types = [choice.get("type") for choice in choices]
    if not choices or not all(map(_scalar, choices)) or len({*types}) < len(types):
        return made
    del made["anyOf"]
    for choice in choices:
        made |= choice
    if "pattern" in made:
        what = "a number" if {"number", "integer"} & {*types} else "the value itself"
        made["patternErrorMessage"] = f"Write {what}, or a reference such as ${{var.name}}."
    return made | {"type": types}


def _scalar(choice: Mapping[str, Any]) -> bool:
    return choice.get("type") in ("string", "number", "integer", "boolean", "null") and not {"enum", "const"} & {
        *choice
    }
