"""What a pattern tells about itself, and what a metric filter takes from an event."""

from __future__ import annotations

import copy
import subprocess
import sys

import pytest

from constructs_lib.filter_pattern import FilterPatternError, parse

CANONICAL = [
    ("  ", ""),
    ("ERROR", "ERROR"),
    ('"ERROR"', "ERROR"),
    ("out_of_memory", "out_of_memory"),
    ('  "out of memory"   -timeout ', '"out of memory" -timeout'),
    ('-a "b c" -d', '"b c" -a -d'),
    ('"a" "b" "a"', '"a" "b"'),
    (r'"say \"x\" \\ y"', r'"say \"x\" \\ y"'),
    ("%a b|c%", "%a b|c%"),
    ("{$.level=ERROR}", '{ $.level = "ERROR" }'),
    ("{ $.a = ** }", "{ $.a = * }"),
    ("{ ($.a = 1) }", "{ $.a = 1 }"),
    ("{ $.a = 1 && ($.b = 2 && $.c = 3) }", "{ $.a = 1 && $.b = 2 && $.c = 3 }"),
    ("{ ($.a = 1 && $.b = 2) || $.c = 3 }", "{ $.a = 1 && $.b = 2 || $.c = 3 }"),
    ("{ ($.a = 1 || $.b = 2) && $.c = 3 }", "{ ($.a = 1 || $.b = 2) && $.c = 3 }"),
    ("{ $.['a'].b[0].['c d'].* NOT EXISTS }", "{ $.a.b[0].['c d'][*] NOT EXISTS }"),
    ("{ $.* = %x% }", "{ $.* = %x% }"),
    ("[a,b=x||b=4*,...]", '[a, b = "x" || b = "4*", ...]'),
    ("[ ]", "[]"),
    ("[..., a,]", "[..., a, ]"),
]


@pytest.mark.parametrize(("text", "canonical"), CANONICAL)
def test_canonical_text(text: str, canonical: str) -> None:
    pattern = parse(text)
    assert str(pattern) == canonical
    assert parse(canonical) == pattern
    assert hash(parse(canonical)) == hash(pattern)


@pytest.mark.parametrize(
    ("text", "kind", "fields", "regexes"),
    [
        ("", "text", (), 0),
        ("ERROR", "text", (), 0),
        ("%a%", "text", (), 1),
        (' { $.b.c = 1 && $.a IS NULL || $.b.c = %x% || $.["x"] = 1 }'.replace('["x"]', "['x y']"), "json", None, 1),
        ("{ $.items[*].id = %x% && $.n != %y% }", "json", ("$.n",), 2),
        ("[ip, ..., bytes > 1, last,]", "delimited", ("$ip", "$bytes", "$last"), 0),
        ("[ip=%a%, n=%b%]", "delimited", ("$ip", "$n"), 2),
    ],
)
def test_kind_fields_and_regexes(text: str, kind: str, fields: tuple[str, ...] | None, regexes: int) -> None:
    pattern = parse(text)
    assert pattern.kind == kind
    assert pattern.fields == (("$.b.c", "$.a", "$.['x y']") if fields is None else fields)
    assert pattern.regexes == regexes


@pytest.mark.parametrize(
    ("line", "text", "value"),
    [
        ('{"on": 1, "v": 12}', "12", 12.0),
        ('{"on": 1, "v": -0}', "-0", 0.0),
        ('{"on": 1, "v": 1.50}', "1.50", 1.5),
        ('{"on": 1, "v": "7"}', "7", 7.0),
        ('{"on": 1, "v": "1e999"}', "1e999", None),
        ('{"on": 1, "v": "seven"}', "seven", None),
        (f'{{"on": 1, "v": -{2**360}}}', f"-{2**360}", -(2.0**360)),
        ('{"on": 1, "v": 2.4e108}', "2.4e108", None),
        ('{"on": 1, "v": true}', "true", None),
        ('{"on": 1, "v": ""}', None, None),
        ('{"on": 1, "v": null}', None, None),
        ('{"on": 1, "v": [3]}', None, None),
        ('{"on": 1}', None, None),
        ('{"on": 2, "v": 12}', None, None),
        ("not JSON", None, None),
    ],
)
def test_json_field(line: str, text: str | None, value: float | None) -> None:
    pattern = parse("{ $.on = 1 }")
    assert pattern.text_of("$.v", line) == text
    assert pattern.value_of("$.v", line) == value


