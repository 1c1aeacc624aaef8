"""EC2 Auto Scaling groups."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_SWITCHED_ON = "group metrics, switched on in the group by name with a granularity of one minute"
_SIZE = "The group has another size than the workload needs, or than you pay for"
_STEP = "Open the group's activity history: it says why each instance came or went"


def _subject(dimensions: Mapping[str, str]) -> str:
    return f"Auto Scaling group {dimensions['AutoScalingGroupName']}"


def _instances(meaning: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=("Average", "Minimum", "Maximum"),
        impact=_SIZE,
        first_step=_STEP,
        requires=_SWITCHED_ON,
        sampled=True,
    )


_STATES = {
    "InService": "in service",
    "Pending": "that are not in service yet",
    "Standby": "in standby",
    "Terminating": "being terminated",
    "Total": "in all",
}

_WARM_POOL = {
    "WarmPoolDesiredCapacity": "capacity the warm pool should have",
    "WarmPoolWarmedCapacity": "warmed capacity of the warm pool",
    "WarmPoolPendingCapacity": "pending capacity of the warm pool",
    "WarmPoolTerminatingCapacity": "terminating capacity of the warm pool",
    "WarmPoolTotalCapacity": "capacity of the warm pool",
    "GroupAndWarmPoolDesiredCapacity": "capacity group and warm pool should have",
    "GroupAndWarmPoolTotalCapacity": "capacity of group and warm pool",
}

NAMESPACE = Namespace(
    name="AWS/AutoScaling",
    source="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html",
    dimension_sets=dimension_sets("AutoScalingGroupName"),
    subject=_subject,
    lists_all=False,  # predictive scaling has some of its own
    metrics={
        "GroupMinSize": _instances("minimum size"),
        "GroupMaxSize": _instances("maximum size"),
        "GroupDesiredCapacity": _instances("desired capacity"),
        **{f"Group{state}Instances": _instances(f"instances {words}") for state, words in _STATES.items()},
        **{f"Group{state}Capacity": _instances(f"capacity units {words}") for state, words in _STATES.items()},
        **{name: _instances(words) for name, words in _WARM_POOL.items()},
    },
)
