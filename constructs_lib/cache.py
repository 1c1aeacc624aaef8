"""What this package keeps between runs, because it can be made again: below XDG_CACHE_HOME, or ``~/.cache``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark


def directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Where that is; it may not be there."""
    home = environment.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "ai-monitoring-constructs"


def parser(grammar: Path, **options: Any) -> Lark:
    """The parser of a grammar file. It takes 50 ms to make and 3 to read back: it is kept where there is a place."""
    from lark import Lark

    kept: str | bool = False
    try:
        folder = directory()
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            kept = str(folder / f"{grammar.parent.name}.lark")
    except (OSError, RuntimeError):  # a home that is no folder, or none
        pass
    return Lark(grammar.read_text(encoding="utf-8"), parser="lalr", cache=kept, **options)
