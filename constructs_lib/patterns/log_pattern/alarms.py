"""The alarms of a log pattern."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import partial

from constructs_lib.alarms.alarm import Math
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.metric_filter import MetricFilter, words_for
from constructs_lib.alarms.row import Row, above, below, counted, every, sampled, table
from constructs_lib.aws.names import join
from constructs_lib.patterns.log_pattern import archive as log_archive
from constructs_lib.patterns.log_pattern.options import combinations
from constructs_lib.patterns.log_pattern.spec import LogPatternSpec
from constructs_lib.references import is_reference

_LONGEST_QUOTED_FILTER = 200
"""Characters of the filter that an alarm's text repeats; it has 1,024 for everything."""
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def detector_name(name: str) -> str:
    """The log anomaly detector of a monitor."""
    return join(name, "log-anomalies")


@table
def alarms(spec: LogPatternSpec, name: str) -> Iterator[Row]:
    """The total; each combination of dimension values; what watches archive and detector."""
    alarm, group, (total, *by_dimension) = spec.alarm, spec.log_group.full_name, spec.filters(name)
    # fmt: off
    matches = partial(Row,
        limit=alarm.past, window=alarm.evaluate, severity=alarm.severity, missing=alarm.missing_data,
        impact=_impact(spec),
        first_step=f"Open log group {group} and search it for {_quoted(spec.filter)}" if spec.filter.strip()
                   else f"Open log group {group} and read its newest events")
    yield matches("alarm", _series(spec, total, {}))
    for index, values in enumerate(combinations(spec.dimension_values)):
        yield matches(_key(index, values), _series(spec, by_dimension[0], values), name=join(name, *values.values()))
    if spec.archive is not None:
        # Lag, and refusal: while delivery is blocked altogether, no lag is published. Nothing to deliver, no value.
        lost = partial(Row,
            missing="not_breaching",
            impact="Firehose keeps what it can't deliver for 24 hours; after that these log events are missing "
                   "from the archive for good",
            first_step=f"Read the newest errors in log group {log_archive.error_log_group(name)}: "
                       "usually the role, the key or the bucket changed")
        yield lost("archive-stale", log_archive.freshness(name),
                   above(log_archive.STALE_AFTER_SECONDS, "seconds"), every(3))
        yield lost("archive-refused", log_archive.success(name), below(1), every(3))  # a retry may help
    if spec.anomaly_detector:
        found = Metric(
            namespace="AWS/Logs", name="AnomalyCount", statistic="Sum",
            dimensions={"LogAnomalyDetector": detector_name(name), "LogAnomalyPriority": "HIGH"},
            label=f"number of unusual events of high priority in log group {group}")
        yield Row("log-anomalies", counted(found), above(0))
    # fmt: on


def _series(spec: LogPatternSpec, source: MetricFilter, values: Mapping[str, str]) -> Metric | Math:
    metric = source.metric(
        statistic=spec.alarm.statistic,
        period_seconds=spec.alarm.period_seconds,
        values=values,
        label=_label(spec, values),
    )
    if spec.value is not None:
        return sampled(metric, spec.alarm.minimum_samples)
    return counted(metric) if spec.alarm.missing_data is None else metric


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
