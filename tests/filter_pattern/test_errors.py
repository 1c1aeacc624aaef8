"""Wrong patterns: the column, what is said of it, and the cure."""

from __future__ import annotations

import copy
import pickle

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.errors import MonitoringError
from constructs_lib.filter_pattern import FilterPatternError, parse
from constructs_lib.filter_pattern.errors import printable

TEXT = [
    ("Error Exception", 7, "every one of them (`Error`, `Exception`)", "`?Error ?Exception`"),
    ("Error Exception", 7, "every one of them", '`"Error Exception"` for the phrase, `"Error" "Exception"` for all'),
    ("Error or Exception", 7, "`or`", "`?Error ?Exception`"),
    ("Error AND Exception", 7, "`AND`", "`?Error ?Exception`"),
    ("and or", 5, "`or`", "`?and ?or`"),
    ("Error || Exception", 7, "`||`", "`?a ?b`"),
    ("XERR*", 5, "wildcard", "`XERR`"),
    ("*", 1, "`*` in `*`", '`"*"`'),
    ("Error && Exception", 7, "`&&`", "`?a ?b`"),
    ("?Error timeout", 1, "ignores every `?` term", "`?Error ?timeout`"),
    ("-debug ?Error", 8, "ignores every `?` term", "%a|b%"),
    ("? Error", 1, "stands alone", "`?Error`"),
    ("- Error", 1, "stands alone", "`-Error`"),
    ("Error ?", 8, "the pattern ends", "put a term after the sign"),
    ("??Error", 2, "`?`", "quote it"),
    ("Key:", 4, "`:` in `Key:`", '`"Key:"`'),
    ("ORDER-1", 6, "`-` in `ORDER-1`", '`"ORDER-1"`'),
    ("Fähler", 2, "`ä`", '`"Fähler"`'),
    ("ERR*", 4, "wildcard", "`ERR`"),
    ("50%", 3, "`%`", '`"50%"`'),
    ("'Error'", 1, "`'` is not a quote", '`"Error"`'),
    ("\u201cError\u201d", 1, "`\u201c` is not a quote", '`"Error"`'),
    ('"Error', 1, "has no end", 'add `"`'),
    ('""', 1, "an empty phrase", "leave the whole pattern empty"),
    ('"a""b"', 4, "directly follows", "a blank"),
    (r'"C:\temp"', 4, "`\\t` is not an escape", r"`\\t`"),
    ("$.level = ERROR", 1, "selector outside braces", "{ $.level = ERROR }"),
    ("Error %a%", 7, "can have nothing else", "%a|b%"),
    ("-%a%", 1, "can have nothing else", "%a|b%"),
    ("%a%%b%", 4, "directly follows", "a blank"),
]

REGEX = [
    ("%%", 1, "no regular expression", "put one"),
    ("%abc", 1, "has no end", "add `%`"),
    ("%a(b)%", 3, "`(` is not allowed", r"`\x28`"),
    ("%ab!%", 4, "`!` is not allowed", r"`\x21`"),
    ("%caf\u00e9%", 5, "outside ASCII", "`.`"),
    ("%a'b%", 3, "`'` is not allowed", r"`\x27`"),
    ("%a||b%", 4, "an empty alternative", "put something"),
    ("%|a%", 2, "an empty alternative", "put something"),
    ("%a**%", 4, "repeats a repetition", "leave one"),
    ("%a+?%", 4, "repeats a repetition", "leave one"),
    ("%*a%", 2, "nothing is", r"`\*`"),
    ("%{2}a%", 2, "nothing is", r"`\{`"),
    ("%[a!]%", 4, "`!` is not allowed", r"`\x21`"),
    (r"%\x80%", 2, "outside ASCII", "`.`"),
    ("%^+a%", 3, "can't be repeated", r"`\^`"),
    ("%a{x}%", 3, "not followed by numbers", r"`\{`"),
    ("%a{}%", 3, "has no number", "`{2}`"),
    ("%a{3,2}%", 3, "ends below its start", "swap"),
    ("%a{1,2000}%", 3, "more than 1000", "lower it"),
    ("%[a%", 2, "never closed", r"`\[`"),
    ("%[a[b]%", 4, "ambiguous", r"`\[`"),
    ("%[]%", 3, "ambiguous", r"`\]`"),
    ("%[a--z]%", 4, "ambiguous", r"`\-`"),
    ("%[z-a]%", 2, "bad character range", "lower end"),
    (r"%\bword%", 2, r"`\b` is not an escape", r"`\x09`"),
    (r"%\(%", 2, r"`\(`", r"`\x28`"),
    (r"%\x2%", 2, "two hexadecimal digits", r"`\x28`"),
    (r"%\xe9%", 2, "outside ASCII", "`.`"),
    ("%a\\%", 3, "`\\`", r"`\\`"),
]

