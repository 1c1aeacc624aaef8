"""Amazon ECS, without Container Insights."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import DimensionSet, MetricFacts, Namespace, dimension_sets


def _subject(dimensions: Mapping[str, str]) -> str:
    if "ServiceName" in dimensions:
        return f"service {dimensions['ServiceName']} in cluster {dimensions['ClusterName']}"
    return f"cluster {dimensions['ClusterName']}"


def _share(meaning: str, *sets: DimensionSet) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="percent",
        statistics=("Average", "Maximum"),
        impact="The next task finds no place, or those that run are slow",
        first_step="Add instances or tasks, or find what takes more than usual",
        dimension_sets=sets,
    )


_CLUSTER, _SERVICE = dimension_sets("ClusterName", "ClusterName ServiceName")

NAMESPACE = Namespace(
    name="AWS/ECS",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html",
    dimension_sets=(_CLUSTER, _SERVICE),
    subject=_subject,
    metrics={
        "GPUReservation": _share("GPUs reserved by tasks, in percent,", _CLUSTER),
        "CPUReservation": _share("CPU reserved by tasks, in percent,", _CLUSTER),
        "MemoryReservation": _share("memory reserved by tasks, in percent,", _CLUSTER),
        "CPUUtilization": _share("CPU utilization", _CLUSTER, _SERVICE),
        "MemoryUtilization": _share("memory utilization", _CLUSTER, _SERVICE),
    },
)
