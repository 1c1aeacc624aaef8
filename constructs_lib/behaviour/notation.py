"""How a test file writes time and values: `1h30m`, `60m..75m`, `120x60 30x30 _x5 (9 0x4)x12`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from constructs_lib.errors import Problem
from constructs_lib.model import shown

Points = list[float | None]

_DURATION = re.compile(r"(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_TOKEN = re.compile(
    rf"\s*(?:(?P<open>\()|(?P<close>\))(?:x(?P<group>\d+|\*))?"
    rf"|(?P<first>_|{_NUMBER})(?:\.\.(?P<last>{_NUMBER}))?(?:x(?P<times>\d+|\*))?(?=[\s()]|$))"
)

_LONGEST = 1_000_000
"""Points in one series: two years of minutes."""


def seconds(text: str) -> int | None:
    """`90s`, `5m`, `1h30m` or `2d` in seconds; None where it is none of them."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    return sum(int(part or 0) * size for part, size in zip(match.groups(), (86_400, 3600, 60, 1), strict=True))


def duration(text: str) -> Problem | None:
    """A check for a length of time."""
    if seconds(text) is None:
        return Problem(f"{shown(text)} is not a length of time", "write it like 90s, 5m, 1h30m or 2d")
    return None


def length(text: str) -> Problem | None:
    """A check for a length of time above zero."""
    return duration(text) or (None if seconds(text) else Problem("0 is no length", "write it like 90s, 5m or 1h30m"))


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """From one moment to another, both included, in seconds from the scenario's start."""

    first: int
    last: int

    def __str__(self) -> str:
        return worded(self.first) if self.first == self.last else f"{worded(self.first)}..{worded(self.last)}"


def span(text: str) -> TimeSpan | None:
    """`60m..75m`, or one moment."""
    first, dots, last = text.partition("..")
    begin, end = seconds(first), seconds(last) if dots else seconds(first)
    return None if begin is None or end is None or begin > end else TimeSpan(begin, end)


def is_span(text: str) -> Problem | None:
    """A check for a span of time."""
    if span(text) is None:
        return Problem(f"{shown(text)} is not a span of time", "write it like 60m..75m, or 65m for one minute")
    return None


def worded(moment: float) -> str:
    """Seconds as a test file writes them: `1h30m` is 90m, as scenarios are thought of in minutes."""
    whole, rest = divmod(round(moment), 60)
    return f"{whole}m{rest}s" if rest else f"{whole}m"


def points(text: str | float, *, until: int | None = None) -> Points:
    """The values of a series.

    Args:
        text: The series; a number alone is that value to the end.
        until: How many values there are to be, for the part that is repeated to the end (`x*`).

    Raises:
        ValueError: It does not read; the message says where, and how to write it.
    """
    if not isinstance(text, str):
        return [float(text)] * (until or 1)
    found, position = _group(text, 0, until, depth=0)
    if text[position:].strip():
        raise ValueError(f"{shown(text)} does not read at {text[position:].strip()[:20]!r}")
    if not found:
        raise ValueError(f"{shown(text)} holds no value")
    return found


def is_series(text: str | float) -> Problem | None:
    """A check for a series of values."""
    try:
        points(text, until=None if not isinstance(text, str) or "*" not in text else _LONGEST)
    except ValueError as error:
        fix = "write values like 120x60 30x30 (sixty times 120, then thirty times 30), _ for none, 10..50x9 for a slope"
        return Problem(str(error), fix)
    return None


def open_ended(text: str | float) -> bool:
    """Whether a series goes on to the end of the scenario, however long that is."""
    return not isinstance(text, str) or "*" in text


def _group(text: str, position: int, until: int | None, *, depth: int) -> tuple[Points, int]:
    found: Points = []
    while (match := _TOKEN.match(text, position)) is not None:
        if match["close"]:
            if not depth:
                break
            return found, position
        position = match.end()
        if match["open"]:
            inside, position = _group(text, position, None, depth=depth + 1)
            closed = _TOKEN.match(text, position)
            if closed is None or not closed["close"]:
                raise ValueError(f"{shown(text)} has a bracket that is not closed")
            position = closed.end()
            more = _repeated(inside, closed["group"], until, len(found))
        else:
            more = _run(match, until, len(found))
        found += more
        if len(found) > _LONGEST:
            raise ValueError(f"{shown(text)} has more than {_LONGEST:,} values")
    return found, position


def _run(match: re.Match[str], until: int | None, before: int) -> Points:
    first = None if match["first"] == "_" else float(match["first"])
    if match["last"] is None:
        return _repeated([first], match["times"], until, before)
    times = match["times"]
    if first is None or times is None or times == "*" or int(times) < 2:
        raise ValueError(
            f"{match[0].strip()!r} needs how many values it takes, such as {match['first']}..{match['last']}x9"
        )
    step = (float(match["last"]) - first) / (int(times) - 1)
    return [first + step * index for index in range(int(times))]


def _repeated(values: Points, times: str | None, until: int | None, before: int) -> Points:
    if times == "*":
        missing = max((until or 0) - before, 0)
        return (values * (missing // max(len(values), 1) + 1))[:missing] if values else []
    count = int(times or 1)
    if count * max(len(values), 1) > _LONGEST:
        raise ValueError(f"x{count} makes more than {_LONGEST:,} values")
    return values * count
