"""What a user may say about a SageMaker endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from constructs_lib.alarms.outcomes import Outcomes
from constructs_lib.alarms.row import series
from constructs_lib.aws import names
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.aws.sagemaker import instances
from constructs_lib.aws.sagemaker import names as sagemaker_names
from constructs_lib.errors import Problem
from constructs_lib.options.arn import RoleArn
from constructs_lib.options.link import Exports
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.options.vpc import Vpc
from constructs_lib.patterns.model_endpoint.options import (
    Capture,
    Deployment,
    EndpointAlarms,
    EndpointScaling,
    Instances,
    ModelArtifact,
    Serverless,
)
from constructs_lib.references import OrReference, of_literals
from constructs_lib.units import duration

METRIC_DELAY_SECONDS = 180
"""How late the figures of a period may be there: SageMaker publishes each minute, and an alarm looks once a minute."""

_OF_A_NEW_ENDPOINT = ("model", "instances", "serverless", "capture", "scaling", "deployment", "role_arn", "vpc")


class ModelEndpointSpec(MonitorSpec):
    """A SageMaker endpoint with what it needs, and alarms on it; or the alarms alone, on one that is there already.

    Give `model` and either `instances` or `serverless`; or `endpoint`.
    """

    pattern: Literal["model_endpoint"] = "model_endpoint"
    endpoint: sagemaker_names.GivenName | None = None
    """Name of an endpoint that is there already: only the alarms are made."""
    variant: sagemaker_names.GivenName = "AllTraffic"
    """Name of the production variant; AllTraffic is the one SageMaker's SDK gives."""
    model: ModelArtifact | None = None
    """What to serve."""
    instances: Instances | None = None
    """Machines that serve it."""
    serverless: Serverless | None = None
    """Instead of machines: capacity by the call."""
    capture: Capture | None = None
    """Keeps requests and responses; bias and data monitors need it."""
    scaling: EndpointScaling | None = None
    """Follows the number of calls with instances. Left out: the count stays."""
    deployment: Deployment = Deployment()
    """How a new model takes over."""
    role_arn: RoleArn | None = None
    """Role the containers run with. Left out: one is made that may do only what this endpoint needs."""
    vpc: Vpc | None = None
    """Network of your own. Left out: SageMaker's."""
    gpus: Annotated[int, Field(ge=1), OrReference()] | None = None
    """GPUs of one instance, for alarms in percent of them. Left out: known from the instance type."""
    alarms: EndpointAlarms = EndpointAlarms()
    """Limits of the alarms."""

    @field_validator("endpoint", mode="before")
    @classmethod
    def _from_link(cls, value: Any) -> Any:
        """`{existing: ranker-v3}`, as other monitors name it, is the same."""
        return value["existing"] if isinstance(value, dict) and set(value) == {"existing"} else value

    def problems(self) -> Iterator[Problem]:
        """A new endpoint or one that is there, options that fit it, and figures that exist for it."""
        if self.endpoint is not None:
            for field in _OF_A_NEW_ENDPOINT:
                if field in self.model_fields_set:
                    yield Problem(
                        "has no effect on an endpoint that is there already", "remove it, or `endpoint`", path=field
                    )
        elif self.model is None:
            yield Problem("no model and no endpoint is given", "give `model`, or the name of an `endpoint`")
        elif (self.instances is None) == (self.serverless is None):
            found = "neither instances nor serverless is given" if self.instances is None else "both are given"
            yield Problem(found, "give one of instances and serverless", path="instances")
        if self.serverless is not None and self.instances is None:
            yield from self._serverless_problems()
        if self.instances is not None:
            yield from self._deployment_problems(self.instances)
        if self.endpoint is not None or (self.instances is None) != (self.serverless is None):
            yield from self._gpu_problems()

    def _serverless_problems(self) -> Iterator[Problem]:
        for field in ("capture", "scaling", "vpc", "deployment"):
            if field in self.model_fields_set and getattr(self, field) is not None:
                yield Problem(
                    "SageMaker does not offer it on serverless endpoints", "remove it, or use instances", path=field
                )
        if self.model is not None and self.model.network_isolation:
            yield Problem(
                "a serverless endpoint can't be isolated from the network",
                "write `network_isolation: false` to accept that, or use instances",
                path="model.network_isolation",
            )
        if self.alarms.disk_utilization_percent is not None:
            yield Problem(
                "SageMaker publishes no such figure of serverless endpoints",
                "remove it",
                path="alarms.disk_utilization_percent",
            )

    def _deployment_problems(self, machines: Instances) -> Iterator[Problem]:
        if self.deployment.strategy == "rolling" and machines.count == 1:
            yield Problem(
                "one instance can't be replaced in batches", "use blue_green, or more instances", path="deployment"
            )
        looks_at = self.alarms.rolling_back_seconds
        if looks_at and (broken := _too_short(self.deployment.bake_seconds, looks_at)):
            yield broken

    def _gpu_problems(self) -> Iterator[Problem]:
        for field in ("gpu_utilization_percent", "gpu_memory_utilization_percent"):
            if getattr(self.alarms, field) is None or self.gpus is not None:
                continue
            count = self.gpus_per_instance
            if count == 0:
                what = "a serverless endpoint" if self.instances is None else self.instances.type
                yield Problem(f"{what} has no GPU", "remove it, or use a type with GPUs", path=f"alarms.{field}")
            elif count is None:
                yield Problem(
                    "CloudWatch counts to 100 for each GPU, and how many an instance has is not known",
                    "add `gpus`, the GPUs of one instance",
                    path=f"alarms.{field}",
                )

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:
        """Names of model, configuration, endpoint, role and bucket."""
        if self.endpoint is not None:
            return
        if broken := sagemaker_names.problem(name, room_for=1 + sagemaker_names.UNIQUE_SUFFIX_CHARACTERS):
            yield broken
        if self.role_arn is None and (broken := names.role(self.role_name(name))):
            yield broken
        if self.capture is not None:
            for broken in self.capture.name_problems(self.capture_name(name), environment):
                yield broken.under("capture.bucket")

    def global_names(self, name: str, environment: Environment) -> tuple[str, ...]:
        """The role, and the bucket of what is captured."""
        role = self.endpoint is None and self.role_arn is None
        bucket = self.capture is not None and self.capture.creates
        return (
            *((self.role_name(name),) if role else ()),
            *((self.capture.bucket_name(self.capture_name(name), environment),) if self.capture and bucket else ()),
        )

    def makes(self, name: str) -> Exports:
        """The endpoint, what fails of its calls, and whether it keeps its traffic."""
        called = self.endpoint_name(name)
        variant = series("AWS/SageMaker", {"EndpointName": called, "VariantName": self.variant}, 60)
        counts = {"errors": variant("Invocation5XXErrors", "Sum"), "calls": variant("Invocations", "Sum")}
        outcomes = Outcomes(counts, bad="errors", total="calls", words=f"calls of endpoint {called}")
        endpoint: Exports = {"sagemaker_endpoint": called, "outcomes": outcomes}
        return endpoint if self.capture is None else {**endpoint, "data_capture": self.capture_name(name)}

    @property
    def gpus_per_instance(self) -> int | None:
        """As given, or as known from the instance type; None where neither is."""
        if self.gpus is not None:
            return self.gpus
        if self.serverless is not None:
            return 0
        return instances.gpus(self.instances.type) if self.instances is not None else None

    @property
    def stores(self) -> bool:
        """Whether it stores something a key of one's own can encrypt: captured data, or the disks of its instances."""
        machines = self.instances
        return self.capture is not None or (machines is not None and instances.takes_key(machines.type))

    def endpoint_name(self, name: str) -> str:
        """The endpoint's name: the monitor's own, or that of the one that is there."""
        return self.endpoint if self.endpoint is not None else name

    def role_name(self, name: str) -> str:
        """The role that is made."""
        return join(name, "endpoint")

    def capture_name(self, name: str) -> str:
        """What the name of the bucket for requests and responses begins with."""
        return join(name, "capture")


@of_literals
def _too_short(bake_seconds: float, looks_at: float) -> Problem | None:
    """A deployment is done before an alarm on it could take it back."""
    needed = looks_at + METRIC_DELAY_SECONDS
    if bake_seconds >= needed:
        return None
    return Problem(
        f"{bake_seconds} is over before the alarms can take the deployment back: they look at {duration(looks_at)}, "
        f"and their figures come {duration(METRIC_DELAY_SECONDS)} late",
        f"write {needed:g} or more, or look at less: `alarms.share_period_seconds`, `alarms.period_seconds`, "
        "`alarms.evaluate`",
        path="deployment.bake_seconds",
    )
