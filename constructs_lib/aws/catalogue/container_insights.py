"""Container Insights with enhanced observability: GPUs of EKS clusters, the pods that hold them, and services of ECS.

AWS calls this edition classic; it is in maintenance mode. The metrics of its successor have other names, are read by
PromQL, and are in no namespace: in a cluster that has only that one, none of these is published.
"""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import DimensionSet, MetricFacts, Namespace, dimension_sets

_CLUSTER, _NODE = "ClusterName", "ClusterName InstanceId NodeName"
_WORKLOAD, _POD = "ClusterName Namespace PodName", "ClusterName FullPodName Namespace PodName"
_SERVICE = "ClusterName Namespace Service"
_OF_NODES = dimension_sets(_CLUSTER, _NODE)
_OF_NODE_GPUS = dimension_sets(_CLUSTER, _NODE, f"{_NODE} GpuDevice InstanceType")
_OF_PODS = dimension_sets(_CLUSTER, _WORKLOAD, _POD, _SERVICE)
_OF_POD_GPUS = dimension_sets(_CLUSTER, "ClusterName Namespace", _SERVICE, _WORKLOAD, _POD, f"{_POD} GpuDevice")
_OF_CONTAINER_GPUS = dimension_sets(
    _CLUSTER, f"{_WORKLOAD} ContainerName", f"{_POD} ContainerName", f"{_POD} ContainerName GpuDevice"
)
_OF_ECS = dimension_sets("ClusterName ServiceName")

_ON = "Container Insights with enhanced observability (classic) in the cluster"
_GPUS = f"{_ON}, with its accelerated compute metrics"
_NEWER = f"{_GPUS}, of an add-on from August 2025 or later (agent 1.300059)"


def _subject(dimensions: Mapping[str, str]) -> str:
    """The narrowest thing named; PodName is the workload's name."""
    for key, words in _WORDS.items():
        if key in dimensions:
            return f"{words} {dimensions[key]} in cluster {dimensions['ClusterName']}"
    return f"cluster {dimensions['ClusterName']}"


_WORDS = {
    "FullPodName": "pod",
    "PodName": "workload",
    "ServiceName": "service",
    "Service": "service",
    "NodeName": "node",
    "Namespace": "namespace",
}


def _gpu(prefix: str, sets: tuple[DimensionSet, ...]) -> dict[str, MetricFacts]:
    return {
        f"{prefix}_gpu_{key}": MetricFacts(
            meaning=meaning,
            unit=unit,
            statistics=("Maximum", "Average", "Minimum"),
            impact=impact,
            first_step=first_step,
            dimension_sets=sets,
            requires=_NEWER if key.startswith("tensor") else _GPUS,
        )
        for key, (meaning, unit, impact, first_step) in _OF_GPUS.items()
    }


_FULL = ("GPUs are paid for and idle, or too few for what waits", "Compare with the work that waits, and scale")
_MEMORY = ("Out of GPU memory, the model fails", "Lower the batch size, or use a larger GPU")
_HOT = ("A GPU that is too hot slows down, and may fail", "Drain the node and replace it")
_OF_GPUS = {
    "utilization": ("GPU utilization", "percent", *_FULL),
    "memory_utilization": ("GPU memory utilization", "percent", *_MEMORY),
    "memory_total": ("GPU memory there is", "bytes", *_MEMORY),
    "memory_used": ("GPU memory in use", "bytes", *_MEMORY),
    "power_draw": ("power GPUs draw", "watts", *_HOT),
    "temperature": ("temperature of GPUs", "degrees Celsius", *_HOT),
    "tensor_core_utilization": ("utilization of tensor cores", "percent", *_FULL),
}


def _counts(
    impact: str, first_step: str, sets: tuple[DimensionSet, ...], requires: str = _ON, **meanings: str
) -> dict[str, MetricFacts]:
    return {
        name: MetricFacts(
            meaning=meaning,
            unit="count",
            statistics=("Maximum", "Minimum", "Average"),
            impact=impact,
            first_step=first_step,
            dimension_sets=sets,
            requires=requires,
        )
        for name, meaning in meanings.items()
    }


_PLACE = ("The next pod that wants a GPU has to wait", "Add nodes, or find what reserves GPUs and does not use them")
_DOWN = ("The model does not come up", "Read the pod's events, and the log of its last container")
_NODES = ("Pods find no healthy node", "Look at the condition of the node")
_TASKS = ("Tasks that should run do not", "Read the service's events: no GPU left, or a task that stops")

NAMESPACE = Namespace(
    name="ContainerInsights",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-enhanced-EKS.html",
    dimension_sets=dimension_sets(_CLUSTER),
    subject=_subject,
    metrics={
        **_gpu("node", _OF_NODE_GPUS),
        **_gpu("pod", _OF_POD_GPUS),
        **_gpu("container", _OF_CONTAINER_GPUS),
        **_counts(
            *_PLACE,
            _OF_NODES,
            _NEWER,
            node_gpu_limit="GPUs there are",
            node_gpu_usage_total="GPUs in use",
            node_gpu_reserved_capacity="share of GPUs that is reserved",
            node_gpu_unreserved_capacity="share of GPUs that is not reserved",
            node_gpu_available_capacity="GPUs that are free",
        ),
        **_counts(
            *_PLACE,
            _OF_PODS,
            _NEWER,
            pod_gpu_request="GPUs asked for",
            pod_gpu_limit="GPUs allowed",
            pod_gpu_usage_total="GPUs in use",
            pod_gpu_reserved_capacity="share of the node's GPUs that is reserved",
        ),
        **_counts(
            *_DOWN,
            _OF_PODS,
            pod_status_pending="pods that wait for a node",
            pod_status_failed="pods that failed",
            pod_number_of_container_restarts="restarts of containers",
            pod_container_status_waiting_reason_crash_loop_back_off="containers that crash again and again",
            pod_container_status_waiting_reason_image_pull_error="containers whose image can't be pulled",
            pod_container_status_terminated_reason_oom_killed="containers killed for want of memory",
        ),
        **_counts(
            *_NODES,
            dimension_sets(_CLUSTER),
            cluster_failed_node_count="nodes that failed",
            cluster_node_count="nodes",
        ),
        **_counts(*_NODES, _OF_NODES, node_status_condition_ready="nodes that are ready"),
        **_counts(
            *_TASKS,
            _OF_ECS,
            "Container Insights in the ECS cluster",
            RunningTaskCount="tasks that run",
            PendingTaskCount="tasks that wait",
            DesiredTaskCount="tasks that should run",
            DeploymentCount="deployments",
        ),
    },
)
