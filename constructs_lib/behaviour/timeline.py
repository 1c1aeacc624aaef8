"""What the alarms of a test did, minute by minute, in text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from constructs_lib.alarms import composite_rule
from constructs_lib.behaviour import notation
from constructs_lib.behaviour.verdict import Verdict
from constructs_lib.simulation.alarm import STATES, CompositeAlarm, MetricAlarm
from constructs_lib.simulation.evaluation import Evaluation
from constructs_lib.units import number

_MOST_POINTS = 12
_MOST_ROWS = 60


def timeline(verdict: Verdict) -> Iterator[str]:
    """Lines for the alarms that a test is about, those that failed first."""
    for name in alarms_of(verdict):
        yield from _of_alarm(name, verdict)
    yield from (f"  {line}" for line in news(verdict))


def alarms_of(verdict: Verdict) -> list[str]:
    """The alarms that a test is about, those that failed first; a composite is followed by its parts."""
    failed = [failure.alarm for failure in verdict.failures if failure.alarm]
    about = list(dict.fromkeys([*failed, *verdict.prepared.alarms]))
    for name in list(about):
        alarm = verdict.outcome.simulation.alarms[name]
        if isinstance(alarm, CompositeAlarm):
            about += [part for part in sorted(composite_rule.parse(alarm.rule).alarms) if part not in about]
    return about


def _of_alarm(name: str, verdict: Verdict) -> Iterator[str]:
    outcome = verdict.outcome
    alarm, history = outcome.simulation.alarms[name], outcome.run.histories[name]
    note = verdict.prepared.notes.get(name)
    yield f"{outcome.simulation.names.short(name)} begins in {history.initial}{f' ({note})' if note else ''}"
    if name in outcome.run.contributors:
        yield from _contributors(name, verdict)
        return
    if isinstance(alarm, MetricAlarm) and name in outcome.run.evaluated:
        yield from _rows(outcome.run.evaluation(name), verdict, name)
        return
    for change in history.transitions:
        yield f"  {notation.worded(change.at):>8}  {change.after}: {outcome.reason(name, change.at)}"
    if isinstance(alarm, MetricAlarm):
        yield "  nothing that is given reaches it"


def _contributors(name: str, verdict: Verdict) -> Iterator[str]:
    """The changes of an alarm with contributors, and theirs."""
    outcome = verdict.outcome
    for change in outcome.run.histories[name].transitions:
        yield f"  {notation.worded(change.at):>8}  {change.after}: {outcome.reason(name, change.at)}"
    for group, history in outcome.run.contributors[name].items():
        yield f"  {', '.join(group)} begins in {history.initial}"
        for change in history.transitions[:_MOST_ROWS]:
            yield f"    {notation.worded(change.at):>8}  {change.after}: {outcome.reason(name, change.at, group)}"


def _rows(evaluation: Evaluation, verdict: Verdict, name: str) -> Iterator[str]:
    """Evaluations that read the same points and give the same state are one row."""
    moments = evaluation.moments
    points = evaluation.points(moments)
    texts = [_points(points.values[row], points.breaching[row], points.judged[row]) for row in range(len(moments))]
    changes = {change.at for change in verdict.outcome.run.histories[name].transitions}
    begin = 0
    rows = 0
    for row in range(1, len(moments) + 1):
        last = row == len(moments)
        if not last and texts[row] == texts[begin] and evaluation.states[row] == evaluation.states[begin]:
            continue
        rows += 1
        if rows > _MOST_ROWS and int(moments[begin]) not in changes:
            begin = row
            continue
        first, end = int(moments[begin]), int(moments[row - 1])
        when = notation.worded(first) if first == end else f"{notation.worded(first)}..{notation.worded(end)}"
        yield f"  {when:>12}  {STATES[int(evaluation.states[begin])]:<17}  {texts[begin]}"
        if first in changes:
            yield f"{'':16}{verdict.outcome.reason(name, first)}"
        begin = row
    if rows > _MOST_ROWS:
        yield f"  … of {rows} rows, those after {_MOST_ROWS} are left out where the state does not change"


def _points(values: np.ndarray, breaching: np.ndarray, judged: np.ndarray) -> str:
    """The range, the oldest first: `-` is missing, `!` breaches, brackets are read and not judged."""
    shown = []
    for value, breaches, counts in zip(values, breaching, judged, strict=True):
        if np.isnan(value):
            shown.append("-")
            continue
        text = f"{number(round(float(value), 4))}{'!' if breaches else ''}"
        shown.append(text if counts else f"({text})")
    left_out = len(shown) - _MOST_POINTS
    return " ".join([f"… {left_out} more", *shown[left_out:]] if left_out > 0 else shown)


def news(verdict: Verdict) -> Iterator[str]:
    """Messages, changes of size, and what may be seen in another order."""
    for message in verdict.outcome.messages:
        to = ", ".join(message.receivers) or "no one"
        yield f"{notation.worded(message.at):>8}  {message.kind} of {message.source} to {message.topic}: {to}"
    for size in verdict.outcome.sizes:
        assumed = " (assumed)" if size.assumed else ""
        yield f"{notation.worded(size.at):>8}  {size.group} has {size.size} instances, by {size.policy}{assumed}"
    for blink in verdict.outcome.run.blinks:
        yield f"{notation.worded(blink.at):>8}  {blink.alarm} may blink: in which order its parts change is not known"
