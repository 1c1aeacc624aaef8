"""CloudWatch: composite alarms, and alarms that act when their state changes.

A suppressor's wait and extension periods pass at once: no test waits a minute.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import copy
from threading import RLock
from typing import Any

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import Alarm, CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

from constructs_lib.alarms import composite_rule as alarm_rule
from constructs_lib.testing.moto import alarm_actions, alarm_message
from constructs_lib.testing.moto.calls import parameters

_CHANGES = RLock()
"""Requests run in threads; one state change, with all that follows from it, happens at a time."""


def put_composite_alarm(response: CloudWatchResponse) -> EmptyResult:
    """PutCompositeAlarm: moto's own put_metric_alarm stores the rule; the rest is kept here."""
    backend = response.cloudwatch_backend
    wanted = parameters(response)
    suppressor = wanted.get("ActionsSuppressor")
    try:
        mentioned = alarm_rule.parse(wanted["AlarmRule"]).alarms
    except alarm_rule.InvalidAlarmRule as error:
        raise ValidationError(f"alarm rule, {error}") from error
    for child in sorted(mentioned | ({suppressor} if suppressor else set())):
        if _find(backend, child) is None:
            raise ValidationError(f"Could not save the composite alarm as alarm {child} does not exist.")
    with _CHANGES:
        response.put_metric_alarm()
        alarm: Any = backend.alarms[wanted["AlarmName"]]
        alarm.actions_suppressor = suppressor
        alarm.actions_suppressor_wait_period = wanted.get("ActionsSuppressorWaitPeriod")
        alarm.actions_suppressor_extension_period = wanted.get("ActionsSuppressorExtensionPeriod")
        _follow(backend, alarm)
    return EmptyResult()


def set_alarm_state(response: CloudWatchResponse) -> EmptyResult:
    """SetAlarmState: a change of state acts, and is followed by the composites above."""
    backend = response.cloudwatch_backend
    wanted = parameters(response)
    name, state = wanted["AlarmName"], wanted["StateValue"]
    with _CHANGES:
        before = backend.alarms[name].state_value if name in backend.alarms else None
        backend.set_alarm_state(name, wanted["StateReason"], wanted.get("StateReasonData", "{}"), state)
        if before is not None and before != state:
            _changed(backend, backend.alarms[name], before)
    return EmptyResult()


def describe_alarm_history(response: CloudWatchResponse) -> ActionResult:
    """DescribeAlarmHistory: state changes and actions, newest first."""
    backend = response.cloudwatch_backend
    wanted = {key: value for key, value in parameters(response).items() if key in ("AlarmName", "HistoryItemType")}
    items = [item for item in reversed(_history(backend)) if wanted.items() <= item.items()]
    return ActionResult({"AlarmHistoryItems": items})


def keep_state(original: Callable[..., Alarm], backend: CloudWatchBackend, name: str, **options: Any) -> Alarm:
    """A new alarm has no data yet, and a changed one keeps its state."""
    with _CHANGES:
        before = backend.alarms.get(name)
        alarm = original(backend, name=name, **options)
        if before is None:
            alarm.state_value = "INSUFFICIENT_DATA"
        else:
            alarm.state_value, alarm.state_reason = before.state_value, before.state_reason
            alarm.state_reason_data = before.state_reason_data
            alarm.state_updated_timestamp = before.state_updated_timestamp
        return alarm


def refuse_to_delete_children(
    original: Callable[..., None], backend: CloudWatchBackend, alarm_names: list[str]
) -> None:
    """An alarm that a composite mentions stays."""
    with _CHANGES:
        for name in alarm_names:
            child = backend.alarms.get(name)
            parents = [p.name for p in _parents(backend, child) if p.name not in alarm_names] if child else []
            if parents:
                raise ValidationError(
                    f"Cannot delete {name} as there are composite alarm(s) depending on it: {', '.join(parents)}"
                )
        original(backend, alarm_names)


def read_one_metric(
    original: Callable[..., Any], backend: CloudWatchBackend, *arguments: Any, dimensions: Any, **options: Any
) -> Any:
    """The series with exactly these dimensions: a metric is its name and its dimensions."""
    wanted = sorted((dimension["Name"], dimension["Value"]) for dimension in dimensions)
    one_metric = copy(backend)
    one_metric.metric_data = [
        datum for datum in backend.metric_data if wanted == sorted((d.name, d.value) for d in datum.dimensions)
    ]
    return original(one_metric, *arguments, dimensions=dimensions, **options)


