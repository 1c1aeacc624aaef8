from __future__ import annotations

import pytest

from constructs_lib.testing.moto.alarm_rule import AlarmRule, InvalidAlarmRule

STATES = {"a": "ALARM", "o": "OK", "i": "INSUFFICIENT_DATA", "two words (and more)": "ALARM", 'say "hi"': "ALARM"}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("ALARM(a)", True),
        ("ALARM(o)", False),
        ("OK(o)", True),
        ("OK(i)", False),
        ("INSUFFICIENT_DATA(i)", True),
        ('ALARM("a")', True),
        ('ALARM("two words (and more)")', True),
        ('ALARM("say \\"hi\\"")', True),
        ("TRUE", True),
        ("FALSE", False),
        ("NOT ALARM(a)", False),
        ("NOT NOT ALARM(a)", True),
        ("ALARM(a) AND OK(o)", True),
        ("ALARM(a) AND OK(a)", False),
        ("ALARM(o) OR OK(o)", True),
        ("ALARM(o) OR OK(a)", False),
        ("NOT ALARM(o) AND ALARM(a)", True),
        ("NOT (ALARM(o) AND ALARM(a))", True),
        ("TRUE OR TRUE AND FALSE", True),
        ("(TRUE OR TRUE) AND FALSE", False),
        ("((ALARM(a)))", True),
        ("ALARM ( a )\n  AND\tOK(o)", True),
    ],
)
def test_a_rule_is_true_or_false(rule: str, holds: bool) -> None:
    assert AlarmRule.parse(rule).holds(STATES) is holds


def test_a_rule_names_its_alarms() -> None:
    arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:band"

    assert AlarmRule.parse(f'ALARM("{arn}") AND (OK(o) OR NOT ALARM(a))').alarms == {arn, "o", "a"}


@pytest.mark.parametrize(
    "rule",
    ["", "ALARM", "ALARM()", "ALARM(a", "a", "ALARM(a) ALARM(o)", "ALARM(a) AND", "ok(a)", "ALARM(a b)", "()"],
)
def test_a_rule_that_does_not_parse_is_refused(rule: str) -> None:
    with pytest.raises(InvalidAlarmRule, match="alarm rule, at (column|the end)"):
        AlarmRule.parse(rule)
