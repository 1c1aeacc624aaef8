"""Terraform writes a block of at most one as an object or as a list of one; here both read the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from constructs_lib.references import is_reference


def blocks(value: object) -> Sequence[Mapping[str, Any]]:
    """All blocks of one kind."""
    if isinstance(value, Mapping):
        return (value,)
    if isinstance(value, list):
        return [item for item in value if isinstance(item, Mapping)]
    return ()


def block(value: object) -> Mapping[str, Any]:
    """The only block of its kind, empty where there is none."""
    found = blocks(value)
    return found[0] if found else {}


def leaves(value: object) -> Iterator[str]:
    """Every text in nested blocks, lists and maps."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, list)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from leaves(item)


def texts(value: object) -> tuple[str, ...]:
    """A list of text; a list that is not yet known is one reference."""
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def text(value: object) -> str:
    """Text, or nothing; where a plan only lists the references it is made of, those."""
    if isinstance(value, list) and is_reference(value):
        return "".join(texts(value))
    return value if isinstance(value, str) else ""


def literal(value: object) -> str:
    """Text that is known; nothing for a reference."""
    return "" if is_reference(value) else text(value)


def number(value: object) -> float | None:
    """A number, which Terraform also takes as text; None where there is none or it is not yet known."""
    if isinstance(value, bool) or is_reference(value):
        return None
    try:
        found = float(value) if isinstance(value, (int, float, str)) and value != "" else None
    except (ValueError, OverflowError):  # no number, or a whole one that is no double
        return None
    if found is None or not isfinite(found):
        return None
    return value if isinstance(value, int) else found


def flag(value: object, *, default: bool) -> bool | None:
    """A boolean; `default` where there is none, None where it is not yet known."""
    if value is None:
        return default
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value)
    return value if isinstance(value, bool) else None


def string_map(value: object) -> Mapping[str, str] | None:
    """A map of text; None where it is not yet known."""
    if isinstance(value, Mapping):
        return {str(key): str(item) for key, item in value.items() if item is not None}
    return None if is_reference(value) else {}
