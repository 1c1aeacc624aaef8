"""Patterns as functions of a line. Built once, called for every line of a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import AnyStr, cast

import orjson

from constructs_lib.filter_pattern import fields, regex
from constructs_lib.filter_pattern.selector import parse_selector
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
    Terms,
    Text,
    Tree,
    Wildcard,
    number_of,
    selector_of,
)
from constructs_lib.filter_pattern.values import SpelledNumber, SpellingNeeded, Test, text_test, value_test

MISSING = object()
"""What a selector finds where there is nothing."""

JsonObject = dict[str, object]


def matcher(tree: Tree) -> Callable[[str], bool]:
    """The pattern as a function of one event."""
    match tree:
        case Terms(required, excluded, optional):
            return terms_matcher(required, excluded, optional)
        case Regex(source):
            search = regex.compiled(source).search
            return lambda line: search(line) is not None
        case JsonFilter(condition):
            return cast("Callable[[str], bool]", json_matcher(condition))
        case Delimited():
            return _delimited_matcher(tree)


def terms_matcher(
    required: Sequence[AnyStr], excluded: Sequence[AnyStr], optional: Sequence[AnyStr]
) -> Callable[[AnyStr], bool]:
    """Terms as a function of one event, as text or as UTF-8."""

    def matches(line: AnyStr) -> bool:
        if optional:
            return any(term in line for term in optional)
        return all(term in line for term in required) and not any(term in line for term in excluded)

    return matches


# JSON events


def read_object(line: str | bytes) -> JsonObject | None:
    """The event as a JSON object; None if it is anything else. Of a key given twice, the last counts (observed)."""
    try:
        event = orjson.loads(line)
    except ValueError:
        return None
    return event if event.__class__ is dict else None


def read_spelled(line: str | bytes) -> JsonObject:
    """The same object with every number as a `SpelledNumber`. Slower; for events `read_object` could read."""
    try:
        return cast("JsonObject", json.loads(line, parse_int=SpelledNumber, parse_float=SpelledNumber))
    except RecursionError:  # orjson reads a little deeper than json does, and a thousandth level is not worth more code
        return {}


def json_matcher(condition: Condition) -> Callable[[str | bytes], bool]:
    """A JSON pattern as a function of one event, as text or as UTF-8."""
    holds = condition_test(condition)

    def matches(line: str | bytes) -> bool:
        event = read_object(line)
        if event is None:
            return False
        try:
            return holds(event)
        except SpellingNeeded:
            return holds(read_spelled(line))

    return matches


def condition_test(condition: Condition) -> Test:
    """A condition as a function of the JSON object."""
    match condition:
        case And(parts):
            return _all_test(tuple(map(condition_test, parts)))
        case Or(parts):
            return _any_test(tuple(map(condition_test, parts)))
        case AbsenceTest(selector):
            return lambda event: next(values_at(selector, event), MISSING) is MISSING
        case LiteralTest(selector, literal):
            return _selected_test(selector, _LITERAL_TESTS[literal])
        case Comparison(subject, operator, value):
            return _selected_test(cast("Selector", subject), value_test(operator, value))


def _all_test(tests: tuple[Test, ...]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda event: first(event) and second(event)
    return lambda event: all(test(event) for test in tests)


def _any_test(tests: tuple[Test, ...]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda event: first(event) or second(event)
    return lambda event: any(test(event) for test in tests)


def _selected_test(selector: Selector, test: Test) -> Test:
    """With a wildcard, one member is enough, and each condition looks for its own (observed)."""
    match selector.steps:
        case (str() as key,):
            return lambda event: test(event.get(key, MISSING))  # type: ignore[attr-defined]
    if selector.has_wildcard:
        return lambda event: any(map(test, values_at(selector, event)))
    return lambda event: test(next(values_at(selector, event), MISSING))


def values_at(selector: Selector, event: object) -> Iterator[object]:
    """What the selector finds: at most one value without a wildcard, any number with one."""
    found: list[object] = [event]
    for step in selector.steps:
        found = [inner for outer in found for inner in _step(outer, step)]
    return iter(found)


def _step(value: object, step: str | int | Wildcard) -> list[object]:
    if isinstance(value, dict):
        if step is Wildcard.ANY:
            return list(value.values())
        return [value[step]] if step in value else []
    if isinstance(value, list):
        if step is Wildcard.ANY:
            return value
        return [value[step]] if isinstance(step, int) and step < len(value) else []
    return []


def _is_null(value: object) -> bool:
    """Observed: an array that holds null passes too, the one place where an array matches anything."""
    return value is None or (isinstance(value, list) and None in value)


_LITERAL_TESTS: dict[str, Test] = {
    "NULL": _is_null,
    "TRUE": lambda value: value is True,
    "FALSE": lambda value: value is False,
}


# Space-delimited events. A word that spells a number is one: `= 200` matches 200 and 200.0, `= "200"` the first.


@dataclass(frozen=True, slots=True)
class Assignment:
    """An event cut into the fields of a pattern."""

    named: dict[str, str]
    words: list[str]


def assign(tree: Delimited, line: str) -> Assignment | None:
    """The fields of an event; None if it has too few, or none at all.

    Without `...`, the last field takes the rest of a longer event as it stands, quotes included (observed).
    """
    words = fields.split(line)
    if not words or len(words) < len(tree.fields):
        return None
    if tree.tail is None and tree.head and len(words) > len(tree.head):
        last = len(tree.head) - 1
        words[last:] = [fields.rest(line, last)]
    tail = tree.tail or ()
    pairs = [*zip(tree.head, words, strict=False), *zip(tail, words[len(words) - len(tail) :], strict=True)]
    return Assignment({field.name: word for field, word in pairs if field.name is not None}, words)


def word_test(condition: Condition) -> Callable[[str], bool]:
    """One field's condition, or a part of it, as a function of the field."""
    match condition:
        case And(parts):
            tests = tuple(map(word_test, parts))
            return lambda word: all(test(word) for test in tests)
        case Or(parts):
            tests = tuple(map(word_test, parts))
            return lambda word: any(test(word) for test in tests)
        case Comparison(_, operator, Number() as value):
            test = value_test(operator, value)
            return lambda word: test(word if (number := number_of(word)) is None else number)
        case Comparison(_, operator, Text() | Regex() as value):
            matches = text_test(value)
            return matches if operator is Operator.EQUAL else lambda word: not matches(word)
    raise TypeError(f"{condition!r} is not a condition on a field")


