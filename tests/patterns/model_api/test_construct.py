"""An API in front of models as Terraform JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ConfigError, Environment, ModelApi, ModelApiSpec
from constructs_lib.cdk import TerraformStack, TerraformVariable, Token, aws
from constructs_lib.patterns.model_api import access_log
from constructs_lib.testing import outputs, resource, resources, synth
from tests.configs import config
from tests.stacks import ROUTING, monitoring_stack, own_stack

HERE = Environment("123456789012", "us-east-1")
RANK: dict[str, Any] = {"path": "/v1/rank", "lambda": "ranker"}
EMBED: dict[str, Any] = {"path": "/v1/embed", "sagemaker_endpoint": {"existing": "Embedder"}}


def synthesised(environment: Environment = HERE, name: str | None = None, **options: Any) -> dict[str, Any]:
    spec = ModelApiSpec.model_validate({"routes": [RANK, EMBED]} | options)
    return own_stack(
        lambda stack: ModelApi(stack, "api", spec, environment=environment, notifications=ROUTING, name=name)
    )


def one(stack: dict[str, Any], resource_type: str, **attributes: Any) -> dict[str, Any]:
    """The one resource with these attributes."""
    found = [item for item in resources(stack, resource_type).values() if attributes.items() <= item.items()]
    assert len(found) == 1, f"{len(found)} {resource_type} with {attributes}"
    return found[0]


def triggers(stack: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = resource(stack, "aws_api_gateway_deployment")["triggers"]
    return found


def statements(stack: dict[str, Any], resource_type: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(resource(stack, resource_type)["policy"])["Statement"]
    return found


def test_routes_share_their_prefix() -> None:
    made = resources(synthesised(), "aws_api_gateway_resource")
    assert sorted(item["path_part"] for item in made.values()) == ["embed", "rank", "v1"]


def test_a_route_at_the_root_needs_no_segment() -> None:
    stack = synthesised(routes=[RANK | {"path": "/"}])
    assert resources(stack, "aws_api_gateway_resource") == {}
    assert resource(stack, "aws_api_gateway_method")["resource_id"].endswith(".root_resource_id}")


@pytest.mark.parametrize(
    ("function", "arn", "qualifier"),
    [
        ("ranker", "arn:aws:lambda:us-east-1:123456789012:function:ranker", None),
        ("ranker:live", "arn:aws:lambda:us-east-1:123456789012:function:ranker", "live"),
        (
            "arn:aws:lambda:us-east-1:210987654321:function:ranker:7",
            "arn:aws:lambda:us-east-1:210987654321:function:ranker",
            "7",
        ),
    ],
)
def test_a_function_is_called_and_lets_itself_be_called(function: str, arn: str, qualifier: str | None) -> None:
    stack = synthesised(routes=[RANK | {"lambda": function}])
    integration = resource(stack, "aws_api_gateway_integration")
    whole = f"{arn}:{qualifier}" if qualifier else arn
    assert integration["type"] == "AWS_PROXY"
    assert integration["integration_http_method"] == "POST"
    assert integration["uri"] == (f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{whole}/invocations")
    permission = resource(stack, "aws_lambda_permission")
    assert permission["function_name"] == arn
    assert permission.get("qualifier") == qualifier
    assert permission["principal"] == "apigateway.amazonaws.com"
    assert permission["source_arn"].endswith(".execution_arn}/prod/POST/v1/rank"), "from this route alone"


def test_parameters_and_any_method_are_stars_in_the_permission() -> None:
    stack = synthesised(routes=[RANK | {"path": "/users/{user}/{proxy+}", "method": "ANY"}])
    assert resource(stack, "aws_lambda_permission")["source_arn"].endswith("/prod/*/users/*/*")


def test_a_function_by_reference_is_a_name_or_an_arn() -> None:
    def fill(stack: TerraformStack) -> None:
        variable = TerraformVariable(stack, "ranker", type="string")
        spec = ModelApiSpec.model_validate({"routes": [RANK | {"lambda": variable.string_value}]})
        ModelApi(stack, "api", spec, environment=HERE, notifications=ROUTING)

    stack = own_stack(fill)
    named = {key.split("_")[-2]: text for key, text in stack["locals"].items()}
    assert named["function-arn"] == (
        '${startswith(var.ranker, "arn:") ? var.ranker : '
        'join("", ["arn:aws:lambda:us-east-1:123456789012:function:", var.ranker])}'
    )
    assert named["function-name"].startswith('${join(":", slice(split(":", local.'), "a permission reads back so"
    assert named["function-qualifier"].startswith('${one(slice(split(":", local.')
    uri = resource(stack, "aws_api_gateway_integration")["uri"]
    assert "functions/${local.api_routes_post-v1--rank_function-arn_" in uri
    permission = resource(stack, "aws_lambda_permission")
    assert permission["function_name"].startswith("${local.api_routes_post-v1--rank_function-name_")
    assert permission["qualifier"].startswith("${local.api_routes_post-v1--rank_function-qualifier_")


def test_an_endpoint_is_called_with_a_role_that_can_do_nothing_else() -> None:
    stack = synthesised()
    integration = one(stack, "aws_api_gateway_integration", type="AWS")
    assert integration["uri"] == "arn:aws:apigateway:us-east-1:runtime.sagemaker:path/endpoints/Embedder/invocations"
    assert integration["credentials"].startswith("${aws_iam_role.api_invoke_role_")
    assert integration["passthrough_behavior"] == "NEVER", "another content type would pass by the body's model"
    (statement,) = statements(stack, "aws_iam_role_policy")
    assert statement["Action"] == ["sagemaker:InvokeEndpoint"]
    assert statement["Resource"] == "arn:aws:sagemaker:us-east-1:123456789012:endpoint/embedder", "ARNs are lower case"


def test_callers_learn_whose_fault_it_is() -> None:
    answers = resources(synthesised(), "aws_api_gateway_integration_response").values()
    import re

    def answer(status: str) -> str:
        fitting = [row for row in answers if re.fullmatch(row.get("selection_pattern", "$^"), status)]
        assert len(fitting) <= 1, f"{status} fits two patterns, and API Gateway would take either"
        return str(len(fitting) and fitting[0]["status_code"].split("status-")[1][:3]) if fitting else "200"

    assert {status: answer(str(status)) for status in (200, 400, 403, 404, 413, 424, 429, 500, 503, 530)} == {
        200: "200",
        400: "400",
        403: "502",
        404: "502",
        413: "502",
        424: "502",
        429: "503",
        500: "502",
        503: "503",
        530: "502",
    }


def test_the_stage_is_logged_measured_traced_and_throttled() -> None:
    stack = synthesised(throttle={"rate_per_second": 50, "burst": 100}, access_log={"retention_days": 30})
    stage = resource(stack, "aws_api_gateway_stage")
    assert stage["xray_tracing_enabled"] is True
    assert stage["access_log_settings"]["format"] == access_log.line_format()
    settings = resource(stack, "aws_api_gateway_method_settings")
    assert settings["method_path"] == "*/*"
    assert settings["settings"] == {
        "metrics_enabled": True,
        "logging_level": "ERROR",
        "data_trace_enabled": False,
        "throttling_rate_limit": 50,
        "throttling_burst_limit": 100,
    }
    logs = resources(stack, "aws_cloudwatch_log_group")
    assert {group["retention_in_days"] for group in logs.values()} == {30}
    assert all(group["kms_key_id"] for group in logs.values())
    (execution,) = (address for address, group in logs.items() if group["name"].startswith("API-Gateway-Execution"))
    assert f"aws_cloudwatch_log_group.{execution}" in stage["depends_on"], "else API Gateway makes it, in the clear"


def test_a_route_s_own_limits_repeat_the_stage_s_settings() -> None:
    stack = synthesised(routes=[RANK | {"throttle": {"rate_per_second": 5, "burst": 5}}])
    settings = one(stack, "aws_api_gateway_method_settings", method_path="~1v1~1rank/POST")["settings"]
    assert settings["metrics_enabled"] is True and settings["logging_level"] == "ERROR"
    assert settings["throttling_rate_limit"] == 5


def test_no_body_and_no_key_is_ever_logged() -> None:
    text = json.dumps(synthesised(authorization="api_key"))
    assert "identity.apiKey\\" not in text
    assert '"data_trace_enabled": true' not in text


def test_the_accounts_role_is_left_alone_unless_asked_for() -> None:
    assert resources(synthesised(), "aws_api_gateway_account") == {}
    stack = synthesised(account_role="managed")
    account = next(iter(resources(stack, "aws_api_gateway_account")))
    assert f"aws_api_gateway_account.{account}" in resource(stack, "aws_api_gateway_stage")["depends_on"]
    role = one(stack, "aws_iam_role", name="mine-api-gateway-logs")
    assert role["description"].startswith("Account-wide: every API Gateway stage in us-east-1"), "the plan says so"


def test_the_apis_of_a_stack_share_the_accounts_role() -> None:
    api = {"pattern": "model_api", "routes": [RANK], "account_role": "managed"}
    stack = synth(monitoring_stack(config({"ranker": api, "scorer": api})))
    address = next(iter(resources(stack, "aws_api_gateway_account")))
    assert len(resources(stack, "aws_api_gateway_account")) == 1
    for stage in resources(stack, "aws_api_gateway_stage").values():
        assert f"aws_api_gateway_account.{address}" in stage["depends_on"]


def test_a_deployment_follows_whatever_callers_can_see() -> None:
    before = triggers(synthesised())
    changes: list[dict[str, Any]] = [
        {"routes": [RANK, EMBED, RANK | {"path": "/v1/score"}]},
        {"routes": [RANK | {"timeout_milliseconds": 5_000}, EMBED]},
        {"routes": [RANK | {"lambda": "ranker-2"}, EMBED]},
        {"routes": [RANK, EMBED | {"request": {"body": {"type": "object"}}}]},
        {"authorization": "api_key"},
        {"reachable_from": {"ip_ranges": ["203.0.113.0/24"]}},
    ]
    assert all(triggers(synthesised(**change))["definition"] != before["definition"] for change in changes)


def test_a_deployment_follows_nothing_else() -> None:
    before = triggers(synthesised())
    changes: list[dict[str, Any]] = [
        {"routes": [EMBED, RANK]},
        {"throttle": {"rate_per_second": 1, "burst": 1}},
        {"alarms": {"errors_5xx_percent": 5}},
        {"access_log": {"retention_days": 1}},
        {"account_role": "managed"},
        {"tracing": False},
    ]
    assert all(triggers(synthesised(**change)) == before for change in changes)


def test_a_deployment_follows_what_is_known_only_at_deployment() -> None:
    def fill(stack: TerraformStack) -> None:
        variable = TerraformVariable(stack, "endpoint", type="string")
        spec = ModelApiSpec.model_validate({"routes": [EMBED | {"sagemaker_endpoint": variable.string_value}]})
        ModelApi(stack, "api", spec, environment=HERE, notifications=ROUTING)

    assert triggers(own_stack(fill))["routes/post-v1--embed/integration.uri"] == (
        "arn:aws:apigateway:us-east-1:runtime.sagemaker:path/endpoints/${var.endpoint}/invocations"
    )


def test_the_old_deployment_stays_until_the_stage_has_moved() -> None:
    assert resource(synthesised(), "aws_api_gateway_deployment")["lifecycle"] == {"create_before_destroy": True}


def test_iam_is_the_default() -> None:
    stack = synthesised()
    assert {method["authorization"] for method in resources(stack, "aws_api_gateway_method").values()} == {"AWS_IAM"}
    assert resources(stack, "aws_api_gateway_rest_api_policy") == {}, "without one, only the account's own callers"


def test_keys_have_a_plan_and_no_secret_in_the_outputs() -> None:
    limits = {"throttle": {"rate_per_second": 5, "burst": 10}, "requests_per_day": 1_000}
    stack = synthesised(authorization={"api_key": {"clients": ["web", "mobile"]} | limits})
    methods = resources(stack, "aws_api_gateway_method").values()
    assert {(method["authorization"], method["api_key_required"]) for method in methods} == {("NONE", True)}
    assert {key["name"] for key in resources(stack, "aws_api_gateway_api_key").values()} == {
        "mine-api-web",
        "mine-api-mobile",
    }
    plan = resource(stack, "aws_api_gateway_usage_plan")
    assert plan["throttle_settings"] == {"rate_limit": 5, "burst_limit": 10}
    assert plan["quota_settings"] == {"limit": 1_000, "period": "DAY"}
    assert len(resources(stack, "aws_api_gateway_usage_plan_key")) == 2
    assert ".value}" not in json.dumps(stack)


def test_clients_may_be_called_anything() -> None:
    stack = synthesised(authorization={"api_key": {"clients": ["a", "a-plan", "plan", "keys"]}})
    assert len(resources(stack, "aws_api_gateway_usage_plan_key")) == 4


def test_refused_callers_learn_nothing_of_the_policy() -> None:
    denied = one(synthesised(), "aws_api_gateway_gateway_response", response_type="ACCESS_DENIED")
    assert "error.message" not in json.dumps(denied)


def test_cognito_asks_for_a_token_of_the_pool() -> None:
    pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEf123"
    stack = synthesised(authorization={"cognito": {"user_pools": [pool], "scopes": ["models/rank"]}})
    assert resource(stack, "aws_api_gateway_authorizer")["provider_arns"] == [pool]
    for method in resources(stack, "aws_api_gateway_method").values():
        assert method["authorization"] == "COGNITO_USER_POOLS"
        assert method["authorization_scopes"] == ["models/rank"]
        assert method["authorizer_id"].startswith("${aws_api_gateway_authorizer.")


def test_the_reason_for_an_open_api_stands_in_its_description() -> None:
    stack = synthesised(authorization={"none": {"reason": "a public demo with no data"}})
    assert (
        "open to everyone who reaches it: a public demo" in resource(stack, "aws_api_gateway_rest_api")["description"]
    )


def test_other_accounts_are_named_not_everybody() -> None:
    stack = synthesised(authorization={"iam": {"accounts": ["210987654321"]}})
    (allow,) = statements(stack, "aws_api_gateway_rest_api_policy")
    assert allow["Principal"] == {"AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:root"]}


def test_lists_known_only_at_deployment_are_lists_in_the_policy() -> None:
    def fill(stack: TerraformStack) -> None:
        ranges, accounts = (TerraformVariable(stack, each, type="list(string)") for each in ("ranges", "accounts"))
        options = {
            "reachable_from": {"ip_ranges": ranges.list_value},
            "authorization": {"iam": {"accounts": accounts.list_value}},
        }
        spec = ModelApiSpec.model_validate({"routes": [RANK]} | options)
        ModelApi(stack, "api", spec, environment=HERE, notifications=ROUTING)

    policy = resource(own_stack(fill), "aws_api_gateway_rest_api_policy")["policy"]
    assert '"aws:SourceIp" = var.ranges' in policy
    assert 'formatlist("arn:aws:iam::%s:root", var.accounts)' in policy


def test_a_private_api_is_reached_through_its_endpoints_only() -> None:
    stack = synthesised(reachable_from={"vpc_endpoints": ["vpce-0123456789abcdef0"], "ip_ranges": ["10.0.0.0/16"]})
    assert resource(stack, "aws_api_gateway_rest_api")["endpoint_configuration"] == {
        "types": ["PRIVATE"],
        "vpc_endpoint_ids": ["vpce-0123456789abcdef0"],
    }
    allow, endpoints, addresses = statements(stack, "aws_api_gateway_rest_api_policy")
    assert allow["Principal"] == {"AWS": ["arn:aws:iam::123456789012:root"]}, "IAM still decides who of the account"
    assert endpoints["Effect"] == addresses["Effect"] == "Deny"
    assert endpoints["Condition"] == {"StringNotEquals": {"aws:SourceVpce": ["vpce-0123456789abcdef0"]}}
    assert addresses["Condition"] == {"NotIpAddress": {"aws:VpcSourceIp": ["10.0.0.0/16"]}}
    policy = next(iter(resources(stack, "aws_api_gateway_rest_api_policy")))
    depends_on = resource(stack, "aws_api_gateway_deployment")["depends_on"]
    assert f"aws_api_gateway_rest_api_policy.{policy}" in depends_on, "a private API without one can't be deployed"


def test_a_body_holds_what_json_can_say() -> None:
    body = {"type": "object", "properties": {"day": {"enum": [date(2026, 1, 1), float("inf")]}}, "x": object()}
    with pytest.raises(ConfigError) as caught:
        ModelApiSpec(routes=[EMBED | {"request": {"body": body}}])  # type: ignore[list-item]
    paths = [problem.path.partition("body.")[2] for problem in caught.value.problems]
    assert paths == ["properties.day.enum.0", "properties.day.enum.1", "x"]


def test_a_reference_in_the_schema_of_a_body_keeps_its_type() -> None:
    def fill(stack: TerraformStack) -> None:
        required, longest = (TerraformVariable(stack, name) for name in ("required", "longest"))
        text = {"type": "string", "maxLength": longest.number_value, "pattern": "%{x}"}
        body = {
            "type": "object",
            "required": Token.as_any(required.list_value),
            "properties": {"text": text},
            "enum": required.list_value,
        }
        spec = ModelApiSpec.model_validate({"routes": [EMBED | {"request": {"body": body}}]})
        ModelApi(stack, "api", spec, environment=HERE, notifications=ROUTING)

    schema = resource(own_stack(fill), "aws_api_gateway_model")["schema"]
    assert schema.startswith("${jsonencode({")
    assert '"required" = var.required' in schema
    assert '"enum" = var.required' in schema
    assert '"maxLength" = var.longest' in schema
    assert '"%%{x}"' in schema


def test_a_request_is_looked_at_before_it_costs_model_time() -> None:
    body = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "maxLength": 4_000}}}
    stack = synthesised(routes=[EMBED | {"request": {"body": body, "headers": ["X-Tenant"]}}])
    validator = resource(stack, "aws_api_gateway_request_validator")
    assert (validator["validate_request_body"], validator["validate_request_parameters"]) == (True, True)
    schema = json.loads(resource(stack, "aws_api_gateway_model")["schema"])
    assert schema["properties"] == body["properties"]
    method = resource(stack, "aws_api_gateway_method")
    assert method["request_parameters"] == {"method.request.header.X-Tenant": True}
    assert method["request_models"]["application/json"].startswith("${aws_api_gateway_model.")


def test_a_web_acl_guards_the_stage() -> None:
    acl = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/models/6a8f2f0e"
    stack = synthesised(waf=acl)
    association = resource(stack, "aws_wafv2_web_acl_association")
    assert association["web_acl_arn"] == acl
    assert association["resource_arn"].startswith("${aws_api_gateway_stage.")


def test_each_filter_and_its_alarm_name_one_series() -> None:
    stack = synthesised()
    published = {
        (row["metric_transformation"]["namespace"], row["metric_transformation"]["name"])
        for row in resources(stack, "aws_cloudwatch_log_metric_filter").values()
    }
    watched = {
        (query["metric"]["namespace"], query["metric"]["metric_name"])
        for row in resources(stack, "aws_cloudwatch_metric_alarm").values()
        for query in row.get("metric_query", ())
        if query.get("metric", {}).get("namespace") == "LogPatterns"
    }
    assert watched == published
    assert len(published) == 3


def test_outputs_say_where_to_call() -> None:
    data = config({"api": {"pattern": "model_api", "routes": [RANK, EMBED]}})
    found = outputs(synth(monitoring_stack(data)))["resources"]["api"]
    url = found["invoke_urls"]["POST /v1/rank"]
    assert url.startswith("${aws_api_gateway_stage.") and url.endswith(".invoke_url}/v1/rank")
    assert found["access_log_group"].startswith("${aws_cloudwatch_log_group.")


def test_a_log_pattern_can_look_at_the_access_log() -> None:
    data = config(
        {
            "api": {"pattern": "model_api", "routes": [RANK]},
            "refused": {
                "pattern": "log_pattern",
                "log_group": {"made_by": "api"},
                "filter": '{ $.errorType = "ACCESS_DENIED" }',
                "alarm": {"above": 10},
            },
        }
    )
    stack = synth(monitoring_stack(data))
    filters = resources(stack, "aws_cloudwatch_log_metric_filter").values()
    (group,) = {row["log_group_name"] for row in filters}
    assert group.startswith("${aws_cloudwatch_log_group.api_stage_access-log_")


def test_nothing_that_one_provider_major_lacks_is_emitted() -> None:
    stack = synthesised(account_role="managed")
    deployment = resource(stack, "aws_api_gateway_deployment")
    assert not deployment.keys() & {"stage_name", "stage_description", "canary_settings", "variables"}
    assert resource(stack, "aws_api_gateway_account").keys() == {"cloudwatch_role_arn", "depends_on"}
    text = json.dumps(stack)
    assert "aws_api_gateway_deployment.api_deployment_7CDFBC64.invoke_url" not in text
    assert '"region"' not in json.dumps(stack["resource"])


def test_a_name_the_metrics_would_drop_is_refused() -> None:
    with pytest.raises(ConfigError, match="'räng' can't name the API"):
        synthesised(name="räng")


def test_the_stage_and_its_routes(json_snapshot: SnapshotAssertion) -> None:
    stack = synthesised(routes=[RANK, EMBED], account_role="managed")
    kinds = ("aws_api_gateway_method", "aws_api_gateway_integration", "aws_api_gateway_stage", "aws_lambda_permission")
    assert {kind: resources(stack, kind) for kind in kinds} == json_snapshot


def test_an_endpoint_another_monitor_makes_comes_first() -> None:
    ranker = {
        "pattern": "model_endpoint",
        "model": {
            "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/ranker:3",
            "data": "s3://models/ranker.tar.gz",
        },
        "instances": {"type": "ml.g5.xlarge", "count": 1},
    }
    api = {"pattern": "model_api", "routes": [EMBED | {"sagemaker_endpoint": "ranker"}]}
    stack = synth(monitoring_stack(config({"api": api, "ranker": ranker})))
    endpoint = next(iter(resources(stack, "aws_sagemaker_endpoint")))
    integration = resource(stack, "aws_api_gateway_integration")
    assert f"endpoints/${{aws_sagemaker_endpoint.{endpoint}.name}}/invocations" in integration["uri"]
    alarm = one(
        stack, "aws_cloudwatch_metric_alarm", alarm_name="recommender-production-api-integration-errors-post-v1--embed"
    )
    assert "endpoint recommender-production-ranker" in alarm["alarm_description"], "a person reads the name itself"


def test_an_endpoint_of_the_users_own_stack_comes_first() -> None:
    def fill(stack: TerraformStack) -> None:
        endpoint = aws.sagemaker_endpoint.SagemakerEndpoint(stack, "model", endpoint_config_name="model-1")
        spec = ModelApiSpec.model_validate({"routes": [EMBED | {"sagemaker_endpoint": endpoint.name}]})
        ModelApi(stack, "api", spec, environment=HERE, notifications=ROUTING)

    stack = own_stack(fill)
    assert "${aws_sagemaker_endpoint.model.name}" in resource(stack, "aws_api_gateway_integration")["uri"]
    (statement,) = statements(stack, "aws_iam_role_policy")
    ((name, text),) = stack["locals"].items()
    assert text == "${lower(aws_sagemaker_endpoint.model.name)}"
    assert statement["Resource"].endswith(f"endpoint/${{local.{name}}}")
