"""One composite alarm per workload and severity, so that one broken workload pages once; and what silences them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from constructs_lib.alarms import time_windows
from constructs_lib.alarms.alarm import Alarm, AnyOf, Composite, Math, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.severity import SEVERITIES, Severity
from constructs_lib.alarms.time_windows import Window
from constructs_lib.alarms.watched import metrics_of
from constructs_lib.aws import limits
from constructs_lib.aws.names import join
from constructs_lib.references import is_reference

MAINTENANCE, SILENCE = "maintenance", "silence"

_CLOCK_METRICS = 5  # any of them with a value will do; each costs as much as an alarm
_RULE_OVERHEAD = len('ALARM("") OR ')


@dataclass(frozen=True, slots=True)
class Grouping:
    """What grouping adds to a stack.

    Attributes:
        silencing: Alarms that silence the groups.
        groups: The composites of each workload; they come after what silences them.
        group_of: The composite that calls in place of an alarm, by their names.
    """

    silencing: tuple[Alarm, ...]
    groups: Mapping[str, tuple[Alarm, ...]]
    group_of: Mapping[str, str]

    @property
    def table(self) -> tuple[Alarm, ...]:
        """All of them, in the order they are made."""
        return (*self.silencing, *(alarm for groups in self.groups.values() for alarm in groups))


UNGROUPED = Grouping((), {}, {})
"""Every alarm calls for itself."""


def group(
    name: str,
    workloads: Mapping[str, Sequence[Alarm]],
    *,
    suppressed_by: str | None = None,
    windows: Sequence[Window] = (),
    runbook: str | None = None,
) -> Grouping:
    """Plan the composites of a stack.

    An alarm that has its workload and severity for itself stays alone, unless there is something to silence it by.
    One that brings a suppressor of its own stays alone too: in a group its silence would not be heard.

    Args:
        name: What the names of all alarms begin with.
        workloads: The alarms of each.
        suppressed_by: Name of an alarm that silences every group while it is in alarm.
        windows: When every group is silent.
        runbook: Link for the composites; `{alarm}` stands for the alarm's name.
    """
    silencing = tuple(_silencing(name, workloads, suppressed_by, windows))
    silenced_by = silencing[-1].key if silencing else suppressed_by
    groups: dict[str, tuple[Alarm, ...]] = {}
    group_of: dict[str, str] = {}
    for workload, table in workloads.items():
        made = []
        for severity in SEVERITIES:
            members = [alarm for alarm in table if alarm.severity == severity and _groupable(alarm)]
            if len(members) < (1 if silenced_by else 2):
                continue
            for number, part in enumerate(_parts([alarm.name for alarm in members]), start=1):
                key = join(workload, severity, str(number) if number > 1 else "")
                full = join(name, key)
                made.append(
                    _composite(full, key, workload, severity, members=part, silenced_by=silenced_by, runbook=runbook)
                )
                group_of |= dict.fromkeys(part, full)
        groups[workload] = tuple(made)
    return Grouping(silencing, groups, group_of)


def _groupable(alarm: Alarm) -> bool:
    own_silence = isinstance(alarm.condition, Composite) and alarm.condition.suppressed_by is not None
    return alarm.notifies and not own_silence


def _parts(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """As many as fit into one composite's rule."""
    part: list[str] = []
    length = 0
    for name in names:
        more = len(name) + _RULE_OVERHEAD
        if len(part) == limits.COMPOSITE_CHILDREN or length + more > limits.COMPOSITE_RULE_CHARACTERS:
            yield tuple(part)
            part, length = [], 0
        part.append(name)
        length += more
    if part:
        yield tuple(part)


def _composite(
    name: str,
    key: str,
    workload: str,
    severity: Severity,
    *,
    members: tuple[str, ...],
    silenced_by: str | None,
    runbook: str | None,
) -> Alarm:
    which = f"one of its {len(members)} {severity} alarms" if len(members) > 1 else f"its {severity} alarm"
    return Alarm(
        key=key,
        name=name,
        severity=severity,
        summary=f"something is wrong with {workload}: {which} is in alarm",
        impact="The message names the alarm, and the alarm's description says what it means",
        first_step="Open the alarm the message names; look at the workload's others on the dashboard",
        runbook=runbook.replace("{alarm}", name) if runbook is not None else None,
        condition=AnyOf(alarms=members, suppressed_by=silenced_by),
    )


def _silencing(
    name: str, workloads: Mapping[str, Sequence[Alarm]], suppressed_by: str | None, windows: Sequence[Window]
) -> Iterator[Alarm]:
    if not windows:
        return
    words = "; ".join(window.words for window in windows)
    yield Alarm(
        key=MAINTENANCE,
        name=join(name, MAINTENANCE),
        severity="info",
        summary=f"a maintenance window is open ({words})",
        impact="",
        first_step="",
        silences="the groups of every workload",
        condition=Threshold(watch=_clock(windows, workloads.values()), comparison="at_least", limit=1),
        missing_data="not_breaching",  # without a clock nothing is silenced
    )
    if suppressed_by is not None:
        yield Alarm(
            key=SILENCE,
            name=join(name, SILENCE),
            severity="info",
            summary=f"a maintenance window is open, or {suppressed_by} is in alarm",
            impact="",
            first_step="",
            silences="the groups of every workload",
            condition=AnyOf(alarms=(MAINTENANCE, suppressed_by)),
        )


def _clock(windows: Sequence[Window], tables: Iterable[Sequence[Alarm]]) -> Math:
    """1 in a window. The time comes with the values of the stack's own metrics, whatever they are."""
    found: dict[tuple[object, ...], Metric] = {}
    for metric in (metric for table in tables for metric in metrics_of(table)):
        slow = metric.facts is not None and metric.facts.period_seconds > time_windows.PERIOD_SECONDS
        if not slow and not is_reference((metric.namespace, metric.name, metric.dimensions)):
            key = (metric.namespace, metric.name, *sorted(metric.dimensions.items()))
            found.setdefault(key, metric)
    metrics = {
        f"clock{number}": metric.model_copy(
            update={"statistic": "SampleCount", "period_seconds": time_windows.PERIOD_SECONDS}
        )
        for number, metric in enumerate([*found.values()][:_CLOCK_METRICS], start=1)
    }
    return Math(
        expression=time_windows.expression(windows),
        steps=time_windows.steps(list(metrics)),
        metrics=metrics,
        label="1 in a maintenance window",
    )