def _changed(backend: CloudWatchBackend, alarm: Any, before: str) -> None:
    """All that follows from a new state: its history, its actions, the composites and suppressed alarms above it."""
    _record(backend, alarm, "StateUpdate", f"Alarm updated from {before} to {alarm.state_value}", {})
    if getattr(alarm, "unacted_change_from", None) is None:  # else the actions of an earlier change are still held back
        alarm.unacted_change_from = before
    _act(backend, alarm)
    for composite in _parents(backend, alarm):
        _follow(backend, composite)
    for suppressed in [a for a in backend.alarms.values() if _suppressor(backend, a) is alarm]:
        _act(backend, suppressed)


def _follow(backend: CloudWatchBackend, composite: Alarm) -> None:
    """Bring a composite to the state its rule gives: ALARM when true, else OK."""
    rule = alarm_rule.parse(composite.rule or "FALSE")
    states = {name: child.state_value for name in rule.alarms if (child := _find(backend, name)) is not None}
    state = "ALARM" if rule.holds(states) else "OK"
    before = composite.state_value
    if state != before:
        reason = ", ".join(f"{name} is {child_state}" for name, child_state in sorted(states.items()))
        composite.update_state(f"{composite.rule} is {state == 'ALARM'}: {reason}", "{}", state)
        _changed(backend, composite, before)


def _act(backend: CloudWatchBackend, alarm: Any) -> None:
    """Perform the actions of the alarm's state, once per change, unless they are off or suppressed."""
    before: str | None = getattr(alarm, "unacted_change_from", None)
    if before is None:
        return
    if not alarm.actions_enabled:
        alarm.unacted_change_from = None
        return
    suppressor = _suppressor(backend, alarm)
    if suppressor is not None and suppressor.state_value == "ALARM":
        _record(backend, alarm, "Action", f"Actions suppressed by {suppressor.name}", {})
        return
    alarm.unacted_change_from = None
    if before == alarm.state_value:  # it came and went while suppressed
        return
    actions = {
        "ALARM": alarm.alarm_actions,
        "OK": alarm.ok_actions,
        "INSUFFICIENT_DATA": alarm.insufficient_data_actions,
    }[alarm.state_value]
    for arn in actions or []:
        done = alarm_actions.perform(
            arn,
            subject=alarm_message.subject(alarm),
            message=alarm_message.message(alarm, backend.account_id, before),
        )
        _record(backend, alarm, "Action", f"{done} action {arn}", {"actionState": done, "notificationResource": arn})


def _find(backend: CloudWatchBackend, name_or_arn: str) -> Alarm | None:
    by_name = backend.alarms.get(name_or_arn)
    if by_name is not None:
        return by_name
    return next((alarm for alarm in backend.alarms.values() if alarm.alarm_arn == name_or_arn), None)


def _parents(backend: CloudWatchBackend, alarm: Alarm) -> Iterator[Alarm]:
    for other in list(backend.alarms.values()):
        if other.rule is not None and alarm_rule.parse(other.rule).alarms & {alarm.name, alarm.alarm_arn}:
            yield other


def _suppressor(backend: CloudWatchBackend, alarm: Alarm) -> Alarm | None:
    name: str | None = getattr(alarm, "actions_suppressor", None)
    return _find(backend, name) if name else None


def _history(backend: CloudWatchBackend) -> list[dict[str, Any]]:
    """Kept in the backend's own state, so that moto's reset clears it."""
    history: list[dict[str, Any]] = backend.__dict__.setdefault("alarm_history", [])
    return history


def _record(backend: CloudWatchBackend, alarm: Alarm, kind: str, summary: str, data: dict[str, Any]) -> None:
    _history(backend).append(
        {
            "AlarmName": alarm.name,
            "AlarmType": "MetricAlarm" if alarm.rule is None else "CompositeAlarm",
            "Timestamp": utcnow(),
            "HistoryItemType": kind,
            "HistorySummary": summary,
            "HistoryData": json.dumps(data),
        }
    )
