"""Files of Terraform JSON: a configuration (`cdk.tf.json`), or `terraform show -json` of a plan or a state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from constructs_lib.errors import ConfigError, Problem
from constructs_lib.terraform.stack import UNKNOWN, Resource, Stack

Expressions = dict[str, dict[str, str | list[str]]]

_INDEX = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan does to one resource.

    Attributes:
        before: None for one that is made.
        after: None for one that is deleted.
        replaced: Whether it is deleted and made again.
        forgotten: Whether Terraform only stops managing it (a `removed` block).
        remade: Whether these are two resources to Terraform, and a reader of the plan takes them for one.
    """

    before: Resource | None
    after: Resource | None
    replaced: bool = False
    forgotten: bool = False
    remade: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: every resource that it knows of, changed or not."""

    name: str
    changes: tuple[Change, ...]

    @property
    def after(self) -> Stack:
        """What will be there."""
        return Stack(self.name, [change.after for change in self.changes if change.after])


def read(path: str | Path) -> Stack | Plan:
    """What a file says.

    Raises:
        ConfigError: No such file, not JSON, cut short, or not Terraform's.
    """
    file = Path(path)
    try:
        data = orjson.loads(file.read_bytes())
    except FileNotFoundError:
        raise _refused(path, "there is no such file", "name one") from None
    except IsADirectoryError:
        raise _refused(path, "is a folder", "name a file in it, such as cdk.tf.json") from None
    except orjson.JSONDecodeError as error:
        raise _refused(path, f"is not JSON: {error}", _hint(file)) from None
    return parse(data, name=str(path))


def read_configuration(path: Path) -> Stack:
    """A configuration that CDKTF has just written."""
    return Stack(path.parent.name, configured(orjson.loads(path.read_bytes())))


def parse(data: object, *, name: str) -> Stack | Plan:
    """The same of JSON that is parsed already.

    Raises:
        ConfigError: It is not Terraform's.
    """
    if isinstance(data, dict):
        if isinstance(data.get("resource_changes"), list):
            return Plan(name, tuple(_changes(data)))
        if isinstance(data.get("planned_values"), dict) and "format_version" in data:  # an empty plan
            return Plan(name, ())
        if isinstance(data.get("values"), dict) and "format_version" in data:
            return Stack(name, _state(data["values"].get("root_module")))
        if isinstance(data.get("resource"), (dict, list)) or data.keys() & {"terraform", "provider", "output", "//"}:
            return Stack(name, configured(data))
    raise _refused(
        name,
        "is no Terraform configuration, plan or state",
        "give a *.tf.json file, or what `terraform show -json` prints of a plan file",
    )


def configured(data: Mapping[str, Any]) -> Iterator[Resource]:
    """The resources of a configuration in JSON syntax."""
    kinds = data.get("resource") or {}
    for kind_map in kinds if isinstance(kinds, list) else [kinds]:
        for kind, named in kind_map.items():
            for names in named if isinstance(named, list) else [named]:
                for name, body in names.items():
                    values = body[0] if isinstance(body, list) and body else body
                    if isinstance(values, dict):
                        yield Resource(f"{kind}.{name}", kind, values, _monitor(values))


def _monitor(values: Mapping[str, Any]) -> str:
    """CDKTF's comment names the construct path: stack/monitor/key."""
    comment = values.get("//")
    metadata = comment.get("metadata") if isinstance(comment, dict) else None
    path = metadata.get("path") if isinstance(metadata, dict) else None
    parts = path.split("/") if isinstance(path, str) else []
    return parts[1] if len(parts) > 2 else ""


def _state(module: object) -> Iterator[Resource]:
    if not isinstance(module, dict):
        return
    for item in module.get("resources") or ():
        if item.get("mode", "managed") == "managed":
            yield Resource(item["address"], item["type"], item.get("values") or {})
    for child in module.get("child_modules") or ():
        yield from _state(child)


def _changes(plan: Mapping[str, Any]) -> Iterator[Change]:
    expressions = _expressions(plan)
    for item in plan["resource_changes"]:
        change = item.get("change") or {}
        actions = change.get("actions") or []
        if item.get("mode", "managed") != "managed" or actions == ["read"]:
            continue
        address, kind = item["address"], item["type"]
        before, after = change.get("before"), change.get("after")
        if after is not None and (unknown := change.get("after_unknown")):
            after = _known_and_not(after, unknown, expressions.get(_INDEX.sub("", address), {}))
        yield Change(
            before=Resource(item.get("previous_address") or address, kind, before) if before is not None else None,
            after=Resource(address, kind, after) if after is not None else None,
            replaced="delete" in actions and "create" in actions,
            forgotten="forget" in actions,
        )


def _known_and_not(after: Mapping[str, Any], unknown: Mapping[str, Any], expressions: Mapping[str, Any]) -> Any:
    """The values, with what is not known yet as the references the configuration takes it from."""
    merged = dict(after)
    for key, mark in unknown.items():
        if mark is True:
            merged[key] = expressions.get(key, UNKNOWN)
        elif mark:
            merged[key] = _marked(after.get(key), mark)
    return merged


def _marked(value: Any, unknown: Any) -> Any:
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict):
        known = value if isinstance(value, dict) else {}
        return known | {key: _marked(known.get(key), mark) for key, mark in unknown.items() if mark}
    if isinstance(unknown, list):
        known_items = value if isinstance(value, list) else []
        items = [known_items[i] if i < len(known_items) else None for i in range(max(len(known_items), len(unknown)))]
        return [_marked(item, unknown[i]) if i < len(unknown) and unknown[i] else item for i, item in enumerate(items)]
    return value


def _expressions(plan: Mapping[str, Any]) -> Expressions:
    """For each resource, the references its arguments are made of, by argument."""
    found: Expressions = {}
    _module_expressions((plan.get("configuration") or {}).get("root_module") or {}, "", found)
    return found


def _module_expressions(module: Mapping[str, Any], prefix: str, found: Expressions) -> None:
    for item in module.get("resources") or ():
        taken = {
            key: _as_value([f"${{{prefix}{name}}}" for name in _longest(expression["references"])])
            for key, expression in (item.get("expressions") or {}).items()
            if isinstance(expression, dict) and expression.get("references")
        }
        if taken:
            found[prefix + item["address"]] = taken
    for name, call in (module.get("module_calls") or {}).items():
        _module_expressions(call.get("module") or {}, f"{prefix}module.{name}.", found)


def _as_value(references: list[str]) -> str | list[str]:
    """One reference may be a text or a whole list; several are a list, or a text made of them."""
    return references[0] if len(references) == 1 else references


def _longest(references: list[str]) -> list[str]:
    """Terraform lists `a.b.arn` and `a.b`; only the first says which value is taken."""
    return [one for one in references if not any(other.startswith(f"{one}.") for other in references)]


def _refused(path: object, rule: str, fix: str) -> ConfigError:
    return ConfigError([Problem(path="", file=str(path), rule=rule, fix=fix)])


def _hint(file: Path) -> str:
    head = file.read_bytes()[:2]
    if head == b"PK":  # a saved plan is a zip file
        return f"this is a saved plan: give what `terraform show -json {file.name}` prints"
    if not head.strip():
        return "the file is empty"
    return "if it was cut short, write it again"
