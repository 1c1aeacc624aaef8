"""From text to tree."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from constructs_lib.cache import parser
from constructs_lib.simulation.metric_math.tree import (
    Array,
    Call,
    MetricMathError,
    Name,
    Negative,
    Node,
    NumberLiteral,
    Operation,
    TextLiteral,
    Word,
)


class _Tree(Transformer[Token, Node]):
    """Rules of the grammar, by their names there."""

    def start(self, parts: list[Node]) -> Node:
        return parts[0]

    def number(self, parts: list[Token]) -> Node:
        return NumberLiteral(float(parts[0]))

    def text(self, parts: list[Token]) -> Node:
        return TextLiteral(str(parts[0])[1:-1])

    def name(self, parts: list[Token]) -> Node:
        return Name(str(parts[0]))

    def word(self, parts: list[Token]) -> Node:
        return Word(str(parts[0]))

    def negative(self, parts: list[Node]) -> Node:
        return Negative(parts[0])

    def array(self, parts: list[Node]) -> Node:
        return Array(tuple(parts))

    def call(self, parts: list[Any]) -> Node:
        return Call(str(parts[0]), tuple(part for part in parts[1:] if part is not None))

    def either(self, parts: list[Node]) -> Node:
        return Operation("OR", parts[0], parts[1])

    def both(self, parts: list[Node]) -> Node:
        return Operation("AND", parts[0], parts[1])

    def comparison(self, parts: list[Any]) -> Node:
        return Operation(str(parts[1]), parts[0], parts[2])

    sum = product = power = comparison


@lru_cache
def _parser() -> Lark:
    return parser(Path(__file__).with_name("grammar.lark"), transformer=_Tree())


@lru_cache(maxsize=4096)
def parse(expression: str) -> Node:
    """Read an expression.

    Raises:
        MetricMathError: It does not parse; with the column.
    """
    try:
        return cast("Node", _parser().parse(expression))  # the transformer makes one of lark's tree
    except UnexpectedInput as error:
        rest = expression[error.pos_in_stream :]
        where = f"column {error.column}: {rest[:30]!r}" if rest.strip() else "it ends too early"
        raise MetricMathError(f"{expression!r} does not parse, {where}") from None
    except RecursionError:
        raise MetricMathError(f"{expression[:40]!r}… is nested too deeply") from None
