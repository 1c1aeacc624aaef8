"""Why a line matches or does not, in words a person can act on."""

from __future__ import annotations

import pytest

from constructs_lib import filter_pattern
from constructs_lib.filter_pattern import Part, parse

TEXT = [
    ("", "anything", "`` is true: an empty pattern matches every event"),
    ("Error", "an Error", '`Error` is true: "Error" is in the line'),
    ("Error", "fine", '`Error` is false: "Error" is not in the line'),
    ("Error", "an ERROR", '`Error` is false: "Error" is not in the line, which has "ERROR", and case counts'),
    ("Error", "ERROR, error", '`Error` is false: "Error" is not in the line, which has "ERROR", and case counts'),
    ("Error -timeout", "Error: timeout", '`-timeout` is false: "timeout" is in the line'),
    ('"a" "b"', "a", '`"b"` is false: "b" is not in the line'),
    ("?Error ?Exception", "an Exception", '`?Exception` is true: "Exception" is in the line'),
    (
        "?Error ?Fatal",
        "ok",
        '`?Error` is false: "Error" is not in the line; `?Fatal` is false: "Fatal" is not in the line',
    ),
    ("%b[0-9]%", "ab12", '`%b[0-9]%` is true: the line has "b1"'),
    ("%b[0-9]%", "b", "`%b[0-9]%` is false: nothing in the line fits"),
    ("%a*%", "", "`%a*%` is true: the line has it"),
    ("%a.b%", "xa\x1bb", r'`%a.b%` is true: the line has "a\\x1bb"'),
]
JSON = [
    ("{ $.ms > 500 }", '{"ms": 120}', "`$.ms > 500` is false: $.ms is 120"),
    ("{ $.ms > 500 }", '{"ms": 5.010e2}', "`$.ms > 500` is true: $.ms is 5.010e2"),
    ("{ $.ms > 500 }", '{"ms": "900"}', '`$.ms > 500` is false: $.ms is "900", a string, and only numbers have a size'),
    ("{ $.v != 5 }", "{}", "`$.v != 5` is false: $.v is not in the event, and a missing field matches nothing"),
    ("{ $.v != 5 }", '{"v": {}}', "`$.v != 5` is false: $.v is an object, and objects and arrays match nothing"),
    ("{ $.v = * }", '{"v": []}', "`$.v = *` is false: $.v is an array, and objects and arrays match nothing"),
    ("{ $.v = * }", '{"v": null}', "`$.v = *` is false: $.v is null, which only `IS NULL` matches"),
    ("{ $.v = * }", '{"v": true}', "`$.v = *` is false: $.v is true, which only `IS TRUE` matches"),
    ("{ $.v IS NULL }", '{"v": [null]}', "`$.v IS NULL` is true: $.v is an array"),
    ("{ $.v = x }", '{"v": 1}', '`$.v = "x"` is false: $.v is 1'),
    ("{ $.v IS TRUE }", '{"v": "true"}', '`$.v IS TRUE` is false: $.v is "true"'),
    ("{ $.v IS NULL }", '{"v": null}', "`$.v IS NULL` is true: $.v is null"),
    ("{ $.v NOT EXISTS }", '{"v": 1}', "`$.v NOT EXISTS` is false: $.v is 1"),
    ("{ $.v NOT EXISTS }", "{}", "`$.v NOT EXISTS` is true: $.v is not in the event"),
    ("{ $.v = ERROR }", '{"v": "Error"}', '`$.v = "ERROR"` is false: $.v is "Error", and case counts'),
    ("{ $.v[*] = 3 }", '{"v": [1, [2], "x"]}', '`$.v[*] = 3` is false: $.v[*] is 1, an array, "x"'),
    ("{ $.v[*] = 3 }", '{"v": [1, 2, 3, 4, 5]}', "`$.v[*] = 3` is true: $.v[*] is 1, 2, 3, 4, 5"),
    ("{ $.v[*] = 3 }", '{"v": [1, 2, 3, 4, 5, 6]}', "`$.v[*] = 3` is true: $.v[*] is 1, 2, 3, 4, 5, …"),
    ("{ $.v[*] = 3 }", '{"v": 3}', "`$.v[*] = 3` is false: the event has nothing at $.v[*]"),
    ("{ $.a = 1 && $.b = 2 }", '{"a": 1, "b": 3}', "`$.b = 2` is false: $.b is 3"),
    ("{ $.a = 1 && $.b = 2 }", '{"a": 1, "b": 2}', "`$.a = 1` is true: $.a is 1; `$.b = 2` is true: $.b is 2"),
    ("{ $.a = 1 || $.b = 2 }", '{"a": 3, "b": 2}', "`$.b = 2` is true: $.b is 2"),
    ("{ $.a = 1 || $.b = 2 }", '{"a": 3, "b": 3}', "`$.a = 1` is false: $.a is 3; `$.b = 2` is false: $.b is 3"),
    (
        "{ $.a = 1 }",
        'INFO {"a": 1}',
        '`{ $.a = 1 }` is false: the line is not one JSON object: "INFO " stands before it',
    ),
    (
        "{ $.a = 1 }",
        '>{"a": {"b": 2}}',
        '`{ $.a = 1 }` is false: the line is not one JSON object: ">" stands before it',
    ),
    ("{ $.a = 1 }", "[1]", "`{ $.a = 1 }` is false: the line is an array, and only an object has fields"),
    ("{ $.a = 1 }", '"x"', "`{ $.a = 1 }` is false: the line is a JSON string, and only an object has fields"),
    ("{ $.a = 1 }", "3", "`{ $.a = 1 }` is false: the line is a JSON number, and only an object has fields"),
    ("{ $.a = 1 }", "null", "`{ $.a = 1 }` is false: the line is a JSON literal, and only an object has fields"),
]
DELIMITED = [
    ("[ip, status = 4*]", "1.1.1.1 404", '`status = "4*"` is true: status is "404"'),
    ("[ip, status = 4*]", "1.1.1.1 200", '`status = "4*"` is false: status is "200"'),
    ("[ip, ms > 5]", "1.1.1.1 slow", '`ms > 5` is false: ms is "slow", which is not a number'),
    ("[ip, ms > 5]", "1.1.1.1 3", '`ms > 5` is false: ms is "3"'),
    ("[w = error, rest]", "ERROR x", '`w = "error"` is false: w is "ERROR", and case counts'),
    ("[a = 1 || a = 2, b]", "3 x", '`a = 1` is false: a is "3"; `a = 2` is false: a is "3"'),
    ("[a != 1 && a != 2, b]", "2 x", '`a != 2` is false: a is "2"'),
    ("[a != 1 && a != 2, b]", "3 x", '`a != 1` is true: a is "3"; `a != 2` is true: a is "3"'),
    ("[a, b, c]", "x y", '`[a, b, c]` is false: the line has 2 fields ("x", "y"), and the pattern needs 3'),
    (
        "[a, ..., b, c]",
        "x y",
        '`[a, ..., b, c]` is false: the line has 2 fields ("x", "y"), and the pattern needs at least 3',
    ),
    ("[a, b]", " ", "`[a, b]` is false: the line is blank"),
    ("[a, b]", "x y z", "`[a, b]` is true: the line has 2 fields, and none has a condition"),
]


