"""An alarm on the band CloudWatch has learnt for a metric."""

from __future__ import annotations

from typing import Unpack

from constructs_lib.cdk import Construct
from constructs_lib.patterns.anomaly.alarms import alarms
from constructs_lib.patterns.anomaly.spec import AnomalySpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings


class AnomalyMonitor(Construct):
    """Alerts when a metric leaves its usual band.

    Args:
        spec: What to watch.

    Attributes:
        alarms: The alarms by key: `band`; with `quiet_below` also `traffic`, and `alarm`, the composite that speaks.

    Raises:
        ConfigError: A name over CloudWatch's limit, or a severity that no one receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: AnomalySpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing)
