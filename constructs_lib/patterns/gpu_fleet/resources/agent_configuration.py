"""The CloudWatch agent's configuration, where the agents of a fleet read it."""

from __future__ import annotations

from typing import Any

from constructs_lib.alarms import cloudwatch_agent
from constructs_lib.cdk import Construct
from constructs_lib.references import verbatim
from constructs_lib.resources.values import aws


def agent_configuration(scope: Construct, construct_id: str, *, fleet: str) -> Any:
    """An aws_ssm_parameter. It holds no secret, so that a plan shows what changes in it."""
    return aws.ssm_parameter.SsmParameter(
        scope,
        construct_id,
        name=cloudwatch_agent.parameter_name(fleet),
        description=f"Configuration of the CloudWatch agent on the instances of {fleet}",
        type="String",
        insecure_value=verbatim(cloudwatch_agent.configuration_text()),  # it has ${aws:…} of the agent's own
    )
