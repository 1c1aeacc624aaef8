"""From a table of alarms to CloudWatch alarms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from constructs_lib.alarms import table as alarm_table
from constructs_lib.alarms.alarm import (
    SUPPRESSOR_WAIT_SECONDS,
    Alarm,
    AnyOf,
    Band,
    Combined,
    Composite,
    Insights,
    Math,
    Threshold,
)
from constructs_lib.alarms.duty import GroupedIn, Notifies, Scales
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.mute import MuteSchedule, PlannedMute
from constructs_lib.alarms.routing import Routed, Routing
from constructs_lib.aws import limits
from constructs_lib.aws.comparison import COMPARISONS, DIRECTIONS
from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct, TerraformResource, TerraformResourceLifecycle
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import nearest
from constructs_lib.references import is_reference
from constructs_lib.resources.mute_rule import mute_rule
from constructs_lib.resources.values import as_literal, aws
from constructs_lib.units import plain

_MISSING_DATA = {
    "breaching": "breaching",
    "not_breaching": "notBreaching",
    "ignore": "ignore",
    "missing": "missing",
}

# Actions on machines; composites and bands may only notify.
_ACTS = re.compile(r":(autoscaling|automate):")


class AlarmSet(Mapping[str, Any]):
    """The alarms of one table, made directly under `scope` with their keys as construct ids.

    Args:
        scope: The construct the alarms belong to.
        table: The rows; a composite comes after the alarms it is made of.
        notifications: Who hears of which severity.
        calls: What else an alarm calls when it fires, by its key: ARNs of scaling policies.
        others: Alarms of other tables that a composite of this one names, by what it calls them.

    Attributes:
        table: The rows.
        resources: aws_cloudwatch_metric_alarm or aws_cloudwatch_composite_alarm by key.

    Raises:
        ConfigError: A severity that no one receives, more than five actions, or an action CloudWatch refuses.
    """

    def __init__(
        self,
        scope: Construct,
        table: Sequence[Alarm],
        notifications: Routed,
        *,
        calls: Mapping[str, Sequence[str]] | None = None,
        others: Mapping[str, Any] | None = None,
    ) -> None:
        notifications = Routing.of(notifications)
        self.table = tuple(notifications.as_deployed(alarm) for alarm in table)
        self._others = others or {}
        self.resources: dict[str, Any] = {}
        self._calls = dict(calls or {})
        problems = [
            *alarm_table.problems(self.table, self._others),
            *_impossible_calls(self.table, self._calls, notifications),
        ]
        if problems:
            raise ConfigError(problems)
        for alarm in self.table:
            made = self.resources[alarm.key] = self._make(scope, alarm, notifications.of_alarm(alarm))
            if alarm.adopted:
                made.import_from(alarm.name)
        if muted := [*_muted_by_hours(self.table)]:
            by_name = {alarm.name: self.resources[alarm.key] for alarm in self.table}
            for rule in muted:
                mute_rule(scope, join("hours", rule.key), rule, by_name)

    def __getitem__(self, key: str) -> Any:
        """The resource of one row: the place for `add_override`.

        Raises:
            KeyError: There is none of that name; the message lists those there are.
        """
        if key not in self.resources:
            raise KeyError(f"{key!r} is not an alarm here; {nearest(key, self.resources)}")
        return self.resources[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.resources)

    def __len__(self) -> int:
        return len(self.resources)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {', '.join(self.resources)}>"

    def speak_through(self, key: str, composite: str) -> None:
        """Let a composite call in place of an alarm, which no longer notifies anyone itself.

        Args:
            key: Of the alarm.
            composite: The composite's name.
        """
        silent = {alarm.key: Alarm(**{**dict(alarm), "duty": GroupedIn(composite)}) for alarm in self.table}[key]
        self.table = tuple(silent if alarm.key == key else alarm for alarm in self.table)
        resource, calls = self.resources[key], list(self._calls.get(key, ()))
        resource.alarm_description = as_literal(silent.description)
        resource.alarm_actions, resource.ok_actions = calls, []
        resource.actions_enabled = bool(calls)

    def _make(self, scope: Construct, alarm: Alarm, notifications: Routing) -> Any:
        actions = list(notifications.to(alarm.severity)) if alarm.notifies else []
        calls = list(self._calls.get(alarm.key, ()))
        common = {
            "alarm_name": alarm.name,
            "alarm_description": alarm.description,
            "actions_enabled": alarm.notifies or bool(calls),
            "alarm_actions": actions + calls,
            "ok_actions": notifications.when_over_to(alarm),
            "tags": {"severity": alarm.severity},
        }
        if isinstance(alarm.condition, Composite):
            return aws.cloudwatch_composite_alarm.CloudwatchCompositeAlarm(
                scope, alarm.key, **common, **self._composite(alarm.condition), lifecycle=self._remade(scope, alarm)
            )
        metric_alarm = aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(
            scope,
            alarm.key,
            **common,
            evaluation_periods=alarm.evaluate.of,
            datapoints_to_alarm=alarm.evaluate.breaching,
            treat_missing_data=_MISSING_DATA[alarm.missing_data],
            **(_band(alarm.condition) if isinstance(alarm.condition, Band) else _threshold(alarm.condition)),
        )
        if alarm.evaluate.wall_clock is not None:  # the bindings are older than the argument
            window = [{"wall_clock_window": [{"timezone": alarm.evaluate.wall_clock}]}]
            metric_alarm.add_override("evaluation_window", window)
        return metric_alarm

    def _composite(self, condition: Composite) -> dict[str, Any]:
        # Names come as references, so that Terraform makes the children first and deletes them last.
        arguments: dict[str, Any] = {"alarm_rule": condition.rule(lambda key: self._made(key).alarm_name)}
        if condition.suppressed_by is not None:
            arguments["actions_suppressor"] = aws.cloudwatch_composite_alarm.CloudwatchCompositeAlarmActionsSuppressor(
                alarm=self._name(condition.suppressed_by),
                wait_period=SUPPRESSOR_WAIT_SECONDS,
                extension_period=condition.extension_seconds,
            )
        return arguments

    def _name(self, key: str) -> str:
        """Of an alarm that is known a reference to it, of any other the name as it is given."""
        name: str = self._made(key).alarm_name if key in self.resources or key in self._others else key
        return name

    def _made(self, key: str) -> Any:
        return self.resources[key] if key in self.resources else self._others[key]

    def _remade(self, scope: Construct, alarm: Alarm) -> TerraformResourceLifecycle | None:
        """Replaces a composite when the alarms it is made of change, or the one that silences it.

        CloudWatch deletes no alarm that a composite is made of, and Terraform would delete a member that is gone before
        it changes the composite's rule. Replacing the composite takes it away first, and with it each one that is made
        of it. One that is made of others together and not silenced keeps its members for as long as it is there; and it
        may be in a group, which would not let it go.
        """
        condition = alarm.condition
        silenced = isinstance(condition, Composite) and condition.suppressed_by is not None
        if not isinstance(condition, Composite) or not (silenced or isinstance(condition, AnyOf | Combined)):
            return None
        members = ", ".join((*condition.alarms, condition.suppressed_by or ""))
        # CDKTF's DataResource is the same, and asks for the `terraform` command at each synth.
        marker = TerraformResource(scope, f"{alarm.key}-members", terraform_resource_type="terraform_data")
        marker.add_override("triggers_replace", as_literal({"members": members}))
        # In JSON this list holds addresses, not expressions.
        triggers = [f"{marker.terraform_resource_type}.{marker.friendly_unique_id}"]
        if isinstance(condition, Combined):
            for name in condition.alarms:
                lifecycle = getattr(self._made(name), "lifecycle", None)
                triggers += (lifecycle.replace_triggered_by or []) if lifecycle is not None else []
        return TerraformResourceLifecycle(replace_triggered_by=triggers)


def _muted_by_hours(table: Sequence[Alarm]) -> Iterator[PlannedMute]:
    """The rules for alarms that notify at some hours only."""
    windows: dict[MuteSchedule, list[str]] = {}
    for alarm in table:
        for window in alarm.duty.muted if isinstance(alarm.duty, Notifies) else ():
            windows.setdefault(window, []).append(alarm.name)
    for number, (window, alarms) in enumerate(windows.items(), start=1):
        yield PlannedMute(str(number), join(alarms[0], "hours", str(number)), window, tuple(alarms), "Muted")


def _impossible_calls(
    table: Sequence[Alarm], calls: Mapping[str, Sequence[str]], notifications: Routing
) -> Iterator[Problem]:
    """Calls that CloudWatch refuses, or that no one makes."""
    by_key = {alarm.key: alarm for alarm in table}
    for key, arns in calls.items():
        alarm = by_key.get(key)
        if alarm is None:
            yield Problem(path=key, rule="is not an alarm of this table", fix=nearest(key, by_key))
        elif isinstance(alarm.condition, Band | Composite):
            kind = "a composite" if isinstance(alarm.condition, Composite) else "an anomaly"
            rule = f"is {kind} alarm, and CloudWatch lets none of those call a scaling policy"
            yield Problem(path=key, rule=rule, fix="use a static threshold")
        else:
            people = notifications.of_alarm(alarm).actions.get(alarm.severity, ()) if alarm.notifies else ()
            if broken := limits.actions(len(people) + len(arns)):
                yield broken.at(key)
    for alarm in table:
        people = notifications.of_alarm(alarm).actions.get(alarm.severity, ()) if alarm.notifies else ()
        if isinstance(alarm.condition, Band | Composite) and any(_ACTS.search(arn) for arn in people):
            rule = f"calls more than topics and functions by {alarm.severity!r}, which this kind of alarm can't"
            yield Problem(path=alarm.key, rule=rule, fix="take scaling policies and instance actions out of it")
        if isinstance(alarm.duty, Scales) and not calls.get(alarm.key):
            yield Problem(path=alarm.key, rule="is there to call a scaling policy, and calls none", fix="give its ARN")


def _band(condition: Band) -> dict[str, Any]:
    """Both queries return data, the band is the threshold, and there is no fixed one."""
    band = aws.cloudwatch_metric_alarm.CloudwatchMetricAlarmMetricQuery(
        id="band",
        expression=f"ANOMALY_DETECTION_BAND(metric, {plain(condition.width)})",
        label="Usual band",
        return_data=True,
    )
    return {
        "comparison_operator": DIRECTIONS[condition.direction].name,
        "threshold_metric_id": "band",
        "metric_query": [_query("metric", condition.watch, return_data=True), band],
    }


def _threshold(condition: Threshold) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "comparison_operator": COMPARISONS[condition.comparison].name,
        "threshold": condition.limit,
    }
    watch = condition.watch
    if isinstance(watch, Math):
        result = aws.cloudwatch_metric_alarm.CloudwatchMetricAlarmMetricQuery(
            id=Math.RESULT_ID, expression=watch.expression, label=watch.label, return_data=True
        )
        steps = [
            aws.cloudwatch_metric_alarm.CloudwatchMetricAlarmMetricQuery(
                id=key, expression=expression, label=key, return_data=False
            )
            for key, expression in watch.steps.items()
        ]
        inputs = [_query(key, metric, return_data=False) for key, metric in watch.metrics.items()]
        return arguments | {"metric_query": [result, *steps, *inputs]}
    if isinstance(watch, Insights):
        query = aws.cloudwatch_metric_alarm.CloudwatchMetricAlarmMetricQuery(
            id=Math.RESULT_ID,
            expression=watch.query,
            period=watch.period_seconds,
            label=watch.label,
            return_data=True,
        )
        return arguments | {"metric_query": [query]}
    if is_reference(watch.statistic):  # which of the two arguments it belongs into shows only at deployment
        return arguments | {"metric_query": [_query("metric", watch, return_data=True)]}
    arguments |= {
        "namespace": watch.namespace,
        "metric_name": watch.name,
        "dimensions": watch.dimensions,
        "period": watch.period_seconds,
    }
    if limits.is_simple_statistic(watch.statistic):
        return arguments | {"statistic": watch.statistic}
    return arguments | {
        "extended_statistic": watch.statistic,
        "evaluate_low_sample_count_percentiles": condition.low_samples,
    }


def _query(query_id: str, metric: Metric, *, return_data: bool) -> Any:
    """One metric of an expression. `return_data` is written out: Terraform's default is not the API's."""
    return aws.cloudwatch_metric_alarm.CloudwatchMetricAlarmMetricQuery(
        id=query_id,
        return_data=return_data,
        metric=aws.cloudwatch_metric_alarm.CloudwatchMetricAlarmMetricQueryMetric(
            namespace=metric.namespace,
            metric_name=metric.name,
            dimensions=metric.dimensions,
            period=metric.period_seconds,
            stat=metric.statistic,
        ),
    )
