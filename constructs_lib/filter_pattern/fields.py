"""How CloudWatch cuts an event into fields: at white space, but `"…"` and `[…]` are one field without their signs.

Observed: a sign that is never closed, or closed in the middle of a word, is an ordinary character; a backslash keeps
the sign after it from closing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

WHITE_SPACE = " \t\r\n\f\v"
_WORD = re.compile(r"\S+", re.ASCII)
_CLOSING = {'"': '"', "[": "]"}
_INSIDE = {
    '"': re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL),
    "[": re.compile(r"[^\]\\]*+(?:\\.[^\]\\]*+)*+", re.DOTALL),
}
"""What may stand between two such signs: no closing one but behind a backslash."""


def split(line: str) -> list[str]:
    """The fields of an event, in order."""
    if '"' not in line and "[" not in line:
        return _WORD.findall(line)
    return [line[start:end] for _, start, end in _spans(line)]


def rest(line: str, index: int) -> str:
    """The event from the field at `index` on, as it stands but for white space at its end."""
    begin, _, _ = next(islice(_spans(line), index, None))
    return line[begin:].rstrip(WHITE_SPACE)


def _spans(line: str) -> Iterator[tuple[int, int, int]]:
    """Where each field begins, and where its text begins and ends."""
    tried = {'"': 0, "[": 0}  # up to where it is known that nothing closes: else a line of `[x [x [x` takes minutes
    position = 0
    while word := _WORD.search(line, position):
        begin, position = word.span()
        sign = line[begin]
        if begin >= tried.get(sign, len(line)) and (inside := _INSIDE[sign].match(line, begin + 1)):
            end = inside.end()
            if line.startswith(_CLOSING[sign], end) and line[end + 1 : end + 2] in WHITE_SPACE:
                position = end + 1
                yield begin, begin + 1, end
                continue
            tried[sign] = end
        yield begin, begin, position
