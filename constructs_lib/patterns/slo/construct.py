"""Alarms on the error budget of a service level objective."""

from __future__ import annotations

from typing import Any, Unpack

from constructs_lib.cdk import Construct
from constructs_lib.patterns.slo.alarms import alarms
from constructs_lib.patterns.slo.resources.objective import objective
from constructs_lib.patterns.slo.spec import SloSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings


class SloMonitor(Construct):
    """Notifies when an error budget is spent faster than was agreed.

    Args:
        scope: Parent construct.
        construct_id: Construct id.
        spec: The objective.
        given: Who hears, where it is, what its names begin with: see `Given`.

    Attributes:
        alarms: The alarms by key: `fast`, `medium`, `slow`, `creeping`, each with `-long` and `-short`.
        objective: The aws_cloudcontrolapi_resource in Application Signals, or None.

    Raises:
        ConfigError: A name over CloudWatch's limit, a severity that no one receives, or an `of` that is not looked up.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: SloSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing)
        self.objective: Any = None
        if spec.application_signals:
            self.objective = objective(self, "objective", spec, name=here.name, tags=here.tags)
