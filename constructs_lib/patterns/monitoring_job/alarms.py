"""The alarm on a monitor that no longer measures anything."""

from __future__ import annotations

from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import Row, below, counted, every, series
from constructs_lib.aws import limits
from constructs_lib.patterns.monitoring_job.spec import HOUR_SECONDS, NEWLY_DEPLOYED, MonitoringJobSpec
from constructs_lib.units import count, duration


def missed(spec: MonitoringJobSpec) -> str:
    """How long nothing came, in words."""
    runs = spec.silent_after_runs
    return f"for {count(spec.silent_hours, 'hour')}, in which {count(runs, 'run')} {'was' if runs == 1 else 'were'} due"


def absent(spec: MonitoringJobSpec, key: str, watch: Metric, *, says: str, impact: str, first_step: str) -> Row:
    """What each run, or each period, should bring; `watch` counts it by the hour, so that a late run is not missed."""
    return Row(key, counted(watch), below(1), every(spec.silent_hours), says=says, impact=impact, first_step=first_step)


def events(rule: str) -> Metric:
    """How many events a rule matched in an hour."""
    return series("AWS/Events", {"RuleName": rule}, HOUR_SECONDS)("TriggeredRules", "Sum")


def unpublished(spec: MonitoringJobSpec, watch: Metric, *, what: str) -> Row:
    """Runs complete, and what the alarms watch does not come: then they can't fire.

    SageMaker stamps a value with the beginning of what a run looked at, and CloudWatch may take two days to show one
    that is a day old (CloudWatch API reference, PutMetricData): so long, and not just `silent_after_runs`.
    """
    periods = min(spec.silent_after_runs + 1, limits.WEEK_SECONDS // spec.every.seconds)
    late = duration(limits.evaluation_range(spec.every.seconds, periods) * spec.every.seconds)
    return Row(
        "unpublished",
        watch,
        below(1),
        every(periods),
        says=f"no value of the {what} has come for {late}",
        impact=f"The alarms on {what} watch series that are not published, and can't fire",
        first_step=f"{NEWLY_DEPLOYED}; else compare namespace and dimensions of what a run publishes with the alarm's",
    )


def silence(spec: MonitoringJobSpec, name: str, *, unknown: str, often: str = "") -> Row:
    """No run that completed. Not no value: SageMaker stamps values with the beginning of what a run looked at."""
    return absent(
        spec,
        "silence",
        events(spec.completed_rule(name)),
        says=f"no run of the monitor {name} completed {missed(spec)}",
        impact=f"No one knows {unknown}: the monitor itself is broken",
        first_step=f"{NEWLY_DEPLOYED}; else open the monitoring schedule and read why its last runs failed{often}",
    )
