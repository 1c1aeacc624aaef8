"""A metric math expression as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


class MetricMathError(ValueError):
    """CloudWatch would refuse this expression in an alarm, or the simulation does not know a part of it."""


@dataclass(frozen=True, slots=True)
class NumberLiteral:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class TextLiteral:
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """The id of a metric or of another expression."""

    id: str


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word that a function takes: REPEAT, LINEAR, AVG, DESC."""

    value: str


@dataclass(frozen=True, slots=True)
class Negative:
    """-x."""

    of: Node


@dataclass(frozen=True, slots=True)
class Operation:
    """Two sides and what stands between them: + - * / ^ == != <= >= < > AND OR."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Array:
    """[m1, m2]."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """NAME(arguments)."""

    name: str
    arguments: tuple[Node, ...]


Node = NumberLiteral | TextLiteral | Name | Word | Negative | Operation | Array | Call


def walk(node: Node) -> Iterator[Node]:
    """The node and everything in it."""
    yield node
    match node:
        case Negative(of):
            yield from walk(of)
        case Operation(_, left, right):
            yield from walk(left)
            yield from walk(right)
        case Array(parts) | Call(_, parts):
            for part in parts:
                yield from walk(part)
