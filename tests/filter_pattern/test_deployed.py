"""What a deployed filter matches, where a configuration may not have the pattern."""

from __future__ import annotations

import pytest

from constructs_lib.filter_pattern import FilterPatternError, parse, parse_deployed

TIMED_OUT = "2026-11-20 Task timed out after 3.00 seconds"
BOOM, UNAUTHORIZED, FINE = "2026-11-20 ERROR boom", "2026-11-20 ERROR UNAUTHORIZED", "2026-11-20 fine"


@pytest.mark.parametrize(
    ("text", "line", "matches", "advice"),
    [
        ("Too many open sessions", "open Too many sessions", True, "every one of them"),
        ("Too many open sessions", "Too many sessions", False, "every one of them"),
        ("?ERROR timeout", "a timeout", True, "ignores every `?` term"),
        ("?ERROR timeout", "an ERROR", False, "ignores every `?` term"),
        ("?ERROR -timeout", "fine", True, "ignores every `?` term"),
        ("?ERROR -timeout", "ERROR timeout", False, "ignores every `?` term"),
        ("[ERROR]", "fine", True, "matches every event"),
        ("{ $.ok = true }", '{"ok": "true"}', True, "never matches the boolean"),
        ("{ $.ok = true }", '{"ok": true}', False, "never matches the boolean"),
        ("%a||b%", "c", True, "an empty alternative matches every event"),
    ],
)
def test_it_answers_as_cloudwatch_does_and_advises(text: str, line: str, matches: bool, advice: str) -> None:
    pattern = parse_deployed(text)
    assert pattern.matches(line) is matches
    assert advice in pattern.advice[0].message
    with pytest.raises(FilterPatternError, match=advice.replace("?", r"\?")):
        parse(text)


def test_every_advice_is_given_and_the_first_is_what_a_configuration_fails_with() -> None:
    assert [advice.column for advice in parse_deployed("?c a b").advice] == [6, 1]
    assert [advice.column for advice in parse_deployed("{ $.a = true || $.b = %x|% && $.c = false }").advice] == [
        9,
        26,
        37,
    ]
    with pytest.raises(FilterPatternError) as caught:
        parse("?c a b")
    assert caught.value.column == 6


def test_a_pattern_that_is_too_long_only_when_its_values_are_quoted_is_deployed_as_it_is() -> None:
    text = "{" + "||".join(["$.a=b"] * 140) + "}"
    pattern = parse_deployed(text)
    assert pattern.matches('{"a": "b"}')
    assert "with its values quoted" in pattern.advice[0].message


def test_advice_is_not_part_of_what_a_pattern_says() -> None:
    assert parse_deployed("ERROR timeout") == parse('"ERROR" "timeout"')
    assert not parse('"ERROR" "timeout"').advice
    assert "advice" not in repr(parse_deployed("ERROR timeout"))


def test_what_cloudwatch_refuses_is_refused() -> None:
    with pytest.raises(FilterPatternError, match="in capitals"):
        parse_deployed("{ $.a IS null }")


@pytest.mark.parametrize(
    ("text", "matching"),
    [
        ('[(w1="*ERROR*" && w1!="*UNAUTHORIZED*") || w1="*Task timed out*"]', [BOOM, TIMED_OUT]),
        ('[(w1="*ERROR*" || w1="*timed*") && w1!="*UNAUTHORIZED*"]', [BOOM, TIMED_OUT]),
        ('[(w1="*ERROR*")]', [BOOM, UNAUTHORIZED]),
        ('[day, (w1="ERROR*" && (w1!="*boom" || w1="*x*"))]', [UNAUTHORIZED]),
    ],
)
def test_parentheses_in_the_condition_of_one_field(text: str, matching: list[str]) -> None:
    lines = [BOOM, UNAUTHORIZED, TIMED_OUT, FINE]
    pattern = parse(text)
    assert [line for line in lines if pattern.matches(line)] == matching
    assert parse(str(pattern)) == pattern, "what is deployed says the same"


def test_a_bare_term_may_have_dots() -> None:
    pattern = parse("notification.id -java.lang.Error")
    assert pattern.matches('{"notification.id": 1}')
    assert not pattern.matches("notification_id"), "a dot is a dot"
    assert str(pattern) == '"notification.id" -"java.lang.Error"'
