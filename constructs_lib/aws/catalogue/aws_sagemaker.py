"""Amazon SageMaker endpoints: the calls, and the instances behind them."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_SOURCE = "https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html"
_VARIANT = dimension_sets("EndpointName VariantName")
_LOGS = "Open the endpoint's log group, /aws/sagemaker/Endpoints/ followed by its name, and read the newest errors"


def _subject(dimensions: Mapping[str, str]) -> str:
    return f"endpoint {dimensions['EndpointName']}"


def _count(meaning: str, impact: str, first_step: str) -> MetricFacts:
    return MetricFacts(meaning=meaning, unit="count", statistics=("Sum",), impact=impact, first_step=first_step)


def _failed(meaning: str, impact: str, first_step: str) -> MetricFacts:
    # A call publishes 0 or 1, so that the average is the share that failed.
    return MetricFacts(
        meaning=meaning, unit="count", statistics=("Sum", "Average"), impact=impact, first_step=first_step, highest=1
    )


def _time(meaning: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="microseconds",
        statistics=("p99", "p95", "p90", "Average", "Maximum"),
        impact="Callers wait longer, and give up at their own timeout",
        first_step="Compare with the number of calls and the last deployment; add instances if calls grew",
    )


def _share(meaning: str, impact: str, first_step: str, unit: str = "percent") -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit=unit,
        statistics=("Average", "Maximum"),
        impact=impact,
        first_step=first_step,
        sampled=unit != "count",
    )


_CALLERS = "Callers do not get a prediction"
_TRAFFIC = "Fewer calls than usual mean that a caller broke (a full stop is not seen); more mean queues and cost ahead"
_CALLER_STEP = "Look at what calls the endpoint: its last deployment and its errors"
_FULL = "The endpoint is near its limit, and calls begin to queue"
_SCALE = "Add instances, or look for a caller that sends more than usual"

NAMESPACE = Namespace(
    name="AWS/SageMaker",
    source=_SOURCE,
    dimension_sets=_VARIANT,
    subject=_subject,
    other_sets=True,  # inference components, asynchronous endpoints and multi-model endpoints have others
    lists_all=False,
    metrics={
        "Invocations": _count("calls", _TRAFFIC, _CALLER_STEP),
        "Invocation4XXErrors": _failed("calls refused as wrong or throttled (4xx)", _CALLERS, _CALLER_STEP),
        "Invocation5XXErrors": _failed("calls that failed (5xx)", _CALLERS, _LOGS),
        "InvocationModelErrors": _failed("calls the model did not answer", _CALLERS, _LOGS),
        "InvocationsPerInstance": _count("calls per instance", _FULL, _SCALE),
        "ModelLatency": _time("model latency"),
        "OverheadLatency": _time("latency that SageMaker adds to the model's"),
        "ModelSetupTime": _time("time to start a serverless container"),
        "ConcurrentRequestsPerModel": _share("calls at the same time", _FULL, _SCALE, unit="count"),
        "FirstChunkLatency": _time("time to the first chunk of a stream"),
        "FirstChunkModelLatency": _time("model's time to the first chunk of a stream"),
        "MidStreamErrors": _count("streams that broke off", _CALLERS, _LOGS),
    },
)

_UNITS = "percent, up to 100 for each GPU"

INSTANCES = Namespace(
    name="/aws/sagemaker/Endpoints",  # with a leading slash, unlike the namespaces of monitoring jobs
    source=_SOURCE,
    dimension_sets=_VARIANT,
    subject=_subject,
    other_sets=True,  # enhanced metrics add the instance and the GPU
    lists_all=False,
    metrics={
        "CPUUtilization": _share("CPU utilization", _FULL, _SCALE, unit="percent, up to 100 for each core"),
        "MemoryUtilization": _share("memory utilization", "Out of memory, the container is killed", _SCALE),
        "GPUUtilization": _share("GPU utilization", _FULL, _SCALE, unit=_UNITS),
        "GPUMemoryUtilization": _share(
            "GPU memory utilization",
            "Out of GPU memory, calls fail",
            "Lower the batch size, or use a larger GPU",
            _UNITS,
        ),
        "DiskUtilization": _share(
            "disk utilization",
            "SageMaker stops capturing data when the disk fills up, and monitors see nothing more",
            "Look at what the container writes; a deployment starts with a fresh disk",
        ),
    },
)
