"""Alarms on a Lambda function."""

from __future__ import annotations

from typing import Unpack

from constructs_lib.cdk import Construct
from constructs_lib.patterns.lambda_inference.alarms import alarms
from constructs_lib.patterns.lambda_inference.spec import LambdaInferenceSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings


class LambdaInferenceMonitor(Construct):
    """Notifies when a function fails, is throttled, runs into its timeout, or loses what it was to work on.

    Args:
        spec: The function, its timeout, and what calls it.

    Attributes:
        alarms: The alarms by key: `errors`, `throttled`, `near-timeout`, `concurrency`, `account-concurrency`,
            `event-age`, `dropped`, `undelivered`, `recursion`, `iterator-age`, `spillover`, `memory`.

    Raises:
        ConfigError: A name over CloudWatch's limit, or a severity that no one receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: LambdaInferenceSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing)
