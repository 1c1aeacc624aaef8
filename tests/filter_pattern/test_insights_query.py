"""Filter patterns as conditions of Logs Insights."""

from __future__ import annotations

import pytest

from constructs_lib.filter_pattern import parse


@pytest.mark.parametrize(
    ("pattern", "condition"),
    [
        ("?Error ?Exception", '@message like "Error" or @message like "Exception"'),
        ("Error -timeout", '@message like "Error" and @message not like "timeout"'),
        ('"out of \\"memory\\""', '@message like "out of \\"memory\\""'),
        ("", "ispresent(@message)"),
        ("%a/b|c%", r"@message like /a\/b|c/"),
        ('{ $.level = "ERROR" }', 'level = "ERROR"'),
        ("{ $.a.b >= 5 && $.model = * }", "(a.b >= 5) and (ispresent(model))"),
        ('{ ($.a != "x") || ($.b NOT EXISTS) }', '(a != "x") or (not ispresent(b))'),
        ('{ $.path = "/v1/*.json" }', r"path like /^\/v1\/.*\.json$/"),
        ('{ $.user-agent != "curl*" }', "`user-agent` not like /^curl.*$/"),
        ("{ $.a = %b+% }", "a like /b+/"),
        ("{ $.items[0].id = 7 }", "items.0.id = 7"),
    ],
)
def test_the_same_lines_are_found(pattern: str, condition: str) -> None:
    assert parse(pattern).query == condition


@pytest.mark.parametrize("pattern", ["[ip, status = 500]", "{ $.ok IS TRUE }", "{ $.items[*].id = 7 }"])
def test_what_logs_insights_has_no_words_for(pattern: str) -> None:
    assert parse(pattern).query is None


def test_fields() -> None:
    assert parse("").query_field("$.latency_ms") == "latency_ms"
    assert parse("").query_field("$bytes") is None
