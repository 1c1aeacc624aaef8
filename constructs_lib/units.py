"""Small words for numbers: the same duration or amount reads the same in every description and error."""

from __future__ import annotations

from decimal import Decimal

from constructs_lib.references import at_least, is_reference

_DURATIONS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def duration(seconds: float) -> str:
    """`300` → `5 minutes`; `90` → `90 seconds`; a reference stays one (`${…} seconds`)."""
    for size, unit in _DURATIONS:
        if at_least(seconds, size) and seconds % size == 0:
            return count(int(seconds // size), unit)
    return f"{number(seconds)} seconds"


def count(amount: int, noun: str) -> str:
    """`1, "alarm"` → `1 alarm`; `1200, "alarm"` → `1,200 alarms`."""
    return f"{amount:,} {noun}{'s' * (amount != 1)}"


def number(value: float) -> str:
    """`5.0` → `5`; `0.25` → `0.25`; a reference stays one, and CDKTF resolves it inside the text."""
    if is_reference(value):
        return str(value)
    return f"{value:.15g}" if abs(value) < 1e6 else f"{value:,.15g}"


def plain(value: float) -> str:
    """A number as CloudWatch's metric math reads it: no separators, no exponent, no digit lost."""
    return str(value) if is_reference(value) else f"{Decimal(repr(value)).normalize():f}"
