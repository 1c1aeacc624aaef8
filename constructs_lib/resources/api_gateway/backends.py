"""What API Gateway calls: the addresses of Lambda functions and SageMaker endpoints, and the role for the latter."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.cdk import Construct, Fn, Token
from constructs_lib.references import is_reference
from constructs_lib.resources.policy import Statement
from constructs_lib.resources.role import Role
from constructs_lib.signals.environment import Environment

_FUNCTION_ARN_PARTS = 7
"""Colons split `arn:aws:lambda:us-east-1:123456789012:function:ranker` into seven; an eighth is an alias or version."""


def function_arn(function: str, environment: Environment) -> str:
    """The ARN of a function given by name, name:alias or ARN; of a reference only Terraform knows which it is."""
    if is_reference(function):
        by_name = Fn.join(":", [environment.arn("lambda", "function"), function])
        return Token.as_string(Fn.conditional(Fn.startswith(function, "arn:"), function, by_name))
    return function if function.startswith("arn:") else environment.arn("lambda", f"function:{function}")


def function_and_qualifier(function: str, environment: Environment) -> tuple[str, str | None]:
    """The function, and its alias or version, as a permission takes them apart.

    The service gives them back apart: a permission with both in one would be replaced at every apply.
    """
    arn = function_arn(function, environment)
    if is_reference(function):
        parts = Fn.split(":", arn)
        name: str = Fn.join(":", Token.as_list(Fn.slice(parts, 0, _FUNCTION_ARN_PARTS)))
        qualifier = Fn.slice(parts, _FUNCTION_ARN_PARTS, Fn.length_of(parts))
        return name, Token.as_string(Fn.one(Token.as_list(qualifier)))  # null where there is none
    literal = arn.split(":")
    return ":".join(literal[:_FUNCTION_ARN_PARTS]), next(iter(literal[_FUNCTION_ARN_PARTS:]), None)


def function_uri(function: str, environment: Environment) -> str:
    """The address of a function, as an integration takes it."""
    path = f"2015-03-31/functions/{function_arn(function, environment)}/invocations"
    return f"arn:{environment.partition}:apigateway:{environment.region}:lambda:path/{path}"


def endpoint_uri(endpoint: str, environment: Environment) -> str:
    """The address of an endpoint, as an integration takes it."""
    path = f"endpoints/{endpoint}/invocations"
    return f"arn:{environment.partition}:apigateway:{environment.region}:runtime.sagemaker:path/{path}"


def invoke_role(
    scope: Construct, construct_id: str, *, name: str, endpoints: Sequence[str], environment: Environment
) -> Role:
    """The role API Gateway calls these endpoints with, and may do nothing else with."""
    arns = [environment.arn("sagemaker", f"endpoint/{_lower(endpoint)}") for endpoint in endpoints]
    return Role(
        scope,
        construct_id,
        name=name,
        description="API Gateway calls SageMaker endpoints with it",
        service="apigateway.amazonaws.com",
        statements=[Statement(sid="CallEndpoints", actions=["sagemaker:InvokeEndpoint"], resources=arns)],
    )


def _lower(endpoint: str) -> str:
    """SageMaker writes the names in its ARNs in small letters, and IAM compares letter by letter."""
    if is_reference(endpoint):
        lowered: str = Fn.lower(endpoint)
        return lowered
    return endpoint.lower()
