"""Trying a pattern on a log file: one line is one event. Fast, in constant memory, and whatever the file holds.

Lines are read in chunks and matched as bytes. A JSON line is parsed only if it can match: a key or text the pattern
needs stands in it as it is, or the line has a backslash, behind which JSON can hide any character.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import BinaryIO

from constructs_lib.filter_pattern.extract import published
from constructs_lib.filter_pattern.matcher import json_matcher, matcher, terms_matcher
from constructs_lib.filter_pattern.pattern import Pattern
from constructs_lib.filter_pattern.tree import (
    And,
    Comparison,
    Condition,
    JsonFilter,
    LiteralTest,
    Operator,
    Or,
    Selector,
    Terms,
    Text,
    Tree,
    selector_of,
)

MAX_EVENT_BYTES = 1_048_576
"""botocore logs.PutLogEvents: "Each log event can be no larger than 1 MB". A longer line is counted, never matched."""
LONG_EVENT_BYTES = 262_144
"""256 KB: the service's limit until 2025, at which older agents and log drivers still cut or split an event."""
_CHUNK_BYTES = 1 << 20

BytesMatcher = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """A line the pattern matches."""

    number: int
    """Counted from 1, empty lines included."""
    text: str
    value: float | None
    """What the metric filter would publish for it; None for nothing."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a file came to. The metric's statistics are those a metric filter would have published."""

    bytes: int
    events: int
    """Lines that are not empty: CloudWatch takes no empty event, and one of blanks (observed)."""
    matched: int
    not_utf8: int
    """Events with bytes that are not UTF-8. They are matched with U+FFFD for each, as log agents send them."""
    long: int
    """Events above `LONG_EVENT_BYTES`, which may reach CloudWatch in pieces."""
    too_long: int
    """Events above `MAX_EVENT_BYTES`, which CloudWatch refuses. They are not matched."""
    published: int
    """Values the metric would have got: `matched` less those without a number to publish."""
    total: float
    least: float | None
    most: float | None

    @property
    def average(self) -> float | None:
        """Of the published values."""
        return self.total / self.published if self.published else None