def test_delimited_field() -> None:
    pattern = parse("[ip, ..., status = 2*, ms]")
    assert pattern.text_of("$ip", "1.1.1.1 a b 200 12") == "1.1.1.1"
    assert pattern.value_of("$ms", "1.1.1.1 a b 200 12") == 12
    assert pattern.value_of("$ms", "1.1.1.1 a b 200 fast") is None
    assert pattern.value_of("$ms", "1.1.1.1 a b 500 12") is None
    assert pattern.text_of("$ip", '"" 200 12') is None


@pytest.mark.parametrize(
    ("text", "field", "fix"),
    [
        ("ERROR", "$.v", "only patterns in braces (JSON) or brackets (space-delimited) have fields"),
        ("{ $.a = 1 }", "v", "name one of the pattern's (`$.a`)"),
        ("{ $.a[*] = 1 }", "$.a[*]", "(none yet), without a wildcard"),
        ("{ $.a = 1 }", "$.a..b", "no search at any depth"),
        ("[ip, ms]", "$.ms", "(`$ip`, `$ms`)"),
        ("[ip, ms]", "$bytes", "(`$ip`, `$ms`)"),
        ("[ip, ms]", "ms", "(`$ip`, `$ms`)"),
    ],
)
def test_field_a_pattern_can_not_have(text: str, field: str, fix: str) -> None:
    with pytest.raises(FilterPatternError) as caught:
        parse(text).value_of(field, "")
    assert fix in caught.value.fix
    assert (caught.value.pattern, caught.value.column) == (field, 4 if "." * 2 in field else 1)


def test_limits_of_the_language_are_inclusive() -> None:
    assert parse("{ $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 }").matches('{"c": [1]}')
    assert parse("[a = %x%, b = %y%]").matches("x y")
    assert parse("%^a{1000}$%").matches("a" * 1000)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{ $.a = 1 && $.b = 1 && $.c = 1 }", '{"a": %d, "b": %d, "c": %d}'),
        ("[a = 1 && a != 2, b = 1, c = 1]", "%d %d %d"),
    ],
)
@pytest.mark.parametrize("values", [(2, 1, 1), (1, 2, 1), (1, 1, 2)])
def test_every_one_of_three_conditions_has_to_hold(text: str, line: str, values: tuple[int, int, int]) -> None:
    assert parse(text).matches(line % (1, 1, 1))
    assert not parse(text).matches(line % values)


def test_what_is_missing_is_not_null() -> None:
    assert parse("{ $.a.b IS NULL }").matches('{"a": {"b": null}}')
    assert not parse("{ $.a.b IS NULL }").matches('{"a": {}}')


@pytest.mark.parametrize(
    ("text", "matching", "other"),
    [
        (r"%^a\x41B$%", "aAB", "a41B"),
        (r"%^[\].\d]+$%", "].5", "a"),
        (r"%^[\x7f]$%", "\x7f", "~"),
        ("%^X+[X]$%", "XXX", "X"),
        (r"%^\d\w\s$%", "1a ", "\u0663\u00e9\u00a0"),
    ],
)
def test_a_regular_expression_means_what_the_page_says(text: str, matching: str, other: str) -> None:
    assert parse(text).matches(matching)
    assert not parse(text).matches(other)


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ('"x y" z', "x y"),
        ("[x y] z", "x y"),
        ('"x"y z', '"x"y'),
        ("[x]y z", "[x]y"),
        (r'"x\" y" z', r"x\" y"),
        ('"x z', '"x'),
    ],
)
def test_quotes_and_brackets_hold_one_field_together(line: str, first: str) -> None:
    assert parse("[first, rest]").text_of("$first", line) == first


def test_case_counts_and_words_need_no_border() -> None:
    assert parse("cat").matches("concatenate")
    assert not parse("cat").matches("Cat")


def test_whole_numbers_are_compared_exactly() -> None:
    assert parse("{ $.id = 9007199254740993 }").matches('{"id": 9007199254740993}')
    assert not parse("{ $.id = 9007199254740993 }").matches('{"id": 9007199254740992}')
    assert not parse("{ $.id = -9007199254740993 }").matches('{"id": -9007199254740992}')
    assert parse('{ $.id = "18446744073709551616*" }').matches('{"id": 184467440737095516160}')


