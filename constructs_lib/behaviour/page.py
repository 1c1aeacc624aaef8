"""The scenarios of a file of tests as one HTML page that fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from markupsafe import Markup, escape

from constructs_lib import markup
from constructs_lib.behaviour import notation
from constructs_lib.behaviour.file import Report
from constructs_lib.behaviour.report import summary
from constructs_lib.behaviour.timeline import alarms_of, news
from constructs_lib.behaviour.verdict import Verdict
from constructs_lib.simulation.alarm import MetricAlarm
from constructs_lib.simulation.arrays import Floats, Ints
from constructs_lib.simulation.contributors import GroupedEvaluation
from constructs_lib.units import number

_WIDTH, _HEIGHT, _RIBBON = 1000, 150, 14
_LEFT, _TOP = 64, 10
_POINTS = 1000
"""Points of one curve: one a pixel."""
_SERIES = 20
"""Curves of one alarm with contributors."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture of one alarm, and why it changed."""

    name: str
    svg: Markup
    reasons: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One test."""

    verdict: Verdict
    drawings: tuple[Drawing, ...]
    messages: tuple[str, ...]


def page(report: Report) -> str:
    """All of it."""
    tests = [
        Section(verdict, tuple(_drawing(name, verdict) for name in alarms_of(verdict)), tuple(news(verdict)))
        for verdict in report.verdicts
    ]
    return markup.page(Path(__file__).parent).render(report=report, tests=tests, summary=summary(report))


def _drawing(name: str, verdict: Verdict) -> Drawing:
    outcome = verdict.outcome
    history = outcome.run.histories[name]
    reasons = tuple(
        f"{notation.worded(change.at)} {change.after}: {outcome.reason(name, change.at)}"
        for change in history.transitions
    )
    for group, part in outcome.run.contributors.get(name, {}).items():
        words = ", ".join(group)
        reasons += tuple(
            f"{notation.worded(change.at)} {words} {change.after}: {outcome.reason(name, change.at, group)}"
            for change in part.transitions
        )
    note = verdict.prepared.notes.get(name, "")
    return Drawing(outcome.simulation.names.short(name), Markup("").join(_svg(name, verdict)), reasons, note)


def _svg(name: str, verdict: Verdict) -> Iterator[Markup]:
    outcome, length = verdict.outcome, verdict.prepared.scenario.length
    has_curve = name in outcome.run.evaluated
    height = (_HEIGHT if has_curve else _TOP) + _RIBBON + 26
    yield Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(_WIDTH + _LEFT + 20, height, name)
    bottom = _HEIGHT if has_curve else _TOP
    if has_curve:
        yield from _curve(name, verdict)
    history = outcome.run.histories[name]
    begins = [0, *(change.at for change in history.transitions)]
    states = [history.initial, *(change.after for change in history.transitions)]
    for begin, end, state in zip(begins, [*begins[1:], length], states, strict=True):
        x, width = _x(begin, length), _x(end, length) - _x(begin, length)
        yield Markup('<rect class="{}" x="{:.1f}" y="{}" width="{:.1f}" height="{}"><title>{}</title></rect>').format(
            state, x, bottom, max(width, 0.5), _RIBBON, f"{state} from {notation.worded(begin)}"
        )
    for act in outcome.run.acts:
        if act.alarm == name and not act.repeated:
            yield Markup('<line class="message" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/>').format(
                _x(act.at, length), _TOP, bottom + _RIBBON
            )
    for index in range(7):
        at = length * index // 6
        yield Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            _x(at, length), height - 8, notation.worded(at)
        )
    yield Markup("</svg>\n")


def _curve(name: str, verdict: Verdict) -> Iterator[Markup]:
    outcome, length = verdict.outcome, verdict.prepared.scenario.length
    whole = outcome.run.whole(name)
    alarm = outcome.simulation.alarms[name]
    moments = whole.moments[:: max(1, len(whole.moments) // _POINTS)]
    if not len(moments):
        return
    parts = [*whole.members.values()][:_SERIES] if isinstance(whole, GroupedEvaluation) else [whole]
    series = [part.points(moments) for part in parts]
    lower, upper = series[0].lower[:, -1], series[0].upper[:, -1]
    everything = np.concatenate([lower, upper, *(points.values[:, -1] for points in series)])
    known = everything[~np.isnan(everything)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    low = min(low, 0.0)
    high = high if high > low else low + 1
    xs = np.array([_x(int(at), length) for at in moments])

    def ys(line: Floats) -> Floats:
        return np.asarray(_HEIGHT - 8 - (line - low) / (high - low) * (_HEIGHT - 8 - _TOP))

    for value in (low, high):
        level = float(ys(np.array([value]))[0])
        yield Markup('<text x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(_LEFT - 6, level + 4, number(value))
    if isinstance(alarm, MetricAlarm) and alarm.band:
        there = ~np.isnan(lower) & ~np.isnan(upper)
        x = np.concatenate([xs[there], xs[there][::-1]])
        y = np.concatenate([ys(upper)[there], ys(lower)[there][::-1]])
        edge = zip(x, y, strict=True)
        kind = "band approximate" if name in verdict.prepared.notes else "band"
        text = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge)
        yield Markup('<polygon class="{}" points="{}"/>').format(kind, text)
    else:
        yield from _lines(xs, ys(lower), "limit")
    for points in series:
        yield from _lines(xs, ys(points.values[:, -1]), "curve")


def _lines(xs: Floats, ys: Floats, kind: str) -> Iterator[Markup]:
    """A line for each stretch without a gap."""
    there = np.flatnonzero(~np.isnan(ys))
    stretches: list[Ints] = np.split(there, np.flatnonzero(np.diff(there) > 1) + 1) if len(there) else []
    for stretch in stretches:
        text = " ".join(f"{xs[index]:.1f},{ys[index]:.1f}" for index in stretch)
        yield Markup('<polyline class="{}" points="{}"/>').format(escape(kind), text)


def _x(at: int, length: int) -> float:
    return _LEFT + _WIDTH * at / length
