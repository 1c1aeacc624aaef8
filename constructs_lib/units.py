"""Small words for numbers: the same duration or amount reads the same in every description and error."""

from __future__ import annotations

from decimal import Decimal

from constructs_lib.references import at_least, of_literals

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
    return _number(value) or str(value)


@of_literals
def _number(value: float) -> str:
    return f"{value:.15g}" if abs(value) < 1e6 else f"{value:,.15g}"


def plain(value: float) -> str:
    """A number as CloudWatch's metric math reads it: no separators, no exponent, no digit lost."""
    return _plain(value) or str(value)


@of_literals
def _plain(value: float) -> str:
    return f"{Decimal(repr(value)).normalize():f}"


_SCALES = {
    "seconds": ("time", 1.0, "s sec second seconds"),
    "milliseconds": ("time", 1e-3, "ms msec millisecond milliseconds"),
    "microseconds": ("time", 1e-6, "µs μs us usec microsecond microseconds"),
    "minutes": ("time", 60.0, "min minute minutes"),
    "hours": ("time", 3_600.0, "h hour hours"),
    "percent": ("share", 1.0, "% percent"),
    "bytes": ("size", 1.0, "B byte bytes"),
    "kilobytes": ("size", 1e3, "kB KB kilobyte kilobytes"),
    "megabytes": ("size", 1e6, "MB megabyte megabytes"),
    "gigabytes": ("size", 1e9, "GB gigabyte gigabytes"),
}
_BY_WORD = {word: name for name, (_, _, words) in _SCALES.items() for word in words.split()}


def named(unit: str) -> str | None:
    """The unit that a word or sign stands for: `ms` → `milliseconds`; None for any other word, such as `messages`."""
    return _BY_WORD.get(unit.strip())


def converted(value: float, unit: str, to: str) -> float | None:
    """A value in another unit, both as `named` gives them; None where one can't be had from the other."""
    if to not in _SCALES or _SCALES[unit][0] != _SCALES[to][0]:
        return None
    return float(f"{value * _SCALES[unit][1] / _SCALES[to][1]:.12g}")
