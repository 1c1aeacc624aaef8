"""Logic with three values: true, false, and None for not known (Kleene's)."""

from __future__ import annotations

from collections.abc import Iterable

Maybe = bool | None


def every(values: Iterable[Maybe]) -> Maybe:
    """Whether all hold: one that fails decides, whatever is not known of the others."""
    known = True
    for value in values:
        if value is False:
            return False
        known = known and value is not None
    return True if known else None


def some(values: Iterable[Maybe]) -> Maybe:
    """Whether one holds: one that does decides, whatever is not known of the others."""
    return negated(every(map(negated, values)))


def negated(value: Maybe) -> Maybe:
    """The opposite, where it is known."""
    return None if value is None else not value
