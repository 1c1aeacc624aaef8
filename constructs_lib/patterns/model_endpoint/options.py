"""What an endpoint is made of: the model, what it runs on, what is kept of its traffic, how it is replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.alarm import Count
from constructs_lib.alarms.row import OFTEN
from constructs_lib.aws import s3
from constructs_lib.aws.sagemaker.instances import InstanceType
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, shown
from constructs_lib.options.arn import KeyArn
from constructs_lib.options.request_limits import RequestLimits
from constructs_lib.options.storage import Storage
from constructs_lib.references import OrReference, above, at_least, known, of_literals

Sample = Annotated[int, Field(ge=1, le=100), OrReference()]
Percent = Annotated[float, Field(gt=0, lt=100, allow_inf_nan=False), OrReference()]
Milliseconds = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]
Width = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]

_CONTENT_TYPE = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*/[a-zA-Z0-9](-*[a-zA-Z0-9.])*")
_IMAGE = re.compile(r"\S+")
_VARIABLE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,1023}")


def content_type(text: str) -> Problem | None:
    """CreateEndpointConfig, CaptureContentTypeHeader: no parameters, no +."""
    if len(text) <= 256 and _CONTENT_TYPE.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not a content type SageMaker takes", "write it like text/csv")


def image(text: str) -> Problem | None:
    """An address without blanks."""
    if 1 <= len(text) <= 255 and _IMAGE.fullmatch(text):
        return None
    fix = "write it like 123456789012.dkr.ecr.us-east-1.amazonaws.com/ranker:3"
    return Problem(f"{shown(text)} is not an address of a container image", fix)


ContentType = Annotated[str, checked(content_type)]
ContainerImage = Annotated[str, checked(image), OrReference()]

CANARY_PERCENT = 50
"""SageMaker moves at most half of the capacity in one step."""


def _variable(name: str) -> Problem | None:
    """CreateModel, ContainerDefinition.Environment."""
    if _VARIABLE.fullmatch(name):
        return None
    return Problem(f"{shown(name)} can't name an environment variable", "use letters, digits and underscores")


class ModelArtifact(Model):
    """A container image, with the model it serves."""

    image: ContainerImage
    """Container image: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG."""
    data: s3.Uri | None = None
    """The model's files, a tar.gz in S3. Left out: they are in the image."""
    data_kms_key_arn: KeyArn | None = None
    """Key the files are encrypted with, if a customer-managed one: the endpoint's role may then use it."""
    environment: Annotated[
        Mapping[Annotated[str, checked(_variable)], Annotated[str, Field(max_length=1_024), OrReference()]],
        Field(max_length=100),
    ] = {}
    """Environment variables of the container. Everyone who may see the model in SageMaker reads them: no secrets."""
    network_isolation: bool = True
    """Whether the container is kept off the network. SageMaker itself fetches image and data; only a container that
    downloads more, say weights from a model hub, needs `false`."""


class Instances(Model):
    """Machines that run all the time."""

    type: InstanceType
    """SageMaker instance type: ml.g5.xlarge."""
    count: Annotated[int, Field(ge=1, le=500), OrReference()] = 1
    """How many; two or more survive the loss of a zone."""


class Serverless(Model):
    """Capacity by the call. SageMaker offers it without GPUs, VPC, network isolation and data capture."""

    memory_mib: Literal[1024, 2048, 3072, 4096, 5120, 6144] = 2048
    """Memory of one container; CPU comes with it."""
    max_concurrency: Annotated[int, Field(ge=1, le=200), OrReference()] = 20
    """Calls at the same time, 1 to 200; more are refused."""


class Capture(Storage):
    """Keeps requests and responses in S3, as monitors need them.

    They hold whatever callers send: who may read the bucket reads that.
    """

    sample_percent: Sample = 100
    """Share of the calls that is kept, 1 to 100."""
    csv_content_types: Annotated[Items[ContentType], Field(max_length=10)] = ("text/csv",)
    """Content types that are CSV; any body of a type listed nowhere is kept as base64."""
    json_content_types: Annotated[Items[ContentType], Field(max_length=10)] = (
        "application/json",
        "application/jsonlines",
    )
    """Content types that are JSON."""


class EndpointScaling(Model):
    """Follows the number of calls with instances; of an asynchronous endpoint, the number of requests that wait."""

    min_count: Annotated[int, Field(ge=0), OrReference()]
    """Instances at least. An asynchronous endpoint may have none while nothing waits, and is woken from there."""
    max_count: Annotated[int, Field(ge=1), OrReference()]
    """Instances at most."""
    invocations_per_instance: Annotated[float, Field(gt=0), OrReference()] | None = None
    """Calls per instance and minute to aim at: what a load test showed one instance to bear, less some reserve."""
    backlog_per_instance: Annotated[float, Field(gt=0), OrReference()] | None = None
    """Of an asynchronous endpoint: requests that wait, per instance, to aim at."""
    scale_in_cooldown_seconds: Annotated[int, Field(ge=0), OrReference()] = 600
    """Pause after instances were removed. Ten minutes: a model is slow to load again."""
    scale_out_cooldown_seconds: Annotated[int, Field(ge=0), OrReference()] = 120
    """Pause after instances were added."""

    def problems(self) -> Iterator[Problem]:
        """At most as many as at least."""
        if above(self.min_count, self.max_count):
            yield Problem(
                f"{self.max_count} is below min_count {self.min_count}",
                f"write {self.min_count} or more",
                path="max_count",
            )