def test_leading_and_trailing_repetition_costs_nothing() -> None:
    """Without the trimming each of these takes minutes, not microseconds: every start of the line is tried."""
    line = "x" * 300_000
    assert not parse("%.*ERROR.*%").matches(line)
    assert not parse("%[a-z]+ERROR%").matches(line)
    assert not parse("{ $.a = *b*c*d*e*f*g*h* }").matches(f'{{"a": "{line}"}}')


@pytest.mark.parametrize("line", ["[x " * 100_000 + "]b", '"x ' * 100_000, '"\\' * 100_000, "[x " * 100_000])
def test_signs_that_never_close_cost_nothing(line: str) -> None:
    """Without the memory of what was tried, each of the signs is looked for to the end of the line."""
    assert parse("[a, ..., b]").matches(line) is (" " in line)


def test_deeply_nested_event_is_no_match_and_no_crash() -> None:
    line = '{"a":1.5,"b":' + "[" * 1010 + "]" * 1010 + "}"
    assert not parse('{ $.a = "2*" }').matches(line)


def test_pattern_may_be_copied_after_use() -> None:
    pattern = parse("{ $.a = 1 }")
    assert pattern.matches('{"a": 1}')
    assert copy.deepcopy(pattern) == pattern
    assert copy.deepcopy(pattern).matches('{"a": 1}')


def test_import_is_cheap() -> None:
    """Neither the parser library nor the JSON reader is loaded before there is a pattern."""
    code = (
        "import sys, constructs_lib.filter_pattern as fp; "
        "assert not {'lark', 'orjson'} & set(sys.modules); fp.parse('ERROR'); assert 'lark' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("wildcards", "matching", "other"),
    [
        ("*ab*cd*", "ab-cd", "cd-ab"),
        ("*ab*ab*", "abab", "--ab"),
        ("x*ab*b", "xabb", "x--ab"),
        ("*a*b*", "ab", "b-a"),
        ("x*ab*bc*y", "xab-bcy", "xabcy"),
        ("x*aba*x", "xabax", "xab"),
        ("*a*b*c*", "a-a-b-b-c", "c-b-a"),
        ("a*b*a", "aba", "aa"),
        ("a*ab", "aab", "ab"),
        ("ab*b*c", "abbc", "abc"),
    ],
)
def test_pieces_between_wildcards_stand_in_order_and_do_not_overlap(wildcards: str, matching: str, other: str) -> None:
    pattern = parse(f'[a = "{wildcards}", b]')
    assert pattern.matches(f"{matching} b")
    assert not pattern.matches(f"{other} b")


def test_ends_of_a_wildcard_do_not_overlap() -> None:
    pattern = parse("{ $.v = ab*ba }")
    assert pattern.matches('{"v": "abba"}')
    assert not pattern.matches('{"v": "aba"}')


@pytest.mark.parametrize(
    ("pattern", "field", "admitted", "kept_out"),
    [
        ('{ $.model = "ranker-*" }', "$.model", "ranker-v2", "other"),
        ('{ $.model = "a" || $.model = "b" }', "$.model", "b", "c"),
        ('{ ($.model = "a" && $.ms > 5) || $.model = "b" }', "$.model", "a", "c"),
        ("{ $.status >= 500 }", "$.status", "502", "404"),
        ("{ $.status = 500 }", "$.status", "500", "5e3"),
        ('{ $.status = "500" }', "$.status", "500", "5e2"),
        ("{ $.code != 5 }", "$.code", "6", "5"),
        ("{ $.ok IS TRUE }", "$.ok", "true", "false"),
        ("[ip, status = 5* && status != 503, ...]", "$status", "502", "503"),
        ("[ip, status = %^5%, ...]", "$status", "502", "404"),
    ],
)
def test_which_values_of_a_field_a_pattern_lets_through(pattern: str, field: str, admitted: str, kept_out: str) -> None:
    assert parse(pattern).admits(field, admitted)
    assert not parse(pattern).admits(field, kept_out)


def test_a_field_without_a_condition_may_be_anything() -> None:
    assert parse("[ip, status = 5*, ...]").admits("$ip", "10.0.0.1")
    assert parse("{ $.ms > 5 && $.model = * }").admits("$.model", "ranker")
    assert not parse("{ $.ms > 5 && $.model NOT EXISTS }").admits("$.model", "ranker"), "it is never there"
    assert parse("ERROR").admits("$.model", "ranker"), "a text pattern has no fields"
    assert not parse("{ $.model IS NULL }").admits("$.model", "null"), "null publishes nothing"
