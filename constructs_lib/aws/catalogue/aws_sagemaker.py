"""Amazon SageMaker endpoints: the calls, and the instances behind them."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import DimensionSet, MetricFacts, Namespace, dimension_sets

_SOURCE = "https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html"
_ENDPOINT, _VARIANT = dimension_sets("EndpointName"), dimension_sets("EndpointName VariantName")
_COMPONENT = dimension_sets("InferenceComponentName")
_LOGS = "Open the endpoint's log group, /aws/sagemaker/Endpoints/ followed by its name, and read the newest errors"


def _subject(dimensions: Mapping[str, str]) -> str:
    if "InferenceComponentName" in dimensions:
        return f"inference component {dimensions['InferenceComponentName']}"
    return f"endpoint {dimensions['EndpointName']}"


def _count(
    meaning: str,
    impact: str,
    first_step: str,
    sets: tuple[DimensionSet, ...] = (),
    requires: str | None = None,
    *,
    only: bool = False,
) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=("Sum",),
        impact=impact,
        first_step=first_step,
        dimension_sets=sets,
        requires=requires,
        only=only,
    )


def _time(meaning: str, sets: tuple[DimensionSet, ...] = (), unit: str = "microseconds") -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit=unit,
        statistics=("p99", "p95", "p90", "Average", "Maximum"),
        impact="Callers wait longer, and give up at their own timeout",
        first_step="Compare with the number of calls and the last deployment; add instances if calls grew",
        dimension_sets=sets,
    )


def _share(
    meaning: str, impact: str, first_step: str, unit: str = "percent", sets: tuple[DimensionSet, ...] = ()
) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit=unit,
        statistics=("Average", "Maximum"),
        impact=impact,
        first_step=first_step,
        dimension_sets=sets,
    )


def _waiting(meaning: str, unit: str, *statistics: str) -> MetricFacts:
    """Of the queue in front of an asynchronous endpoint."""
    return MetricFacts(
        meaning=meaning,
        unit=unit,
        statistics=statistics,
        impact="Answers are late; what waits longer than SageMaker keeps a request is thrown away",
        first_step="See how many instances run, then whether requests became more or slower",
        dimension_sets=_ENDPOINT,
        requires=_QUEUE,
    )


def _worked(meaning: str, impact: str, first_step: str) -> MetricFacts:
    """What an asynchronous endpoint did."""
    return _count(meaning, impact, first_step, _VARIANT, _QUEUE)


def _took(meaning: str, unit: str = "microseconds") -> MetricFacts:
    """Of the steps of an asynchronous request."""
    return MetricFacts(
        meaning=meaning,
        unit=unit,
        statistics=("Average", "Maximum"),
        impact="Answers come later",
        first_step="Compare TimeInBacklog with ModelLatency: either requests wait, or the model is slower",
        dimension_sets=_VARIANT,
        requires=_QUEUE,
    )


_QUEUE = "an asynchronous endpoint"
_CALLERS = "Callers do not get a prediction"
_TRAFFIC = "Fewer calls than usual mean that a caller broke (a full stop is not seen); more mean queues and cost ahead"
_CALLER_STEP = "Look at what calls the endpoint: its last deployment and its errors"
_FULL = "The endpoint is near its limit, and calls begin to queue"
_SCALE = "Add instances, or look for a caller that sends more than usual"
_ACCESS = "Check the bucket, the topic and the key, and whether the endpoint's role may use them"

NAMESPACE = Namespace(
    name="AWS/SageMaker",
    source=_SOURCE,
    dimension_sets=_VARIANT + _COMPONENT,
    subject=_subject,
    metrics={
        # An asynchronous endpoint publishes neither these three nor OverheadLatency.
        "Invocations": _count("calls", _TRAFFIC, _CALLER_STEP),
        "InvocationsPerInstance": _count("calls per instance", _FULL, _SCALE, _VARIANT, only=True),
        "InvocationsPerCopy": _count("calls per copy of the component", _FULL, _SCALE, _COMPONENT, only=True),
        "Invocation4XXErrors": _count("calls refused as wrong or throttled (4xx)", _CALLERS, _CALLER_STEP),
        "Invocation5XXErrors": _count("calls that failed (5xx)", _CALLERS, _LOGS),
        "InvocationModelErrors": _count("calls the model did not answer", _CALLERS, _LOGS),
        "ModelLatency": _time("model latency"),
        "OverheadLatency": _time("latency that SageMaker adds to the model's"),
        "ModelSetupTime": _time("time to start a serverless container", _VARIANT),
        "ConcurrentRequestsPerModel": _share("calls at the same time", _FULL, _SCALE, "count", _VARIANT),
        "ConcurrentRequestsPerCopy": _share(
            "calls at the same time per copy of the component", _FULL, _SCALE, "count", _COMPONENT
        ),
        "FirstChunkLatency": _time("time to the first chunk of a stream"),
        "FirstChunkModelLatency": _time("model's time to the first chunk of a stream"),
        "MidStreamErrors": _count("streams that broke off", _CALLERS, _LOGS),
        "ApproximateBacklogSize": _waiting("requests waiting", "count", "Maximum", "Average"),
        "ApproximateBacklogSizePerInstance": _waiting("requests waiting per instance", "count", "Average"),
        "ApproximateAgeOfOldestRequest": _waiting("age of the oldest request", "seconds", "Maximum"),
        "HasBacklogWithoutCapacity": _waiting(
            "requests waiting without an instance", "1 or 0", "Minimum", "Average", "Maximum"
        ),
        "InvocationsProcessed": _worked("requests processed", _TRAFFIC, _CALLER_STEP),
        "InvocationFailures": _worked("requests that failed", _CALLERS, _LOGS),
        "ExpiredRequests": _worked(
            "requests that expired", "They were thrown away, and no one gets an answer", "See why they waited"
        ),
        "RequestDownloadFailures": _worked("requests that could not be read from S3", _CALLERS, _ACCESS),
        "ResponseUploadFailures": _worked("answers that could not be written to S3", _CALLERS, _ACCESS),
        "NotificationFailures": _worked("answers that could not be announced", _CALLERS, _ACCESS),
        "TimeInBacklog": _took("time requests waited"),
        "RequestDownloadLatency": _took("time to read requests"),
        "ResponseUploadLatency": _took("time to write answers"),
        "TotalProcessingTime": _took("time from a request to its answer", "milliseconds"),
    },
)

_PLACE = "There is no place for another copy of a component"
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
        "CPUUtilizationNormalized": _share("CPU utilization of all cores", _FULL, _SCALE),
        "GPUUtilizationNormalized": _share("GPU utilization of all GPUs", _FULL, _SCALE),
        "GPUMemoryUtilizationNormalized": _share(
            "GPU memory utilization of all GPUs",
            "Out of GPU memory, calls fail",
            "Lower the batch size, or use a larger GPU",
        ),
        "CPUReservation": _share("CPUs reserved by inference components", _PLACE, _SCALE),
        "MemoryReservation": _share("memory reserved by inference components", _PLACE, _SCALE),
        "GPUReservation": _share("GPUs reserved by inference components", _PLACE, _SCALE),
        "DiskUtilization": _share(
            "disk utilization",
            "SageMaker stops capturing data when the disk fills up, and monitors see nothing more",
            "Look at what the container writes; a deployment starts with a fresh disk",
        ),
    },
)

_ALL = "percent of all the copy has"

COMPONENTS = Namespace(
    name="/aws/sagemaker/InferenceComponents",
    source=_SOURCE,
    dimension_sets=_COMPONENT,
    subject=_subject,
    metrics={
        "CPUUtilizationNormalized": _share("CPU utilization", _FULL, _SCALE, _ALL),
        "MemoryUtilizationNormalized": _share(
            "memory utilization", "Out of memory, the container is killed", _SCALE, _ALL
        ),
        "GPUUtilizationNormalized": _share("GPU utilization", _FULL, _SCALE, _ALL),
        "GPUMemoryUtilizationNormalized": _share(
            "GPU memory utilization",
            "Out of GPU memory, calls fail",
            "Lower the batch size, or use a larger GPU",
            _ALL,
        ),
    },
)
