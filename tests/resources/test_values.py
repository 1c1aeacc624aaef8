"""Where options become Terraform's: a reference of any kind fits an argument of any type, other text stays text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib import cdk
from constructs_lib.cdk import TerraformStack, TerraformVariable
from constructs_lib.resources.policy import Statement, document
from constructs_lib.resources.values import as_json, as_literal, aws
from tests.stacks import new_app


def written(**arguments: Any) -> dict[str, Any]:
    """An alarm made with these arguments, as Terraform reads it."""
    stack = TerraformStack(new_app(), "mine")
    given = {"alarm_name": "a", "comparison_operator": "GreaterThanThreshold", "evaluation_periods": 1} | {
        name: value(stack) if callable(value) else value for name, value in arguments.items()
    }
    aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(stack, "alarm", **given)
    (alarm,) = json.loads(cdk.Testing.synth(stack))["resource"]["aws_cloudwatch_metric_alarm"].values()
    return dict(alarm)


def token(kind: str) -> Any:
    """The token of a variable, made in the stack that uses it."""

    def make(stack: TerraformStack) -> Any:
        variable = TerraformVariable(stack, "x", type="any")
        return {"text": variable.string_value, "number": variable.number_value, "list": variable.list_value}[kind]

    return make


@pytest.mark.parametrize("argument", ["alarm_name", "threshold", "evaluation_periods", "alarm_actions", "dimensions"])
def test_a_reference_written_as_text_fits_every_type_of_argument(argument: str) -> None:
    assert written(**{argument: "${var.x}"})[argument] == "${var.x}"


@pytest.mark.parametrize(
    ("argument", "kind"), [("alarm_name", "text"), ("threshold", "number"), ("alarm_actions", "list")]
)
def test_tokens_pass_as_they_are(argument: str, kind: str) -> None:
    assert written(**{argument: token(kind)})[argument] == "${var.x}"


def test_a_template_directive_in_a_users_text_is_escaped_wherever_it_stands() -> None:
    alarm = written(alarm_name="%{if}", dimensions={"%{k}": "%{v}"}, alarm_actions=["%{a}"])
    assert alarm["alarm_name"] == "%%{if}"
    assert alarm["dimensions"] == {"%%{k}": "%%{v}"}
    assert alarm["alarm_actions"] == ["%%{a}"]


def test_blocks_inside_of_blocks_are_written_in_the_same_way() -> None:
    kinds = aws.cloudwatch_metric_alarm
    metric = kinds.CloudwatchMetricAlarmMetricQueryMetric(metric_name="%{m}", period="${var.x}", stat="Sum")
    (query,) = written(metric_query=[kinds.CloudwatchMetricAlarmMetricQuery(id="a", metric=metric)])["metric_query"]
    assert query["metric"] == {"metric_name": "%%{m}", "period": "${var.x}", "stat": "Sum"}


def test_outputs_are_escaped_key_by_key() -> None:
    assert as_literal({"%{a}": ["%{b}", 3, None, True]}) == {"%%{a}": ["%%{b}", 3, None, True]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('say "hi"', r'"say \"hi\""'),
        ('${var.x["k"]}/*', '"${var.x["k"]}/*"'),
        (r'${replace(var.x, "\\", "{}")} "q"', r'"${replace(var.x, "\\", "{}")} \"q\""'),
        ('$${not["this"]}', r'"$${not[\"this\"]}"'),
        ('${never["closed"]', r'"${never[\"closed\"]"'),
    ],
    ids=["text", "expression", "backslash", "escaped", "open"],
)
def test_quotation_marks_in_an_expression_stay_as_they_are_in_json(value: str, text: str) -> None:
    assert as_json(value) == text
    assert as_json([value]) == f"[{text}]"


def test_a_policy_may_name_an_element_of_a_variable() -> None:
    assert '"Resource": "${var.arns["a"]}"' in document(
        [Statement(sid="A", actions=["a:b"], resources=['${var.arns["a"]}'])]
    )
