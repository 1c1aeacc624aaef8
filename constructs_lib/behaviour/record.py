"""What is kept of a run of tests for the register: which alarms they cover, and what an alarm saw when it fired."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from constructs_lib.behaviour.file import Report
from constructs_lib.behaviour.verdict import Verdict
from constructs_lib.simulation.alarm import MetricAlarm
from constructs_lib.simulation.arrays import Floats
from constructs_lib.simulation.contributors import GroupedEvaluation
from constructs_lib.terraform.fingerprint import alarms_of, fingerprint
from constructs_lib.terraform.stack import Stack

_POINTS = 48
"""Enough for a graph as small as one on a dashboard."""


def record(report: Report, stack: Stack) -> bytes:
    """The record as JSON, a line for each alarm that a test covers.

    Args:
        report: Of all tests.
        stack: What they were run on.
    """
    lines = []
    for name, resource in sorted(alarms_of(stack)):
        found = _tests_of(name, report)
        if found["fires"] or found["quiet"]:
            lines.append(b"%b: %b" % (orjson.dumps(name), orjson.dumps({"of": fingerprint(resource), **found})))
    return b'{"stack": %b, "alarms": {\n%b\n}}\n' % (orjson.dumps(stack.name), b",\n".join(lines))


def _tests_of(name: str, report: Report) -> dict[str, Any]:
    holding = [verdict for verdict in report.verdicts if verdict.holds]
    firing = [verdict for verdict in holding if name in verdict.fired]
    example = next(filter(None, (_example(name, verdict) for verdict in firing)), None)
    return {
        "fires": [verdict.name for verdict in firing],
        "quiet": [verdict.name for verdict in holding if name in verdict.kept_quiet],
        **({"example": example} if example else {}),
    }


def _example(name: str, verdict: Verdict) -> dict[str, Any] | None:
    run = verdict.outcome.run
    alarm = verdict.outcome.simulation.alarms.get(name)
    if name not in run.evaluated or not isinstance(alarm, MetricAlarm):
        return None
    whole = run.whole(name)
    if isinstance(whole, GroupedEvaluation) or not len(whole.moments):
        return None
    points = whole.points(whole.moments[np.linspace(0, len(whole.moments) - 1, _POINTS).astype(int)])
    series = {"values": points.values, "lower": points.lower, "upper": points.upper}
    wanted = series if alarm.band else {"values": points.values}
    return {"test": verdict.name, **{key: _rounded(found[:, -1]) for key, found in wanted.items()}}


def _rounded(series: Floats) -> list[float | None]:
    return [None if not np.isfinite(value) else float(f"{value:.4g}") for value in series]
