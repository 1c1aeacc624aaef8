"""From the points of an evaluation range to a state.

Source: CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data", whose tables are tests here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from constructs_lib.simulation.arrays import Flags, Floats, States
from constructs_lib.simulation.settings import Settings

OK, ALARM, INSUFFICIENT, KEEP = 0, 1, 2, 3
"""The codes of states; KEEP is the state before."""

STATIC: Mapping[str, Callable[[Floats, Floats], Flags]] = {
    "GreaterThanThreshold": np.greater,
    "GreaterThanOrEqualToThreshold": np.greater_equal,
    "LessThanThreshold": np.less,
    "LessThanOrEqualToThreshold": np.less_equal,
}


def breaches(operator: str, values: Floats, lower: Floats, upper: Floats) -> Flags:
    """Which points breach: a threshold is both edges. A missing point, or one without a band, does not."""
    with np.errstate(invalid="ignore"):
        if operator in STATIC:
            return np.asarray(STATIC[operator](values, lower), dtype=np.bool_)
        below, above = values < lower, values > upper
    match operator:
        case "LessThanLowerThreshold":
            return below
        case "GreaterThanUpperThreshold":
            return above
        case _:
            return below | above


def judged(there: Flags, periods: int) -> Flags:
    """Which points decide: the newest N that there are. Columns are periods, the oldest first."""
    newest_first = np.cumsum(there[:, ::-1], axis=1)[:, ::-1]
    return there & (newest_first <= periods)


def judge(there: Flags, breaching: Flags, *, periods: int, needed: int, missing: str, settings: Settings) -> States:
    """The state that each evaluation gives.

    Args:
        there: Which periods of the range have a point: a row an evaluation, the oldest first.
        breaching: Which of these breach.
        periods: N.
        needed: M.
        missing: The treatment of missing data.
        settings: What is not documented.
    """
    points = there.sum(axis=1)
    fillers = np.maximum(periods - points, 0)
    counted = (judged(there, periods) & breaching).sum(axis=1)
    if missing == "breaching":
        counted = counted + fillers
    states = np.where(counted >= needed, ALARM, OK).astype(np.int8)
    if missing in ("missing", "ignore"):
        # "Avoiding premature transitions": few points, all of which breach, the oldest of them old enough.
        oldest = np.where(points > 0, there.shape[1] - np.argmax(there, axis=1), 0)
        old_enough = oldest >= needed if settings.premature == "oldest" else oldest == needed
        few = (points > 0) & (points < periods) & (counted < needed) & ~(there & ~breaching).any(axis=1)
        states[few & old_enough] = ALARM if missing == "missing" else KEEP
        states[points == 0] = INSUFFICIENT if missing == "missing" else KEEP
    return states


def settled(states: States, before: int) -> States:
    """With every KEEP replaced by the state before it."""
    known = np.where(states == KEEP, -1, np.arange(len(states)))
    last = np.maximum.accumulate(known)
    return np.where(last < 0, before, states[np.maximum(last, 0)]).astype(np.int8)
