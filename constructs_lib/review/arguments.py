"""A resource's arguments before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from constructs_lib.terraform.blocks import block, blocks

_OFF = (None, False, "", 0, "0", "false", "OFF", "NONE", "DISABLED", "disabled", "STOPPED", "INACTIVE")
_LONG = 600


def at(values: Mapping[str, Any], path: str) -> Any:
    """An argument, in blocks of at most one: `settings.metrics_enabled`; the block, where that is not yet known."""
    *outer, last = path.split(".")
    for name in outer:
        found = values.get(name)
        if isinstance(found, str):
            return found
        values = block(found)
    return values.get(last)


def on(value: object) -> bool:
    """Whether an argument says anything, and not that something is off."""
    return value not in _OFF and value not in ([], {})


def gone(was: object, becomes: object) -> list[Any]:
    """The entries of a list, or the blocks of a kind, that are there no more."""
    kept = [_plain(item) for item in _items(becomes)]
    return [plain for item in _items(was) if (plain := _plain(item)) not in kept]


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else list(blocks(value))


def _plain(item: object) -> object:
    """A value without what is only left out: a plan writes null, false and empty text where a file has nothing."""
    if isinstance(item, Mapping):
        return {key: _plain(value) for key, value in item.items() if on(value)}
    return [_plain(part) for part in item] if isinstance(item, list) else item


def same(was: object, becomes: object) -> bool:
    """Whether two values say the same; documents are compared as such, and not by their blanks."""
    return _document(was) == _document(becomes)


def _document(value: object) -> object:
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return _plain(block(value) if isinstance(value, list) and len(value) == 1 and blocks(value) else value) or None


def detail(path: str, was: Mapping[str, Any], becomes: Mapping[str, Any]) -> str:
    """`pattern: ERROR → FATAL`."""
    return f"{path}: {shown(at(was, path))} → {shown(at(becomes, path))}"


def shown(value: object) -> str:
    """A value as its file writes it, and no more of a long one than a person reads."""
    if value is None or value == "":
        return "not set"
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return written if len(written) <= _LONG else f"{written[:_LONG]}…"
