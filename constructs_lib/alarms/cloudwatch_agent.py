"""The CloudWatch agent on GPU instances: the configuration it gets, and the series it therefore publishes.

One place for both, so that what alarms and scaling policies read is what the agent writes. The agent publishes each
measurement per GPU, with the GPU's index and model and the instance; only `aggregation_dimensions` makes the series of
a whole Auto Scaling group. Source: CloudWatch user guide, "Collect NVIDIA GPU metrics" and "CloudWatch agent
configuration file".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from constructs_lib.alarms.metric import Metric

NAMESPACE = "CWAgent"
INTERVAL_SECONDS = 60
"""Seconds between two values of one GPU; below a minute every value would be billed as high-resolution."""

GROUP = "AutoScalingGroupName"
"""The one dimension of the series of a whole group."""

Measurement = Literal["utilization_gpu", "memory_free", "memory_total", "temperature_gpu"]
"""In percent of time, MiB, MiB and °C. (`utilization_memory` is how busy the memory is, not how full.)"""

MEASUREMENTS: tuple[Measurement, ...] = ("utilization_gpu", "memory_free", "memory_total", "temperature_gpu")

PREFIX = "nvidia_smi_"
"""What the names of the agent's GPU metrics begin with, unless its configuration renames them."""

_GPU_DIMENSIONS = frozenset({"index", "name"})


def configuration() -> dict[str, Any]:
    """What the agent of a GPU fleet collects."""
    return {
        "agent": {"metrics_collection_interval": INTERVAL_SECONDS},
        "metrics": {
            "namespace": NAMESPACE,
            "append_dimensions": {GROUP: f"${{aws:{GROUP}}}", "InstanceId": "${aws:InstanceId}"},
            "aggregation_dimensions": [[GROUP]],
            "metrics_collected": {"nvidia_gpu": {"measurement": list(MEASUREMENTS)}},
        },
    }


def configuration_text() -> str:
    """The configuration as it is stored, the same every time."""
    return json.dumps(configuration(), indent=2)


def parameter_name(fleet: str) -> str:
    """The SSM parameter a fleet's agents read; AWS's own policies for the agent allow names that begin like this."""
    return f"AmazonCloudWatch-{fleet}"


def metric(measurement: Measurement, group: str, statistic: str, period_seconds: int = 300) -> Metric:
    """One measurement over all GPUs of an Auto Scaling group."""
    return Metric(
        namespace=NAMESPACE,
        name=PREFIX + measurement,
        dimensions={GROUP: group},
        statistic=statistic,
        period_seconds=period_seconds,
        custom=True,
    )


def published(config: Mapping[str, Any]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """The GPU series an agent with this configuration publishes: namespace, metric name, dimension names."""
    metrics = config.get("metrics", {})
    appended = frozenset(metrics.get("append_dimensions", {}))
    per_gpu = _GPU_DIMENSIONS | (appended or {"host"})  # the agent leaves its host name out when it appends any
    aggregated = [frozenset(names) for names in metrics.get("aggregation_dimensions", ())]
    for measurement in metrics.get("metrics_collected", {}).get("nvidia_gpu", {}).get("measurement", ()):
        options = measurement if isinstance(measurement, Mapping) else {"name": measurement}
        name = options.get("rename", PREFIX + options["name"].removeprefix(PREFIX))
        for dimensions in (per_gpu, *(names for names in aggregated if names <= per_gpu)):
            yield metrics.get("namespace", "CWAgent"), name, dimensions
