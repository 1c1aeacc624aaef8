"""A filter pattern as a condition of CloudWatch Logs Insights, so that the lines a filter counts can be listed.

Logs Insights finds the fields of JSON events by itself and calls them as they are nested: `$.user.id` is `user.id`
(CloudWatch Logs user guide, "Supported logs and discovered fields" and "CloudWatch Logs Insights language query
syntax"). It has no words for some of what a filter can say; those patterns have no condition.
"""

from __future__ import annotations

import re
from typing import assert_never

from constructs_lib.filter_pattern.tree import (
    AbsenceTest,
    And,
    Comparison,
    Condition,
    Delimited,
    JsonFilter,
    Number,
    Operator,
    Or,
    Regex,
    Selector,
    Terms,
    Text,
    Tree,
)

_PLAIN = re.compile(r"[A-Za-z0-9_.@]+")


def condition(tree: Tree) -> str | None:
    """The condition that holds for the same lines, or None."""
    match tree:
        case Terms(required, excluded, optional):
            held = [f"@message like {_quoted(term)}" for term in required]
            held += [f"@message not like {_quoted(term)}" for term in excluded]
            either = " or ".join(f"@message like {_quoted(term)}" for term in optional)
            return " and ".join(held) or either or "ispresent(@message)"
        case Regex(source):
            return f"@message like {_regex(source)}"
        case JsonFilter(inner):
            return _of_json(inner)
        case Delimited():
            return None
    assert_never(tree)


def field(selector: Selector) -> str | None:
    """What Logs Insights calls a field of a JSON event; None for one that it can't name."""
    if selector.has_wildcard:
        return None
    name = ".".join(map(str, selector.steps))
    return name if _PLAIN.fullmatch(name) else f"`{name}`" if "`" not in name else None


def _of_json(inner: Condition) -> str | None:
    match inner:
        case And(parts) | Or(parts):
            word = " and " if isinstance(inner, And) else " or "
            found = [_of_json(part) for part in parts]
            return None if None in found else word.join(f"({part})" for part in found)
        case AbsenceTest(selector):
            name = field(selector)
            return name and f"not ispresent({name})"
        case Comparison(subject=Selector() as subject):
            name = field(subject)
            return name and _compared(name, inner)
        case _:  # a field of a delimited pattern, or a test for true, false or null
            return None


def _compared(name: str, comparison: Comparison) -> str:
    no = "not " if comparison.operator is Operator.NOT_EQUAL else ""
    match comparison.value:
        case Number(text):
            return f"{name} {comparison.operator.value} {text}"
        case Regex(source):
            return f"{name} {no}like {_regex(source)}"
        case Text("*"):
            return f"{no}ispresent({name})"
        case Text(text):
            if "*" not in text:
                return f"{name} {comparison.operator.value} {_quoted(text)}"
            parts = ".*".join(map(re.escape, text.split("*")))
            return f"{name} {no}like {_regex(f'^{parts}$')}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _regex(source: str) -> str:
    return f"/{source.replace('/', chr(92) + '/')}/"
