"""The llm pattern as Terraform reads it."""

from __future__ import annotations

import json
from typing import Any

from constructs_lib import Environment, LlmMonitor, LlmSpec
from constructs_lib.cdk import TerraformStack, aws
from constructs_lib.testing import resource, resources, synth
from tests.configs import config
from tests.patterns.llm.test_spec import CHAT, GUARDRAIL, LOG, PRICED
from tests.stacks import ROUTING, monitoring_stack, own_stack

HERE = Environment("123456789012", "us-east-1")
TEAMS = {"teams": {"metadata": "team", "values": ["search", "support"], "tokens_per_hour": 5_000_000}}


def stack(**options: Any) -> dict[str, Any]:
    spec = LlmSpec.model_validate(CHAT | options)
    return own_stack(
        lambda scope: LlmMonitor(scope, "chat", spec, notifications=ROUTING, environment=HERE, name="shop-chat")
    )


def test_alarms_alone_make_nothing_else() -> None:
    assert {*stack()["resource"]} == {"aws_cloudwatch_metric_alarm"}


def test_the_log_is_encrypted_kept_for_a_while_and_holds_no_prompts() -> None:
    made = stack(invocation_log=LOG | {"log_group": {"name": "/calls", "create": True, "retention_days": 30}})
    group = resource(made, "aws_cloudwatch_log_group")
    assert (group["name"], group["retention_in_days"]) == ("/calls", 30)
    assert group["kms_key_id"].startswith("${aws_kms_key.")
    (logging,) = resource(made, "aws_bedrock_model_invocation_logging_configuration")["logging_config"]
    switches = {key: value for key, value in logging.items() if key.endswith("_data_delivery_enabled")}
    assert switches == dict.fromkeys(
        (f"{kind}_data_delivery_enabled" for kind in ("text", "image", "embedding", "video")), False
    )
    (to,) = logging["cloudwatch_config"]
    assert to["log_group_name"].startswith("${aws_cloudwatch_log_group.")
    assert to["role_arn"].startswith("${aws_iam_role."), "the API refuses the setting without a role"


def test_bodies_are_logged_where_that_is_asked_for() -> None:
    made = stack(invocation_log=LOG | {"bodies": True})
    (logging,) = resource(made, "aws_bedrock_model_invocation_logging_configuration")["logging_config"]
    assert logging["text_data_delivery_enabled"] is True


def test_the_role_writes_to_one_stream_for_this_account() -> None:
    made = stack(invocation_log=LOG)
    trust = json.loads(resource(made, "aws_iam_role")["assume_role_policy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:bedrock:us-east-1:123456789012:*"},
    }
    (statement,) = json.loads(resource(made, "aws_iam_role_policy")["policy"])["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"].endswith(":log-stream:aws/bedrock/modelinvocations")


def test_an_existing_log_is_only_read() -> None:
    made = stack(invocation_log={"setting": "existing", "log_group": {"name": "/calls"}} | TEAMS)
    assert {*made["resource"]} == {"aws_cloudwatch_metric_alarm", "aws_cloudwatch_log_metric_filter"}
    assert {one["log_group_name"] for one in resources(made, "aws_cloudwatch_log_metric_filter").values()} == {"/calls"}


def test_teams_are_counted_from_the_fields_that_bedrock_writes() -> None:
    made = stack(invocation_log=LOG | TEAMS)
    filters = {one["name"]: one for one in resources(made, "aws_cloudwatch_log_metric_filter").values()}
    (tokens,) = {json.dumps(filters["shop-chat-team-input"]["metric_transformation"])}
    assert json.loads(tokens) == {
        "name": "shop-chat-team-input",
        "namespace": "LogPatterns",
        "value": "$.input.inputTokenCount",
        "dimensions": {"team": "$.requestMetadata.team"},
    }
    assert filters["shop-chat-team-output"]["metric_transformation"]["value"] == "$.output.outputTokenCount"
    assert '$.requestMetadata.team = "search"' in filters["shop-chat-team-input"]["pattern"], "free text has no end"


def test_callers_are_ranked_and_the_alarm_names_the_rule() -> None:
    made = stack(invocation_log=LOG | {"top_callers": True, "caller_tokens_per_hour": 5})
    rule = resource(made, "aws_cloudwatch_contributor_insight_rule")
    definition = json.loads(rule["rule_definition"])
    assert definition["Contribution"] == {
        "Keys": ["$.identity.arn"],
        "ValueOf": "$.input.inputTokenCount",
        "Filters": [],
    }
    alarms = {one["alarm_name"]: one for one in resources(made, "aws_cloudwatch_metric_alarm").values()}
    (query,) = alarms["shop-chat-caller"]["metric_query"]
    assert query["expression"] == 'INSIGHT_RULE_METRIC("shop-chat-callers", "MaxContributorValue")'
    assert (rule["rule_name"], query["period"]) == ("shop-chat-callers", 3600)


def test_a_guardrail_of_the_same_stack_is_named_by_reference() -> None:
    def fill(stack: TerraformStack) -> None:
        resource = aws.bedrock_guardrail
        guardrail = resource.BedrockGuardrail(
            stack, "guardrail", name="g", blocked_input_messaging="no", blocked_outputs_messaging="no"
        )
        spec = LlmSpec.model_validate(
            CHAT | {"guardrail": GUARDRAIL | {"arn": guardrail.guardrail_arn, "version": guardrail.version}}
        )
        LlmMonitor(stack, "chat", spec, notifications=ROUTING)

    text = json.dumps(own_stack(fill))
    assert '"GuardrailArn": "${aws_bedrock_guardrail.guardrail.guardrail_arn}"' in text


def test_the_dashboard_shows_tokens_money_time_per_token_and_the_cache() -> None:
    made = synth(monitoring_stack(config({"chat": CHAT | {"models": [PRICED]}})))
    widgets = json.loads(resource(made, "aws_cloudwatch_dashboard")["dashboard_body"])["widgets"]
    titles = [widget["properties"].get("title", "") for widget in widgets]
    for words in ("Tokens a minute", "Cost of", "Milliseconds per output token", "Share of the input", "US$ for"):
        assert sum(title.startswith(words) for title in titles) == 1, words
