"""Rules of composite alarms: what they mean, and when one follows from another."""

from __future__ import annotations

import pytest

from constructs_lib.alarms.composite_rule import InvalidAlarmRule, implies, parse

ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"
REFERENCE = "${aws_cloudwatch_metric_alarm.a.alarm_name}"


@pytest.mark.parametrize(
    ("rule", "states", "holds"),
    [
        ('ALARM("a")', {"a": "ALARM"}, True),
        ("NOT ALARM(a)", {"a": "INSUFFICIENT_DATA"}, True),
        ("OK(a) AND NOT (ALARM(b) OR FALSE)", {"a": "OK", "b": "OK"}, True),
        ("TRUE AND INSUFFICIENT_DATA(a)", {"a": "OK"}, False),
        ("ALARM(a) OR ALARM(b) AND ALARM(c)", {"a": "ALARM", "b": "OK", "c": "OK"}, True),
        (r'ALARM("a \"b\" (c)")', {'a "b" (c)': "ALARM"}, True),
        (f"ALARM({ARN})", {ARN: "OK"}, False),
        (f'ALARM("{REFERENCE}")', {REFERENCE: "ALARM"}, True),
        ("ALARM ( a )\n  AND\tOK(b)", {"a": "ALARM", "b": "OK"}, True),
        ("NOT NOT ALARM(a)", {"a": "ALARM"}, True),
        ("NOT ALARM(a) AND ALARM(b)", {"a": "OK", "b": "ALARM"}, True),
        ("TRUE OR TRUE AND FALSE", {}, True),
        ("(TRUE OR TRUE) AND FALSE", {}, False),
        ("((OK(a)))", {"a": "INSUFFICIENT_DATA"}, False),
        ("AT_LEAST(50%, OK, (a,b,c,d))", {"a": "OK", "b": "OK", "c": "ALARM", "d": "ALARM"}, True),
        ("AT_LEAST(50%, OK, (a,b,c,d))", {"a": "OK", "b": "ALARM", "c": "ALARM", "d": "ALARM"}, False),
        ('AT_LEAST(2, NOT OK, (a, "b, c"))', {"a": "ALARM", "b, c": "INSUFFICIENT_DATA"}, True),
        ("OK(a) AND AT_LEAST(1, ALARM, (b, c))", {"a": "OK", "b": "OK", "c": "OK"}, False),
    ],
)
def test_meaning(rule: str, states: dict[str, str], holds: bool) -> None:
    tree = parse(rule)
    assert tree.alarms == states.keys()
    assert tree.holds(states) is holds


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ("", "it ends too early"),
        ("ALARM(a) ALARM(b)", "column 9"),
        ("ALARM(a) AND", "it ends too early"),
        ("(ALARM(a)", "it ends too early"),
        ("alarm(a)", "column 1"),
        ("ALARM()", "column 1"),
        ("ALARM", "column 1"),
        ("a", "column 1"),
        ("ALARM(a b)", "column 1"),
        ("()", "column 2"),
        ("AT_LEAST(2, ALARM, (a b))", "column 21"),
        ("AT_LEAST(ALARM, (a, b))", "column 1"),
    ],
)
def test_what_does_not_parse(rule: str, where: str) -> None:
    with pytest.raises(InvalidAlarmRule, match=where):
        parse(rule)


MANY = " OR ".join(f"ALARM(a{i})" for i in range(50))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("ALARM(a)", "ALARM(a) OR ALARM(b)", True),
        ("ALARM(a) OR ALARM(b)", "ALARM(a)", False),
        ("ALARM(a)", "NOT OK(a)", True),
        ("NOT OK(a)", "ALARM(a)", False),
        ("FALSE", "ALARM(a)", True),
        ("NOT (ALARM(a) OR ALARM(b))", "NOT ALARM(a) AND NOT ALARM(b)", True),
        (MANY, f"{MANY} OR ALARM(b)", True),
        (f"{MANY} OR ALARM(b)", MANY, False),
        (MANY.replace("OR", "AND"), "ALARM(a1)", True),
        (MANY, f"NOT ({MANY})", None),
    ],
)
def test_implication(one: str, other: str, expected: bool | None) -> None:
    assert implies(parse(one), parse(other)) is expected


def test_a_percentage_is_of_the_alarms_in_the_list() -> None:
    half = parse("AT_LEAST(50%, ALARM, (a, b, c, d))")
    two = parse("AT_LEAST(2, ALARM, (a, b, c, d))")
    states = dict.fromkeys("abcd", "OK")
    assert not half.holds(states | {"a": "ALARM"}) and not two.holds(states | {"a": "ALARM"})
    assert half.holds(states | {"a": "ALARM", "b": "ALARM"}) and two.holds(states | {"a": "ALARM", "b": "ALARM"})
    all_of_them = parse("AT_LEAST(100%, ALARM, (a, b, c, d))")
    assert not all_of_them.holds(states | {"a": "ALARM", "b": "ALARM", "c": "ALARM"})
    assert all_of_them.holds(dict.fromkeys("abcd", "ALARM"))


def listed(word: str, count: int) -> str:
    return f" {word} ".join(f"ALARM(a{number})" for number in range(count))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (listed("OR", 9), listed("OR", 9), True),
        (listed("OR", 9), listed("OR", 10), True),
        (listed("OR", 10), listed("OR", 9), False),
        (listed("AND", 10), listed("AND", 9), True),
        (listed("AND", 9), listed("AND", 10), False),
        ("ALARM(a0)", listed("OR", 10), True),
        (listed("OR", 10), listed("AND", 10), None),
        (f"NOT ({listed('OR', 9)})", f"NOT ({listed('OR', 10)})", None),
        (f"{listed('OR', 8)} AND TRUE", listed("OR", 8), True),
    ],
)
def test_of_many_alarms_lists_are_compared(one: str, other: str, expected: bool | None) -> None:
    assert implies(parse(one), parse(other)) is expected


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("ALARM(a) AND", "it ends too early"),
        ("(ALARM(a)", "it ends too early"),
        ("(ALARM(a) ALARM(b)", "column 10: 'ALARM(b)'"),
        ("x" * 50, f"column 1: '{'x' * 40}'"),
    ],
)
def test_an_error_says_where_it_begins(rule: str, says: str) -> None:
    with pytest.raises(InvalidAlarmRule) as caught:
        parse(rule)
    assert str(caught.value) == says
