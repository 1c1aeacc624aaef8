"""Scaling policies as they are deployed, what they scale, and the alarms that AWS makes for target tracking.

Source: EC2 Auto Scaling user guide, "Target tracking scaling policies", Application Auto Scaling user guide, "How
target tracking scaling works" and "Predefined metrics for target tracking scaling policies". AWS makes an alarm above
the target (three minutes) and one under it (fifteen minutes), both seen in accounts and not in the guides; how far
under it is a setting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from constructs_lib.simulation.alarm import Actions, DataQuery, MetricAlarm, MetricIdentity
from constructs_lib.simulation.resolver import Resolver, Unreadable
from constructs_lib.simulation.scaling import SIMPLE, STEP, TRACKING, Adjustment, ScalingGroup, ScalingPolicy
from constructs_lib.terraform.blocks import block, blocks, flag, number, text
from constructs_lib.terraform.stack import Resource

HIGH_MINUTES, LOW_MINUTES = 3, 15
"""How many minutes AWS's alarms look at."""

_GROUP_METRICS = {
    "ASGAverageCPUUtilization": "CPUUtilization",
    "ASGAverageNetworkIn": "NetworkIn",
    "ASGAverageNetworkOut": "NetworkOut",
}
_COOLDOWN_SECONDS = 300
"""Of Application Auto Scaling, where none is given."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """What target tracking looks at.

    Attributes:
        policy: What its alarms act by: the address of the policy's resource.
        scales_in: Whether it makes a group smaller, too.
    """

    policy: str
    name: str
    group: str
    target: float
    queries: tuple[DataQuery, ...]
    watched: str
    scales_in: bool

    def alarms(self, low_percent: float) -> Iterator[MetricAlarm]:
        """The alarms that AWS makes."""
        sides = [("AlarmHigh", "GreaterThanThreshold", self.target, HIGH_MINUTES)]
        if self.scales_in:
            sides.append(("AlarmLow", "LessThanThreshold", self.target * low_percent / 100, LOW_MINUTES))
        for side, operator, threshold, minutes in sides:
            yield MetricAlarm(
                name=f"TargetTracking-{self.name}-{side}",
                queries=self.queries,
                watched=self.watched,
                operator=operator,
                threshold=round(threshold, 9),
                period_seconds=60,
                periods=minutes,
                breaching=minutes,
                actions=Actions(on={"ALARM": (self.policy,)}),
                assumed=True,
            )


class ScalingReader:
    """Reads what scales.

    Args:
        resolver: Resolves references.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    # --- what is scaled

    def group(self, resource: Resource) -> ScalingGroup:
        """An aws_autoscaling_group."""
        values = resource.values
        smallest, largest = _bounds(values, "min_size", "max_size")
        wanted = number(values.get("desired_capacity"))
        return ScalingGroup(
            name=self._resolver.text(values.get("name")) or resource.address,
            smallest=smallest,
            largest=largest,
            desired=int(smallest if wanted is None else wanted),
            warm_up_seconds=int(number(values.get("default_instance_warmup")) or 0),
            cooldown_seconds=300 if (found := number(values.get("default_cooldown"))) is None else int(found),
        )

    def target(self, resource: Resource) -> ScalingGroup:
        """An aws_appautoscaling_target; a scenario begins with its smallest size."""
        smallest, largest = _bounds(resource.values, "min_capacity", "max_capacity")
        return ScalingGroup(self._scaled(resource.values), smallest, largest, smallest)

    def _scaled(self, values: Mapping[str, Any]) -> str:
        """The name of a scalable target: of an endpoint's only its own, as one variant is the rule."""
        identifier = self._resolver.known(values.get("resource_id"), "what it scales")
        parts = identifier.split("/")
        return parts[1] if parts[0] == "endpoint" and len(parts) == 4 else identifier

    # --- policies

    def policy(self, resource: Resource) -> ScalingPolicy | None:
        """An aws_autoscaling_policy; None where it only forecasts.

        Raises:
            Unreadable: Of predictive scaling that acts.
        """
        values = resource.values
        kind = text(values.get("policy_type")) or SIMPLE
        if kind == "PredictiveScaling":
            mode = text(block(values.get("predictive_scaling_configuration")).get("mode")) or "ForecastOnly"
            if mode == "ForecastOnly":
                return None
            raise Unreadable("predictive scaling acts on a forecast of AWS's: sizes are what they are without it")
        steps = (
            (Adjustment(None, None, _whole(values, "scaling_adjustment") or 0),) if kind == SIMPLE else _steps(values)
        )
        found = ScalingPolicy(
            name=self._resolver.text(values.get("name")) or resource.address,
            kind=kind,
            group=self._resolver.identity(values.get("autoscaling_group_name")),
            adjustment=text(values.get("adjustment_type")),
            steps=steps,
            smallest_change=_whole(values, "min_adjustment_magnitude") or 0,
            warm_up_seconds=_whole(values, "estimated_instance_warmup"),
            cooldown_seconds=_whole(values, "cooldown"),
        )
        if kind != TRACKING:
            return found
        return replace(found, target=_target(block(values.get("target_tracking_configuration"))))

    def app_policy(self, resource: Resource) -> ScalingPolicy:
        """An aws_appautoscaling_policy."""
        values = resource.values
        kind = text(values.get("policy_type")) or STEP
        steps = block(values.get("step_scaling_policy_configuration"))
        tracking = block(values.get("target_tracking_scaling_policy_configuration"))
        if kind not in (STEP, TRACKING):
            raise Unreadable("predictive scaling acts on a forecast of AWS's: sizes are what they are without it")
        found = ScalingPolicy(
            name=self._resolver.text(values.get("name")) or resource.address,
            kind=kind,
            group=self._scaled(values),
        )
        if kind == TRACKING:
            out, rest = (
                _COOLDOWN_SECONDS if (seconds := _whole(tracking, key)) is None else seconds
                for key in ("scale_out_cooldown", "scale_in_cooldown")
            )
            return replace(found, target=_target(tracking), warm_up_seconds=out, rest_seconds=rest)
        rest = _COOLDOWN_SECONDS if (seconds := _whole(steps, "cooldown")) is None else seconds
        return replace(
            found,
            adjustment=text(steps.get("adjustment_type")),
            steps=_steps(steps),
            smallest_change=_whole(steps, "min_adjustment_magnitude") or 0,
            warm_up_seconds=rest,
            rest_seconds=rest,
        )

    # --- target tracking

    def tracked(self, resource: Resource, policy: ScalingPolicy, group: str) -> Tracked:
        """What a policy of target tracking looks at.

        Raises:
            Unreadable: A predefined metric that is not known here.
        """
        values = resource.values
        grouped = resource.type == "aws_autoscaling_policy"
        key = "target_tracking_configuration" if grouped else "target_tracking_scaling_policy_configuration"
        tracking = block(values.get(key))
        predefined = block(tracking.get("predefined_metric_specification"))
        custom = block(tracking.get("customized_metric_specification"))
        metrics = blocks(custom.get("metrics"))
        watched, queries = "metric", list(self._queries(metrics))
        if metrics:
            watched = next((text(one.get("id")) for one in metrics if flag(one.get("return_data"), default=True)), "")
        elif predefined:
            queries.append(self._predefined(watched, predefined, values, group))
        else:
            dimensions = blocks(custom.get("metric_dimension")) or blocks(custom.get("dimensions"))
            queries.append(self._query(watched, custom, dimensions, custom.get("statistic")))
        return Tracked(
            policy=resource.address,
            name=group,
            group=group,
            target=policy.target,
            queries=tuple(queries),
            watched=watched,
            scales_in=flag(tracking.get("disable_scale_in"), default=False) is not True,
        )

    def _predefined(self, key: str, predefined: Mapping[str, Any], values: Mapping[str, Any], group: str) -> DataQuery:
        kind = text(predefined.get("predefined_metric_type"))
        if kind in _GROUP_METRICS:
            metric = MetricIdentity.of("AWS/EC2", _GROUP_METRICS[kind], {"AutoScalingGroupName": group})
            return DataQuery(key, metric, "Average")
        if kind == "ALBRequestCountPerTarget":
            label = self._resolver.known(predefined.get("resource_label"), "its resource label")
            balancer, _, targets = label.partition("/targetgroup/")
            dimensions = {"LoadBalancer": balancer, "TargetGroup": f"targetgroup/{targets}"}
            metric = MetricIdentity.of("AWS/ApplicationELB", "RequestCountPerTarget", dimensions)
            return DataQuery(key, metric, "Sum")
        if kind == "SageMakerVariantInvocationsPerInstance":
            _, endpoint, _, variant = self._resolver.known(values.get("resource_id"), "what it scales").split("/")
            dimensions = {"EndpointName": endpoint, "VariantName": variant}
            return DataQuery(key, MetricIdentity.of("AWS/SageMaker", "InvocationsPerInstance", dimensions), "Sum")
        raise Unreadable(f"the predefined metric {kind} of target tracking is not known to the simulation")

    def _queries(self, metrics: Sequence[Mapping[str, Any]]) -> Iterator[DataQuery]:
        for given in metrics:
            key, stat = text(given.get("id")), block(given.get("metric_stat"))
            metric = block(stat.get("metric"))
            if metric:
                yield self._query(key, metric, blocks(metric.get("dimensions")), stat.get("stat"))
            else:
                yield DataQuery(key, expression=self._resolver.known(given.get("expression"), "its math"))

    def _query(
        self, key: str, metric: Mapping[str, Any], dimensions: Sequence[Mapping[str, Any]], statistic: object
    ) -> DataQuery:
        named = {text(one.get("name")): self._resolver.known(one.get("value"), "a dimension") for one in dimensions}
        namespace = self._resolver.known(metric.get("namespace"), "a namespace")
        name = self._resolver.known(metric.get("metric_name"), "a metric's name")
        return DataQuery(key, MetricIdentity.of(namespace, name, named), text(statistic))


def _bounds(values: Mapping[str, Any], *keys: str) -> tuple[int, int]:
    smallest, largest = (number(values.get(key)) for key in keys)
    if smallest is None or largest is None:
        raise Unreadable("its size is not known")
    return int(smallest), int(largest)


def _target(tracking: Mapping[str, Any]) -> float:
    found = number(tracking.get("target_value"))
    if not found:
        raise Unreadable("the target of its target tracking is not known")
    return float(found)


def _whole(values: Mapping[str, Any], key: str) -> int | None:
    found = number(values.get(key))
    return None if found is None else int(found)


def _steps(values: Mapping[str, Any]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            number(step.get("metric_interval_lower_bound")),
            number(step.get("metric_interval_upper_bound")),
            _whole(step, "scaling_adjustment") or 0,
        )
        for step in blocks(values.get("step_adjustment"))
    )