class Deployment(Model):
    """How a new model takes over. If one of the endpoint's alarms fires meanwhile, the old one comes back."""

    strategy: Literal["blue_green", "rolling"] = "blue_green"
    """blue_green: a second fleet next to the first, for which there must be capacity. rolling: in batches, in place."""
    step_percent: Annotated[int, Field(ge=5, le=100), OrReference()] | None = None
    """Share of the fleet that goes first. Left out: half of it, or all of a fleet of one."""
    bake_seconds: Annotated[int, Field(ge=60, le=3_600), OrReference()] = 1_200
    """Pause after each step in which an alarm can still take it back: the time the alarms look at, and three minutes
    until their figures are there."""
    timeout_seconds: Annotated[int, Field(ge=600, le=14_400), OrReference()] = 7_200
    """When the whole deployment is given up: four hours at most, as the AWS provider takes it."""

    def problems(self) -> Iterator[Problem]:
        """Time enough, and steps SageMaker takes: half the fleet at most, or with blue_green all of it."""
        bake, timeout = self.bake_seconds, self.timeout_seconds
        if at_least(bake, timeout):
            yield Problem(
                f"the deployment would be given up after {timeout} seconds, while it still bakes for {bake}",
                f"write more than {bake}, or a shorter bake_seconds",
                path="timeout_seconds",
            )
        step = self.step_percent
        if above(step, CANARY_PERCENT) and (self.strategy == "rolling" or step != 100):
            fix = "write 50 or less" if self.strategy == "rolling" else "write 50 or less, or 100"
            yield Problem(f"{step} is more than SageMaker moves in one step", fix, path="step_percent")


Kind = Literal["real_time", "asynchronous", "serverless", "components"]

_OF_CALLS = frozenset(
    {
        "errors_5xx_percent",
        "errors_5xx_many_percent",
        "errors_4xx_percent",
        "latency_p99_milliseconds",
        "invocations_anomaly",
    }
)
_OF_GPUS = frozenset({"gpu_utilization_percent", "gpu_memory_utilization_percent"})
_OF_HOSTS = _OF_GPUS | {"memory_utilization_percent", "disk_utilization_percent"}
_OF_QUEUES = frozenset(
    {
        "wait_minutes",
        "no_capacity_minutes",
        "expired_requests",
        "failures_percent",
        "unanswered_requests",
        "processing_average_milliseconds",
    }
)
FIGURES: Mapping[Kind, frozenset[str]] = {
    "real_time": _OF_CALLS | _OF_HOSTS,
    "asynchronous": _OF_QUEUES | _OF_HOSTS,
    "serverless": _OF_CALLS | {"memory_utilization_percent", "setup_p99_milliseconds"},
    "components": _OF_CALLS | _OF_GPUS | {"memory_utilization_percent"},
}
"""The limits there is a figure for, by the kind of endpoint (SageMaker developer guide: "Metrics for monitoring Amazon
SageMaker AI with Amazon CloudWatch", "Alarms and logs for tracking metrics from asynchronous endpoints" and "… from
serverless endpoints")."""


class EndpointAlarms(RequestLimits):
    """Limits; `null` leaves an alarm out, and so does a kind of endpoint that has no such figure."""

    errors_5xx_percent: Percent | None = 5
    """Calls that failed, in percent of all; some fail while an instance is replaced."""
    errors_4xx_percent: Percent | None = None
    """Calls refused as wrong or throttled, in percent of all. No default: some callers are always wrong."""
    latency_p99_milliseconds: Milliseconds | None = None
    """What 99 of 100 calls take in the model at most. No default: only you know what your callers bear."""
    gpu_utilization_percent: Percent | None = None
    """How busy the GPUs are, in percent of all GPUs of an instance."""
    gpu_memory_utilization_percent: Percent | None = None
    """How full the GPUs' memory is, in percent of all of it. Frameworks that reserve it all are always near 100."""
    memory_utilization_percent: Percent | None = None
    """How full the memory is; out of memory, the container is killed."""
    disk_utilization_percent: Percent | None = None
    """How full the disk is. With data capture keep it under 75: SageMaker stops capturing when the disk fills up."""
    invocations_anomaly: Width | None = None
    """Half the width, in standard deviations, of the band CloudWatch learns for the number of calls."""
    setup_p99_milliseconds: Milliseconds | None = None
    """serverless: what 99 of 100 cold starts take at most."""
    wait_minutes: Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()] | None = 30
    """asynchronous: how long a request may wait."""
    no_capacity_minutes: Annotated[int, Field(ge=5, le=1_440)] | None = 15
    """asynchronous: for how long requests may wait while no instance runs. Make it longer than a cold start."""
    expired_requests: Count | None = 1
    """asynchronous: requests in five minutes that were thrown away unanswered, from which it is an incident."""
    failures_percent: Percent | None = 5
    """asynchronous: requests the model failed on, in percent of all."""
    unanswered_requests: Count | None = 1
    """asynchronous: in five minutes, requests that could not be read, answers that could not be written, and
    notifications that could not be sent."""
    processing_average_milliseconds: Milliseconds | None = None
    """asynchronous: what a request takes on average, from its arrival to its answer. No default: only you know."""

    @property
    def rolling_back_seconds(self) -> float:
        """What the alarms that take a deployment back look at, the longest of them; 0 without such an alarm."""
        windows = [
            self.share_period_seconds if self.errors_5xx_percent is not None else None,
            _span(OFTEN.breaching, self.period_seconds) if self.errors_5xx_many is not None else None,
            _span(self.evaluate.breaching, self.period_seconds) if self.latency_p99_milliseconds is not None else None,
        ]
        return max((known(window, 0) for window in windows), default=0)


@of_literals
def _span(periods: float, seconds: float) -> float:
    return periods * seconds
