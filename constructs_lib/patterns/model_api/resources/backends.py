"""What API Gateway calls: the addresses of Lambda functions and SageMaker endpoints, and the role for the latter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct
from constructs_lib.references import is_reference
from constructs_lib.resources.expression import local, operand
from constructs_lib.resources.policy import Statement
from constructs_lib.resources.role import Role

_FUNCTION_ARN_PARTS = 7
"""Colons split `arn:aws:lambda:us-east-1:123456789012:function:ranker` into seven; an eighth is an alias or version."""


@dataclass(frozen=True, slots=True)
class FunctionAddress:
    """A Lambda function as the parts of AWS name it.

    Attributes:
        arn: ARN, with the alias or version if there is one.
        name: ARN without it.
        qualifier: The alias or version; None, or to Terraform null, where there is none.
    """

    arn: str
    name: str
    qualifier: str | None

    def uri(self, environment: Environment) -> str:
        """What an integration calls."""
        path = f"2015-03-31/functions/{self.arn}/invocations"
        return f"arn:{environment.partition}:apigateway:{environment.region}:lambda:path/{path}"


def function_address(scope: Construct, function: str, environment: Environment) -> FunctionAddress:
    """The address of a function given by name, name:alias or ARN; of a reference only Terraform knows which it is.

    Name and qualifier are apart because a permission reads back so: with both in one it would be replaced for ever.
    """
    by_name = environment.arn("lambda", f"function:{function}")
    if not is_reference(function):
        arn = function if function.startswith("arn:") else by_name
        parts = arn.split(":")
        return FunctionAddress(
            arn, ":".join(parts[:_FUNCTION_ARN_PARTS]), next(iter(parts[_FUNCTION_ARN_PARTS:]), None)
        )
    given = operand(function)
    arn = local(scope, "function-arn", f'startswith({given}, "arn:") ? {given} : {operand(by_name)}')
    pieces = f'split(":", {operand(arn)})'
    name = local(scope, "function-name", f'join(":", slice({pieces}, 0, {_FUNCTION_ARN_PARTS}))')
    qualifier = f"one(slice({pieces}, {_FUNCTION_ARN_PARTS}, length({pieces})))"
    return FunctionAddress(arn, name, local(scope, "function-qualifier", qualifier))


def endpoint_uri(endpoint: str, environment: Environment) -> str:
    """The address of an endpoint, as an integration takes it."""
    path = f"endpoints/{endpoint}/invocations"
    return f"arn:{environment.partition}:apigateway:{environment.region}:runtime.sagemaker:path/{path}"


def invoke_role(
    scope: Construct, construct_id: str, *, name: str, endpoints: Sequence[str], environment: Environment
) -> Role:
    """The role API Gateway calls these endpoints with, and may do nothing else with."""
    names = Construct(scope, "endpoints")
    lowered = [_lower(names, f"name-{index}", endpoint) for index, endpoint in enumerate(endpoints)]
    arns = [environment.arn("sagemaker", f"endpoint/{name}") for name in lowered]
    return Role(
        scope,
        construct_id,
        name=name,
        description="API Gateway calls SageMaker endpoints with it",
        service="apigateway.amazonaws.com",
        statements=[Statement(sid="CallEndpoints", actions=["sagemaker:InvokeEndpoint"], resources=arns)],
    )


def _lower(scope: Construct, construct_id: str, endpoint: str) -> str:
    """SageMaker writes the names in its ARNs in small letters, and IAM compares letter by letter."""
    if is_reference(endpoint):
        return local(scope, construct_id, f"lower({operand(endpoint)})")
    return endpoint.lower()
