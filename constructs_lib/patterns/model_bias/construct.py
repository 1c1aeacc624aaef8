"""A bias monitor: alarms on what a job publishes, and the job, where it is made here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Unpack

from constructs_lib.cdk import Construct
from constructs_lib.patterns.model_bias.alarms import alarms
from constructs_lib.patterns.model_bias.resources.bias_job import BiasJob
from constructs_lib.patterns.model_bias.spec import ModelBiasSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings


@dataclass(frozen=True, slots=True)
class ExternalJob:
    """A job that others run; its metrics are all that is known of it."""

    outputs: dict[str, Any] = field(default_factory=dict)
    """Nothing is made."""


class ModelBiasMonitor(Construct):
    """Measures a model's bias on a schedule, and alerts when it drifts, or when it is no longer measured.

    Args:
        spec: Whose treatment is measured, against what, and how much is too much.

    Attributes:
        measured_by: The BiasJob that is made here; with `publish: external` an ExternalJob.
        alarms: The alarms by key: `METRIC-FACET-VALUE`, `silence`, `labels-late`, `undelivered`.
        outputs: Names of what was made.

    Raises:
        ConfigError: A name over SageMaker's limit, a Region without a known image, captured data whose place is not
            known, or a severity that no topic receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: ModelBiasSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self.measured_by: BiasJob | ExternalJob = (
            BiasJob(self, spec, here) if spec.publish == "model_monitor" else ExternalJob()
        )
        self.outputs = self.measured_by.outputs
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing)
