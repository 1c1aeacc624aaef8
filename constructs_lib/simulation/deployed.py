"""What a configuration, a plan or a state deploys, as the simulation takes it.

The one place that reads Terraform's JSON. References are resolved where the file holds what they stand for; an alarm
that still hangs on one is left out, with the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from constructs_lib.alarms.receivers import service_at
from constructs_lib.aws import limits
from constructs_lib.references import is_reference
from constructs_lib.simulation.alarm import (
    Actions,
    Alarm,
    CompositeAlarm,
    DataQuery,
    MetricAlarm,
    MetricIdentity,
    OutsideAlarm,
)
from constructs_lib.simulation.contributors import evaluation_of
from constructs_lib.simulation.data import Data
from constructs_lib.simulation.deployed_scaling import ScalingReader, Tracked
from constructs_lib.simulation.evaluation import CannotSimulate, Evaluation
from constructs_lib.simulation.resolver import Resolver, Unreadable
from constructs_lib.simulation.scaling import TRACKING, ScalingGroup, ScalingPolicy
from constructs_lib.simulation.settings import Settings
from constructs_lib.simulation.silence import mute_windows
from constructs_lib.terraform import mute
from constructs_lib.terraform.alarm import DeployedAlarm, Series
from constructs_lib.terraform.blocks import block, flag, number, string_map, text
from constructs_lib.terraform.chat import channels
from constructs_lib.terraform.metric_filter import DeployedFilter
from constructs_lib.terraform.mute import DeployedMuteRule
from constructs_lib.terraform.stack import Resource, Stack
from constructs_lib.units import plain

_TOPIC_ARN = re.compile(r"arn:[\w-]+:sns:")
_INSIGHT_RULE = re.compile(
    r"""\s*INSIGHT_RULE_METRIC\(\s*(["'])(?P<rule>[^"']+)\1\s*,\s*(["']?)(?P<value>\w+)\3\s*\)\s*"""
)
_ALARM_ARN = re.compile(r"arn:[\w-]+:cloudwatch:[\w-]*:\d*:alarm:")


_NOTHING = Data({}, length=60)

_Read = TypeVar("_Read", Resource, DeployedFilter)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """A metric filter.

    Attributes:
        log_group: The log group's name.
        metric: The metric, without the dimensions that its lines give it.
        value: A number, or the field whose number is published.
        default: Published for a minute in which lines arrive and none matches; None for nothing.
        dimensions: Fields, by dimension.
    """

    name: str
    log_group: str
    pattern: str
    metric: MetricIdentity
    value: str
    default: float | None
    dimensions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EventTarget:
    """Where a rule sends an event.

    Attributes:
        to: An ARN, or the address that stands for it.
        input: How the event is rewritten, in EventBridge's own words: Input, InputPath, InputTransformer.
    """

    to: str
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeployedRule:
    """An EventBridge rule that takes events."""

    name: str
    pattern: Mapping[str, Any]
    targets: tuple[EventTarget, ...]


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who reads a topic.

    Attributes:
        filter_policy: Which messages; None for all.
        on_body: Whether the filter looks at the message itself, and not at its attributes.
    """

    topic: str
    protocol: str
    endpoint: str
    filter_policy: Mapping[str, Any] | None = None
    on_body: bool = False


