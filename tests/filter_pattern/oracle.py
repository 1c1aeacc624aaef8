"""The meaning of a pattern's tree, written for clarity only and without a line of the matcher's code.

Everything is tried, nothing is compiled or skipped, and events are read with the standard library.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from constructs_lib.filter_pattern.tree import (
    AbsenceTest,
    And,
    Comparison,
    Condition,
    Delimited,
    FieldName,
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
    Value,
    Wildcard,
)

WHITE_SPACE = " \t\r\n\f\v"


class Numeral(NamedTuple):
    """A JSON number as it is spelled."""

    text: str


def matches(tree: Tree, line: str) -> bool:
    if isinstance(tree, Terms):
        if tree.optional:
            return any(term in line for term in tree.optional)
        return all(term in line for term in tree.required) and all(term not in line for term in tree.excluded)
    if isinstance(tree, Regex):
        return regex_finds(tree.source, line)
    if isinstance(tree, JsonFilter):
        try:
            event = json.loads(line, parse_int=Numeral, parse_float=Numeral)
        except ValueError:
            return False
        return isinstance(event, dict) and json_holds(tree.condition, event)
    return delimited_matches(tree, line)


def regex_finds(source: str, text: str) -> bool:
    return any(re.compile(source, re.ASCII).match(text, start) for start in range(len(text) + 1))


def wildcard_fits(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(wildcard_fits(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] == text[0] and wildcard_fits(pattern[1:], text[1:])


def text_fits(value: Value, text: str) -> bool:
    match value:
        case Number(spelling):
            return text == spelling
        case Text(pattern):
            return wildcard_fits(pattern, text)
        case Regex(source):
            return regex_finds(source, text)


def number_fits(operator: Operator, value: Number, numeral: str) -> bool:
    left, right = float(numeral), float(value.text)
    return {
        Operator.EQUAL: left == right,
        Operator.NOT_EQUAL: left != right,
        Operator.ABOVE: left > right,
        Operator.AT_LEAST: left >= right,
        Operator.BELOW: left < right,
        Operator.AT_MOST: left <= right,
    }[operator]


def compares(operator: Operator, value: Value, found: str | Numeral) -> bool:
    if isinstance(found, Numeral) and isinstance(value, Number):
        return number_fits(operator, value, found.text)
    text = found.text if isinstance(found, Numeral) else found
    if operator is Operator.EQUAL:
        return text_fits(value, text)
    return operator is Operator.NOT_EQUAL and not text_fits(value, text)


def found_at(selector: Selector, event: object) -> list[object]:
    if not selector.steps:
        return [event]
    step, rest = selector.steps[0], Selector(selector.steps[1:])
    members: dict[object, object] = {}
    if isinstance(event, dict):
        members = dict(event)
    if isinstance(event, list):
        members = dict(enumerate(event))
    if step is not Wildcard.ANY:
        members = {key: value for key, value in members.items() if key == step and type(key) is type(step)}
    return [value for member in members.values() for value in found_at(rest, member)]


def json_holds(condition: Condition, event: object) -> bool:
    match condition:
        case And(parts):
            return all(json_holds(part, event) for part in parts)
        case Or(parts):
            return any(json_holds(part, event) for part in parts)
        case AbsenceTest(selector):
            return not found_at(selector, event)
        case LiteralTest(selector, "NULL"):
            return any(v is None or (type(v) is list and None in v) for v in found_at(selector, event))
        case LiteralTest(selector, literal):
            return any(value is (literal == "TRUE") for value in found_at(selector, event))
        case Comparison(Selector() as selector, operator, value):
            return any(compares(operator, value, v) for v in found_at(selector, event) if isinstance(v, str | Numeral))
    raise AssertionError(condition)


def words_of(line: str) -> list[tuple[int, str]]:
    """Character by character: where a word begins, and its text without the signs around it."""
    words: list[tuple[int, str]] = []
    position = 0
    while position < len(line):
        if line[position] in WHITE_SPACE:
            position += 1
            continue
        start = position
        closing = {'"': '"', "[": "]"}.get(line[position])
        end = position + 1
        while closing and end < len(line) and line[end] != closing:
            end += 2 if line[end] == "\\" else 1
        if closing and end < len(line) and (end + 1 == len(line) or line[end + 1] in WHITE_SPACE):
            words.append((start, line[start + 1 : end]))
            position = end + 1
            continue
        while position < len(line) and line[position] not in WHITE_SPACE:
            position += 1
        words.append((start, line[start:position]))
    return words


def delimited_matches(tree: Delimited, line: str) -> bool:
    words = words_of(line)
    if not words or len(words) < len(tree.fields):
        return False
    texts = [text for _, text in words]
    if tree.tail is None and tree.head and len(texts) > len(tree.head):
        start, _ = words[len(tree.head) - 1]
        texts = [*texts[: len(tree.head) - 1], line[start:].rstrip(WHITE_SPACE)]
    tail = tree.tail or ()
    assigned = [*zip(tree.head, texts, strict=False), *zip(tail, texts[len(texts) - len(tail) :], strict=False)]
    return all(field.condition is None or word_holds(field.condition, word) for field, word in assigned)


def word_holds(condition: Condition, word: str) -> bool:
    match condition:
        case And(parts):
            return all(word_holds(part, word) for part in parts)
        case Or(parts):
            return any(word_holds(part, word) for part in parts)
        case Comparison(FieldName(), operator, value):
            spelled = re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", word)
            return compares(operator, value, Numeral(word) if spelled else word)
    raise AssertionError(condition)
