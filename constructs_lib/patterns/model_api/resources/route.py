"""One route: a method, and the integration that answers it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct
from constructs_lib.patterns.model_api import Authorization, Route
from constructs_lib.patterns.model_api.resources import backends
from constructs_lib.patterns.model_api.resources.deployment import Parts
from constructs_lib.patterns.model_api.resources.responses import ENDPOINT_ANSWERS, JSON, body
from constructs_lib.resources.values import as_json_with_references, aws

_AUTHORIZATION_TYPES = {"iam": "AWS_IAM", "api_key": "NONE", "cognito": "COGNITO_USER_POOLS", "none": "NONE"}
_CONTENT_TYPE = "header.Content-Type"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """What all routes of an API share.

    Attributes:
        api: The aws_api_gateway_rest_api.
        stage: Name of the stage.
        authorization: Who may call.
        authorizer: The aws_api_gateway_authorizer of a Cognito user pool.
        invoke_role_arn: The role API Gateway calls SageMaker endpoints with.
        parts: Takes what a deployment is made of.
    """

    api: Any
    stage: str
    environment: Environment
    authorization: Authorization
    authorizer: Any | None
    invoke_role_arn: str | None
    parts: Parts


class DeployedRoute(Construct):
    """A method with its integration, and the permission it needs.

    Args:
        spec: The route.
        resource_id: Id of the path's last segment.
        shared: What all routes share.

    Attributes:
        method: The aws_api_gateway_method.
        integration: The aws_api_gateway_integration.
        permission: The aws_lambda_permission; none for an endpoint.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: Route, *, resource_id: str, shared: ApiParts) -> None:
        super().__init__(scope, construct_id)
        self._spec, self._shared = spec, shared
        self._where = {"rest_api_id": shared.api.id, "resource_id": resource_id, "http_method": spec.method}
        self.method: Any = self._part(
            "method", aws.api_gateway_method.ApiGatewayMethod, **self._authorization(), **self._request()
        )
        self._where["http_method"] = self.method.http_method  # the integration comes after its method
        self.permission: Any = None
        if spec.function is not None:
            function = backends.function_address(self, spec.function, shared.environment)
            self.permission = self._permission(function)
            self.integration: Any = self._function(function)
        else:
            self.integration = self._endpoint()
            self._answers()

    def _part(self, construct_id: str, resource_type: Any, **arguments: Any) -> Any:
        return self._shared.parts.add(resource_type, self, construct_id, **self._where, **arguments)

    def _authorization(self) -> dict[str, Any]:
        authorization = self._shared.authorization
        arguments: dict[str, Any] = {
            "authorization": _AUTHORIZATION_TYPES[authorization.kind],
            "api_key_required": authorization.kind == "api_key",
        }
        if self._shared.authorizer is not None:
            arguments["authorizer_id"] = self._shared.authorizer.id
        if authorization.cognito is not None and authorization.cognito.scopes:
            arguments["authorization_scopes"] = list(authorization.cognito.scopes)
        return arguments

    def _request(self) -> dict[str, Any]:
        """What a request must look like: a validator, and the model of its body."""
        rules = self._spec.request
        if rules is None:
            return {}
        add, api_id = self._shared.parts.add, self._shared.api.id
        required = {f"method.request.header.{name}": True for name in rules.headers}
        required |= {f"method.request.querystring.{name}": True for name in rules.query}
        validator = add(
            aws.api_gateway_request_validator.ApiGatewayRequestValidator,
            self,
            "validator",
            rest_api_id=api_id,
            name=self._spec.name,
            validate_request_body=rules.body is not None,
            validate_request_parameters=bool(required),
        )
        arguments: dict[str, Any] = {"request_validator_id": validator.id, "request_parameters": required or None}
        if rules.body is not None:
            schema = {"$schema": "http://json-schema.org/draft-04/schema#", **rules.body}
            model = add(
                aws.api_gateway_model.ApiGatewayModel,
                self,
                "body",
                rest_api_id=api_id,
                name=_model_name(self._spec),
                content_type=JSON,
                schema=as_json_with_references(schema),
            )
            arguments["request_models"] = {JSON: model.name}
        return arguments

    def _function(self, function: backends.FunctionAddress) -> Any:
        return self._part(
            "integration",
            aws.api_gateway_integration.ApiGatewayIntegration,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=function.uri(self._shared.environment),
            timeout_milliseconds=self._spec.timeout_milliseconds,
        )

    def _permission(self, function: backends.FunctionAddress) -> Any:
        shared, spec = self._shared, self._spec
        method = "*" if spec.method == "ANY" else spec.method
        path = "/".join("*" if part.startswith("{") else part for part in spec.path.split("/"))
        return aws.lambda_permission.LambdaPermission(
            self,
            "permission",
            action="lambda:InvokeFunction",
            function_name=function.name,
            qualifier=function.qualifier,
            principal="apigateway.amazonaws.com",
            source_arn=f"{shared.api.execution_arn}/{shared.stage}/{method}{path}",
        )

    def _endpoint(self) -> Any:
        link, content_type = self._spec.sagemaker_endpoint, self._spec.content_type
        assert link is not None  # the spec has made sure  # noqa: S101
        return self._part(
            "integration",
            aws.api_gateway_integration.ApiGatewayIntegration,
            type="AWS",
            integration_http_method="POST",
            uri=backends.endpoint_uri(link.reference, self._shared.environment),
            credentials=self._shared.invoke_role_arn,
            timeout_milliseconds=self._spec.timeout_milliseconds,
            # Any other type gets 415, so nothing passes by the model of the body.
            passthrough_behavior="NEVER",
            request_templates={content_type: "$input.body"},
            request_parameters={
                f"integration.request.{_CONTENT_TYPE}": f"'{content_type}'",
                "integration.request.header.Accept": "'application/json'",
            },
        )

    def _answers(self) -> None:
        for answer in ENDPOINT_ANSWERS:
            passed_on = answer.message is None
            response = self._part(
                f"status-{answer.status}",
                aws.api_gateway_method_response.ApiGatewayMethodResponse,
                status_code=answer.status,
                response_parameters={f"method.response.{_CONTENT_TYPE}": True} if passed_on else None,
            )
            self._part(
                f"answer-{answer.status}",
                aws.api_gateway_integration_response.ApiGatewayIntegrationResponse,
                status_code=response.status_code,
                selection_pattern=answer.pattern,
                response_templates=None if answer.message is None else {JSON: body(answer.message)},
                response_parameters={
                    f"method.response.{_CONTENT_TYPE}": f"integration.response.{_CONTENT_TYPE}",
                }
                if passed_on
                else None,
                depends_on=[self.integration],
            )


def _model_name(spec: Route) -> str:
    """Letters and digits only; the hash keeps apart what the letters alone would not."""
    words = "".join(part.capitalize() for part in spec.name.split("-"))
    return f"{words}{hashlib.sha256(spec.key.encode()).hexdigest()[:6]}"
