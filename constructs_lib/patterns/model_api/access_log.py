"""One line of a REST API's access log: which of API Gateway's context variables it holds, and what it looks like.

Every value is in quotes: a variable that has no value prints `-`, and a bare `-` would break the line's JSON and with
it every filter on it. Nothing a caller can write freely is in the line by default, for a quote in it would let the
caller forge the rest. Source: API Gateway developer guide, "Variables for access logging for API Gateway".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from constructs_lib.errors import Problem
from constructs_lib.filter_pattern.printer import quote
from constructs_lib.model import nearest, shown

FORMAT_BYTES = 3_072
ABSENT = "-"
"""What API Gateway prints for a variable without a value."""


class LogField(NamedTuple):
    """One field of the line.

    Attributes:
        variable: Context variable, without `$context.`.
        meaning: What it says.
        example: What it may look like.
    """

    variable: str
    meaning: str
    example: str


FIELDS: Mapping[str, LogField] = MappingProxyType(
    {
        "requestId": LogField("requestId", "id the caller got back", "6a8f2f0e-6c3b-4f0c-9a7e-2f6f0f4f8d11"),
        "extendedRequestId": LogField("extendedRequestId", "id AWS Support asks for", "UvTfSGGZoAMFc9g="),
        "xrayTraceId": LogField("xrayTraceId", "trace in X-Ray", "1-691f0c2a-4f8d1165a7e92f6f0c3b6a8f"),
        "requestTime": LogField("requestTime", "when it arrived", "20/Nov/2026:14:05:09 +0000"),
        "sourceIp": LogField("identity.sourceIp", "where it came from", "198.51.100.7"),
        "httpMethod": LogField("httpMethod", "method", "POST"),
        "resourcePath": LogField("resourcePath", "path of the route, not of the request", "/rank"),
        "protocol": LogField("protocol", "protocol", "HTTP/1.1"),
        "status": LogField("status", "status the caller got", "504"),
        "errorType": LogField("error.responseType", "kind of refusal or failure", "INTEGRATION_TIMEOUT"),
        "responseLength": LogField("responseLength", "bytes of the answer", "94"),
        "responseLatency": LogField("responseLatency", "milliseconds until the answer", "29004"),
        "integrationLatency": LogField("integrationLatency", "milliseconds of it behind API Gateway", "29000"),
        "integrationStatus": LogField("integrationStatus", "status of Lambda or SageMaker itself", "-"),
        "functionStatus": LogField("integration.status", "status the function's code gave", "-"),
        "integrationRequestId": LogField(
            "integration.requestId", "request id in Lambda's or SageMaker's own logs", "-"
        ),
        "integrationError": LogField(
            "integrationErrorMessage", "why the integration failed", "Execution failed due to a timeout error"
        ),
        "errorMessage": LogField("error.message", "what API Gateway said about it", "Endpoint request timed out"),
    }
)
"""The line, in this order."""

MORE_VARIABLES = frozenset(
    {
        *("accountId", "apiId", "awsEndpointRequestId", "customDomain.basePathMatched", "domainName", "domainPrefix"),
        *("requestTimeEpoch", "resourceId", "stage", "deploymentId", "isCanaryRequest"),
        *("authenticate.error", "authenticate.latency", "authenticate.status"),
        *("authorize.error", "authorize.latency", "authorize.status"),
        *("authorizer.error", "authorizer.integrationLatency", "authorizer.integrationStatus", "authorizer.latency"),
        *("authorizer.principalId", "authorizer.requestId", "authorizer.status"),
        *("identity.accountId", "identity.apiKeyId", "identity.caller", "identity.cognitoAuthenticationProvider"),
        *("identity.cognitoAuthenticationType", "identity.cognitoIdentityId", "identity.cognitoIdentityPoolId"),
        *("identity.principalOrgId", "identity.user", "identity.userArn", "identity.vpcId", "identity.vpceId"),
        *("integration.error", "integration.integrationStatus", "integration.latency"),
        *("waf.error", "waf.latency", "waf.status", "wafResponseCode", "webaclArn"),
    }
)
"""What can be added to the line."""

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "identity.apiKey": "is the secret itself; identity.apiKeyId names the key without it",
        "identity.userAgent": "is written by the caller, who could forge the rest of the line with a quote in it",
        "path": "is written by the caller, who could forge the rest of the line with a quote in it",
        "error.messageString": "brings its own quotes, and a bare hyphen when there is none; errorMessage has the text",
        "error.validationErrorString": "has quotes in it, and parts of the request's body",
        "authorizer.claims": "has no value by itself; name one claim, such as authorizer.claims.sub",
    }
)
"""What must not be in the line, and why."""

_CLAIM = re.compile(r"authorizer\.claims\.[A-Za-z0-9_:-]+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def line_format(more: Mapping[str, str] | None = None) -> str:
    """The `format` of the stage: one JSON object in one line.

    Args:
        more: Further fields, each with its context variable.
    """
    variables = {name: field.variable for name, field in FIELDS.items()} | dict(more or {})
    return _line({name: f"$context.{variable}" for name, variable in variables.items()})


def example_line() -> str:
    """What CloudWatch Logs shows for a request that timed out."""
    return _line({name: field.example for name, field in FIELDS.items()})


def variable(name: str) -> Problem | None:
    """Whether a context variable may be added to the line."""
    if name in REFUSED:
        return Problem(f"{shown(name)} {REFUSED[name]}", "remove it")
    if name in MORE_VARIABLES or _CLAIM.fullmatch(name):
        return None
    taken = next((field for field, known in FIELDS.items() if known.variable == name), None)
    if taken is not None:
        return Problem(f"{shown(name)} is in every line already, as {taken}", "remove it")
    return Problem(f"{shown(name)} is not a context variable of access logs", nearest(name, MORE_VARIABLES))


def more_fields(fields: Mapping[str, str]) -> Problem | None:
    """Names that are new, and a format that is not too long."""
    for name in fields:
        if not _NAME.fullmatch(name):
            return Problem(f"{shown(name)} can't name a field", "use letters, digits and underscores")
        if name in FIELDS:
            return Problem(f"{shown(name)} is in every line already", "choose another name")
    if (size := len(line_format(fields).encode())) > FORMAT_BYTES:
        return Problem(f"the log line's format has {size} bytes, and {FORMAT_BYTES} are allowed", "remove some")
    return None


def throttled() -> str:
    """Filter pattern of a request that a rate limit or a quota refused.

    The metric 4XXError does not tell these from any other refusal.
    """
    return '{ $.errorType = "THROTTLED" || $.errorType = "QUOTA_EXCEEDED" }'


def integration_failed(path: str, method: str, *, other_methods: tuple[str, ...] = ()) -> str:
    """Filter pattern of a request that reached a route and failed behind it.

    5XXError counts these together with failures of API Gateway, and does not see what was answered with another status.

    Args:
        path: The route's path.
        method: Its method; ANY leaves out those that have a route of their own.
        other_methods: The methods of the same path's other routes.
    """
    conditions = [f"$.resourcePath = {quote(path)}"]
    if method == "ANY":
        conditions += [f"$.httpMethod != {quote(other)}" for other in other_methods]
    else:
        conditions.append(f"$.httpMethod = {quote(method)}")
    failed = (
        f'($.integrationError != "{ABSENT}" || $.integrationStatus = "4*" || $.integrationStatus = "5*" '
        # A function that crashes, or answers something else than a response, has status 200 itself.
        '|| $.errorType = "INTEGRATION_*" || $.errorType = "DEFAULT_5XX" || $.errorType = "API_CONFIGURATION_ERROR")'
    )
    return f"{{ {' && '.join(conditions)} && {failed} }}"


def _line(fields: Mapping[str, str]) -> str:
    return "{" + ",".join(f'"{name}":"{value}"' for name, value in fields.items()) + "}"
