"""What a user may say about a SageMaker endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from constructs_lib.alarms.log_query import ERRORS, LogQuery
from constructs_lib.alarms.outcomes import Outcomes
from constructs_lib.alarms.row import series
from constructs_lib.aws import names
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.aws.sagemaker import instances
from constructs_lib.aws.sagemaker import names as sagemaker_names
from constructs_lib.errors import Problem
from constructs_lib.model import OldName
from constructs_lib.options.arn import RoleArn
from constructs_lib.options.link import Exports
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.options.vpc import Vpc
from constructs_lib.patterns.model_endpoint.options import (
    FIGURES,
    Capture,
    Deployment,
    EndpointAlarms,
    EndpointScaling,
    Instances,
    Kind,
    ModelArtifact,
    Serverless,
)
from constructs_lib.references import OrReference, at_least, of_literals
from constructs_lib.units import duration

METRIC_DELAY_SECONDS = 180
"""How late the figures of a period may be there: SageMaker publishes each minute, and an alarm looks once a minute."""

_LIMITS = frozenset().union(*FIGURES.values())
_OF_A_NEW_ENDPOINT = ("model", "instances", "serverless", "capture", "scaling", "deployment", "role_arn", "vpc")


class ModelEndpointSpec(MonitorSpec):
    """A SageMaker endpoint with what it needs, and alarms on it; or the alarms alone, on one that is there already.

    Give `model` and either `instances` or `serverless`; or `endpoint`.
    """

    OLD_NAMES: ClassVar[Mapping[str, OldName]] = {"limits": OldName("alarms", until=date(2027, 6, 30))}

    pattern: Literal["model_endpoint"] = "model_endpoint"
    endpoint: sagemaker_names.GivenName | None = None
    """Name of an endpoint that is there already: only the alarms are made, and of an asynchronous one its scaling."""
    kind: Kind | None = None
    """What kind of endpoint that is: real_time, asynchronous, serverless or components (the models are inference
    components). Each publishes figures of its own. One that is made here says so by `instances` or `serverless`."""
    component: sagemaker_names.GivenName | None = None
    """Name of the inference component to watch, with `kind: components`."""
    request_ttl_minutes: Annotated[float, Field(ge=1, le=360), OrReference()] = 360
    """asynchronous: how long SageMaker keeps a request, 6 hours unless the callers say less (RequestTTLSeconds)."""
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
            yield from self._existing_problems()
        elif self.model is None:
            yield Problem("no model and no endpoint is given", "give `model`, or the name of an `endpoint`")
        elif (self.instances is None) == (self.serverless is None):
            found = "neither instances nor serverless is given" if self.instances is None else "both are given"
            yield Problem(found, "give one of instances and serverless", path="instances")
        elif self.kind is not None and self.kind != self._made_kind:
            yield Problem(
                f"what is made here is {self._made_kind}", "remove it, or name an `endpoint` of that kind", path="kind"
            )
        if self.serverless is not None and self.instances is None:
            yield from self._serverless_problems()
        if self.instances is not None:
            yield from self._deployment_problems(self.instances)
        if self._kind_known:
            yield from self._figure_problems()
            yield from self._scaling_problems()

    def _existing_problems(self) -> Iterator[Problem]:
        for field in _OF_A_NEW_ENDPOINT:
            scaled = field == "scaling" and self.kind == "asynchronous"
            if field in self.model_fields_set and not scaled:
                yield Problem(
                    "has no effect on an endpoint that is there already", "remove it, or `endpoint`", path=field
                )
        if self.kind is None:
            yield Problem(
                "is missing: what an endpoint publishes depends on its kind, and an alarm on anything else never fires",
                "write real_time, asynchronous, serverless or components",
                path="kind",
            )
        if (self.component is None) == (self.kind == "components"):
            there = self.component is not None
            rule = "is not looked at in an endpoint of another kind" if there else "is missing"
            fix = "write `kind: components`, or remove it" if there else "name the inference component"
            yield Problem(rule, fix, path="component")

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

    def _figure_problems(self) -> Iterator[Problem]:
        """Limits that were written down for what is not published, or can't be reached."""
        limits = self.alarms
        for field in sorted(_LIMITS & limits.model_fields_set - FIGURES[self.served_as]):
            if getattr(limits, field) is not None:
                words = {"real_time": "real-time", "components": "component"}.get(self.served_as, self.served_as)
                yield Problem(
                    f"SageMaker publishes no such figure of {words} endpoints", "remove it", path=f"alarms.{field}"
                )
        if self.served_as == "asynchronous" and at_least(limits.wait_minutes, self.request_ttl_minutes):
            yield Problem(
                f"{limits.wait_minutes:g} minutes are never reached: SageMaker keeps a request for "
                f"{self.request_ttl_minutes:g}",
                "write less, or the callers' own request_ttl_minutes",
                path="alarms.wait_minutes",
            )
        if self.served_as in ("real_time", "asynchronous"):
            yield from self._gpu_problems()

    def _scaling_problems(self) -> Iterator[Problem]:
        if self.scaling is None or self.served_as == "serverless":
            return
        asynchronous = self.served_as == "asynchronous"
        wanted, other = "invocations_per_instance", "backlog_per_instance"
        if asynchronous:
            wanted, other = other, wanted
        if getattr(self.scaling, wanted) is None:
            yield Problem("is missing", "add it", path=f"scaling.{wanted}")
        if getattr(self.scaling, other) is not None:
            yield Problem(
                f"is not what this kind of endpoint scales by: {wanted} is", "remove it", path=f"scaling.{other}"
            )
        if self.scaling.min_count == 0 and not asynchronous:
            yield Problem(
                "only an asynchronous endpoint can wait without an instance",
                "write 1 or more",
                path="scaling.min_count",
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
            if count == 0 and self.instances is not None:
                yield Problem(
                    f"{self.instances.type} has no GPU", "remove it, or use a type with GPUs", path=f"alarms.{field}"
                )
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

    def log_group(self, name: str) -> str:
        """Where its containers write."""
        if self.component is not None:
            return f"/aws/sagemaker/InferenceComponents/{self.component}"
        return f"/aws/sagemaker/Endpoints/{self.endpoint_name(name)}"

    def log_queries(self, name: str) -> tuple[LogQuery, ...]:
        """Failures in its containers."""
        group = self.log_group(name)
        return (LogQuery(title=f"Newest errors in {group}", group=group, condition=ERRORS),)

    def makes(self, name: str) -> Exports:
        """The endpoint, what fails of its calls, and whether it keeps its traffic."""
        called = self.endpoint_name(name)
        of_calls, words = series("AWS/SageMaker", self.dimensions(called), 60), f"calls of {self.words(called)}"
        if self.served_as == "asynchronous":
            counts = {"errors": of_calls("InvocationFailures", "Sum"), "done": of_calls("InvocationsProcessed", "Sum")}
            outcomes = Outcomes(counts, bad="errors", total="errors + done", words=words)
        else:
            counts = {"errors": of_calls("Invocation5XXErrors", "Sum"), "calls": of_calls("Invocations", "Sum")}
            outcomes = Outcomes(counts, bad="errors", total="calls", words=words)
        endpoint: Exports = {"sagemaker_endpoint": called, "outcomes": outcomes}
        return endpoint if self.capture is None else {**endpoint, "data_capture": self.capture_name(name)}

    @property
    def _kind_known(self) -> bool:
        if self.endpoint is not None:
            return self.kind is not None
        return self.kind in (None, self._made_kind) and (self.instances is None) != (self.serverless is None)

    @property
    def _made_kind(self) -> Kind:
        return "serverless" if self.serverless is not None else "real_time"

    @property
    def served_as(self) -> Kind:
        """The kind of endpoint it is."""
        return self.kind if self.kind is not None else self._made_kind

    @property
    def limits(self) -> EndpointAlarms:
        """The limits for which this kind of endpoint has a figure."""
        return self.alarms.model_copy(update=dict.fromkeys(_LIMITS - FIGURES[self.served_as]))

    @property
    def wakes(self) -> bool:
        """Whether it may have no instance, and has to be woken."""
        scaling = self.scaling if self.served_as == "asynchronous" else None
        return scaling is not None and not at_least(scaling.min_count, 1)

    @property
    def gpus_per_instance(self) -> int | None:
        """As given, or as known from the instance type; None where neither is."""
        if self.gpus is not None:
            return self.gpus
        return instances.gpus(self.instances.type) if self.instances is not None else None

    @property
    def stores(self) -> bool:
        """Whether it stores something a key of one's own can encrypt: captured data, or the disks of its instances."""
        machines = self.instances
        return self.capture is not None or (machines is not None and instances.takes_key(machines.type))

    def endpoint_name(self, name: str) -> str:
        """The endpoint's name: the monitor's own, or that of the one that is there."""
        return self.endpoint if self.endpoint is not None else name

    def dimensions(self, endpoint: str) -> dict[str, str]:
        """Of the series of what is called."""
        if self.component is not None:
            return {"InferenceComponentName": self.component}
        return {"EndpointName": endpoint, "VariantName": self.variant}

    def words(self, endpoint: str) -> str:
        """What is called, in a sentence."""
        return f"endpoint {endpoint}" if self.component is None else f"inference component {self.component}"

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
