"""The alarms of a log pattern."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

from constructs_lib.alarms.alarm import Alarm, Evaluate, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.metric_filter import MetricFilter, words_for
from constructs_lib.aws.names import join
from constructs_lib.patterns.log_pattern import archive as log_archive
from constructs_lib.references import is_reference

if TYPE_CHECKING:
    from constructs_lib.patterns.log_pattern.spec import LogPatternSpec

_LONGEST_QUOTED_FILTER = 200
"""Characters of the filter that an alarm's text repeats; it has 1,024 for everything."""
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def combinations(values: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Every combination of the listed values, in order: `{model: a}`, `{model: b}`."""
    return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())] if values else []


def detector_name(name: str) -> str:
    """The log anomaly detector of a monitor."""
    return join(name, "log-anomalies")


def rows(spec: LogPatternSpec, name: str, runbook: str | None) -> Iterator[Alarm]:
    """The total; each combination of dimension values; what watches archive and detector."""
    total, *others = spec.filters(name)
    yield _filter_row(spec, total, name, runbook=runbook)
    for index, values in enumerate(combinations(spec.dimension_values)):
        yield _filter_row(
            spec, others[0], join(name, *values.values()), key=_key(index, values), values=values, runbook=runbook
        )
    if spec.archive is not None:
        yield from _archive_rows(spec, name, runbook)
    if spec.anomaly_detector:
        yield _anomaly_row(spec, name, runbook)


def _filter_row(
    spec: LogPatternSpec,
    source: MetricFilter,
    name: str,
    *,
    key: str = "alarm",
    values: Mapping[str, str] = MappingProxyType({}),
    runbook: str | None,
) -> Alarm:
    alarm = spec.alarm
    metric = source.metric(
        statistic=alarm.statistic,
        period_seconds=alarm.period_seconds,
        values=values,
        label=_label(spec, values),
    )
    condition = Threshold(
        watch=metric,
        comparison=alarm.comparison,
        limit=alarm.limit,
        unit=alarm.unit,
        low_samples=alarm.low_samples,
    )
    return spec.row(
        key,
        name,
        summary=condition.describe(alarm.evaluate),
        impact=_impact(spec),
        first_step=f"Open log group {spec.log_group.full_name} and search it for {_quoted(spec.filter)}"
        if spec.filter.strip()
        else f"Open log group {spec.log_group.full_name} and read its newest events",
        runbook=runbook,
        severity=alarm.severity,
        condition=condition,
        evaluate=alarm.evaluate,
        missing_data=alarm.missing_data or ("not_breaching" if alarm.upper else "breaching"),
    )


def _archive_rows(spec: LogPatternSpec, name: str, runbook: str | None) -> Iterator[Alarm]:
    """Delivery that lags, and delivery that is refused: while it is blocked altogether, no lag is published."""
    errors = log_archive.error_log_group(name)
    for key, metric, lagging in (
        ("archive-stale", log_archive.freshness(name), True),
        ("archive-refused", log_archive.success(name), False),
    ):
        evaluate = Evaluate(breaching=3, of=3) if lagging else Evaluate(breaching=2, of=3)  # one retry may help
        condition = Threshold(
            watch=metric,
            comparison="above" if lagging else "below",
            limit=log_archive.STALE_AFTER_SECONDS if lagging else 1,
            unit="seconds" if lagging else "",
        )
        yield spec.row(
            key,
            join(name, key),
            summary=condition.describe(evaluate),
            impact="Firehose keeps what it can't deliver for 24 hours; after that these log events are missing "
            "from the archive for good",
            first_step=f"Read the newest errors in log group {errors}: usually the role, the key or the bucket changed",
            runbook=runbook,
            condition=condition,
            evaluate=evaluate,
            missing_data="not_breaching",  # nothing to deliver, nothing published
        )


def _anomaly_row(spec: LogPatternSpec, name: str, runbook: str | None) -> Alarm:
    metric = Metric(
        namespace="AWS/Logs",
        name="AnomalyCount",
        dimensions={"LogAnomalyDetector": detector_name(name), "LogAnomalyPriority": "HIGH"},
        statistic="Sum",
        label=f"number of unusual events of high priority in log group {spec.log_group.full_name}",
    )
    condition = Threshold(watch=metric, comparison="above", limit=0)
    facts = metric.facts
    assert facts is not None  # of the catalogue  # noqa: S101
    evaluate = Evaluate(breaching=1, of=1)
    return spec.row(
        "log-anomalies",
        detector_name(name),
        summary=condition.describe(evaluate),
        impact=facts.impact,
        first_step=facts.first_step,
        runbook=runbook,
        condition=condition,
        evaluate=evaluate,
        missing_data="not_breaching",  # published only when something is found
    )


def _label(spec: LogPatternSpec, values: Mapping[str, str]) -> str:
    group = f"log group {spec.log_group.full_name}"
    whose = f" for {', '.join(f'{name} {value}' for name, value in values.items())}" if values else ""
    if spec.value is None:
        return f"number of matching lines in {group}{whose}"
    return f"{spec.alarm.statistic} of {words_for(spec.value)} in matching lines of {group}{whose}"


def _impact(spec: LogPatternSpec) -> str:
    if spec.value is not None:
        return "What the workload reports of itself is past the limit that was set for it"
    if spec.alarm.upper:
        return "The workload writes lines that its owners take for trouble"
    return "Lines that a healthy workload writes are missing"


def _quoted(filter_text: str) -> str:
    """The filter as it fits into a text for people, in which Terraform is to see no reference."""
    if len(filter_text) > _LONGEST_QUOTED_FILTER:
        return "what the monitor's filter matches"
    return filter_text.replace("${", "$${")


def _key(index: int, values: Mapping[str, str]) -> str:
    """A construct id for a combination: readable, and never two alike."""
    if is_reference(list(values.values())):
        return f"alarm-{index}"
    text = "-".join(values.values())
    if len(values) == 1 and _PLAIN.fullmatch(text):
        return f"alarm-{text}"
    digest = hashlib.sha256("\0".join(values.values()).encode()).hexdigest()[:6]
    return f"alarm-{re.sub(r'[^A-Za-z0-9_]+', '-', text).strip('-')}-{digest}"
