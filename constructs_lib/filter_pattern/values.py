"""How CloudWatch compares one value with what a pattern says. What was observed of the service is marked so.

- A number is compared by value with a number: `= 1` matches 1, 1.0 and 1e0 (observed).
- A string is compared with the text the pattern spells: `= 1` matches "1" and not "1.0" (observed).
- A text is compared with a number's spelling in the event: `= "1"` matches 1 and not 1.0 (observed).
- Size (`>` and the like) is for numbers only: `> 1` does not match "10" (observed).
- `!=` needs a value too: booleans, null, objects, arrays and missing fields match no comparison (observed).
- `*` is any characters, none included; every other character stands for itself (observed).
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from constructs_lib.filter_pattern import regex
from constructs_lib.filter_pattern.tree import Number, Operator, Regex, Text, Value

Test = Callable[[object], bool]

_ORDER: dict[Operator, Callable[[float, float], bool]] = {
    Operator.ABOVE: operator.gt,
    Operator.AT_LEAST: operator.ge,
    Operator.BELOW: operator.lt,
    Operator.AT_MOST: operator.le,
}
_IN_NUMBERS = frozenset("0123456789+-.eE*")


class SpelledNumber(float):
    """A number of a JSON event that remembers how it was written."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> SpelledNumber:
        """The number `text` spells."""
        number = super().__new__(cls, text)
        number.text = text
        return number


class SpellingNeeded(Exception):
    """A number read without its spelling meets a text. The event has to be read again, with `SpelledNumber`."""


def value_test(operator_: Operator, value: Value) -> Test:
    """A test of one JSON value: a string, a `SpelledNumber`, an int or float, or what never matches.

    The test raises `SpellingNeeded` where a plain number would not do.
    """
    if operator_.orders:
        if not isinstance(value, Number):
            raise TypeError(f"{operator_.value} compares numbers, not {value!r}")
        return _size_test(_ORDER[operator_], value.value)
    equals = _number_equality(value) if isinstance(value, Number) else _text_equality(value)
    if operator_ is Operator.EQUAL:
        return equals
    return lambda found: is_scalar(found) and not equals(found)


def is_scalar(found: object) -> bool:
    """Whether a JSON value can be compared: strings and numbers."""
    return isinstance(found, str | int | float) and not isinstance(found, bool)


def _size_test(holds: Callable[[float, float], bool], limit: float) -> Test:
    def test(found: object) -> bool:
        kind = found.__class__
        return (kind is int or kind is float or kind is SpelledNumber) and holds(found, limit)  # type: ignore[arg-type]

    return test


def _number_equality(value: Number) -> Test:
    number, text = value.value, value.text

    def test(found: object) -> bool:
        if found.__class__ is str:
            return found == text
        return found == number and found.__class__ is not bool

    return test


def _text_equality(value: Text | Regex) -> Test:
    matches = text_test(value)
    spelling_matters = isinstance(value, Regex) or (set(value.text) <= _IN_NUMBERS and value.text != "*")
    any_number = isinstance(value, Text) and value.text == "*"

    def test(found: object) -> bool:
        kind = found.__class__
        if kind is str:
            return matches(found)  # type: ignore[arg-type]
        if kind is SpelledNumber:
            return matches(found.text)  # type: ignore[attr-defined]
        if kind is int or kind is float:
            if spelling_matters:
                raise SpellingNeeded
            return any_number
        return False

    return test


def text_test(value: Text | Regex) -> Callable[[str], bool]:
    """A test of a text: the whole of it for a `Text`, any part of it for a `Regex`."""
    if isinstance(value, Regex):
        search = regex.compiled(value.source).search
        return lambda found: search(found) is not None
    first, *inner = value.text.split("*")
    if not inner:
        return first.__eq__
    last = inner.pop()
    least = len(first) + len(last) + sum(map(len, inner))

    def test(found: str) -> bool:
        """Each inner piece at its first place after the one before: linear, whatever the pattern."""
        if len(found) < least or not found.startswith(first) or not found.endswith(last):
            return False
        position, end = len(first), len(found) - len(last)
        for piece in inner:
            position = found.find(piece, position, end)
            if position < 0:
                return False
            position += len(piece)
        return True

    return test
