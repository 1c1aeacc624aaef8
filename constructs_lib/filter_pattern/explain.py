"""Why a pattern matches a line or does not: the parts that decided, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import orjson

from constructs_lib.filter_pattern import regex
from constructs_lib.filter_pattern.errors import printable
from constructs_lib.filter_pattern.matcher import (
    MISSING,
    JsonObject,
    assign,
    condition_test,
    read_object,
    read_spelled,
    values_at,
    word_test,
)
from constructs_lib.filter_pattern.printer import print_condition, print_term, print_tree, quote
from constructs_lib.filter_pattern.selector import print_selector
from constructs_lib.filter_pattern.tree import (
    AbsenceTest,
    And,
    Comparison,
    Condition,
    Delimited,
    FieldName,
    JsonFilter,
    Number,
    Operator,
    Or,
    Regex,
    Selector,
    Terms,
    Text,
    Tree,
    selector_of,
)
from constructs_lib.filter_pattern.values import SpelledNumber, text_test

_SHOWN = 80
"""Characters of a value or line that are shown; the rest becomes `…`."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a pattern on one line."""

    text: str
    """As canonical text."""
    holds: bool
    """Whether it is true of the line."""
    because: str
    """What the line has there."""

    def __str__(self) -> str:
        return f"`{self.text}` is {'true' if self.holds else 'false'}: {self.because}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a line matches, and the parts that decided it: the ones that failed, or the ones that had to hold."""

    matched: bool
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.parts))


def explain(tree: Tree, line: str) -> Explanation:
    """Why the pattern matches the line or does not."""
    match tree:
        case Terms():
            matched, parts = _terms(tree, line)
        case Regex(source):
            found = regex.compiled(source).search(line)
            has = (
                "nothing in the line fits"
                if found is None
                else f"the line has {_shown(found[0]) if found[0] else 'it'}"
            )
            matched, parts = found is not None, [Part(print_tree(tree), found is not None, has)]
        case JsonFilter(condition):
            matched, parts = _json(condition, line)
        case Delimited():
            matched, parts = _delimited(tree, line)
    return Explanation(matched, tuple(parts))


Verdict = tuple[bool, list[Part]]


def _terms(terms: Terms, line: str) -> Verdict:
    if not (terms.required or terms.excluded or terms.optional):
        return True, [Part("", True, "an empty pattern matches every event")]
    if terms.optional:
        return _any(_term(f"?{print_term(term)}", term in line, term, line) for term in terms.optional)
    bare = len(terms.required) == 1
    required = [_term(print_term(term, bare=bare), term in line, term, line) for term in terms.required]
    return _all([*required, *(_term(f"-{print_term(term)}", term not in line, term, line) for term in terms.excluded)])


def _term(text: str, holds: bool, term: str, line: str) -> Verdict:
    return holds, [Part(text, holds, _presence(term, line))]


def _presence(term: str, line: str) -> str:
    if term in line:
        return f"{_shown(term)} is in the line"
    absent = f"{_shown(term)} is not in the line"
    at = line.lower().find(term.lower())
    if at >= 0 and len(line.lower()) == len(line):
        return f"{absent}, which has {_shown(line[at : at + len(term)])}, and case counts"
    return absent


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    """Every part, or the first that fails."""
    parts: list[Part] = []
    for holds, found in verdicts:
        if not holds:
            return False, found
        parts += found
    return True, parts


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    """The first part that holds, or every part."""
    parts: list[Part] = []
    for holds, found in verdicts:
        if holds:
            return True, found
        parts += found
    return False, parts


# JSON events


def _json(condition: Condition, line: str) -> Verdict:
    event = read_object(line)
    if event is None:
        return False, [Part(f"{{ {print_condition(condition)} }}", False, _not_an_object(line))]
    return _condition(condition, read_spelled(line))


def _not_an_object(line: str) -> str:
    """Why the line is not a JSON object, and the commonest reason: a prefix before the JSON."""
    try:
        event = orjson.loads(line)
    except ValueError as error:
        brace = line.find("{")
        if brace > 0 and read_object(line[brace:]) is not None:
            return f"the line is not one JSON object: {_shown(line[:brace])} stands before it"
        return f"the line is not JSON ({error})"
    return f"the line is {_sort(event)}, and only an object has fields"


