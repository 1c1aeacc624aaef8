"""What the extension of Lambda Insights publishes from inside a function."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets


def _subject(dimensions: Mapping[str, str]) -> str:
    version = f" version {dimensions['version']}" if "version" in dimensions else ""
    return f"Lambda function {dimensions['function_name']}{version}"


def _of_memory(meaning: str, unit: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit=unit,
        statistics=("Maximum", "Average"),
        impact="Out of memory, the function is killed in the middle of a call",
        first_step="Give it more memory, which brings more CPU too, or load a smaller model",
        requires=_LAYER,
    )


def _other(meaning: str, unit: str, *statistics: str, impact: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit=unit,
        statistics=statistics,
        impact=impact,
        first_step="Compare with the number of calls and the last deployment",
        requires=_LAYER,
    )


_LAYER = "the function's Lambda Insights layer, and a role that may write its log"
_COST = "It costs time or money in every call"

NAMESPACE = Namespace(
    name="LambdaInsights",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-metrics.html",
    dimension_sets=dimension_sets("function_name", "function_name version"),
    subject=_subject,
    metrics={
        "memory_utilization": _of_memory("memory in use, in percent,", "percent"),
        "used_memory_max": _of_memory("memory in use", "megabytes"),
        "total_memory": _of_memory("memory it has", "megabytes"),
        "init_duration": _other(
            "time to start", "milliseconds", "p99", "Average", "Maximum", impact="A cold start keeps callers waiting"
        ),
        "cpu_total_time": _other("CPU time", "milliseconds", "Average", "Maximum", impact=_COST),
        "rx_bytes": _other("bytes received", "bytes", "Sum", "Average", impact=_COST),
        "tx_bytes": _other("bytes sent", "bytes", "Sum", "Average", impact=_COST),
        "total_network": _other("bytes received and sent", "bytes", "Sum", "Average", impact=_COST),
    },
)
