"""API keys: one for each client, with its limits."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct
from constructs_lib.patterns.model_api import ApiKey
from constructs_lib.resources.values import aws


class Clients(Construct):
    """A key for each client, and the usage plan that lets them in.

    AWS makes the secrets. They are in Terraform's state; read one with `aws apigateway get-api-key --include-value`.

    Args:
        spec: The clients and their limits.
        name: What the keys' names begin with.
        stage: The aws_api_gateway_stage.

    Attributes:
        plan: The aws_api_gateway_usage_plan.
        keys: aws_api_gateway_api_key by client.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: ApiKey, *, name: str, stage: Any) -> None:
        super().__init__(scope, construct_id)
        plan = aws.api_gateway_usage_plan
        limits: dict[str, Any] = {}
        if spec.throttle is not None:
            limits["throttle_settings"] = plan.ApiGatewayUsagePlanThrottleSettings(
                rate_limit=spec.throttle.rate_per_second, burst_limit=spec.throttle.burst
            )
        if spec.requests_per_day is not None:
            limits["quota_settings"] = plan.ApiGatewayUsagePlanQuotaSettings(limit=spec.requests_per_day, period="DAY")
        self.plan: Any = plan.ApiGatewayUsagePlan(
            self,
            "plan",
            name=name,
            api_stages=[plan.ApiGatewayUsagePlanApiStages(api_id=stage.rest_api_id, stage=stage.stage_name)],
            **limits,
        )
        self.keys: dict[str, Any] = {}
        keys, members = Construct(self, "keys"), Construct(self, "members")  # clients are named by the user
        for client in spec.clients:
            self.keys[client] = aws.api_gateway_api_key.ApiGatewayApiKey(keys, client, name=join(name, client))
            aws.api_gateway_usage_plan_key.ApiGatewayUsagePlanKey(
                members,
                client,
                key_id=self.keys[client].id,
                key_type="API_KEY",
                usage_plan_id=self.plan.id,
            )
