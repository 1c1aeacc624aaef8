"""Strategies: patterns as trees, and lines that come close to matching them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from constructs_lib.filter_pattern.tree import (
    AbsenceTest,
    And,
    Comparison,
    Condition,
    Delimited,
    Field,
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

# Few and short, so that patterns and lines meet.
KEYS = ["a", "b", "a-b", "a.b", "é"]
WORDS = ["", "a", "A", "ab", "b a", "1", "1.0", "10", 'a"b', "a\\b", "é"]
NUMBERS = ["1", "+1", "-1", "0", "10", "1.0", "1.5", "1e1", "10e-1"]
REGEXES = ["a", "^a", "b$", "a+b?", "[ab]{1,2}$", "a|1", r"\d", r"^1\.0$", ".*b.*", r"\x61", "[^a]", "^$", r"\s"]

texts = st.sampled_from([*WORDS, "*", "a*", "*b", "*a*", "a*b", "1*", "*.0"]).map(Text)
numbers = st.sampled_from(NUMBERS).map(Number)
regexes = st.sampled_from(REGEXES).map(Regex)
values: st.SearchStrategy[Value] = st.one_of(texts, numbers)
equality = st.sampled_from([Operator.EQUAL, Operator.NOT_EQUAL])
order = st.sampled_from([operator for operator in Operator if operator.orders])

steps = st.one_of(st.sampled_from(KEYS), st.integers(0, 2))


@st.composite
def selectors(draw: st.DrawFn) -> Selector:
    path: list[Any] = [draw(st.sampled_from(KEYS)), *draw(st.lists(steps, max_size=2))]
    if draw(st.integers(0, 3)) == 0:
        path[draw(st.integers(0, len(path) - 1))] = Wildcard.ANY
    return Selector(tuple(path))


def comparisons(subject: st.SearchStrategy[Any]) -> st.SearchStrategy[Comparison]:
    return st.one_of(
        st.builds(Comparison, subject, equality, values),
        st.builds(Comparison, subject, order, numbers),
    )


json_leaves = st.one_of(
    comparisons(selectors()),
    st.builds(LiteralTest, selectors(), st.sampled_from(["NULL", "TRUE", "FALSE"])),
    st.builds(AbsenceTest, selectors()),
)


def _compound(sort: type[And] | type[Or], parts: list[Condition]) -> Condition:
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, sort) else (part,))
    return sort(tuple(flat)) if len(flat) > 1 else flat[0]


def compounds(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Condition]:
    conjunctions = st.lists(leaves, min_size=1, max_size=3).map(lambda parts: _compound(And, parts))
    disjunctions = st.lists(conjunctions, min_size=1, max_size=2).map(lambda parts: _compound(Or, parts))
    return st.lists(disjunctions, min_size=1, max_size=2).map(lambda parts: _compound(And, parts))


def _few_wildcards(condition: Condition) -> bool:
    return str(condition).count("Wildcard") <= 3


json_filters = compounds(json_leaves).filter(_few_wildcards).map(JsonFilter)
json_regex_filters = st.builds(Comparison, selectors(), equality, regexes).map(JsonFilter)


@st.composite
def delimited(draw: st.DrawFn) -> Delimited:
    names = draw(st.lists(st.sampled_from(["w1", "w2", "_x", "Y"]), unique=True, max_size=4))
    fields = [Field(name, draw(st.none() | compounds(comparisons(st.just(FieldName(name)))))) for name in names]
    if not fields:
        return Delimited((), draw(st.sampled_from([None, ()])))
    if draw(st.booleans()):
        cut = draw(st.integers(0, len(fields)))
        return Delimited(tuple(fields[:cut]), tuple(fields[cut:]))
    if draw(st.booleans()):
        return Delimited((*fields, Field(None)))
    if len(fields) == 1 and fields[0].condition is None:
        fields.append(Field("last"))
    return Delimited(tuple(fields))


phrases = st.sampled_from([word for word in WORDS if word])
_unique = st.lists(phrases, unique=True, max_size=3).map(tuple)
terms = st.one_of(
    st.builds(Terms, required=_unique, excluded=_unique),
    st.builds(Terms, optional=_unique),
)

trees: st.SearchStrategy[Tree] = st.one_of(terms, regexes, json_filters, json_regex_filters, delimited())

_scalars = st.one_of(
    st.sampled_from(WORDS).map(json.dumps),
    st.sampled_from([*(text for text in NUMBERS if text[0] != "+"), "-0", "18446744073709551616", "1E1"]),
    st.sampled_from(["null", "true", "false"]),
)


def _object(members: list[tuple[str, str]], *, ascii_only: bool) -> str:
    return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=ascii_only)}: {value}" for key, value in members) + "}"


_json = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.builds(_object, st.lists(st.tuples(st.sampled_from(KEYS), inner), max_size=4), ascii_only=st.booleans()),
    ),
    max_leaves=8,
)
json_lines = st.builds(_object, st.lists(st.tuples(st.sampled_from(KEYS), _json), max_size=5), ascii_only=st.booleans())
_SIGNS = [" ", "\t", '"', "[", "]", "\\", "ab ", "\n"]
loose_lines = st.lists(st.sampled_from([*WORDS, *NUMBERS, *_SIGNS]), max_size=8).map("".join)
lines = st.one_of(json_lines, json_lines, loose_lines, _json, st.text(max_size=8))
