"""An alarm on a limit you set."""

from __future__ import annotations

from typing import Unpack

from constructs_lib.cdk import Construct
from constructs_lib.patterns.threshold.alarms import alarms
from constructs_lib.patterns.threshold.spec import ThresholdSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings


class ThresholdMonitor(Construct):
    """Alerts when a metric, or a metric-math expression, is past a limit.

    Args:
        spec: What to watch.

    Attributes:
        alarms: The one alarm, under the key `alarm`.

    Raises:
        ConfigError: A name over CloudWatch's limit, or a severity that no one receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: ThresholdSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing)
