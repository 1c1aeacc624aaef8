"""A REST API in front of models with alarms, or the alarms alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

from constructs_lib.cdk import Construct
from constructs_lib.options.link import Exports
from constructs_lib.patterns.model_api import ModelApiSpec
from constructs_lib.patterns.model_api.alarms import alarms
from constructs_lib.patterns.model_api.resources.account_role import AccountRole
from constructs_lib.patterns.model_api.resources.deployed_api import DeployedApi
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings


@dataclass(frozen=True, slots=True)
class WatchedApi:
    """An API that is there already.

    Attributes:
        name: Its name or id.
    """

    name: str

    @property
    def made(self) -> Exports:
        """Nothing."""
        return {}

    @property
    def outputs(self) -> dict[str, Any]:
        """Its name, for the stack's output."""
        return {"api": self.name}


class ModelApi(Construct):
    """An API whose routes are answered by Lambda functions and SageMaker endpoints, with its stage and its alarms.

    Args:
        spec: Routes, who may call them, and the limits of the alarms; or which API to watch.
        account_role: The account's logging role, where another API of the stack manages it already.

    Attributes:
        serving: What was made to serve, or the WatchedApi that is there already.
        alarms: The alarms by key.
        made: References to what other monitors may name.
        outputs: Names and addresses.

    Raises:
        ConfigError: A name the metrics would not show, or over a limit; or a severity that no one receives.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: ModelApiSpec,
        *,
        account_role: AccountRole | None = None,
        **given: Unpack[Given],
    ) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self.serving: DeployedApi | WatchedApi = (
            DeployedApi(self, spec, here, account_role) if spec.existing is None else WatchedApi(spec.existing.called)
        )
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing)
        self.made, self.outputs = self.serving.made, self.serving.outputs
