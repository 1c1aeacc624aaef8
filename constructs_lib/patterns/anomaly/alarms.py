"""The alarm on a learnt band, with what keeps it quiet."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from constructs_lib.alarms.alarm import AllOf
from constructs_lib.alarms.duty import PartOf
from constructs_lib.alarms.row import Row, Unusual, at_least, table
from constructs_lib.patterns.anomaly.spec import AnomalySpec
from constructs_lib.units import number


@table
def alarms(spec: AnomalySpec, name: str) -> Iterable[Row]:
    """The band alarm; with `quiet_below` or `suppressed_by` a composite that notifies in its place."""
    metric, window, facts = spec.metric, spec.evaluate, spec.metric.facts
    row = partial(
        Row,
        impact=(facts and facts.impact) or "The workload does not behave as it usually does",
        first_step=(facts and facts.first_step) or "Compare with the last deployment",
    )
    band = Unusual(spec.band_width, spec.direction)
    unusual = band.on(metric).describe(window)
    if spec.quiet_below is None and spec.suppressed_by is None:
        return (row("band", metric, band, window, missing=spec.missing_data),)
    parts, says, missing = ["band"], unusual, spec.missing_data
    if spec.quiet_below is not None:
        parts, says = ["band", "traffic"], f"{unusual}, and not under {number(spec.quiet_below)}"
        missing = missing or "not_breaching"  # without data there is no traffic either
    # fmt: off
    return (
        row("band", metric, band, window, missing=missing, duty=PartOf(name)),
        row("traffic", metric, at_least(spec.quiet_below), window, duty=PartOf(name)),
        row("alarm", AllOf(alarms=parts, suppressed_by=spec.suppressed_by), says=says),
    )
    # fmt: on
