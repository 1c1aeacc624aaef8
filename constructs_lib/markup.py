"""Words of others in a report: on one line, and with nothing in them that a terminal or Markdown obeys."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\\`*<\[]|\b_|_\b")


def one_line(words: str) -> str:
    """Text on one line, without what a terminal obeys."""
    return "".join(character if character.isprintable() else " " for character in words)


def escaped(words: str) -> str:
    """As it is, where Markdown or HTML would read a sign of its own into it."""
    return _SIGNS.sub(r"\\\g<0>", one_line(words))


def code(name: str) -> str:
    """A name in Markdown, as code where that is possible."""
    return f"`{one_line(name)}`" if "`" not in name else escaped(name)
