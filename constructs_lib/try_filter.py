"""Tries a filter pattern on a log file: which lines match, why others do not, and what the metric would have been."""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from constructs_lib.filter_pattern import Pattern
from constructs_lib.filter_pattern.errors import printable
from constructs_lib.filter_pattern.scan import LONG_EVENT_BYTES, MatchedLine, Summary, scan
from constructs_lib.units import count as counted
from constructs_lib.units import number as amount

if TYPE_CHECKING:
    from io import BufferedReader

NO_MATCH = 1
"""The exit code of a try without a match, as of grep."""
_GZIP = b"\x1f\x8b"
HINTS = 3
"""Lines whose failure is explained when none matches."""


class _Unreadable(click.ClickException):
    exit_code = 2


def run(pattern: Pattern, file: BinaryIO, *, value: str | None, count: bool, explain: bool) -> bool:
    """Print what the pattern makes of the file; whether it matches anything.

    Args:
        pattern: What to look for.
        file: The log, opened for reading bytes, as it is or as gzip; one line is one event.
        value: The field whose number the metric would take.
        count: Leave the matching lines out.
        explain: Say of each line why it matches or does not, instead.

    Raises:
        FilterPatternError: The pattern can't have the field `value` names.
        ClickException: The gzip file is damaged.
    """
    try:
        if explain:
            return sum(_explain(pattern, number, line) for number, line in _lines(_unpacked(file))) > 0
        return _try(pattern, file, value=value, count=count)
    except BrokenPipeError:
        # Whoever reads has read enough (`| head`). Nothing may be left for Python to write when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _Unreadable(f"{file.name} is not a whole gzip file: {error}") from error


def _try(pattern: Pattern, file: BinaryIO, *, value: str | None, count: bool) -> bool:
    """Print the matching lines and what they come to; if there are none, why not."""
    again = file.seekable()
    log = _unpacked(file)
    with _Printer(with_value=value is not None) as printer, _progress(log, alone=count) as advance:
        summary = scan(log, pattern, value=value, on_match=printer.add if not count else None, progress=advance)
    click.echo("\n".join(_sentences(summary, value)))
    if summary.events and not summary.matched:
        if again:
            log.seek(0)
            for number, line in islice(_lines(log), HINTS):
                _explain(pattern, number, line)
        else:
            click.echo("Use --explain to see why each line does not match.")
    return summary.matched > 0


def _unpacked(file: BinaryIO) -> BinaryIO:
    """The file, or what it holds if it is a gzip file, as rotated logs are."""
    if file.seekable():
        begin = file.read(len(_GZIP))
        file.seek(0)
    else:
        begin = cast("BufferedReader", file).peek(len(_GZIP))
    return cast("BinaryIO", gzip.GzipFile(fileobj=file)) if begin.startswith(_GZIP) else file


class _Printer:
    """Writes matching lines in blocks: one write for each costs more than finding them."""

    def __init__(self, *, with_value: bool) -> None:
        self._with_value = with_value
        self._waiting: list[str] = []
        self._out = sys.stdout.buffer
        self._shown = printable if sys.stdout.isatty() else str

    def __enter__(self) -> _Printer:
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()

    def add(self, line: MatchedLine) -> None:
        """Take a line."""
        value = "" if not self._with_value else f" ({amount(line.value)})" if line.value is not None else " (no number)"
        self._waiting.append(f"{line.number}{value}: {self._shown(line.text)}\n")
        if len(self._waiting) >= 1_000:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting."""
        self._out.write("".join(self._waiting).encode(errors="replace"))
        self._out.flush()
        self._waiting.clear()


@contextmanager
def _progress(file: BinaryIO, *, alone: bool) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on a terminal's stderr, unless the lines themselves run over that terminal."""
    seen = sys.stderr.isatty() and (alone or not sys.stdout.isatty())
    if not seen or not file.seekable() or isinstance(file, gzip.GzipFile):  # of unknown length
        yield None
        return
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    with click.progressbar(length=size, label="Reading", file=sys.stderr) as bar:
        yield bar.update


def _lines(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """The events with their line numbers; of one too long the beginning, which is all that would be printed."""
    number = 0
    while piece := file.readline(LONG_EVENT_BYTES):
        number += 1
        while not piece.endswith(b"\n") and (rest := file.readline(LONG_EVENT_BYTES)):
            if rest.endswith(b"\n"):
                break
        if text := piece.decode(errors="replace").rstrip("\r\n"):
            yield number, text


def _explain(pattern: Pattern, number: int, line: str) -> bool:
    explanation = pattern.explain(line)
    click.echo(f"{number}: {'matches' if explanation.matched else 'does not match'}: {explanation}")
    return explanation.matched


def _sentences(summary: Summary, value: str | None) -> Iterator[str]:
    yield f"{summary.matched:,} of {counted(summary.events, 'event')} match{'es' * (summary.events == 1)}."
    yield _metric(summary, value)
    if missing := summary.matched - summary.published:
        yield f"{missing:,} of the matching events would publish nothing: {value} is not a number CloudWatch takes."
    if summary.not_utf8:
        yield f"{counted(summary.not_utf8, 'event')} with bytes that are not UTF-8, which were read as \ufffd."
    if summary.long:
        yield f"{counted(summary.long, 'event')} longer than 256 KB: agents may cut them in pieces."
    if summary.too_long:
        yield f"{counted(summary.too_long, 'event')} longer than 1 MB: CloudWatch refuses them; they were not tried."


def _metric(summary: Summary, value: str | None) -> str:
    if value is None:
        return f"The metric would have been {summary.matched:,}: 1 for each match, 0 in minutes without any."
    if summary.least is None or summary.most is None:
        return f"The metric would have got no value of {value}, only the 0 of minutes without a match."
    return (
        f"The metric would have got {counted(summary.published, 'value')} of {value}: "
        f"lowest {amount(summary.least)}, average {amount(summary.total / summary.published)}, "
        f"highest {amount(summary.most)}, sum {amount(summary.total)}."
    )
