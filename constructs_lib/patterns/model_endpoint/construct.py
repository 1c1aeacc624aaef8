"""A SageMaker endpoint with alarms, or the alarms alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

from constructs_lib.cdk import Construct
from constructs_lib.options.link import Exports
from constructs_lib.patterns.model_endpoint.alarms import alarms
from constructs_lib.patterns.model_endpoint.resources.scaling import InstanceScaling
from constructs_lib.patterns.model_endpoint.resources.served_model import ServedModel
from constructs_lib.patterns.model_endpoint.spec import ModelEndpointSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings


@dataclass(frozen=True, slots=True)
class ExistingEndpoint:
    """An endpoint that is there already."""

    name: str

    @property
    def made(self) -> Exports:
        """Its name, for other monitors."""
        return {"sagemaker_endpoint": self.name}

    @property
    def outputs(self) -> dict[str, Any]:
        """Its name, for the stack's output."""
        return {"endpoint": self.name}


class ModelEndpoint(Construct):
    """Serves a model, keeps its traffic if asked, and alerts when callers would notice something.

    Args:
        spec: What to serve, on what, and when to alert.

    Attributes:
        serving: What was made to serve the model, or the ExistingEndpoint that is watched.
        scaling: The InstanceScaling of an asynchronous endpoint that is watched, or None.
        alarms: The alarms by key: `errors-5xx`, `errors-4xx`, `latency`, `setup`, `traffic`; of an asynchronous
            endpoint `waiting`, `no-capacity`, `expired`, `failures`, `no-answer`, `slow`, `wake`; of any `gpu`,
            `gpu-memory`, `memory`, `disk`.
        made: References to what other monitors may name.
        outputs: Names of what was made.

    Raises:
        ConfigError: A name over SageMaker's limit, or a severity that no one receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: ModelEndpointSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self.scaling: InstanceScaling | None = None
        calls = {}
        if spec.endpoint is not None and spec.scaling is not None:
            endpoint, wakes = spec.endpoint_name(here.name), spec.wakes
            self.scaling = InstanceScaling(self, spec.scaling, endpoint=endpoint, variant=spec.variant, wakes=wakes)
            calls = {"wake": [self.scaling.wake.arn]} if wakes else {}
        # Before the endpoint, for it names those that take a deployment back.
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing, calls=calls)
        self.serving: ServedModel | ExistingEndpoint = (
            ServedModel(self, spec, spec.model, here, self.alarms)
            if spec.model is not None
            else ExistingEndpoint(spec.endpoint_name(here.name))
        )
        self.made, self.outputs = self.serving.made, self.serving.outputs
