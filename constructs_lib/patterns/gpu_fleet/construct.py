"""An Auto Scaling group of GPU instances with alarms, or the alarms alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

from constructs_lib.alarms.duty import Scales
from constructs_lib.cdk import Construct
from constructs_lib.patterns.gpu_fleet.alarms import alarms
from constructs_lib.patterns.gpu_fleet.resources.deployed_fleet import DeployedFleet
from constructs_lib.patterns.gpu_fleet.spec import GpuFleetSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings


@dataclass(frozen=True, slots=True)
class WatchedFleet:
    """A fleet that is there already.

    Attributes:
        name: The group's name, or the cluster's and the service's.
    """

    name: str

    @property
    def outputs(self) -> dict[str, Any]:
        """Its name, for the stack's output."""
        return {"fleet": self.name}


class GpuFleet(Construct):
    """GPU instances that scale on GPU metrics, and say so when they can't.

    Args:
        spec: The fleet.

    Attributes:
        fleet: What was made, or the WatchedFleet that is there already.
        alarms: The alarms by key: `saturated`, `capacity`, `silent`, `idle`, `memory`, `temperature`; with step scaling
            also `scale-out` and `scale-in`, which call the policies of these names; of a fleet that is there already
            `unmeasured`.
        outputs: Names and ARNs for the stack's output.

    Raises:
        ConfigError: A name over AWS's limits, or a severity that no one receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: GpuFleetSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self.fleet: DeployedFleet | WatchedFleet = (
            DeployedFleet(self, spec, spec.size, here)
            if spec.size is not None
            else WatchedFleet(spec.called(here.name))
        )
        table = alarms(spec, here.name, runbook=here.runbook)
        calls = {}
        if isinstance(self.fleet, DeployedFleet):
            policies = self.fleet.policies
            calls = {alarm.key: [policies[alarm.key].arn] for alarm in table if isinstance(alarm.duty, Scales)}
        self.alarms = AlarmSet(self, table, here.routing, calls=calls)
        self.outputs = self.fleet.outputs
