"""An API in front of models before the real provider, in every shape it can take."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import Environment, ModelApi, ModelApiSpec
from constructs_lib.cdk import TerraformStack, TerraformVariable
from constructs_lib.stack import AWS_PROVIDER_VERSIONS
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.stacks import ROUTING, monitoring_stack, own_stack

pytestmark = pytest.mark.plan

POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEf123"
TEXT = {"type": "object", "properties": {"text": {"type": "string", "pattern": "^[^%{]*$"}}}
EMBED: dict[str, Any] = {"path": "/embed", "sagemaker_endpoint": {"existing": "embedder"}}


def api(**options: Any) -> dict[str, Any]:
    return {"pattern": "model_api", "routes": [{"path": "/", "lambda": "home"}, EMBED]} | options


def test_the_provider_accepts_every_shape(workspace: WorkspaceFactory) -> None:
    limits = {"throttle": {"rate_per_second": 5, "burst": 5}, "requests_per_day": 1_000}
    checked = EMBED | {"request": {"body": TEXT, "headers": ["X-Tenant"], "query": ["lang"]}}
    anything = {"path": "/{proxy+}", "method": "ANY", "lambda": "router:live"}
    monitors = {
        "keys": api(authorization={"api_key": limits}, account_role="managed"),
        "users": api(authorization={"cognito": {"user_pools": [POOL], "scopes": ["models/embed"]}}),
        "private": api(reachable_from={"vpc_endpoints": ["vpce-0123456789abcdef0"]}, routes=[anything]),
        "open": api(authorization={"none": {"reason": "a public demo"}}, routes=[checked, EMBED | {"path": "/v2"}]),
    }
    stack = workspace(monitoring_stack(config(monitors)))
    plan = stack.plan()
    assert set(plan.actions.values()) == {"create"}
    assert plan.warnings == ()
    (model,) = (change for change in plan.changes.values() if change.type == "aws_api_gateway_model")
    assert model.after is not None and '"^[^%{]*$"' in model.after["schema"], (
        "what looks like Terraform's own signs arrives as it was written"
    )


def test_options_known_only_at_deployment(workspace: WorkspaceFactory) -> None:
    def fill(stack: TerraformStack) -> None:
        stack.add_override("terraform.required_providers.aws.version", AWS_PROVIDER_VERSIONS)
        limit = TerraformVariable(stack, "limit", type="number")
        TerraformVariable(stack, "name", type="string")  # the routes refer to it as a file does
        acl = TerraformVariable(stack, "acl", type="string")
        ranges, accounts = (TerraformVariable(stack, each, type="list(string)") for each in ("ranges", "accounts"))
        number = limit.number_value
        spec = ModelApiSpec.model_validate(
            {
                "routes": [
                    {"path": "/rank", "lambda": "${var.name}", "timeout_milliseconds": number},
                    {"path": "/embed", "sagemaker_endpoint": "Embedder-${var.limit}"},
                ],
                "throttle": {"rate_per_second": number, "burst": number},
                "alarms": {"minimum_requests": number, "latency_p99_milliseconds": number},
                "waf": acl.string_value,
                "reachable_from": {"ip_ranges": ranges.list_value},
                "authorization": {"iam": {"accounts": accounts.list_value}},
            }
        )
        here = Environment("123456789012", "us-east-1")
        ModelApi(stack, "api", spec, environment=here, notifications=ROUTING)

    arn = "arn:aws:lambda:us-east-1:123456789012:function:ranker"
    acl = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/models/6a8f2f0e"
    for given, qualifier in ((f"{arn}:live", "live"), ("ranker", None)):
        values = {"name": given, "limit": 100, "acl": acl, "ranges": ["203.0.113.0/24"], "accounts": ["210987654321"]}
        plan = workspace(own_stack(fill), variables=values).plan()
        assert plan.warnings == ()
        (permission,) = (change for change in plan.changes.values() if change.type == "aws_lambda_permission")
        assert permission.after is not None
        assert (permission.after["function_name"], permission.after["qualifier"]) == (arn, qualifier)
    (role,) = (change for change in plan.changes.values() if change.type == "aws_iam_role_policy")
    assert (
        role.after is not None
        and '"arn:aws:sagemaker:us-east-1:123456789012:endpoint/embedder-100"' in (role.after["policy"])
    ), "and the role may call it"
    (settings,) = (change for change in plan.changes.values() if change.type == "aws_api_gateway_method_settings")
    assert settings.after is not None and settings.after["settings"][0]["throttling_burst_limit"] == 100
