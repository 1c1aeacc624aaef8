"""Names of a test's own: all tests share one moto."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Names: TypeAlias = Callable[[str], str]
"""Puts the running test's prefix before a name."""
