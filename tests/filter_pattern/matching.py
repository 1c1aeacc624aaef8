"""Strategies: a pattern together with an event made to match it, down to the ways JSON has to spell one text."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from constructs_lib.filter_pattern.tree import (
    AbsenceTest,
    And,
    Comparison,
    Condition,
    Delimited,
    JsonFilter,
    LiteralTest,
    Number,
    Operator,
    Or,
    Regex,
    Selector,
    Step,
    Text,
    Wildcard,
)
from tests.filter_pattern import oracle
from tests.filter_pattern.oracle import Numeral
from tests.filter_pattern.trees import NUMBERS, WORDS, delimited, json_filters, json_regex_filters

_SCALARS: list[str | Numeral] = [
    *WORDS,
    *NUMBERS,
    *(Numeral(text) for text in [*NUMBERS, "9e9", "-9e9"] if text[0] != "+"),
]
LITERALS = {"NULL": None, "TRUE": True, "FALSE": False}
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@st.composite
def json_pairs(draw: st.DrawFn) -> tuple[JsonFilter, str]:
    """A JSON pattern and a line that it matches."""
    tree = draw(st.one_of(json_filters, json_regex_filters))
    event: Any = {}
    for leaf in draw(_leaves(tree.condition)):
        event = _placed(event, *draw(_wanted(leaf)))
    line = draw(_spelled(event))
    assume(oracle.matches(tree, line))  # conditions on one field can contradict each other
    return tree, line


@st.composite
def delimited_pairs(draw: st.DrawFn) -> tuple[Delimited, str]:
    """A space-delimited pattern and a line that it matches."""
    tree = draw(delimited())
    words = [draw(_words(field.condition)) for field in tree.fields]
    if tree.tail is not None or not words:
        cut = len(tree.head)
        words[cut:cut] = draw(st.lists(_words(None), min_size=not words, max_size=2))
    line = draw(st.sampled_from([" ", "\t", "  "])).join(map(_as_field, words))
    assume(oracle.matches(tree, line))
    return tree, line


@st.composite
def _leaves(draw: st.DrawFn, condition: Condition) -> list[Condition]:
    """The single conditions that are enough."""
    match condition:
        case And(parts):
            return [leaf for part in parts for leaf in draw(_leaves(part))]
        case Or(parts):
            return draw(st.sampled_from(parts).flatmap(_leaves))
    return [] if isinstance(condition, AbsenceTest) else [condition]


@st.composite
def _wanted(draw: st.DrawFn, leaf: Condition) -> tuple[tuple[Step, ...], Any]:
    """Where an event needs a value, and one that will do."""
    match leaf:
        case LiteralTest(selector, literal):
            return selector.steps, LITERALS[literal]
        case Comparison(Selector() as selector, operator, value):
            return selector.steps, draw(_scalars(operator, value))
    raise AssertionError(leaf)


def _scalars(operator: Operator, value: Number | Text | Regex) -> st.SearchStrategy[str | Numeral]:
    """Strings and numbers of which the comparison is true."""
    if operator is Operator.EQUAL and isinstance(value, Regex):
        return st.from_regex(re.compile(value.source, re.ASCII))
    if operator is Operator.EQUAL and isinstance(value, Text) and "*" in value.text:
        return st.sampled_from(["", "x", "é", "/"]).map(lambda filler: value.text.replace("*", filler))
    fitting = [found for found in _SCALARS if oracle.compares(operator, value, found)]
    assume(fitting)  # nothing is `!= *`
    return st.sampled_from(fitting)


def _placed(node: Any, steps: tuple[Step, ...], value: Any) -> Any:
    """The event with a value at the end of a path; what was in its way is gone."""
    if not steps:
        return value
    step, *rest = steps
    if isinstance(step, str):
        members = node if isinstance(node, dict) else {}
        return {**members, step: _placed(members.get(step), tuple(rest), value)}
    index = 1 if step is Wildcard.ANY else step
    assert isinstance(index, int)
    elements = list(node) if isinstance(node, list) else []
    elements += [None] * (index + 1 - len(elements))
    elements[index] = _placed(elements[index], tuple(rest), value)
    return elements


@st.composite
def _spelled(draw: st.DrawFn, value: Any) -> str:
    """The value as JSON, each string with a few of its characters escaped."""
    match value:
        case Numeral(text):
            return text
        case str():
            return draw(_quoted(value))
        case dict():
            members = [f"{draw(_quoted(key))}: {draw(_spelled(inner))}" for key, inner in value.items()]
            return f"{{{', '.join(members)}}}"
        case list():
            return f"[{', '.join(draw(_spelled(inner)) for inner in value)}]"
    return json.dumps(value)


@st.composite
def _quoted(draw: st.DrawFn, text: str) -> str:
    escaped = draw(st.one_of(st.just(frozenset()), st.frozensets(st.integers(0, max(0, len(text) - 1)))))
    return f'"{"".join(_escape(c) if at in escaped else _plain(c) for at, c in enumerate(text))}"'


def _escape(character: str) -> str:
    return "\\/" if character == "/" else "".join(f"\\u{unit:04x}" for unit in _units(character))


def _units(character: str) -> list[int]:
    """UTF-16, in which JSON escapes."""
    raw = character.encode("utf-16-be")
    return [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]


def _plain(character: str) -> str:
    return _ESCAPES.get(character) or (character if character >= " " else _escape(character))


def _words(condition: Condition | None) -> st.SearchStrategy[str]:
    words = [*WORDS, *NUMBERS, "2", "-9", "99"]
    fitting = [word for word in words if condition is None or oracle.word_holds(condition, word)]
    assume(fitting)
    return st.sampled_from(fitting)


def _as_field(word: str) -> str:
    """In quotes where it needs them to be one field."""
    return f'"{word}"' if not word or " " in word else word
