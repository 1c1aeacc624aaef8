"""Constructs that turn a short description of AI workloads into AWS monitoring.

    from constructs_lib import AnomalyMonitor, AnomalySpec, Notifications

Importing this package is cheap: a name loads what it needs when it is first used.
"""

import importlib
import re
from pathlib import Path
from typing import Any

from constructs_lib.bindings import finder

finder.install()

_PUBLIC = re.compile(r"^from (\S+) import (\w+) as \2$", re.MULTILINE)
_HOMES = {name: home for home, name in _PUBLIC.findall(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))}
"""The module of each public name."""

__all__ = sorted(_HOMES)  # noqa: PLE0605  (type checkers read __init__.pyi)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