JSON = [
    ("{ $.v IS NOT NULL }", 10, "`NOT`", "`= *`"),
    ("{ $.v IS NOT TRUE }", 10, "`NOT`", "`IS FALSE`"),
    ("{ $.v IS NOT FALSE }", 10, "`NOT`", "`IS TRUE`"),
    ("{ $.v EXISTS }", 7, "`EXISTS`", "`= *`"),
    ("{ $.v not exists }", 7, "`not`", "`NOT EXISTS`, in capitals"),
    ("{ $.v NOT exists }", 11, "`exists`", "in capitals"),
    ("{ $.v is null }", 7, "`is`", "in capitals"),
    ("{ $.v IS null }", 10, "`null`", "in capitals"),
    ("{ $.v == 1 }", 8, "`=`", "write `=`"),
    ("{ $.v =~ /x/ }", 10, "`/`", "%expression%"),
    ("{ $.v => 1 }", 8, "`>`", "`>=`"),
    ("{ $.v =< 1 }", 8, "`<`", "`<=`"),
    ("{ $.v <> 1 }", 8, "`>`", "`!=`"),
    ("{ $.a = 1 and $.b = 2 }", 11, "`and`", "write `&&`"),
    ("{ $.a = 1 OR $.b = 2 }", 11, "`OR`", "write `||`"),
    ("{ $.a = 1 & $.b = 2 }", 11, "`&`", "write `&&`"),
    ("{ $.a = 1 | $.b = 2 }", 11, "`|`", "write `||`"),
    ("{ $.a = 1, $.b = 2 }", 10, "`,`", "write `&&`"),
    ("{ !($.a = 1) }", 3, "`!", "`!=`"),
    ("{ not $.a = 1 }", 3, "`not`", "`!=`"),
    ("{ $.a = 'x' }", 9, "`'`", "double quotes"),
    ("{ $.a = \u201cx\u201d }", 9, "`\u201c` is not a quote", '`"x"`'),
    ('{ $.a = "x }', 9, "has no end", 'add `"`'),
    ("{ $.a = web-1 }", 12, "`-` in `web-1`", '`"web-1"`'),
    ("{ $.a < 1e999 }", 9, "too large", "smaller"),
    ("{ $.a = true }", 9, "never matches the boolean", "`IS TRUE`"),
    ("{ $.a = False }", 9, "never matches the boolean", "`IS FALSE`"),
    ("{ $.a = null }", 9, "not a value", "`IS NULL`"),
    ('{ $.a > "5" }', 9, "compares numbers only", "`5` without quotes"),
    ("{ $.a > abc }", 9, "compares numbers only", "`500`"),
    ("{ $.a >= %5% }", 10, "compares numbers only", "`500`"),
    ("{ $.a = $.b }", 9, "only constants", "constant"),
    ("{ $.a = 50% }", 11, "`%`", "quote the value"),
    ('{ $.a LIKE "x" }', 7, "`LIKE`", '"*text*"'),
    ("{ level = ERROR }", 3, "`level`", "`$.level`"),
    ('{ "level": "ERROR" }', 3, '`"`', "`$.level`"),
    ("{ $ = 1 }", 3, "names no field", "`$.level`"),
    ("{ $level = 1 }", 4, "not a step", "`$.level`"),
    ("{ $.a[*].b[*] = 1 }", 3, "2 wildcards", "name the other"),
    ("{ $.a[*]=1||$.b[*]=1||$.c[*]=1||$.d[*]=1 }", 33, "a fourth selector with a wildcard", "split"),
    ("{ $.a = %x% && $.b = %y% && $.c = %z% }", 35, "a third regular expression", "join two"),
    ("{ $..a = 1 }", 4, "not a step", "no search at any depth"),
    ("{ $.a[-1] = 1 }", 6, "not a step", "`[0]` is the first"),
    ("{ $.a[0:2] = 1 }", 6, "not a step", "no slices"),
    ("{ $[0] = 1 }", 4, "not a step", "start with a key"),
    ("{ $['a'] = 1 }", 4, "not a step", "`.['a']`"),
    ('{ $."a-b" = 1 }', 4, "not a step", "`.['a-b']`"),
    ("{ $.a.b:c.d = 1 }", 8, "not a step", "`.['b:c']`"),
    ("{ $.['it\\'s'] = 1 }", 4, "not a step", "missing key, quote or bracket"),
    ("{\u00a0$.a = 1 }", 2, r"`\xa0`", "take it out"),
    ("{}", 2, "`}`", "leave the whole pattern empty"),
    ("{ $.a }", 7, "`}`", "`= *`"),
    ("{ $.a = }", 9, "`}`", "put a value there"),
    ("{ $.a IS }", 10, "`}`", "`IS NULL`, `IS TRUE` or `IS FALSE`"),
    ("{ $.a NOT", 10, "the pattern ends", "write `NOT EXISTS`"),
    ("{ $.a = 1", 10, "the pattern ends", "add `}`"),
    ("{ ($.a = 1 }", 12, "`}`", "add `)`"),
    ("{ $.a = 1) }", 10, "`)`", "take the `)` out"),
    ("{ $.a = 1 } timeout", 13, "`timeout`", "end the pattern with `}`"),
]

