"""The alarms of an endpoint, in the units people think in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from constructs_lib.alarms.alarm import Math
from constructs_lib.alarms.duty import Scales
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import (
    FEWEST,
    OFTEN,
    Row,
    above,
    at_least,
    counted,
    every,
    fewest,
    guarded,
    series,
    table,
    unusual,
)
from constructs_lib.alarms.severity import sterner
from constructs_lib.patterns.model_endpoint.spec import ModelEndpointSpec
from constructs_lib.units import duration, number, plain

CALLS, INSTANCES, COMPONENTS = "AWS/SageMaker", "/aws/sagemaker/Endpoints", "/aws/sagemaker/InferenceComponents"
TRAFFIC_SECONDS = 300
"""Of a sum, in which what comes and goes evens out."""
LOSS_SECONDS = 300
"""Period of the alarms on what is lost: each loss counts, and one message for those of five minutes is enough."""


@table
def alarms(spec: ModelEndpointSpec, name: str) -> Iterator[Row]:
    """What callers feel, or what waits and is lost; and what fills up."""
    endpoint = spec.endpoint_name(name)
    yield from _requests(spec, endpoint) if spec.served_as == "asynchronous" else _calls(spec, endpoint)
    yield from _load(spec, endpoint)


def _calls(spec: ModelEndpointSpec, endpoint: str) -> Iterable[Row]:
    """Of an endpoint that answers at once."""
    limits, window = spec.limits, spec.alarms.evaluate
    subject, dimensions, log_group = _watched(spec, endpoint)
    of_calls = series(CALLS, dimensions, limits.period_seconds)

    def share(metric: str, words: str, percent: float | None, *, many: bool = False) -> Math:
        """Of all calls, in percent."""
        of = of_calls if many else series(CALLS, dimensions, limits.share_period_seconds)
        return guarded(
            "100 * errors / calls",
            {"errors": of(metric, "Sum"), "calls": of("Invocations", "Sum")},
            f"share of {words} calls of {subject}",
            of="calls",
            percent=percent,
            minimum=limits.fewest if many else limits.minimum_requests,
        )

    latency = guarded(
        "latency / 1000",  # CloudWatch has it in microseconds
        {"latency": of_calls("ModelLatency", "p99"), "calls": of_calls("Invocations", "Sum")},
        f"p99 model latency of {subject} in ms",
        of="calls",
        minimum=limits.fewest,
    )
    failed = partial(
        Row,
        rolls_back=True,
        impact="Callers do not get a prediction",
        first_step=f"Open the log group {log_group} and read the newest errors",
    )
    some, many, refused = limits.errors_5xx_percent, limits.errors_5xx_many, limits.errors_4xx_percent
    worse = sterner(spec.severity)
    # Without a call there is no error, and no latency.
    # fmt: off
    yield failed("errors-5xx", share("Invocation5XXErrors", "failed", some), above(some, "%"))
    yield failed("errors-5xx-many", share("Invocation5XXErrors", "failed", many, many=True),
        above(many if worse is not None else None, "%"), OFTEN, severity=worse)
    yield Row("errors-4xx", share("Invocation4XXErrors", "refused", refused), above(refused, "%"),
        impact="Callers send what the model does not take, or more than it bears",
        first_step="Look at what calls the endpoint: its last deployment, and whether it is throttled")
    yield Row("latency", latency, above(limits.latency_p99_milliseconds, "ms"), window,
        rolls_back=True,
        impact="One call in a hundred takes longer, and callers give up at their own timeout",
        first_step="Compare with the number of calls and the last deployment; add instances if calls grew")
    if spec.served_as == "serverless":
        setup = Math(
            expression="setup / 1000", metrics={"setup": of_calls("ModelSetupTime", "p99")},
            label=f"p99 cold start of {subject} in ms")
        yield Row("setup", setup, above(limits.setup_p99_milliseconds, "ms"), window,
            impact="Callers who find no free container wait that long before the model begins",
            first_step="Make the image and the model smaller, or take provisioned concurrency")
    calls = series(CALLS, dimensions, TRAFFIC_SECONDS)("Invocations", "Sum")
    yield Row("traffic", calls, unusual(limits.invocations_anomaly), every(3),
        impact="Fewer calls than usual mean that a caller broke (a full stop is not seen); more mean queues "
               "and cost ahead",
        first_step="Look at what calls the endpoint: its last deployment and its errors")
    # fmt: on


def _requests(spec: ModelEndpointSpec, endpoint: str) -> Iterable[Row]:
    """Of an endpoint that works through a queue."""
    limits, window, idle = spec.limits, spec.alarms.evaluate, spec.alarms.no_capacity_minutes
    subject, dimensions, log_group = _watched(spec, endpoint)
    whole = {"EndpointName": endpoint}
    of_variant, of_losses = (series(CALLS, dimensions, period) for period in (limits.period_seconds, LOSS_SECONDS))
    of_queue, each_minute = (series(CALLS, whole, period) for period in (limits.period_seconds, 60))
    age = Math(
        expression="age / 60",
        metrics={"age": of_queue("ApproximateAgeOfOldestRequest", "Maximum")},
        label=f"the age of the oldest request to {subject}",
    )
    # Whether a request that failed counts as processed, too, AWS does not say: the share may end at 50 %.
    share = series(CALLS, dimensions, limits.share_period_seconds)
    minimum = limits.minimum_requests if limits.minimum_requests is not None else fewest(limits.failures_percent)
    failures = Math(
        expression=f"IF(tried >= {plain(minimum or FEWEST)}, 100 * FILL(failed, 0) / tried, 0)",
        steps={"tried": "FILL(failed, 0) + FILL(done, 0)"},
        metrics={"failed": share("InvocationFailures", "Sum"), "done": share("InvocationsProcessed", "Sum")},
        label=f"share of requests to {subject} that fail",
    )
    unanswered = Math(
        expression="FILL(reads, 0) + FILL(writes, 0) + FILL(notifications, 0)",
        metrics={
            "reads": of_losses("RequestDownloadFailures", "Sum"),
            "writes": of_losses("ResponseUploadFailures", "Sum"),
            "notifications": of_losses("NotificationFailures", "Sum"),
        },
        label=f"requests to {subject} whose answer went nowhere",
    )
    # fmt: off
    return (
        Row("waiting", age, above(limits.wait_minutes, "minutes"), window,
            impact="Answers are late; what waits longer than SageMaker keeps a request is thrown away",
            first_step="See how many instances run, then whether requests became more or slower"),
        Row("no-capacity", each_minute("HasBacklogWithoutCapacity", "Minimum"), at_least(1 if idle else None),
            every(idle or 1),
            says=f"requests have waited for {subject} for {duration(60 * (idle or 0))}, and no instance runs",
            impact="Nothing is worked on, and requests expire",
            first_step="Read the scaling activities: a quota, no capacity for the instance type, or nothing that wakes "
                       "the endpoint"),
        Row("expired", counted(of_losses("ExpiredRequests", "Sum")), at_least(limits.expired_requests),
            says=f"{number(limits.expired_requests or 0)} or more requests to {subject} expired in 5 minutes",
            impact="They were thrown away, and no one gets an answer",
            first_step="See why they waited, add instances, and have them sent again"),
        Row("failures", failures, above(limits.failures_percent, "%"),
            impact="Who sent these requests finds an error in place of an answer",
            first_step=f"Open the log group {log_group} and read the newest errors"),
        Row("no-answer", unanswered, at_least(limits.unanswered_requests),
            says=f"{number(limits.unanswered_requests or 0)} or more requests to {subject} could not be read from S3, "
                 "answered there, or announced, in 5 minutes",
            impact="Work was done for nothing, or never begun",
            first_step="Check the bucket, the topic and the key, and whether the endpoint's role may use them"),
        Row("slow", of_variant("TotalProcessingTime", "Average"),
            above(limits.processing_average_milliseconds, "ms"), window),
        Row("wake", each_minute("HasBacklogWithoutCapacity", "Average"), at_least(1 if spec.wakes else None), every(2),
            duty=Scales("starts the first instance"),
            says=f"requests wait for {subject}, and no instance runs",
            impact="The endpoint adjusts its size to the load", first_step="Nothing: this is not a fault"),
    )
    # fmt: on


def _load(spec: ModelEndpointSpec, endpoint: str) -> Iterable[Row]:
    """Of the instances; while they report nothing, nothing changes."""
    limits, window, component = spec.limits, spec.alarms.evaluate, spec.component is not None
    _, dimensions, _ = _watched(spec, endpoint)
    of_load = series(COMPONENTS if component else INSTANCES, dimensions, limits.period_seconds)

    def used(metric: str, statistic: str) -> Metric | Math:
        """In percent of all there is: of an instance, CloudWatch counts to 100 for each GPU."""
        figure = of_load(f"{metric}Normalized" if component else metric, statistic)
        gpus = spec.gpus_per_instance or 1
        if component or gpus == 1 or not metric.startswith("GPU"):
            return figure
        label = f"{figure.describe()}, over all {gpus} GPUs of an instance,"
        return Math(expression=f"gpu / {gpus}", metrics={"gpu": figure}, label=label)

    # fmt: off
    yield Row("gpu", used("GPUUtilization", "Average"),
        above(limits.gpu_utilization_percent, "%"), window, missing="ignore")
    yield Row("gpu-memory", used("GPUMemoryUtilization", "Average"),
        above(limits.gpu_memory_utilization_percent, "%"), window, missing="ignore")
    yield Row("memory", used("MemoryUtilization", "Maximum"),
        above(limits.memory_utilization_percent, "%"), window, missing="ignore")
    if not component:
        yield Row("disk", of_load("DiskUtilization", "Maximum"),
            above(limits.disk_utilization_percent, "%"), window, missing="ignore")
    # fmt: on


def _watched(spec: ModelEndpointSpec, endpoint: str) -> tuple[str, dict[str, str], str]:
    """What it is called in a sentence, the dimensions of its series, and its log group."""
    return spec.words(endpoint), spec.dimensions(endpoint), spec.log_group(endpoint)
