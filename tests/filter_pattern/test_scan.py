"""A file of log lines: what is counted, what is matched, and what no file may do."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from constructs_lib.filter_pattern import FilterPatternError, parse
from constructs_lib.filter_pattern.scan import LONG_EVENT_BYTES, MAX_EVENT_BYTES, MatchedLine, Summary, prefilter, scan

EVENTS = b"""{"level": "ERROR", "ms": 700}
{"level": "INFO", "ms": 900}

{"level": "\\u0045RROR", "ms": "300"}\r
{"level": "ERROR"}
not JSON
{"level": "ERROR", "ms": 100.5}"""


def run(data: bytes, text: str, value: str | None = None) -> tuple[Summary, list[MatchedLine]]:
    found: list[MatchedLine] = []
    return scan(io.BytesIO(data), parse(text), value=value, on_match=found.append), found


def test_matching_lines_with_their_numbers() -> None:
    summary, found = run(EVENTS, "{ $.level = ERROR }")
    assert [line.number for line in found] == [1, 4, 5, 7]
    assert found[1].text == '{"level": "\\u0045RROR", "ms": "300"}'
    assert (summary.events, summary.matched, summary.bytes) == (6, 4, len(EVENTS))
    assert (summary.published, summary.total, summary.average) == (4, 4, 1)


def test_metric_takes_its_value_from_a_field() -> None:
    summary, found = run(EVENTS, "{ $.level = ERROR }", "$.ms")
    assert [line.value for line in found] == [700, 300, None, 100.5]
    assert (summary.matched, summary.published) == (4, 3)
    assert (summary.total, summary.least, summary.most) == (1100.5, 100.5, 700)
    assert summary.average == pytest.approx(366.83, abs=0.01)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [1, 2, 4, 5, 6, 7]),
        ("ERROR", [1, 5, 7]),
        ("-level", [6]),
        ("?INFO ?JSON", [2, 6]),
        ("%00}$|300.}$%", [1, 2, 4]),
        ("{ $.ms NOT EXISTS }", [5]),
        ("{ $.ms > 500 || $.level = INFO }", [1, 2]),
        ("{ $.ms != 700 && $.ms = * }", [2, 4, 7]),
        ("[first, ..., last=%5}$%]", [7]),
    ],
)
def test_every_kind_of_pattern(text: str, numbers: list[int]) -> None:
    _, found = run(EVENTS, text)
    assert [line.number for line in found] == numbers


@pytest.mark.parametrize(
    "text",
    ["{ $.level = ERROR }", "{ $.level = ERROR || $.state = ERROR }", "{ $.level = E*OR && $.a.b = * }"],
    ids=["one literal", "one of several", "wildcard"],
)
@pytest.mark.parametrize(
    "line",
    [rb'{"l\u0065vel": "ERROR", "a": {"b": 1}}', rb'{"level": "\u0045RROR", "\u0061": {"b": 1}}'],
    ids=["key", "value"],
)
def test_json_can_hide_what_is_looked_for_behind_a_backslash(text: str, line: bytes) -> None:
    assert run(line, text)[0].matched == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{ $.a != "something" }', '{"a": "other"}'),
        ('{ $.a = "some*thing" }', '{"a": "some other thing"}'),
        ("{ $.a = 500000000 }", '{"a": 5e8}'),
        ('{ $.a = "something" || $.b NOT EXISTS }', "{}"),
        ('{ $.a = "something" || $.something = 1 }', '{"something": 1}'),
        ("{ $.*.id = 1 }", '{"x": {"id": 1}}'),
        ("{ $.a IS TRUE && $.b NOT EXISTS }", '{"a": true}'),
    ],
)
def test_no_match_is_lost_by_looking_for_texts_before_the_json_is_read(text: str, line: str) -> None:
    assert run(line.encode(), text)[0].matched == 1
    can_match = prefilter(parse(text).tree)
    assert can_match is None or can_match(line.encode())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{ $.level = "ERROR" }', b'{"message": "ERROR"}'),
        ('{ $.a = "something" && $.b = 1 }', b'{"a": "else", "b": 1}'),
        ('{ $.a = "something" || $.level = "ERROR" }', b'{"a": "else", "b": 1}'),
        ("{ $.level IS NULL }", b'{"a": null}'),
    ],
)
def test_a_line_without_what_is_looked_for_is_not_even_read(text: str, line: bytes) -> None:
    can_match = prefilter(parse(text).tree)
    assert can_match is not None
    assert not can_match(line)


def test_matches_alone_can_be_counted() -> None:
    summary = scan(io.BytesIO(EVENTS), parse("{ $.level = ERROR }"))
    assert (summary.matched, summary.published, summary.total, summary.average) == (4, 4, 4, 1)


def test_nothing_matches() -> None:
    summary, found = run(EVENTS, "nothing")
    assert found == []
    assert (summary.matched, summary.average, summary.least, summary.most) == (0, None, None, None)


def test_a_line_of_blanks_is_an_event_and_an_empty_one_is_not() -> None:
    summary, found = run(b" \n\n\r\n \r\nx\n", "")
    assert [line.number for line in found] == [1, 4, 5]
    assert summary.events == 3


def test_empty_file() -> None:
    summary, _ = run(b"", "")
    assert (summary.events, summary.matched, summary.bytes) == (0, 0, 0)


def test_bytes_that_are_not_utf8() -> None:
    summary, found = run(b'caf\xe9 ERROR\n{"a": "\xff", "b": 1}\ncaf\xc3\xa9 ERROR\n', "ERROR")
    assert (summary.events, summary.not_utf8) == (3, 2)
    assert [line.text for line in found] == ["caf\ufffd ERROR", "café ERROR"]
    summary, found = run(b'{"a": "\xff", "b": 1}', "{ $.b = 1 }")
    assert (summary.matched, summary.not_utf8) == (1, 1)


@pytest.mark.parametrize("text", ["ERROR", "%ERROR%", "[a=*ERROR*, b]", "{ $.x = 1 }"])
@pytest.mark.parametrize("data", [bytes(range(256)) * 40, b"\0\0", b"\xed\xa0\x80", b'{"x": "\\ud800"}', b"\r\n\r\n"])
def test_any_bytes_are_read_to_the_end(text: str, data: bytes) -> None:
    assert run(data, text)[0].bytes == len(data)


def test_long_lines() -> None:
    lines = [
        b"ERROR" + b"." * (LONG_EVENT_BYTES - 5),
        b"ERROR" + b"." * (LONG_EVENT_BYTES - 4),
        b"ERROR" + b"." * (MAX_EVENT_BYTES - 5),
        b"ERROR" + b"." * (MAX_EVENT_BYTES - 4),
        b"ERROR" + b"." * (5 * MAX_EVENT_BYTES),
        b"ERROR",
    ]
    summary, found = run(b"\n".join(lines), "ERROR")
    assert [line.number for line in found] == [1, 2, 3, 6]
    assert (summary.events, summary.long, summary.too_long) == (6, 4, 2)


class Endless(io.BytesIO):
    """One line without an end, or so it seems."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size

    def read(self, size: int | None = -1) -> bytes:
        chunk = b"x" * min(size or 0, self.left)
        self.left -= len(chunk)
        return chunk


def test_memory_is_constant_even_for_a_line_without_an_end() -> None:
    tracemalloc.start()
    try:
        summary = scan(Endless(200 * MAX_EVENT_BYTES), parse("{ $.a = 1 }"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (summary.events, summary.too_long) == (1, 1)
    assert peak < 8 * MAX_EVENT_BYTES


def test_progress_adds_up_to_the_file() -> None:
    steps: list[int] = []
    data = b'{"a": 1}\n' * 500_000
    summary = scan(io.BytesIO(data), parse("{ $.a = 1 }"), progress=steps.append)
    assert (summary.matched, sum(steps)) == (500_000, len(data))
    assert len(steps) > 3


def test_lines_across_chunks_are_whole() -> None:
    data = b"".join(b'{"n": %d, "pad": "%s"}\n' % (number, b"x" * (number % 977)) for number in range(6000))
    assert len(data) > 2 * MAX_EVENT_BYTES
    summary, found = run(data, "{ $.n >= 0 }", "$.n")
    assert [line.value for line in found] == list(range(6000))
    assert summary.events == 6000


def test_field_the_pattern_can_not_have() -> None:
    with pytest.raises(FilterPatternError, match="not a field of a text pattern"):
        run(EVENTS, "ERROR", "$.ms")
