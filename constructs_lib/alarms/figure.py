"""A single number over a span of days: what is left of an objective, or what was spent."""

from __future__ import annotations

from dataclasses import dataclass

from constructs_lib.alarms.alarm import Math


@dataclass(frozen=True, slots=True)
class Figure:
    """One number.

    Attributes:
        title: What it is, with its unit.
        watch: What it is worked out from; over the whole span, whatever its period.
        days: The span, to now.
    """

    title: str
    watch: Math
    days: int
