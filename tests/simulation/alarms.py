"""Short ways to an alarm and to what it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from constructs_lib.simulation import judgement
from constructs_lib.simulation.alarm import STATES, DataQuery, MetricAlarm, MetricIdentity
from constructs_lib.simulation.data import BandEdges, Data, Values
from constructs_lib.simulation.evaluation import Evaluation
from constructs_lib.simulation.settings import Settings

METRIC = MetricIdentity("Test", "value")


def alarm(statistic: str = "Sum", **options: Any) -> MetricAlarm:
    """An alarm on one metric: above 0 in one period of a minute, unless said otherwise."""
    settings: dict[str, Any] = {
        "name": "alarm",
        "queries": (DataQuery("m1", METRIC, statistic),),
        "watched": "m1",
        "operator": "GreaterThanThreshold",
        "threshold": 0.0,
        "period_seconds": 60,
        "periods": 1,
        **options,
    }
    settings.setdefault("breaching", settings["periods"])
    return MetricAlarm(**settings)


def math_alarm(
    expression: str, metrics: Sequence[str] = ("m1",), statistic: str = "Sum", **options: Any
) -> MetricAlarm:
    """An alarm on an expression of metrics that are called like their ids."""
    queries = (
        DataQuery("e1", expression=expression),
        *(DataQuery(name, MetricIdentity("Test", name), statistic) for name in metrics),
    )
    return alarm(queries=queries, watched="e1", **options)


def evaluate(
    subject: MetricAlarm,
    values: Sequence[float | None] | Mapping[MetricIdentity, Values],
    *,
    new: bool = False,
    length: int | None = None,
    before: int = 0,
    start: int = 0,
    settings: Settings | None = None,
    bands: Mapping[str, BandEdges] | None = None,
) -> Evaluation:
    """The alarm over values a minute, which begin at the start of the scenario."""
    published = values if isinstance(values, Mapping) else {METRIC: Values.each_minute(values)}
    seconds = length if length is not None else (0 if isinstance(values, Mapping) else len(values) * 60)
    tick = 10 if subject.period_seconds < 60 else 60
    data = Data(published, length=seconds, before=before, start=start, tick=tick, bands=bands)
    return Evaluation(subject, data, settings, new=new)


def state_at(evaluation: Evaluation, seconds: int) -> str:
    """The state after the evaluation at a moment."""
    return STATES[int(evaluation.states[list(evaluation.moments).index(seconds)])]


def changes(evaluation: Evaluation) -> list[tuple[float, str]]:
    """When it changed, in minutes, and to what; not that the first data made it OK."""
    first = ("INSUFFICIENT_DATA", "OK")
    return [(c.at / 60, c.after) for c in evaluation.transitions if (c.before, c.after) != first]


def judged(
    pattern: str, *, needed: int, missing: str, before: str = "OK", periods: int = 3, settings: Settings | None = None
) -> str:
    """The state that a range such as `0 - X - X` gives: 0 fine, X breaching, - missing, the oldest first."""
    marks = pattern.split()
    codes = judgement.judge(
        np.array([[mark != "-" for mark in marks]]),
        np.array([[mark == "X" for mark in marks]]),
        periods=periods,
        needed=needed,
        missing=missing,
        settings=settings if settings is not None else Settings(),
    )
    return STATES[int(judgement.settled(codes, STATES.index(before))[0])]
