"""The alarm on a limit you set."""

from __future__ import annotations

from collections.abc import Iterable

from constructs_lib.alarms.alarm import Insights, Math
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import Row, counted, sampled, table
from constructs_lib.patterns.threshold.spec import ThresholdSpec


@table
def alarms(spec: ThresholdSpec, name: str) -> Iterable[Row]:
    """One alarm."""
    measured = spec.metric or spec.fleet
    facts = measured.facts if measured is not None else None
    first_step = (facts and facts.first_step) or "Compare with the last deployment"
    if spec.fleet is not None:
        # The message of a state has the number of those in alarm; of each the guide says no more than that it is sent.
        first_step = f"`aws cloudwatch describe-alarm-contributors --alarm-name {name}` lists which. {first_step}"
    # fmt: off
    return (
        Row("alarm", _watched(spec), spec.past, spec.evaluate, missing=spec.missing_data, says=_says(spec),
            impact=(facts and facts.impact) or "The workload is past a limit that was set for it",
            first_step=first_step),
    )
    # fmt: on


def _watched(spec: ThresholdSpec) -> Metric | Math | Insights:
    metric, fleet = spec.metric, spec.fleet
    if fleet is not None:
        return Insights(
            query=fleet.query(descending=spec.upper),
            period_seconds=fleet.period_seconds,
            label=fleet.describe(),
            custom=(fleet.namespace, fleet.name) if fleet.custom else None,
        )
    if metric is not None and spec.minimum_samples is not None:
        return sampled(metric, spec.minimum_samples)
    if metric is not None and metric.statistic in ("Sum", "SampleCount") and spec.missing_data is None:
        return counted(metric)
    watch = metric or spec.math
    assert watch is not None  # the spec's rule  # noqa: S101
    return watch


def _says(spec: ThresholdSpec) -> str | None:
    """Of a fleet, silence is that of all: one that publishes nothing is taken out of it."""
    if spec.fleet is None or (spec.missing_data or ("not_breaching" if spec.upper else "breaching")) != "breaching":
        return None
    return f"{spec.past.on(_watched(spec)).describe(spec.evaluate)}, or nothing comes from any"
