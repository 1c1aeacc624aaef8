"""Conditions: `$.level = "ERROR" && $.latency_ms > 500` in JSON patterns, `status = 4*` in space-delimited ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, cast

from constructs_lib.filter_pattern.printer import quote
from constructs_lib.filter_pattern.selector import MAX_WILDCARDS_IN_PATTERN, parse_selector
from constructs_lib.filter_pattern.source import OTHER_QUOTES, Source, start, tokens
from constructs_lib.filter_pattern.tree import (
    NUMBER,
    AbsenceTest,
    And,
    Comparison,
    Condition,
    FieldName,
    JsonFilter,
    LiteralTest,
    Number,
    Operator,
    Or,
    Selector,
    Text,
    Value,
    number_of,
)

if TYPE_CHECKING:
    from lark import Token

    from constructs_lib.filter_pattern.source import Shape

_NOT_IN_BARE_VALUE = re.compile(r"[^A-Za-z0-9_.*]")
"""AWS page: quote strings that are not alphanumeric; its own examples leave `123.123.*` and `*.html*` bare."""


def json_filter(source: Source, shape: Shape) -> JsonFilter:
    """The tree of a pattern in braces."""
    condition = condition_of(source, cast("Shape", shape.children[0]))
    source.check_regex_count(shape)
    wild = [token for token in tokens(shape, "SELECTOR") if parse_selector(token).has_wildcard]
    if len(wild) > MAX_WILDCARDS_IN_PATTERN:
        source.fail(
            start(wild[MAX_WILDCARDS_IN_PATTERN]),
            f"a fourth selector with a wildcard, and a pattern may have {MAX_WILDCARDS_IN_PATTERN}",
            "name the fields, or split the pattern over several filters",
        )
    return JsonFilter(condition)


def condition_of(source: Source, shape: Shape) -> Condition:
    """A condition and those inside it."""
    match shape.data:
        case "disjunction" | "field_disjunction":
            return Or(_flat(Or, (condition_of(source, cast("Shape", child)) for child in shape.children)))
        case "conjunction" | "field_conjunction":
            return And(_flat(And, (condition_of(source, cast("Shape", child)) for child in shape.children)))
    first, *rest = cast("list[Token]", shape.children)
    if shape.data == "field_test":
        return _comparison(source, FieldName(str(first)), shape)
    selector = parse_selector(first, pattern=source.text, offset=start(first))
    match shape.data:
        case "literal_test":
            return LiteralTest(selector, cast("Literal['NULL', 'TRUE', 'FALSE']", str(rest[0])))
        case "absence_test":
            return AbsenceTest(selector)
    return _comparison(source, selector, shape)


def _flat(sort: type[And] | type[Or], parts: Iterable[Condition]) -> tuple[Condition, ...]:
    """`a && (b && c)` is `a && b && c`: one level for each kind of connective."""
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, sort) else (part,)))


def _comparison(source: Source, subject: Selector | FieldName, shape: Shape) -> Comparison:
    _, operator_token, value_shape = shape.children
    operator = Operator(str(operator_token))
    token = cast("Token", cast("Shape", value_shape).children[0])
    value = _value(source, token, json=isinstance(subject, Selector))
    if operator.orders and not isinstance(value, Number):
        bare = token.strip('"')
        fix = f"write `{bare}` without quotes" if number_of(bare) is not None else "write a number, such as `500`"
        source.fail(start(token), f"`{token}` is not a number, and `{operator.value}` compares numbers only", fix)
    return Comparison(subject, operator, value)


def _value(source: Source, token: Token, *, json: bool) -> Value:
    if token.type == "REGEX":
        return source.regex(token)
    if token.type == "QUOTED":
        return Text(_collapsed(source.unquoted(token)))
    if number_of(token) is not None:
        return Number(str(token))
    if NUMBER.fullmatch(token):
        source.fail(start(token), f"`{token}` is too large for a number", "write a smaller one, or quote it as a text")
    if json:
        _check_json_literal(source, token)
    if bad := _NOT_IN_BARE_VALUE.search(token):
        if token.startswith("$"):
            source.fail(
                start(token), f"`{token}` is a selector, and only constants stand here", "compare with a constant"
            )
        if token[0] in OTHER_QUOTES:
            fix = f"write `{quote(token.strip(OTHER_QUOTES))}`"
            source.fail(start(token), f"`{token[0]}` is not a quote here", fix)
        source.fail(
            start(token) + bad.start(),
            f"`{bad[0]}` in `{token}`: a value without quotes is a number, or letters, digits, `_`, `.` and `*`",
            f"write `{quote(token)}`",
        )
    return Text(_collapsed(str(token)))


def _check_json_literal(source: Source, token: Token) -> None:
    """AWS refuses `= null`; it accepts `= true`, and compares with the text."""
    match token.lower():
        case "null":
            source.fail(start(token), f"`{token}` is not a value", 'write `IS NULL`, or `= "null"` for the text')
        case "true" | "false":
            source.advise(
                start(token),
                f"`{token}` after an operator is a text, and never matches the boolean",
                f"write `IS {token.upper()}`, or `{quote(token)}` for the text",
            )


def _collapsed(text: str) -> str:
    """`**` says what `*` says."""
    return re.sub(r"\*+", "*", text)
