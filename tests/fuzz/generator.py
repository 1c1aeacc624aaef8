"""Configurations no one would write: those of the repository, changed by chance, and the same for the same number.

A change follows the JSON Schema (an option that was left out, a value at the edge of what is allowed, one of another
option of that name) or goes against it. `python -m tests.fuzz.generator SEED NUMBER` prints a configuration.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from constructs_lib.config.config import Config

ROOT = Path(__file__).parents[2]
_FILES = [ROOT / "monitoring.yaml", *sorted((ROOT / "examples").glob("*.yaml"))]

_TEXTS = [
    *("", " ", ".", "-x", "x-", "5xx-errors", "a.b", "a/b", "A b", "_", "null", "true", "0", "1e3", "=", "~"),
    *("x" * 64, "x" * 128, "x" * 255, "x" * 256, "x" * 1_025, "k-" * 120, "é", "日本語", "💥", "\u202ex", "\x1b[31m"),
    *("${var.x}", '${var.x["k"]}', "${var.x}-${var.y}", "${var.count}", "${aws_x.y.id}", "${", "${}", "$${x}", "$"),
    *("%{if true}", "%{", "%%{x}", "%{ for a in b }", "#{TfToken[x]}", "&{TfToken[x]}", "{alarm}", "{", "{{}}", "<b>"),
    *('"', "'", "\\", "\n", "a\tb", "\u2028", "</script>", "${jsonencode({a = 1})}", "\ufffd", "\u0085"),
    *("arn:aws:sns:us-east-1:123456789012:topic", "arn:aws-cn:s3:::b", "arn:aws:lambda:eu-west-1:123456789012:f"),
    *("arn:aws:kms:us-east-1:123456789012:key/6a8f2f0e-6c3b-4f0c-9a7e-2f6f0f4f8d11", "s3://b/k/", "s3://B", "s3://"),
    *("https://x.example.com/{alarm}", "ftp://x", "a@example.com", "a@", "2026-12-01T02:00:00Z", "24:00", "0 3 * * *"),
    *("m * 2", "FILL(m, 0)", "m1 /", "{ $.a = 1 }", "[a, b, ...]", "%x%", "daily at 3", "subnet-0a1b2c3d", "p99.9"),
]
_NUMBERS = [
    *(0, 1, -1, 2, 3, 10, 59, 60, 61, 100, 101, 255, 256, 3_600, 86_400, 86_401, 604_800, 2**31, 2**53 + 1, 2**63),
    *(0.0, -0.0, 0.1, 1.5, 5e-324, 1e-9, 99.99, 1e20, 1e308, -1e308, float("inf"), float("nan"), 10**120, -(10**330)),
]
_OTHERS: list[Any] = [None, True, False, [], {}, [None], [[]], {"": 1}, {"x": {"y": [1]}}, [1, "a"]]
_LETTERS = "\t\x00\x07\x7f\ufeff\u200b{}[]:#&*!|>'\"%@`,-?~=\\é💥"
_SNIPPETS = [
    *("!!int ", "!!bool ", "!!timestamp ", "!!binary ", "!!set ", "!x ", "&a ", "*a", "<<: ", "? ", "|\n", ">-\n"),
    *(
        "---\n",
        "...\n",
        "%YAML 9.9\n",
        "0x1F",
        "0o17",
        "1_000",
        "12:30:45",
        ".inf",
        "2026-02-30",
        "[" * 60,
        "{a: " * 60,
    ),
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is, or could be: `holder[key]`, and what the schema says of it."""

    holder: Any
    key: Any
    schema: Mapping[str, Any]

    @property
    def is_there(self) -> bool:
        return isinstance(self.holder, list) or self.key in self.holder


@cache
def schema() -> dict[str, Any]:
    """Of one whole configuration: an editor's has conditions on what other files may add."""
    return Config.model_json_schema(by_alias=True)


@cache
def bases() -> tuple[dict[str, Any], ...]:
    """The configurations that all others are made from."""
    return tuple(yaml.safe_load(file.read_text(encoding="utf-8")) for file in _FILES)


