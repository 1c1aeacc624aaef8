"""Reading a field from an event: what a metric filter takes as its value and dimensions."""

from __future__ import annotations

from collections.abc import Callable

from constructs_lib.filter_pattern.matcher import MISSING, assign, read_object, read_spelled, values_at
from constructs_lib.filter_pattern.tree import Delimited, Selector, number_of
from constructs_lib.filter_pattern.values import SpelledNumber

Reader = Callable[[str], str | None]

LARGEST_VALUE = 2.0**360
"""CloudWatch API, MetricDatum, Value: "Values must be in the range of -2^360 to 2^360"."""


def published(text: str | None) -> float | None:
    """The number that a metric gets from a field's text; None if it gets none."""
    number = None if text is None else number_of(text)
    return float(number) if number is not None and abs(number) <= LARGEST_VALUE else None


def json_reader(selector: Selector) -> Reader:
    """The text of one value of a JSON event; a number as it is spelled there."""

    def read(line: str) -> str | None:
        event = read_object(line)
        value = MISSING if event is None else next(values_at(selector, event), MISSING)
        if value.__class__ is float or value == 0:
            value = next(values_at(selector, read_spelled(line)), MISSING)
        match value:
            case str():
                return value or None
            case bool():
                return str(value).lower()
            case SpelledNumber():
                return value.text
            case int():
                return str(value)
        return None

    return read


def delimited_reader(tree: Delimited, name: str) -> Reader:
    """The text of one named field of a space-delimited event."""

    def read(line: str) -> str | None:
        found = assign(tree, line)
        return None if found is None else found.named[name] or None

    return read
