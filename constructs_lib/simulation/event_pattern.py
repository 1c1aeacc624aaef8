"""EventBridge's event patterns, and SNS's filter policies, which are written alike.

Source: EventBridge user guide, "Amazon EventBridge event patterns" and "Comparison operators"; SNS developer guide,
"Amazon SNS subscription filter policies". What an operator is not known here is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any


class UnknownOperator(ValueError):
    """An operator that the simulation does not know."""


_NOTHING = object()

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda value, limit: value == limit,
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether an event has all that the pattern names.

    Raises:
        UnknownOperator: The pattern holds an operator that is not known here.
    """
    return all(
        any(matches(part, event) for part in wanted) if key == "$or" else _matches_key(wanted, event, key)
        for key, wanted in pattern.items()
    )


def _matches_key(wanted: Any, event: Mapping[str, Any], key: str) -> bool:
    value = event.get(key, _NOTHING)
    if isinstance(wanted, Mapping):
        if isinstance(value, Sequence) and not isinstance(value, str):
            return any(isinstance(item, Mapping) and matches(wanted, item) for item in value)
        return matches(wanted, value if isinstance(value, Mapping) else {})
    return any(_matches_rule(rule, value) for rule in wanted)


def _matches_rule(rule: Any, value: Any) -> bool:
    if isinstance(rule, Mapping) and "exists" in rule:
        return bool(rule["exists"]) == (value is not _NOTHING)
    if value is _NOTHING:
        return False
    values = value if isinstance(value, list) else [value]
    return any(_matches_value(rule, item) for item in values)


def _matches_value(rule: Any, value: Any) -> bool:
    if not isinstance(rule, Mapping):
        return type(rule) is type(value) and rule == value if isinstance(rule, bool) else rule == value
    ((operator, argument),) = rule.items()
    match operator:
        case "prefix" | "suffix" | "equals-ignore-case" | "wildcard":
            return isinstance(value, str) and _matches_text(operator, argument, value)
        case "anything-but":
            return not _is_any_of(argument, value)
        case "numeric":
            pairs = zip(argument[::2], argument[1::2], strict=True)
            return isinstance(value, (int, float)) and all(_COMPARISONS[sign](value, limit) for sign, limit in pairs)
        case "cidr":
            return isinstance(value, str) and ip_address(value) in ip_network(argument)
    raise UnknownOperator(f"{operator!r} in an event pattern is not known to the simulation")


def _matches_text(operator: str, argument: Any, value: str) -> bool:
    if isinstance(argument, Mapping):  # {"prefix": {"equals-ignore-case": "a"}}
        argument, value = str(argument["equals-ignore-case"]).lower(), value.lower()
    match operator:
        case "prefix":
            return value.startswith(argument)
        case "suffix":
            return value.endswith(argument)
        case "wildcard":
            parts = (re.escape(part) for part in str(argument).split("*"))
            return re.fullmatch(".*".join(parts), value, re.DOTALL) is not None
    return value.lower() == str(argument).lower()


def _is_any_of(argument: Any, value: Any) -> bool:
    if isinstance(argument, Mapping):
        ((operator, texts),) = argument.items()
        return any(_matches_value({operator: text}, value) for text in (texts if isinstance(texts, list) else [texts]))
    return value in (argument if isinstance(argument, list) else [argument])
