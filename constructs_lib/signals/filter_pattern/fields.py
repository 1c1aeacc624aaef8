"""How CloudWatch cuts an event into fields: at white space, but `"…"` and `[…]` are one field without their signs.

Observed: a sign that is never closed, or closed in the middle of a word, is an ordinary character; a backslash keeps
the sign after it from closing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

WHITE_SPACE = " \t\r\n\f\v"
_FIELD = re.compile(
    r"""
    "(?P<quoted>(?:[^"\\]|\\.)*)"(?=\s|$)
    | \[(?P<bracketed>(?:[^\]\\]|\\.)*)\](?=\s|$)
    | (?P<plain>\S+)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)


class Word(NamedTuple):
    """A field of an event and where it begins."""

    text: str
    start: int


def split(line: str) -> list[Word]:
    """The fields of an event, in order."""
    return [Word(match[match.lastgroup or 0], match.start()) for match in _FIELD.finditer(line)]
