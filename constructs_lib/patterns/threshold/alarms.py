"""The alarm on a limit you set."""

from __future__ import annotations

from collections.abc import Iterable

from constructs_lib.alarms.row import Row, counted, sampled, table
from constructs_lib.patterns.threshold.spec import ThresholdSpec


@table
def alarms(spec: ThresholdSpec, name: str) -> Iterable[Row]:  # noqa: ARG001  (as every table)
    """One alarm."""
    metric, watch = spec.metric, spec.watch
    if metric is not None and spec.minimum_samples is not None:
        watch = sampled(metric, spec.minimum_samples)
    elif metric is not None and metric.statistic in ("Sum", "SampleCount") and spec.missing_data is None:
        watch = counted(metric)
    facts = spec.metric.facts if spec.metric is not None else None
    # fmt: off
    return (
        Row("alarm", watch, spec.past, spec.evaluate, missing=spec.missing_data,
            impact=facts.impact if facts else "The workload is past a limit that was set for it",
            first_step=facts.first_step if facts else "Compare with the last deployment"),
    )
    # fmt: on