@cache
def seen() -> dict[str, list[Any]]:
    """The values that each option has somewhere, by its name."""
    found: dict[str, list[Any]] = {}
    for base in bases():
        for place in places(base):
            if place.is_there and isinstance(place.key, str):
                found.setdefault(place.key, []).append(place.holder[place.key])
    return found


def places(data: Any, of: Mapping[str, Any] | None = None) -> Iterator[Place]:
    """Every place in a configuration, options that are left out among them."""
    for branch in _branches(of if of is not None else schema(), data):
        if isinstance(data, dict):
            properties = branch.get("properties", {})
            for key in [*properties, *(key for key in data if key not in properties)]:
                below = properties.get(key, branch.get("additionalProperties") or {})
                yield Place(data, key, below if isinstance(below, dict) else {})
                if key in data:
                    yield from places(data[key], below if isinstance(below, dict) else {})
        elif isinstance(data, list):
            for index, item in enumerate(data):
                yield Place(data, index, branch.get("items", {}))
                yield from places(item, branch.get("items", {}))


def _branches(of: Mapping[str, Any], data: Any) -> Iterator[Mapping[str, Any]]:
    """The parts of a schema that speak of data of this kind."""
    if "$ref" in of:
        of = schema()["$defs"][of["$ref"].rpartition("/")[2]]
    if mapping := of.get("discriminator", {}).get("mapping"):
        chosen = mapping.get(str(data.get("pattern"))) if isinstance(data, dict) else None
        if chosen:
            yield from _branches({"$ref": chosen}, data)
        return
    if parts := of.get("anyOf", of.get("oneOf")):
        for part in parts:
            yield from _branches(part, data)
    elif of.get("type") == ("object" if isinstance(data, dict) else "array" if isinstance(data, list) else ""):
        yield of


def value(chance: Random, of: Mapping[str, Any], key: object = None) -> Any:
    """A value that the schema allows, at an edge of it where there is one."""
    if "$ref" in of:
        of = schema()["$defs"][of["$ref"].rpartition("/")[2]]
    if isinstance(key, str) and key in seen() and chance.random() < 0.4:
        return deepcopy(chance.choice(seen()[key]))
    if parts := of.get("anyOf", of.get("oneOf")):
        return value(chance, chance.choice(parts), key)
    if "const" in of or "enum" in of:
        return chance.choice(of.get("enum", [of.get("const")]))
    if "default" in of and chance.random() < 0.3:
        return deepcopy(of["default"])
    kind = of.get("type", "string")
    make = _BY_TYPE[chance.choice(kind) if isinstance(kind, list) else kind]
    return make(chance, of)


def _number(chance: Random, of: Mapping[str, Any]) -> Any:
    least = of.get("minimum", of.get("exclusiveMinimum", 0))
    most = of.get("maximum", of.get("exclusiveMaximum", chance.choice([1, 5, 60, 300, 3_600, 100_000])))
    found = chance.choice([least, most, least + 1, (least + most) / 2, chance.choice([1, 2, 60, 300])])
    found = found // of.get("multipleOf", 1) * of.get("multipleOf", 1) if "multipleOf" in of else found
    return int(found) if of["type"] != "number" else found


def _text(chance: Random, of: Mapping[str, Any]) -> str:
    if "pattern" in of:
        return "${var.x}"
    text: str = chance.choice(_TEXTS)
    return text[: of.get("maxLength", len(text))].ljust(of.get("minLength", 0), "x")


def _list(chance: Random, of: Mapping[str, Any]) -> list[Any]:
    return [value(chance, of.get("items", {})) for _ in range(chance.choice([of.get("minItems", 0), 1, 2, 5]))]


def _object(chance: Random, of: Mapping[str, Any]) -> dict[str, Any]:
    if "properties" not in of:
        below = of.get("additionalProperties") or {}
        below = below if isinstance(below, dict) else {}
        return {chance.choice(["x", "model", "a-b", chance.choice(_TEXTS)]): value(chance, below) for _ in range(2)}
    needed = of.get("required", [])
    return {
        key: value(chance, below, key)
        for key, below in of["properties"].items()
        if key in needed or chance.random() < 0.25
    }


