"""Words of others in a report: on one line, and with nothing in them that a terminal, Markdown or HTML obeys."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

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


@cache
def page(folder: Path, name: str = "page.html") -> Template:
    """A template in a folder, with what it includes; what users write is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)