@pytest.mark.parametrize(("text", "line", "words"), TEXT + JSON + DELIMITED)
def test_explanation(text: str, line: str, words: str) -> None:
    pattern = parse(text)
    explanation = pattern.explain(line)
    assert str(explanation) == words
    assert explanation.matched is pattern.matches(line)


def test_text_that_is_not_json_is_said_to_be_so() -> None:
    explanation = parse("{ $.a = 1 }").explain("served 200")
    assert str(explanation).startswith("`{ $.a = 1 }` is false: the line is not JSON (")
    assert "is not JSON (" in str(parse("{ $.a = 1 }").explain('served {"a": 1'))


def test_the_values_are_public_though_they_are_loaded_late() -> None:
    assert {type(part) for part in parse("a").explain("b").parts} == {filter_pattern.Part}
    assert type(parse("a").explain("b")) is filter_pattern.Explanation
    with pytest.raises(AttributeError, match="'constructs_lib.filter_pattern' has no attribute 'Finding'"):
        _ = filter_pattern.Finding


def test_long_values_are_cut() -> None:
    explanation = parse("{ $.a = x }").explain(f'{{"a": "{"y" * 1000}"}}')
    assert str(explanation).endswith(f'$.a is "{"y" * 80}…"')
    assert str(parse("{ $.a = x }").explain(f'{{"a": "{"y" * 80}"}}')).endswith(f'$.a is "{"y" * 80}"')


def test_findings_are_data() -> None:
    explanation = parse("{ $.ms > 500 }").explain('{"ms": 120}')
    assert explanation.parts == (Part("$.ms > 500", holds=False, because="$.ms is 120"),)
