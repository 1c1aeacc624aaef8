"""A stage that is logged, measured, traced and throttled."""

from __future__ import annotations

from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.patterns.model_api import ModelApiSpec, Throttle, access_log
from constructs_lib.patterns.model_api.resources.account_role import AccountRole
from constructs_lib.resources.encryption_key import AnyKey
from constructs_lib.resources.log_group import log_group
from constructs_lib.resources.values import aws


class Stage(Construct):
    """The stage with its two logs.

    The access log has a line for each request. The execution log says what API Gateway did with those that failed;
    bodies, which may hold prompts and personal data, are in neither.

    Args:
        spec: The API.
        name: The API's name.
        api: The aws_api_gateway_rest_api.
        deployment: The aws_api_gateway_deployment.
        key: Encrypts the logs.
        retain: Whether the logs outlive the API.
        account_role: The account's logging role, where it is managed.

    Attributes:
        stage: The aws_api_gateway_stage.
        access_log: The aws_cloudwatch_log_group of requests.
        execution_log: The aws_cloudwatch_log_group of failures.
        settings: aws_api_gateway_method_settings by `*`, and the name of every route with a throttle of its own.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: ModelApiSpec,
        *,
        name: str,
        api: Any,
        deployment: Any,
        key: AnyKey,
        retain: bool,
        account_role: AccountRole | None,
    ) -> None:
        super().__init__(scope, construct_id)
        retention = spec.access_log.retention_days
        self.access_log: Any = log_group(
            self, "access-log", name=spec.access_log_name(name), retention_days=retention, key=key, retain=retain
        )
        # API Gateway would make this one itself, unencrypted and kept for ever.
        self.execution_log: Any = log_group(
            self,
            "execution-log",
            name=f"API-Gateway-Execution-Logs_{api.id}/{spec.stage}",
            retention_days=retention,
            key=key,
            retain=retain,
        )
        logs_first = [self.execution_log] if account_role is None else [self.execution_log, account_role.account]
        self.stage: Any = aws.api_gateway_stage.ApiGatewayStage(
            self,
            "stage",
            rest_api_id=api.id,
            deployment_id=deployment.id,
            stage_name=spec.stage,
            xray_tracing_enabled=spec.tracing,
            access_log_settings=aws.api_gateway_stage.ApiGatewayStageAccessLogSettings(
                destination_arn=self.access_log.arn, format=access_log.line_format(spec.access_log.fields)
            ),
            depends_on=logs_first,
        )
        self.settings: dict[str, Any] = {"*": self._settings("settings", "*/*", spec.throttle, after=logs_first)}
        for route in spec.routes:
            if route.throttle is not None:
                # The provider passes the path on as it is, and the service wants its slashes escaped.
                path = f"{route.path.replace('/', '~1')}/{route.method}"
                self.settings[route.name] = self._settings(
                    f"settings-{route.name}", path, route.throttle, after=[self.settings["*"]]
                )

    def _settings(self, construct_id: str, path: str, throttle: Throttle, *, after: list[Any]) -> Any:
        """All of them, for a route's own replace those of the stage as a whole."""
        settings = aws.api_gateway_method_settings
        return settings.ApiGatewayMethodSettings(
            self,
            construct_id,
            rest_api_id=self.stage.rest_api_id,
            stage_name=self.stage.stage_name,
            method_path=path,
            settings=settings.ApiGatewayMethodSettingsSettings(
                metrics_enabled=True,
                logging_level="ERROR",
                data_trace_enabled=False,
                throttling_rate_limit=throttle.rate_per_second,
                throttling_burst_limit=throttle.burst,
            ),
            depends_on=after,
        )