_BY_TYPE: dict[str, Callable[[Random, Mapping[str, Any]], Any]] = {
    "integer": _number,
    "number": _number,
    "string": _text,
    "array": _list,
    "object": _object,
    "boolean": lambda chance, _: chance.random() < 0.5,
    "null": lambda *_: None,
}


def _replace(chance: Random, place: Place) -> None:
    place.holder[place.key] = value(chance, place.schema, place.key)


def _spoil(chance: Random, place: Place) -> None:
    kinds: list[list[Any]] = [_TEXTS, _NUMBERS, _OTHERS]
    place.holder[place.key] = deepcopy(chance.choice(chance.choice(kinds)))


def _text_in_its_place(chance: Random, place: Place) -> None:
    """Most faults are of one kind: a text where a text may be, of characters no one thought of."""
    old = place.holder[place.key] if place.is_there else None
    if isinstance(old, str):
        place.holder[place.key] = chance.choice([old + chance.choice(_TEXTS), chance.choice(_TEXTS)])
    else:
        _replace(chance, place)


def _remove(_: Random, place: Place) -> None:
    if place.is_there:
        del place.holder[place.key]


def _rename(chance: Random, place: Place) -> None:
    if isinstance(place.holder, dict) and place.is_there:
        new = chance.choice([f"{place.key}s", str(place.key)[1:], chance.choice(_TEXTS), "pattern"])
        place.holder[new] = place.holder.pop(place.key)


def _swap(chance: Random, place: Place) -> None:
    place.holder[place.key] = deepcopy(chance.choice(chance.choice([*seen().values()])))


_GENTLE = [_replace, _replace, _replace, _text_in_its_place]
_ROUGH = [*_GENTLE, _spoil, _spoil, _text_in_its_place, _remove, _rename, _swap]


def _fewer(chance: Random, data: dict[str, Any]) -> None:
    """Leave out monitors at random, so that a configuration costs little, and so that links lead nowhere at times."""
    for stack in data["stacks"].values():
        keep = chance.randint(1, 3)
        for name in chance.sample([*stack["monitors"]], max(0, len(stack["monitors"]) - keep)):
            del stack["monitors"][name]
            _follow(stack["monitors"], name)


def _follow(monitors: dict[str, Any], gone: str) -> None:
    """Let what named a monitor name something that exists outside of the file."""
    for monitor in monitors.values():
        for key in ("endpoint", "log_group"):
            if monitor.get(key) in (gone, {"made_by": gone}):
                monitor[key] = {"existing": gone} if key == "endpoint" else {"name": f"/x/{gone}"}
        for route in monitor.get("routes", ()):
            if route.get("sagemaker_endpoint") == gone:
                route["sagemaker_endpoint"] = {"existing": gone}


def _damaged(chance: Random, text: str) -> str:
    """The same text, with something wrong in it that is not a value's."""
    at = chance.randrange(len(text))
    lines = text.splitlines(keepends=True)
    line = chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + chance.choice(_LETTERS) + text[at:]
        case 2:
            return "".join([*lines[:line], " " * chance.randint(1, 9), *lines[line:]])
        case 3:
            return "".join([*lines[:line], lines[line], *lines[line:]])
        case 4:
            colons = [found.end() for found in re.finditer(r": ", text)] or [0]
            at = chance.choice(colons)
    return text[:at] + chance.choice(_SNIPPETS) + text[at:]


def configuration(seed: int, number: int) -> str:
    """A configuration: about every third is one that someone could have meant."""
    chance = Random(f"{seed} {number}")
    data = deepcopy(chance.choice(bases()))
    _fewer(chance, data)
    changes, times = (_GENTLE, chance.randint(1, 2)) if chance.random() < 0.5 else (_ROUGH, chance.randint(1, 6))
    for _ in range(times):
        if left := [*places(data)]:
            chance.choice(changes)(chance, chance.choice(left))
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=chance.random() < 0.5)
    return _damaged(chance, text) if chance.random() < 0.15 else text


if __name__ == "__main__":
    print(configuration(int(sys.argv[1]), int(sys.argv[2])))