@dataclass(frozen=True, slots=True)
class DeployedMonitoring:
    """Everything the simulation needs to know of a stack.

    Attributes:
        name: The stack's.
        left_out: Why an alarm can't be simulated, by its name or address.
        topics: The names of topics, by their address (and ARN, where it is known).
        policies: Scaling policies, by their address (and ARN, where it is known).
        groups: What they scale.
        tracked: What target tracking looks at: AWS makes alarms for it.
    """

    name: str
    alarms: tuple[Alarm, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    mute_rules: tuple[DeployedMuteRule, ...] = ()
    filters: tuple[LogFilter, ...] = ()
    rules: tuple[DeployedRule, ...] = ()
    topics: Mapping[str, str] = field(default_factory=dict)
    subscriptions: tuple[Subscription, ...] = ()
    policies: Mapping[str, ScalingPolicy] = field(default_factory=dict)
    groups: Mapping[str, ScalingGroup] = field(default_factory=dict)
    tracked: tuple[Tracked, ...] = ()
    descriptions: Mapping[str, str] = field(default_factory=dict)


def read(stack: Stack) -> DeployedMonitoring:
    """What a stack deploys."""
    return _Reading(stack).deployment()


class _Reading:
    def __init__(self, stack: Stack) -> None:
        self._stack, self._resolver = stack, Resolver(stack)
        self._left_out: dict[str, str] = {}

    def deployment(self) -> DeployedMonitoring:
        scaling = ScalingReader(self._resolver)
        policies = self._keyed("aws_autoscaling_policy", scaling.policy)
        policies |= self._keyed("aws_appautoscaling_policy", scaling.app_policy)
        groups = self._keyed("aws_autoscaling_group", scaling.group)
        groups |= self._keyed("aws_appautoscaling_target", scaling.target)
        rules = tuple(self._each(("aws_cloudwatch_event_rule",), self._rule))
        alarms = [alarm for deployed in self._stack.alarms if (alarm := self._alarm(deployed)) is not None]
        return DeployedMonitoring(
            name=self._stack.name,
            alarms=tuple(self._complete(alarms)),
            left_out=self._left_out,
            mute_rules=tuple(self._each(mute.TYPES, self._mute_rule)),
            filters=tuple(self._read(self._stack.metric_filters, self._filter)),
            rules=rules,
            topics={**self._topics_of_others(alarms, rules), **self._called("aws_sns_topic")},
            subscriptions=(
                *self._each(("aws_sns_topic_subscription",), self._subscription),
                *(Subscription(topic, one.kind, one.name) for one in channels(self._stack) for topic in one.topics),
            ),
            policies=policies,
            groups=groups,
            tracked=tuple(self._tracked(scaling, policies, groups)),
            descriptions={
                self._resolver.text(alarm.name) or alarm.address: self._resolver.text(alarm.description)
                for alarm in self._stack.alarms
            },
        )

    # --- resources

    def _each(self, types: tuple[str, ...], read_one: Callable[[Resource], Any]) -> Iterator[Any]:
        return self._read(self._stack.of(*types), read_one)

    def _read(self, resources: Iterable[_Read], read_one: Callable[[_Read], Any]) -> Iterator[Any]:
        for resource in resources:
            try:
                found = read_one(resource)
            except (Unreadable, ValueError) as error:
                self._left_out[resource.address] = str(error)
            else:
                if found is not None:
                    yield found

    def _keyed(self, kind: str, read_one: Callable[[Resource], Any]) -> dict[str, Any]:
        return {
            key: found
            for resource in self._stack.of(kind)
            for found in self._read([resource], read_one)
            for key in self._keys(resource)
        }

    def _called(self, kind: str) -> dict[str, str]:
        return {
            key: self._resolver.text(resource.values.get("name")) or resource.address
            for resource in self._stack.of(kind)
            for key in self._keys(resource)
        }

    def _topics_of_others(self, alarms: Iterable[Alarm], rules: Iterable[DeployedRule]) -> dict[str, str]:
        """Topics that are told and not made here, by their ARN."""
        told = [action for alarm in alarms for actions in alarm.actions.on.values() for action in actions]
        told += [target.to for rule in rules for target in rule.targets]
        return {arn: arn.rpartition(":")[2] for arn in told if _TOPIC_ARN.match(arn)}

    def _keys(self, resource: Resource) -> Iterator[str]:
        yield resource.address
        arn = resource.values.get("arn")
        if isinstance(arn, str) and not is_reference(arn):
            yield arn

    def _tracked(
        self, scaling: ScalingReader, policies: Mapping[str, ScalingPolicy], groups: Mapping[str, ScalingGroup]
    ) -> Iterator[Tracked]:
        """What target tracking looks at, where its metrics are known and its math can be computed."""
        named = {**{group.name: group for group in groups.values()}, **groups}

        def read_one(resource: Resource) -> Tracked | None:
            policy = policies.get(resource.address)
            if policy is None or policy.kind != TRACKING:
                return None
            if policy.group not in named:
                raise Unreadable(f"what it scales is not here: {policy.group}")
            found = scaling.tracked(resource, policy, self._resolver.known(named[policy.group].name, "what it scales"))
            for alarm in found.alarms(100):
                _ = Evaluation(alarm, _NOTHING).initial
            return found

        found = list(self._read(self._stack.of("aws_autoscaling_policy", "aws_appautoscaling_policy"), read_one))
        for one in found:
            alone = [other.group for other in found].count(one.group) == 1
            yield one if alone else replace(one, name=f"{one.group}-{policies[one.policy].name}")

    # --- alarms

    def _alarm(self, deployed: DeployedAlarm) -> Alarm | None:
        name = self._resolver.text(deployed.name)
        if is_reference(name):
            self._left_out[deployed.address] = f"its name is {name}, which is not known before it is applied"
            return None
        try:
            if deployed.composite:
                return self._composite(deployed, name)
            alarm = self._metric_alarm(deployed, name)
            _ = evaluation_of(alarm, _NOTHING, Settings()).initial  # finds math that is not known
        except (Unreadable, CannotSimulate) as error:
            self._left_out[name] = str(error).removeprefix(f"{name}: ")
            return None
        return alarm

    def _actions(self, deployed: DeployedAlarm) -> Actions:
        def of(values: Iterable[str]) -> tuple[str, ...]:
            return tuple(self._resolver.identity(value) for value in values)

        return Actions(
            enabled=deployed.enabled is not False,
            on={
                "ALARM": of(deployed.actions),
                "OK": of(deployed.ok_actions),
                "INSUFFICIENT_DATA": of(deployed.insufficient_data_actions),
            },
        )

    def _composite(self, deployed: DeployedAlarm, name: str) -> CompositeAlarm:
        rule = self._resolver.known(deployed.rule, "its rule")
        wait, extension = deployed.silence_seconds
        return CompositeAlarm(
            name=name,
            rule=_ALARM_ARN.sub("", rule),
            suppressor=_ALARM_ARN.sub("", self._resolver.known(deployed.suppressor, "its suppressor")),
            wait_seconds=int(wait or 0),
            extension_seconds=int(extension or 0),
            actions=self._actions(deployed),
            severity=deployed.severity,
            address=deployed.address,
        )

    def _expression(self, query_id: str, expression: str) -> DataQuery:
        known = self._resolver.known(expression, f"the expression {query_id}")
        if ranking := _INSIGHT_RULE.fullmatch(known):  # its values come from a log, and a scenario gives them
            metric = MetricIdentity.of("Contributor Insights", ranking["value"], {"Rule": ranking["rule"]})
            return DataQuery(query_id, metric, "Maximum")
        return DataQuery(query_id, expression=known)

    def _metric_alarm(self, deployed: DeployedAlarm, name: str) -> MetricAlarm:
        if not deployed.queries_known:
            raise Unreadable("its metrics are not known before it is applied")
        if deployed.promql:
            raise Unreadable("it is a PromQL alarm")
        single = deployed.series[0] if deployed.series and not deployed.queries else None
        if single:
            queries: tuple[DataQuery, ...] = (self._query("metric", single),)
            watched = "metric"
        else:
            queries = tuple(
                self._query(query.id, query.series) if query.series else self._expression(query.id, query.expression)
                for query in deployed.queries
            )
            if deployed.watched is None:
                raise Unreadable("it is not one query that it watches")
            watched = deployed.watched.id
        period, of, breaching = deployed.period_seconds, deployed.of, deployed.breaching
        if period is None or of is None or breaching is None:
            raise Unreadable("its period, or how many periods it looks at, is not known, or differs between metrics")
        if not 0 < period * of <= limits.WEEK_SECONDS or not period >= 1 <= of >= breaching >= 1:
            raise Unreadable(f"{plain(breaching)} of {plain(of)} periods of {plain(period)} seconds can't be looked at")
        if deployed.threshold is None and not deployed.threshold_query:
            raise Unreadable(f"its threshold is {deployed.threshold_text or 'missing'}")
        return MetricAlarm(
            name=name,
            queries=queries,
            watched=watched,
            operator=deployed.operator,
            threshold=None if deployed.threshold is None else float(deployed.threshold),
            band=deployed.threshold_query,
            period_seconds=int(period),
            periods=int(of),
            breaching=int(breaching),
            missing=deployed.missing_data,  # type: ignore[arg-type]  # one of the four, or refused by AWS
            few_samples_ignored=deployed.low_samples == "ignore",
            zone=deployed.wall_clock or None,
            warm_up_minutes=int(deployed.warm_up_minutes),
            whole_warm_up=deployed.whole_warm_up,
            actions=self._actions(deployed),
            severity=deployed.severity,
            address=deployed.address,
        )

    def _query(self, key: str, series: Series) -> DataQuery:
        if series.dimensions is None:
            raise Unreadable("its dimensions are not known before it is applied")
        dimensions = tuple(sorted((name, self._resolver.text(value)) for name, value in series.dimensions.items()))
        metric = MetricIdentity(
            self._resolver.known(series.namespace, "a namespace"),
            self._resolver.known(series.name, "a metric's name"),
            dimensions,
            series.unit,
            series.account,
        )
        return DataQuery(key, metric, self._resolver.known(series.statistic, "a statistic"))

    def _complete(self, alarms: Sequence[Alarm]) -> list[Alarm]:
        """Without composites whose parts can't be simulated; with the alarms of others that they name."""
        from constructs_lib.alarms import composite_rule

        kept, outside = list(alarms), dict[str, Alarm]()
        while True:
            names = {alarm.name for alarm in kept}
            for alarm in kept:
                if not isinstance(alarm, CompositeAlarm):
                    continue
                try:
                    needed = composite_rule.parse(alarm.rule).alarms | ({alarm.suppressor} - {""})
                except composite_rule.InvalidAlarmRule as error:
                    self._left_out[alarm.name] = f"its rule does not parse, {error}"
                    break
                if missing := sorted((needed - names) & self._left_out.keys()):
                    self._left_out[alarm.name] = f"it needs {', '.join(missing)}, which can't be simulated here"
                    break
                outside |= {name: OutsideAlarm(name=name) for name in needed - names}
            else:
                return [*kept, *(outside[name] for name in sorted(outside))]
            kept.remove(alarm)

    def _mute_rule(self, resource: Resource) -> DeployedMuteRule | None:
        rule = mute.read(resource)
        if rule is None:
            return None
        known = replace(
            rule,
            name=self._resolver.text(rule.name) or resource.address,
            expression=self._resolver.known(rule.expression, "its schedule"),
            duration=self._resolver.known(rule.duration, "its duration"),
            timezone=self._resolver.text(rule.timezone),
            alarms=tuple(self._resolver.text(name) for name in rule.alarms),
            starts=self._resolver.text(rule.starts),
            expires=self._resolver.text(rule.expires),
        )
        mute_windows(known, 0, 60)  # finds a schedule, a duration or a zone that is not one
        return known

    # --- what publishes, and who reads

    def _filter(self, made: DeployedFilter) -> LogFilter:
        return LogFilter(
            name=self._resolver.text(made.name),
            log_group=self._resolver.text(made.log_group),
            pattern=self._resolver.known(made.pattern, "its pattern"),
            metric=MetricIdentity(self._resolver.text(made.namespace), self._resolver.text(made.metric)),
            value=self._resolver.known(made.value, "its value"),
            default=number(made.default),
            dimensions=made.dimensions or {},
        )

    def _rule(self, resource: Resource) -> DeployedRule | None:
        values = resource.values
        pattern = values.get("event_pattern")
        state = self._resolver.text(values.get("state")) or "ENABLED"
        if not pattern or state == "DISABLED" or flag(values.get("is_enabled"), default=True) is False:
            return None
        name = self._resolver.text(values.get("name")) or resource.address
        targets = tuple(
            self._target(target)
            for target in self._stack.of("aws_cloudwatch_event_target")
            if self._resolver.identity(target.values.get("rule")) in (resource.address, name)
        )
        return DeployedRule(name, json.loads(self._resolver.known(pattern, "its pattern")), targets)

    def _target(self, target: Resource) -> EventTarget:
        values = target.values
        how: dict[str, Any] = {}
        if values.get("input"):
            how["Input"] = self._resolver.text(values["input"])
        if values.get("input_path"):
            how["InputPath"] = values["input_path"]
        if transformer := block(values.get("input_transformer")):
            paths = string_map(transformer.get("input_paths")) or {}
            how["InputTransformer"] = {
                "InputPathsMap": dict(paths),
                "InputTemplate": self._resolver.text(transformer.get("input_template")),
            }
        return EventTarget(self._resolver.identity(values.get("arn")), how)

    def _subscription(self, resource: Resource) -> Subscription:
        values = resource.values
        policy, endpoint = values.get("filter_policy"), self._resolver.text(values.get("endpoint"))
        service = service_at(endpoint)
        return Subscription(
            topic=self._resolver.identity(values.get("topic_arn")),
            protocol=text(values.get("protocol")),
            endpoint=service.key if service else endpoint,
            filter_policy=json.loads(self._resolver.known(policy, "its filter policy")) if policy else None,
            on_body=text(values.get("filter_policy_scope")) == "MessageBody",
        )
