"""All that serves a REST API: the API itself, its routes, its stage with two logs, and who may call it."""

from __future__ import annotations

from typing import Any

from constructs_lib.cdk import Construct, TerraformResourceLifecycle
from constructs_lib.options.link import Exports
from constructs_lib.patterns.model_api import ModelApiSpec
from constructs_lib.patterns.model_api.resources import access, backends
from constructs_lib.patterns.model_api.resources.account_role import ACCOUNT_ROLE, AccountRole
from constructs_lib.patterns.model_api.resources.clients import Clients
from constructs_lib.patterns.model_api.resources.deployment import Parts, deployment
from constructs_lib.patterns.model_api.resources.paths import Paths
from constructs_lib.patterns.model_api.resources.responses import gateway_responses
from constructs_lib.patterns.model_api.resources.route import ApiParts, DeployedRoute
from constructs_lib.patterns.model_api.resources.stage import Stage
from constructs_lib.resources.metric_filter import metric_filter
from constructs_lib.resources.surroundings import Surroundings
from constructs_lib.resources.values import aws


class DeployedApi:
    """An API that is made here, directly under the monitor's construct.

    Args:
        scope: The monitor's construct.
        spec: Routes, and who may call them.
        here: What is around it.
        account_role: The account's logging role, where another API of the stack manages it already.

    Attributes:
        api: The aws_api_gateway_rest_api.
        routes: The routes by `POST /rank`.
        deployment: The aws_api_gateway_deployment.
        stage: The stage, its logs and settings.
        account_role: The account's logging role, where it is managed.
        clients: API keys, where callers need one.
        web_acl: The aws_wafv2_web_acl_association, if any.
        filters: aws_cloudwatch_log_metric_filter by the key of the alarm on it.
        outputs: Invoke URLs by route, ids and log groups.
        made: The access log's name, for other monitors to name.
    """

    def __init__(
        self, scope: Construct, spec: ModelApiSpec, here: Surroundings, account_role: AccountRole | None
    ) -> None:
        name, environment = here.name, here.environment
        self._scope, self._spec, self._name, self._environment = scope, spec, name, environment
        key = here.data_key(alone="data")
        self.account_role = account_role
        if spec.account_role == "managed" and account_role is None:
            self.account_role = here.once(ACCOUNT_ROLE)
        self._parts = Parts()
        self.api: Any = self._api()
        self.routes = self._routes()
        gateway_responses(Construct(scope, "responses"), api=self.api, parts=self._parts)
        access.policy(scope, spec, api=self.api, parts=self._parts, environment=environment)
        self.deployment: Any = deployment(scope, "deployment", api=self.api, parts=self._parts)
        self.stage = Stage(
            scope,
            "stage",
            spec,
            name=name,
            api=self.api,
            deployment=self.deployment,
            key=key,
            retain=here.retain,
            account_role=self.account_role,
        )
        self.clients = self._clients()
        self.web_acl: Any = self._web_acl()
        self.filters = {
            alarm_key: metric_filter(scope, f"{alarm_key}-filter", wanted, log_group_name=self.stage.access_log.name)
            for alarm_key, wanted in spec.alarm_filters(name).items()
        }
        self.made: Exports = {"log_group": self.stage.access_log.name}
        self.outputs = self._outputs()

    def _api(self) -> Any:
        spec = self._spec
        description = "Models behind an API"
        if spec.authorization.none is not None:
            description = f"{description}, open to everyone who reaches it: {spec.authorization.none.reason}"
        private = list(spec.reachable_from.vpc_endpoints) if spec.reachable_from is not None else []
        return aws.api_gateway_rest_api.ApiGatewayRestApi(
            self._scope,
            "api",
            name=self._name,
            description=description,
            endpoint_configuration=aws.api_gateway_rest_api.ApiGatewayRestApiEndpointConfiguration(
                types=["PRIVATE" if private else "REGIONAL"], vpc_endpoint_ids=private or None
            ),
            # So it is anyway: Terraform passes it on from the deployment to all that a deployment needs.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    def _routes(self) -> dict[str, DeployedRoute]:
        spec, parts = self._spec, self._parts
        shared = ApiParts(
            api=self.api,
            stage=spec.stage,
            environment=self._environment,
            authorization=spec.authorization,
            authorizer=access.authorizer(self._scope, spec, api=self.api, parts=parts),
            invoke_role_arn=self._invoke_role_arn(),
            parts=parts,
        )
        paths = Paths(self._scope, "paths", paths=[route.path for route in spec.routes], api=self.api, parts=parts)
        scope = Construct(self._scope, "routes")
        return {
            route.key: DeployedRoute(scope, route.name, route, resource_id=paths.id_of(route.path), shared=shared)
            for route in spec.routes
        }

    def _invoke_role_arn(self) -> str | None:
        links = [route.sagemaker_endpoint for route in self._spec.routes if route.sagemaker_endpoint is not None]
        if not links:
            return None
        endpoints = sorted({link.reference for link in links})
        role = backends.invoke_role(
            self._scope,
            "invoke",
            name=self._spec.invoke_role_name(self._name),
            endpoints=endpoints,
            environment=self._environment,
        )
        return role.arn

    def _clients(self) -> Clients | None:
        api_key = self._spec.authorization.api_key
        if api_key is None:
            return None
        return Clients(self._scope, "clients", api_key, name=self._name, stage=self.stage.stage)

    def _web_acl(self) -> Any:
        if self._spec.waf is None:
            return None
        return aws.wafv2_web_acl_association.Wafv2WebAclAssociation(
            self._scope, "waf", resource_arn=self.stage.stage.arn, web_acl_arn=self._spec.waf
        )

    def _outputs(self) -> dict[str, Any]:
        stage = self.stage.stage
        outputs: dict[str, Any] = {
            "api_id": self.api.id,
            "stage": stage.stage_name,
            "invoke_urls": {route.key: f"{stage.invoke_url}{route.path}" for route in self._spec.routes},
            "access_log_group": self.stage.access_log.name,
            "execution_log_group": self.stage.execution_log.name,
        }
        if self.account_role is not None:
            outputs["account_wide_logging_role"] = self.account_role.role.arn
        if self.clients is not None:
            outputs["api_key_ids"] = {client: key.id for client, key in self.clients.keys.items()}
        return outputs
