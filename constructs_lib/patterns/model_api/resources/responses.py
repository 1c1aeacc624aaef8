"""What callers read when there is no answer: API Gateway's own responses, and those for SageMaker's errors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.patterns.model_api.resources.deployment import Parts
from constructs_lib.resources.values import aws

JSON = "application/json"


def body(message: str) -> str:
    """A JSON body with a sentence and the request's id, by which the access log finds it."""
    return json.dumps({"message": message, "requestId": "$context.requestId"})


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """One of API Gateway's own responses.

    Attributes:
        type: API Gateway's name for it.
        template: The body.
        status: Status, where it is not the type's own.
        headers: Response headers.
    """

    type: str
    template: str
    status: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


# The message of the first is API Gateway's own, with its quotes. Of its failures callers learn only that there was one.
_OWN_MESSAGE = '{"message": $context.error.messageString, "requestId": "$context.requestId"}'
GATEWAY_RESPONSES = (
    GatewayResponse("DEFAULT_4XX", _OWN_MESSAGE),
    GatewayResponse("DEFAULT_5XX", body("The service could not answer")),
    GatewayResponse(
        "MISSING_AUTHENTICATION_TOKEN", body("There is no such route, or the request has no credentials"), "403"
    ),
    # API Gateway's own text names the caller, the API and what denied it.
    GatewayResponse("ACCESS_DENIED", body("You may not call this"), "403"),
    GatewayResponse("THROTTLED", body("Too many requests; try again in a moment"), "429", (("Retry-After", "1"),)),
    GatewayResponse("INTEGRATION_TIMEOUT", body("The model did not answer in time"), "504"),
    GatewayResponse("INTEGRATION_FAILURE", body("The model could not be reached"), "502"),
)


@dataclass(frozen=True, slots=True)
class EndpointAnswer:
    """What a caller gets for a status of SageMaker.

    Attributes:
        status: Status for the caller.
        pattern: Regular expression on SageMaker's status; None for every other one.
        message: In place of SageMaker's own text, which names the endpoint and the account; None passes the answer on.
    """

    status: str
    pattern: str | None
    message: str | None


# The patterns exclude each other. SageMaker's 424 is an error in the model's container; 403 and 404 are mistakes in the
# deployment. Neither is the caller's fault. (API reference of InvokeEndpoint, "Errors".)
ENDPOINT_ANSWERS = (
    EndpointAnswer("200", None, None),
    EndpointAnswer("400", "400", "The model's endpoint does not take this request"),
    EndpointAnswer("502", r"40[1-9]|41\d|42[0-8]|4[3-9]\d|50[0-24-9]|5[1-9]\d", "The model failed"),
    EndpointAnswer("503", "429|503", "The model is busy; try again in a moment"),
)


def gateway_responses(scope: Construct, *, api: Any, parts: Parts) -> None:
    """One aws_api_gateway_gateway_response for each row."""
    for row in GATEWAY_RESPONSES:
        headers = {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in row.headers}
        parts.add(
            aws.api_gateway_gateway_response.ApiGatewayGatewayResponse,
            scope,
            row.type.lower().replace("_", "-"),
            rest_api_id=api.id,
            response_type=row.type,
            status_code=row.status,
            response_templates={JSON: row.template},
            response_parameters=headers or None,
        )
