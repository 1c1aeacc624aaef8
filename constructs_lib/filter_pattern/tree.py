"""What a filter pattern says, as a tree of frozen values. Two patterns that say the same have equal trees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal

NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
"""A number as AWS describes it: integer or decimal, optional sign, optional exponent."""


def number_of(text: str) -> int | float | None:
    """The number `text` spells, or None. Whole numbers stay whole: 2**53 + 1 is not rounded.

    Infinity (`1e999`) counts as no number: CloudWatch can neither compare nor publish it.
    """
    if not NUMBER.fullmatch(text):
        return None
    if len(text) < 300 and text.lstrip("+-").isdigit():
        return int(text)
    value = float(text)
    return None if value in (float("inf"), float("-inf")) else value


class Operator(Enum):
    """The comparison operators, as they are written."""

    EQUAL = "="
    NOT_EQUAL = "!="
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="

    @property
    def orders(self) -> bool:
        """Whether it compares size, and so takes numbers only."""
        return self not in (Operator.EQUAL, Operator.NOT_EQUAL)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: `500`, `1e-3`. Its spelling counts when it meets a string."""

    text: str

    @property
    def value(self) -> int | float:
        """What the text is worth."""
        value = number_of(self.text)
        if value is None:
            raise ValueError(f"{self.text!r} is not a number")
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """A string value in which `*` stands for any characters, none included."""

    text: str


@dataclass(frozen=True, slots=True)
class Regex:
    """The source of a `%…%` regular expression, without the percent signs."""

    source: str


Value = Number | Text | Regex


class Wildcard(Enum):
    """The step of a selector that stands for every member of an object or array."""

    ANY = "*"


Step = str | int | Wildcard
"""A key of an object, an index of an array, or any member of either."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A path into a JSON event: `$.user.roles[0]`, `$.['cluster.name']`, `$.items[*].id`."""

    steps: tuple[Step, ...]

    @property
    def has_wildcard(self) -> bool:
        """Whether it may name several values. Such a selector can't be a metric's value or dimension."""
        return Wildcard.ANY in self.steps


@dataclass(frozen=True, slots=True)
class FieldName:
    """The name of a field in a space-delimited pattern."""

    name: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`subject operator value`."""

    subject: Selector | FieldName
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class LiteralTest:
    """`selector IS NULL`, `IS TRUE`, `IS FALSE`."""

    selector: Selector
    literal: Literal["NULL", "TRUE", "FALSE"]


@dataclass(frozen=True, slots=True)
class AbsenceTest:
    """`selector NOT EXISTS`."""

    selector: Selector


@dataclass(frozen=True, slots=True)
class And:
    """Every part must hold (`&&`). Never directly inside another `And`."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One part must hold (`||`). Never directly inside another `Or`."""

    parts: tuple[Condition, ...]


Condition = Comparison | LiteralTest | AbsenceTest | And | Or


@dataclass(frozen=True, slots=True)
class Terms:
    """A text pattern: all of `required`, none of `excluded`; or any of `optional`. All empty: every event."""

    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JsonFilter:
    """A pattern in braces: a condition on an event that is one JSON object."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a space-delimited pattern. Only the last one may be without a name."""

    name: str | None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Delimited:
    """A pattern in brackets: the fields before `...` and, if there is one, those after it."""

    head: tuple[Field, ...]
    tail: tuple[Field, ...] | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in order."""
        return self.head + (self.tail or ())


Tree = Terms | Regex | JsonFilter | Delimited


def leaves(condition: Condition) -> Iterator[Comparison | LiteralTest | AbsenceTest]:
    """The conditions of a compound one, from left to right."""
    if isinstance(condition, And | Or):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition


def selector_of(leaf: Comparison | LiteralTest | AbsenceTest) -> Selector | FieldName:
    """What a single condition looks at."""
    return leaf.subject if isinstance(leaf, Comparison) else leaf.selector