def scan(
    file: BinaryIO,
    pattern: Pattern,
    *,
    value: str | None = None,
    on_match: Callable[[MatchedLine], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Summary:
    """Try the pattern on every line of a file.

    Args:
        file: Opened for reading bytes.
        pattern: What to look for.
        value: The field whose number the metric takes (`$.latency_ms`); without one it takes 1 for each match.
        on_match: Called with each matching line, in order.
        progress: Called now and then with the number of bytes read since the last call.

    Raises:
        FilterPatternError: The pattern can't have the field `value` names.
    """
    tally = _Tally(pattern, value, on_match)
    for lines, size in _chunks(file):
        tally.add(lines)
        if progress is not None:
            progress(size)
        tally.bytes += size
    return tally.summary()


def _chunks(file: BinaryIO) -> Iterator[tuple[list[bytes], int]]:
    """The file's lines without their line ends, some thousand at a time, and the bytes read for them.

    Of a line too long to be an event only the beginning is kept, one byte more than the limit, so that memory stays
    constant whatever the file.
    """
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        lines = chunk.split(b"\n")
        lines[0] = rest + lines[0]
        rest = lines.pop()[: MAX_EVENT_BYTES + 1]
        yield lines, len(chunk)
    if rest:
        yield [rest], 0


class _Tally:
    """Counts, line by line."""

    def __init__(self, pattern: Pattern, value: str | None, on_match: Callable[[MatchedLine], None] | None) -> None:
        self.matches = bytes_matcher(pattern.tree)
        self.can_match = prefilter(pattern.tree)
        self.read_value = None if value is None else pattern.reader(value)
        self.on_match = on_match
        self.bytes = self.lines = self.events = self.matched = 0
        self.not_utf8 = self.long = self.too_long = self.published = 0
        self.total, self.least, self.most = 0.0, inf, -inf

    def add(self, lines: list[bytes]) -> None:
        """Count one chunk of lines."""
        matches, can_match = self.matches, self.can_match
        first = self.lines + 1
        for number, read in enumerate(lines, first):
            if len(read) > LONG_EVENT_BYTES and not self._acceptable(read):
                continue
            line = read
            if not read.isascii() and not _is_utf8(read):
                self.not_utf8 += 1
                line = read.decode(errors="replace").encode()
            if (can_match is None or can_match(line)) and matches(event := line.rstrip(b"\r")) and event:
                self._count_match(number, event)
        self.lines += len(lines)
        self.events += len(lines) - lines.count(b"") - lines.count(b"\r")

    def _acceptable(self, line: bytes) -> bool:
        """Count a long line; whether CloudWatch would take it."""
        self.long += 1
        if len(line) <= MAX_EVENT_BYTES:
            return True
        self.too_long += 1
        return False

    def _count_match(self, number: int, event: bytes) -> None:
        self.matched += 1
        if self.read_value is None and self.on_match is None:
            value: float | None = 1.0
            text = ""
        else:
            text = event.decode()
            value = 1.0 if self.read_value is None else published(self.read_value(text))
        if value is not None:
            self.published += 1
            self.total += value
            self.least = min(self.least, value)
            self.most = max(self.most, value)
        if self.on_match is not None:
            self.on_match(MatchedLine(number, text, value))

    def summary(self) -> Summary:
        """What was counted."""
        some = self.published > 0
        return Summary(
            bytes=self.bytes,
            events=self.events,
            matched=self.matched,
            not_utf8=self.not_utf8,
            long=self.long,
            too_long=self.too_long,
            published=self.published,
            total=self.total,
            least=self.least if some else None,
            most=self.most if some else None,
        )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def bytes_matcher(tree: Tree) -> BytesMatcher:
    """The pattern as a function of an event in UTF-8."""
    match tree:
        case Terms(required, excluded, optional):
            # UTF-8 has no character inside another, so a term is in the line if its bytes are.
            return terms_matcher(*([term.encode() for term in group] for group in (required, excluded, optional)))
        case JsonFilter(condition):
            return json_matcher(condition)
    matches = matcher(tree)
    return lambda line: matches(line.decode())


# What a JSON line must hold to match


def prefilter(tree: Tree) -> BytesMatcher | None:
    """Whether a line can match at all, for less than it costs to parse it; None where nothing is known.

    It may say yes to a line that does not match, never no to one that does.
    """
    if not isinstance(tree, JsonFilter):
        return None
    needed = max(_needed(tree.condition), key=lambda literals: min(map(len, literals), default=0), default=())
    match needed:
        case ():
            return None
        case (literal,):
            return lambda line: literal in line or b"\\" in line
    return lambda line: any(literal in line for literal in needed) or b"\\" in line


def _needed(condition: Condition) -> list[tuple[bytes, ...]]:
    """Groups of literals: a line that matches holds at least one of every group, if it has no backslash."""
    match condition:
        case And(parts):
            return [group for part in parts for group in _needed(part)]
        case Or(parts):
            choices = [_needed(part) for part in parts]
            if not all(choices):
                return []
            return [tuple({literal for groups in choices for literal in max(groups, key=_shortest)})]
        case Comparison() | LiteralTest():
            return [(literal,) for literal in _literals(condition)]
    return []


def _shortest(group: tuple[bytes, ...]) -> int:
    return min(map(len, group))


def _literals(leaf: Comparison | LiteralTest) -> Iterator[bytes]:
    """What must stand in the line: the selector's keys, in quotes, and the text they are compared with."""
    selector = selector_of(leaf)
    if isinstance(selector, Selector):
        yield from (f'"{key}"'.encode() for key in selector.steps if isinstance(key, str))
    if isinstance(leaf, Comparison) and leaf.operator is Operator.EQUAL and isinstance(leaf.value, Text):
        pieces = leaf.value.text.split("*")
        yield from (piece.encode() for piece in pieces if piece)