DELIMITED = [
    ("[ERROR]", 1, "matches every event", '`"[ERROR]"`'),
    ("[ERROR] timeout", 9, "`timeout`", "quote it all"),
    ("[a, ..., b, ...]", 13, "a second `...`", "name the fields"),
    ("[a, b, a]", 8, "earlier field", "rename"),
    ("[a,, b]", 4, "nothing before the comma", "name the field"),
    ("[, b]", 2, "nothing before the comma", "name the field"),
    ("[a-b, c]", 2, "`a-b` is not a field name", "letters, digits"),
    ("[1, c]", 2, "`1` is not a field name", "beginning with a letter"),
    ("[\u2026, c]", 2, "`\u2026` is not a field name", "write `...`"),
    ("[...a, c]", 2, "`...a` is not a field name", "a comma after"),
    ("[$a, c]", 2, "`$a` is not a field name", "leave the `$` out"),
    ("[a = 1 || b = 2, c]", 11, "a condition is about one field", "between its own commas"),
    ("[a = 1 || 2, c]", 11, "`2` is not a field name", "letters"),
    ("[a = 404 || b, c]", 13, "compared with nothing", "`a = b`"),
    ("[(a = 1 || b = 2), c]", 12, "a condition is about one field", "between its own commas"),
    ("[(a = 1 || a = 2, c]", 17, "`,`", "add `)`"),
    ("[a = 1), c]", 7, "`)`", "take the `)` out"),
    ("[a = 1 and a = 2, c]", 8, "`and`", "write `&&`"),
    ("[a IS NULL, c]", 4, "`IS`", "for JSON patterns"),
    ("[a = x-y, c]", 7, "`-` in `x-y`", '`"x-y"`'),
    ("[a == 1, c]", 5, "`=`", "write `=`"),
    ("[a > x, c]", 6, "compares numbers only", "`500`"),
    ("[a = %x%, b = %y%, c = %z%]", 24, "a third regular expression", "join two"),
    ("[a, ..., b, b]", 13, "earlier field", "rename"),
    ("[a = 1 && ]", 11, "`]`", "put a condition there"),
    ("[a = 1 &&", 10, "the pattern ends", "put a condition there"),
    ("[a, b", 6, "the pattern ends", "add `]`"),
]