def _condition(condition: Condition, event: JsonObject) -> Verdict:
    match condition:
        case And(parts):
            return _all(_condition(part, event) for part in parts)
        case Or(parts):
            return _any(_condition(part, event) for part in parts)
    holds = condition_test(condition)(event)
    selector = cast("Selector", selector_of(condition))
    values = list(values_at(selector, event))
    if selector.has_wildcard:
        because = _members(selector, values)
    else:
        because = _value(condition, selector, values[0] if values else MISSING, holds=holds)
    return holds, [Part(print_condition(condition), holds, because)]


def _members(selector: Selector, values: list[object]) -> str:
    if not values:
        return f"the event has nothing at {print_selector(selector)}"
    shown = ", ".join(_json_text(value) for value in values[:5])
    return f"{print_selector(selector)} is {shown}{', …' if len(values) > 5 else ''}"


def _value(condition: Condition, selector: Selector, value: object, *, holds: bool) -> str:
    name = print_selector(selector)
    if value is MISSING:
        return f"{name} is not in the event{'' if holds else ', and a missing field matches nothing'}"
    is_value = f"{name} is {_json_text(value)}"
    if holds or isinstance(condition, AbsenceTest):
        return is_value
    if isinstance(value, dict | list):
        return f"{name} is {_sort(value)}, and objects and arrays match nothing"
    if not isinstance(condition, Comparison):
        return is_value
    if isinstance(value, bool) or value is None:
        return f"{is_value}, which only `IS {str(_json_text(value)).upper()}` matches"
    if isinstance(value, str) and isinstance(condition.value, Number) and condition.operator.orders:
        return f"{is_value}, a string, and only numbers have a size"
    if isinstance(value, str) and condition.operator is Operator.EQUAL:
        return is_value + _case_hint(condition.value, value)
    return is_value


def _case_hint(value: Number | Text | Regex, found: str) -> str:
    if isinstance(value, Text) and text_test(Text(value.text.lower()))(found.lower()):
        return ", and case counts"
    return ""


def _json_text(value: object) -> str:
    if isinstance(value, SpelledNumber):
        return value.text
    if isinstance(value, dict | list):
        return _sort(value)
    if isinstance(value, str):
        return _shown(value)
    return str(value).lower().replace("none", "null")


def _sort(value: object) -> str:
    match value:
        case dict():
            return "an object"
        case list():
            return "an array"
        case str():
            return "a JSON string"
    return "a JSON literal" if value is None or isinstance(value, bool) else "a JSON number"


# Space-delimited events


def _delimited(tree: Delimited, line: str) -> Verdict:
    found = assign(tree, line)
    if found is None:
        return False, [Part(print_tree(tree), False, _too_few(tree, line))]
    verdicts = [
        _field(field.condition, found.named[field.name])
        for field in tree.fields
        if field.condition is not None and field.name is not None
    ]
    if not verdicts:
        count = len(found.words)
        return True, [Part(print_tree(tree), True, f"the line has {count} fields, and none has a condition")]
    return _all(verdicts)


def _too_few(tree: Delimited, line: str) -> str:
    assigned = assign(Delimited(()), line)
    words = assigned.words if assigned else ()
    if not words:
        return "the line is blank"
    least = f"{'' if tree.tail is None else 'at least '}{len(tree.fields)}"
    return f"the line has {len(words)} fields ({', '.join(map(_shown, words))}), and the pattern needs {least}"


def _field(condition: Condition, word: str) -> Verdict:
    match condition:
        case And(parts):
            return _all(_field(part, word) for part in parts)
        case Or(parts):
            return _any(_field(part, word) for part in parts)
    comparison = cast("Comparison", condition)
    holds = word_test(comparison)(word)
    because = f"{cast('FieldName', comparison.subject).name} is {_shown(word)}"
    if not holds and comparison.operator.orders:
        because += "" if _is_number(word) else ", which is not a number"
    elif not holds and comparison.operator is Operator.EQUAL:
        because += _case_hint(comparison.value, word)
    return holds, [Part(print_condition(comparison), holds, because)]


def _is_number(word: str) -> bool:
    return word_test(Comparison(FieldName(""), Operator.AT_LEAST, Number("-1e308")))(word)


def _shown(text: str) -> str:
    """In quotes, cut to a readable length."""
    return quote(printable(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"))
