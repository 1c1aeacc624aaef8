"""The CloudWatch agent: the configuration it gets on GPU instances, and the series that any configuration publishes.

One place for both, so that what alarms and scaling policies read is what the agent writes. The agent publishes each
measurement per GPU, with the GPU's index and model and the instance; only `aggregation_dimensions` makes the series of
a whole Auto Scaling group. Source: CloudWatch user guide, "Collect NVIDIA GPU metrics" and "CloudWatch agent
configuration file".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
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


# CloudWatch user guide, "Metrics collected by the CloudWatch agent", on Linux: the beginning of a metric's name, and
# the dimensions each series has. Other plugins name theirs by what they watch.
_PLUGINS: Mapping[str, tuple[str, frozenset[str]]] = {
    "cpu": ("cpu_", frozenset({"cpu"})),
    "disk": ("disk_", frozenset({"path", "device", "fstype"})),
    "diskio": ("diskio_", frozenset({"name"})),
    "mem": ("mem_", frozenset()),
    "net": ("net_", frozenset({"interface"})),
    "netstat": ("netstat_", frozenset()),
    "nvidia_gpu": (PREFIX, frozenset({"index", "name"})),
    "processes": ("processes_", frozenset()),
    "swap": ("swap_", frozenset()),
}
PREFIXES = tuple(prefix for prefix, _ in _PLUGINS.values())
"""What the names of the metrics of known plugins begin with."""

PERHAPS = frozenset({"arch"})
"""Drivers since 2023 seem to add the GPU's architecture as a dimension; whether one does is not known."""


def read(written: str) -> Mapping[str, Any]:
    """A configuration as Terraform's JSON holds it; empty if the text is something else."""
    try:
        data = json.loads(written.replace("$${", "${"))
    except ValueError:
        return {}
    return data if isinstance(data, dict) and isinstance(data.get("metrics"), dict) else {}


def published(config: Mapping[str, Any]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """The series an agent with this configuration publishes: namespace, metric name, dimension names."""
    metrics = _mapping(config.get("metrics"))
    appended = frozenset(_mapping(metrics.get("append_dimensions")))
    anonymous = _mapping(config.get("agent")).get("omit_hostname") is True
    # The agent leaves its host name out when it appends any.
    common = appended or (frozenset() if anonymous else frozenset({"host"}))
    aggregated = [frozenset(map(str, _list(names))) for names in _list(metrics.get("aggregation_dimensions"))]
    for name, (prefix, names) in _PLUGINS.items():
        collected = _mapping(_mapping(metrics.get("metrics_collected")).get(name))
        dropped = {"device"} if collected.get("drop_device") is True else set()
        single = (names - dropped) | common | frozenset(_mapping(collected.get("append_dimensions")))
        for measurement in _list(collected.get("measurement")):
            options = measurement if isinstance(measurement, Mapping) else {"name": measurement}
            metric = options.get("rename", prefix + str(options.get("name")).removeprefix(prefix))
            for dimensions in (single, *(some for some in aggregated if some <= single)):
                yield str(metrics.get("namespace", NAMESPACE)), str(metric), dimensions


def _mapping(value: object) -> Mapping[str, Any]:
    """A part of a configuration that anyone may have written."""
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