@pytest.mark.parametrize(("text", "column", "message", "fix"), TEXT + REGEX + JSON + DELIMITED)
def test_error(text: str, column: int, message: str, fix: str) -> None:
    with pytest.raises(FilterPatternError) as caught:
        parse(text)
    error = caught.value
    assert (error.column, error.pattern) == (column, text)
    assert message in error.message
    assert fix in error.fix


def test_every_error_reads_well(snapshot: SnapshotAssertion) -> None:
    """All of them, word by word, where a review can read them."""
    lines = []
    for text in dict.fromkeys(text for text, *_ in TEXT + REGEX + JSON + DELIMITED):
        with pytest.raises(FilterPatternError) as caught:
            parse(text)
        lines.append(f"{text}\n  {caught.value}")
    assert "\n".join(lines) == snapshot


def test_text_of_a_log_is_shown_with_its_letters_and_tabs_but_without_codes_for_a_terminal() -> None:
    assert printable("caf\u00e9\t\x1b[0m\u202e") == "caf\u00e9\t\\x1b[0m\\u202e"


def test_longest_pattern() -> None:
    assert parse("x" * 1024).matches("x" * 1024)
    with pytest.raises(FilterPatternError, match="1025 characters, and CloudWatch allows 1024") as caught:
        parse("x" * 1025)
    assert (caught.value.pattern, caught.value.column) == ("x" * 1025, 1025)
    assert caught.value.fix == "shorten it, or split it over several filters"


def test_pattern_too_long_once_its_values_are_quoted() -> None:
    text = "{" + "||".join(["$.a=b"] * 140) + "}"
    assert len(text) < 1024
    with pytest.raises(FilterPatternError, match="characters with its values quoted, and CloudWatch"):
        parse(text)


def test_half_a_surrogate_pair() -> None:
    with pytest.raises(FilterPatternError, match="surrogate") as caught:
        parse('"a\ud800"')
    assert (caught.value.pattern, caught.value.column) == ('"a\ud800"', 3)
    assert str(caught.value) == "column 3: half a surrogate pair is not a character; take it out"


def test_caret_stands_under_the_column() -> None:
    with pytest.raises(FilterPatternError) as caught:
        parse("{\t$.v\n== 1 }")
    pattern, pointer = caught.value.pointed().splitlines()
    assert pattern == "{ $.v == 1 }"
    assert pointer.startswith("       ^ `=`, where")


def test_what_a_terminal_would_act_on_is_spelled_out() -> None:
    with pytest.raises(FilterPatternError) as caught:
        parse("a\x1b[31mb\u202e")
    pattern, pointer = caught.value.pointed().splitlines()
    assert pattern == "a [31mb "
    assert pointer.startswith(r" ^ `\x1b` in `a\x1b[31mb\u202e`")
    assert caught.value.fix == r'write `"a\x1b[31mb\u202e"`'


def test_is_caught_as_our_error_and_as_a_value_error() -> None:
    for sort in (MonitoringError, ValueError):
        with pytest.raises(sort, match=r"^column 7: .*; write"):
            parse("Error Exception")


def test_survives_copy_and_pickle() -> None:
    with pytest.raises(FilterPatternError) as caught:
        parse("Error Exception")
    for twin in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):  # noqa: S301 - our own bytes
        assert str(twin) == str(caught.value)
        assert (twin.pattern, twin.column) == ("Error Exception", 7)


@pytest.mark.parametrize(
    "cure",
    ["?Error ?Exception", '"Error Exception"', '"Error" "Exception"', '"[ERROR]"', "[ERROR = *]", "{ $.v IS FALSE }"],
)
def test_cures_are_accepted(cure: str) -> None:
    assert str(parse(cure)) == cure
