"""Predictive scaling: AWS learns the week's load, and launches instances before the hour they are needed in."""

from __future__ import annotations

from typing import Any

from constructs_lib.alarms.metric import Metric
from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct
from constructs_lib.patterns.gpu_fleet.options.scaling import Predictive
from constructs_lib.resources.values import as_at_most, aws
from constructs_lib.units import number

_MODES = {"forecast_only": "ForecastOnly", "forecast_and_scale": "ForecastAndScale"}
LONGEST_BUFFER_SECONDS = 3_599

# The bindings name a nested block by its whole path.
_SPECIFICATION = "AutoscalingPolicyPredictiveScalingConfigurationMetricSpecification"


def predictive_policy(
    scope: Construct,
    predictive: Predictive,
    group: Any,
    *,
    name: str,
    load: Metric,
    utilization: Metric,
    warmup_seconds: float,
) -> Any:
    """An aws_autoscaling_policy.

    Args:
        predictive: Its options.
        group: The aws_autoscaling_group.
        name: The fleet's name.
        load: All the work there is: the sum over the fleet.
        utilization: What one instance has of it: the average over the fleet.
        warmup_seconds: Warm-up time of an instance; so long before the hour it is launched, by default.
    """
    module = aws.autoscaling_policy
    buffer = (
        number(predictive.buffer_seconds)
        if predictive.buffer_seconds is not None
        else as_at_most(scope, warmup_seconds, LONGEST_BUFFER_SECONDS)
    )
    breach: dict[str, str] = {}
    if predictive.raise_max_by_percent is not None:
        breach = {
            "max_capacity_breach_behavior": "IncreaseMaxCapacity",
            "max_capacity_buffer": number(predictive.raise_max_by_percent),
        }
    return module.AutoscalingPolicy(
        scope,
        "predictive",
        name=join(name, "predictive"),
        autoscaling_group_name=group.name,
        policy_type="PredictiveScaling",
        predictive_scaling_configuration=module.AutoscalingPolicyPredictiveScalingConfiguration(
            mode=_MODES[predictive.mode],
            scheduling_buffer_time=buffer,
            metric_specification=_specification(predictive, load, utilization),
            **breach,
        ),
    )


def _specification(predictive: Predictive, load: Metric, utilization: Metric) -> Any:
    module = aws.autoscaling_policy
    specification = getattr(module, _SPECIFICATION)
    if predictive.cpu_utilization_percent is not None:
        pair = getattr(module, f"{_SPECIFICATION}PredefinedMetricPairSpecification")
        return specification(
            target_value=predictive.cpu_utilization_percent,
            predefined_metric_pair_specification=pair(predefined_metric_type="ASGCPUUtilization"),
        )
    assert predictive.gpu_utilization_percent is not None  # the spec has one of the two  # noqa: S101
    return specification(
        target_value=predictive.gpu_utilization_percent,
        customized_load_metric_specification=_customized("CustomizedLoadMetricSpecification", "gpu_load", load),
        customized_scaling_metric_specification=_customized(
            "CustomizedScalingMetricSpecification", "gpu_utilization", utilization
        ),
    )


def _customized(kind: str, query_id: str, metric: Metric) -> Any:
    """One metric as the load or the scaling side; the ids are unique in the whole policy, as AWS wants them."""
    module, query = aws.autoscaling_policy, f"{_SPECIFICATION}{kind}MetricDataQueries"
    dimensions = [
        getattr(module, f"{query}MetricStatMetricDimensions")(name=key, value=value)
        for key, value in metric.dimensions.items()
    ]
    series = getattr(module, f"{query}MetricStatMetric")(
        namespace=metric.namespace, metric_name=metric.name, dimensions=dimensions
    )
    stat = getattr(module, f"{query}MetricStat")(metric=series, stat=metric.statistic)
    queries = [getattr(module, query)(id=query_id, metric_stat=stat, return_data=True)]
    return getattr(module, f"{_SPECIFICATION}{kind}")(metric_data_queries=queries)
