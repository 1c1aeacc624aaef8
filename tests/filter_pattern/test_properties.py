"""What holds of every pattern and every line."""

from __future__ import annotations

import contextlib
import re

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from constructs_lib.filter_pattern import FilterPatternError, Pattern, parse
from constructs_lib.filter_pattern.scan import bytes_matcher, prefilter
from constructs_lib.filter_pattern.tree import Delimited, JsonFilter, Regex, Terms, Tree
from tests.filter_pattern import oracle
from tests.filter_pattern.matching import delimited_pairs, json_pairs
from tests.filter_pattern.trees import (
    delimited,
    json_filters,
    json_lines,
    json_regex_filters,
    lines,
    loose_lines,
    regexes,
    terms,
    trees,
)

# Text that looks like a pattern gets deeper into the parser than any text does.
SCRAPS = ["{", "}", "[", "]", "(", ")", "$.a", "$.['b']", ".*", "[0]", "=", "!=", ">", "IS", "NOT", "EXISTS", "NULL"]
SCRAPS += ["&&", "||", "...", ",", '"', "%", "\\", "'", "a", "1", "*", "?", "-", " ", "\n", "é", "{2}", "and"]
scraps = st.lists(st.sampled_from(SCRAPS), max_size=20).map("".join)
regex_scraps = st.lists(st.sampled_from([*r"ab[]{}|\*+?.^$-,1(x!", r"\d", r"\x61"]), max_size=10).map(
    lambda parts: f"%{''.join(parts)}%"
)
surrogates = st.text(st.characters(categories=["Cs", "L"]), max_size=5)


@settings(max_examples=500)
@given(st.one_of(st.text(), scraps, scraps.map("{{ $.a {} }}".format), scraps.map("[a, {}]".format), surrogates))
@example("{ $.a = " + "(" * 900)
@example("[" * 1000)
def test_any_text_is_a_pattern_or_an_error_that_points_into_it(text: str) -> None:
    try:
        pattern = parse(text)
    except FilterPatternError as error:
        wrong = error
    else:
        assert parse(str(pattern)) == pattern
        return
    assert 1 <= wrong.column <= len(text) + 1
    assert wrong.message
    assert wrong.fix
    assert wrong.pointed()


@settings(max_examples=500)
@given(regex_scraps, st.text(alphabet="ab1 .-\n", max_size=6))
def test_any_regex_finds_what_python_finds_or_is_an_error(text: str, line: str) -> None:
    with contextlib.suppress(FilterPatternError):
        assert parse(text).matches(line) is bool(re.search(text[1:-1], line, re.ASCII))


@given(trees)
def test_printed_and_parsed_it_is_the_same(tree: Tree) -> None:
    pattern = Pattern(tree)
    assume(len(str(pattern)) <= 1024)
    assert parse(str(pattern)) == pattern
    assert str(parse(str(pattern))) == str(pattern)


def agree(tree: Tree, line: str) -> None:
    pattern = Pattern(tree)
    expected = oracle.matches(tree, line)
    assert pattern.matches(line) is expected
    explanation = pattern.explain(line)
    assert explanation.matched is expected
    assert explanation.parts
    assert all(part.holds is expected for part in explanation.parts)


@settings(max_examples=400)
@given(st.one_of(json_filters, json_regex_filters), st.one_of(json_lines, lines))
def test_json_matcher_agrees_with_the_oracle(tree: JsonFilter, line: str) -> None:
    agree(tree, line)


@settings(max_examples=400)
@given(delimited(), st.one_of(loose_lines, lines))
def test_delimited_matcher_agrees_with_the_oracle(tree: Delimited, line: str) -> None:
    agree(tree, line)


@given(terms, lines)
def test_text_matcher_agrees_with_the_oracle(tree: Terms, line: str) -> None:
    agree(tree, line)


@given(regexes, lines)
def test_regex_matcher_agrees_with_the_oracle(tree: Regex, line: str) -> None:
    agree(tree, line)


@settings(max_examples=400)
@given(trees, lines)
def test_bytes_match_as_text_does(tree: Tree, line: str) -> None:
    assert bytes_matcher(tree)(line.encode()) is Pattern(tree).matches(line)


@settings(max_examples=400)
@given(json_pairs())
def test_json_line_made_to_match_matches_and_the_prefilter_never_drops_it(pair: tuple[JsonFilter, str]) -> None:
    tree, line = pair
    agree(tree, line)
    assert bytes_matcher(tree)(line.encode())
    can_match = prefilter(tree)
    assert can_match is None or can_match(line.encode())


@settings(max_examples=400)
@given(delimited_pairs())
def test_delimited_line_made_to_match_matches(pair: tuple[Delimited, str]) -> None:
    agree(*pair)


@settings(max_examples=400)
@given(trees, lines)
def test_a_published_value_is_a_number_of_a_matching_line(tree: Tree, line: str) -> None:
    pattern = Pattern(tree)
    for field in pattern.fields:
        value = pattern.value_of(field, line)
        if value is not None:
            assert pattern.matches(line)
            assert float(pattern.text_of(field, line) or "x") == value
