"""Why an alarm is in a state, worded as CloudWatch words it.

Source: samples in the CloudWatch user guide, and alarm histories that were made public. The counts are those of N, not
of the longer range that is read.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np

from constructs_lib.simulation.alarm import MetricAlarm, State
from constructs_lib.simulation.evaluation import Evaluation, Points

_WORDS = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_TREATED = {"breaching": "Breaching", "notBreaching": "NonBreaching", "ignore": "Ignored", "missing": "Missing"}


def of_metric_alarm(evaluation: Evaluation, at: int, after: State) -> str:
    """The reason for the state that an evaluation gave.

    Args:
        evaluation: Of which alarm.
        at: When, in seconds from the scenario's start.
        after: The state that it gave.
    """
    alarm, points = evaluation.alarm, evaluation.points(np.array([at], dtype=np.int64))
    judged = np.flatnonzero(points.judged[0])[::-1]
    fillers = alarm.periods - len(judged)
    if after == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {_count(alarm.periods, 'datapoint')} {_be(alarm.periods)} unknown."
    if not len(judged):
        return (
            f"Threshold Crossed: no datapoints were received for {_count(alarm.periods, 'period')} and "
            f"{_count(alarm.periods, 'missing datapoint')} {_be(alarm.periods)} treated as [{_TREATED[alarm.missing]}]."
        )
    decisive = np.flatnonzero(points.judged[0] & points.breaching[0])[::-1] if after == "ALARM" else judged
    shown = decisive if len(decisive) else judged
    values = ", ".join(_point(points, index, evaluation.data.start) for index in shown)
    not_ = "" if after == "ALARM" else "not "
    if alarm.breaching == alarm.periods or len(shown) == alarm.periods:
        counted = _count(len(shown), "datapoint")
    else:
        counted = f"{len(shown)} out of the last {_count(alarm.periods, 'datapoint')}"
    approximate = alarm.name in evaluation.data.bands and evaluation.data.bands[alarm.name].approximate
    text = f"{counted} [{values}] {_be(len(shown))} {not_}{_compared(alarm, points, shown, approximate=approximate)}"
    if fillers:
        text += f" and {_count(fillers, 'missing datapoint')} {_be(fillers)} treated as [{_TREATED[alarm.missing]}]"
    needed = "OK -> ALARM" if after == "ALARM" else "ALARM -> OK"
    least = alarm.breaching if after == "ALARM" else alarm.periods - alarm.breaching + 1
    return f"Threshold Crossed: {text} (minimum {_count(least, 'datapoint')} for {needed} transition)."


def _compared(alarm: MetricAlarm, points: Points, shown: np.ndarray, *, approximate: bool) -> str:
    if not alarm.band:
        return f"{_WORDS.get(alarm.operator, alarm.operator)} the threshold ({_number(alarm.threshold or 0.0)})"
    lower, upper = (
        ", ".join(_number(float(edge[0, index])) for index in shown) for edge in (points.lower, points.upper)
    )
    known = " (approximate)" if approximate else ""
    below = f"less than the lower thresholds [{lower}]{known}"
    above = f"greater than the upper thresholds [{upper}]{known}"
    match alarm.operator:
        case "LessThanLowerThreshold":
            return below
        case "GreaterThanUpperThreshold":
            return above
    return f"{below} or {above}"


def _point(points: Points, index: int, start: int) -> str:
    moment = datetime.fromtimestamp(int(points.begins[0, index]) + start, UTC)
    return f"{_number(float(points.values[0, index]))} ({moment:%d/%m/%y %H:%M:%S})"


def _number(value: float) -> str:
    """As CloudWatch prints a double: 5.0, 0.1."""
    return "-" if math.isnan(value) else repr(round(value, 12))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _be(number: int) -> str:
    return "was" if number == 1 else "were"


def of_composite(child: str, state: str, at: int) -> str:
    """The reason for a composite's state: which of its alarms changed, and when."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{child} transitioned to {state} at {moment:%A %d %B, %Y %H:%M:%S} UTC"