def _delimited_matcher(tree: Delimited) -> Callable[[str], bool]:
    tests = [(field.name or "", word_test(field.condition)) for field in tree.fields if field.condition is not None]

    def matches(line: str) -> bool:
        found = assign(tree, line)
        return found is not None and all(test(found.named[name]) for name, test in tests)

    return matches


# What one field of an event that matches can be


def admits(tree: Tree, field: str, text: str) -> bool:
    """Whether an event whose `field` (`$.level`, `$status`) is `text` can match; what else it has is not known."""
    match tree:
        case JsonFilter(condition):
            selector = parse_selector(field)
            spelled = number_of(text) is not None and _may_hold(condition, selector, SpelledNumber(text))
            return spelled or _may_hold(condition, selector, text)
        case Delimited():
            conditions = {f"${part.name}": part.condition for part in tree.fields}
            condition_of = conditions.get(field)
            return condition_of is None or word_test(condition_of)(text)
    return True


def _may_hold(condition: Condition, selector: Selector, value: str | SpelledNumber) -> bool:
    match condition:
        case And(parts):
            return all(_may_hold(part, selector, value) for part in parts)
        case Or(parts):
            return any(_may_hold(part, selector, value) for part in parts)
    if selector_of(condition) != selector:
        return True
    match condition:
        case Comparison(_, operator, wanted):
            return value_test(operator, wanted)(value)
        case LiteralTest(_, literal):
            return literal != "NULL" and value == literal.lower()  # a boolean's text; null has none
    return False
