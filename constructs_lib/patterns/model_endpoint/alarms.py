"""The alarms of an endpoint, in the units people think in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from constructs_lib.alarms.alarm import Math
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import Row, above, guarded, series, table, unusual
from constructs_lib.alarms.severity import sterner
from constructs_lib.patterns.model_endpoint.spec import ModelEndpointSpec

CALLS, INSTANCES = "AWS/SageMaker", "/aws/sagemaker/Endpoints"


@table
def alarms(spec: ModelEndpointSpec, name: str) -> Iterable[Row]:
    """What callers feel, what fills up, and how many call."""
    limits, window, endpoint = spec.alarms, spec.alarms.evaluate, spec.endpoint_name(name)
    variant = {"EndpointName": endpoint, "VariantName": spec.variant}
    of_calls, of_instances = (series(source, variant, limits.period_seconds) for source in (CALLS, INSTANCES))
    enough = partial(guarded, of="calls", minimum=limits.minimum_requests)

    def share(metric: str, words: str, percent: float | None, period_seconds: float) -> Math:
        """Of all calls, in percent."""
        of_calls = series(CALLS, variant, period_seconds)
        return enough(
            "100 * errors / calls",
            {"errors": of_calls(metric, "Sum"), "calls": of_calls("Invocations", "Sum")},
            f"share of {words} calls of endpoint {endpoint}",
            percent=percent,
        )

    def of_all_gpus(metric: str) -> Metric | Math:
        """CloudWatch counts to 100 for each GPU of an instance."""
        gpu, gpus = of_instances(metric, "Average"), spec.gpus_per_instance or 1
        if gpus == 1:
            return gpu
        label = f"{gpu.describe()}, over all {gpus} GPUs of an instance,"
        return Math(expression=f"gpu / {gpus}", metrics={"gpu": gpu}, label=label)

    calls = of_calls("Invocations", "Sum")
    latency = enough(
        "latency / 1000",  # CloudWatch has it in microseconds
        {"latency": of_calls("ModelLatency", "p99"), "calls": calls},
        f"p99 model latency of endpoint {endpoint} in ms",
        percent=1,
    )
    failed = partial(
        Row,
        rolls_back=True,
        impact="Callers do not get a prediction",
        first_step=f"Open the log group {INSTANCES}/{endpoint} and read the newest errors",
    )
    some, many, shares = limits.errors_5xx_percent, limits.errors_5xx_many, limits.share_period_seconds
    worse = sterner(spec.severity)
    # Without a call there is no error, and no latency; while instances report nothing, nothing changes.
    # fmt: off
    return (
        failed("errors-5xx", share("Invocation5XXErrors", "failed", some, shares), above(some, "%")),
        failed("errors-5xx-many", share("Invocation5XXErrors", "failed", many, limits.period_seconds),
            above(many if worse is not None else None, "%"), severity=worse),
        Row("errors-4xx", share("Invocation4XXErrors", "refused", limits.errors_4xx_percent, shares),
            above(limits.errors_4xx_percent, "%"),
            impact="Callers send what the model does not take, or more than it bears",
            first_step="Look at what calls the endpoint: its last deployment, and whether it is throttled"),
        Row("latency", latency, above(limits.latency_p99_milliseconds, "ms"), window,
            rolls_back=True,
            impact="One call in a hundred takes longer, and callers give up at their own timeout",
            first_step="Compare with the number of calls and the last deployment; add instances if calls grew"),
        Row("gpu", of_all_gpus("GPUUtilization"),
            above(limits.gpu_utilization_percent, "%"), window, missing="ignore"),
        Row("gpu-memory", of_all_gpus("GPUMemoryUtilization"),
            above(limits.gpu_memory_utilization_percent, "%"), window, missing="ignore"),
        Row("memory", of_instances("MemoryUtilization", "Maximum"),
            above(limits.memory_utilization_percent, "%"), window, missing="ignore"),
        Row("disk", of_instances("DiskUtilization", "Maximum"),
            above(limits.disk_utilization_percent, "%"), window, missing="ignore"),
        Row("traffic", calls, unusual(limits.invocations_anomaly), window,
            impact="Fewer calls than usual mean that a caller broke (a full stop is not seen); more mean queues "
                   "and cost ahead",
            first_step="Look at what calls the endpoint: its last deployment and its errors"),
    )
    # fmt: on
