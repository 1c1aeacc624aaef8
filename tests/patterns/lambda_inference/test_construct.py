"""The function's alarms as Terraform reads them."""

from __future__ import annotations

from typing import Any

from constructs_lib import LambdaInferenceMonitor, LambdaInferenceSpec
from constructs_lib.cdk import TerraformStack, aws
from constructs_lib.testing import resources
from tests.patterns.lambda_inference.test_spec import EMBEDDER, EVERYTHING
from tests.stacks import ROUTING, own_stack


def alarms(**options: Any) -> dict[str, Any]:
    """The alarms' arguments by name."""
    spec = LambdaInferenceSpec.model_validate(EMBEDDER | options)
    stack = own_stack(lambda scope: LambdaInferenceMonitor(scope, "embedder", spec, notifications=ROUTING, name="shop"))
    return {alarm["alarm_name"]: alarm for alarm in resources(stack, "aws_cloudwatch_metric_alarm").values()}


def expression(alarm: dict[str, Any]) -> str:
    (result,) = (query["expression"] for query in alarm["metric_query"] if query["return_data"])
    return str(result)


def dimensions(alarm: dict[str, Any]) -> list[dict[str, str]]:
    return [query["metric"]["dimensions"] for query in alarm["metric_query"] if "metric" in query]


def test_the_account_is_watched_by_the_series_that_has_no_dimensions() -> None:
    alarm = alarms(account_concurrency=1000)["shop-account-concurrency"]
    (used,) = (query["metric"] for query in alarm["metric_query"] if "metric" in query)
    assert (used["metric_name"], used.get("dimensions", {}), used["stat"]) == (
        "ClaimedAccountConcurrency",
        {},
        "Maximum",
    )
    assert (expression(alarm), alarm["threshold"]) == ("100 * used / 1000", 80)


def test_provisioned_concurrency_is_that_of_the_alias() -> None:
    alarm = alarms(**EVERYTHING)["shop-spillover"]
    assert dimensions(alarm) == [{"FunctionName": "embedder", "Resource": "embedder:live"}] * 2


def test_lambda_insights_spells_the_name_its_own_way() -> None:
    alarm = alarms(insights=True)["shop-memory"]
    assert (alarm["namespace"], alarm["dimensions"]) == ("LambdaInsights", {"function_name": "embedder"})


def test_the_share_of_throttled_calls_counts_them_as_tried() -> None:
    assert expression(alarms()["shop-throttled"]) == (
        "IF(FILL(throttles, 0) >= 5, 100 * throttles / (throttles + FILL(calls, 0)), 0)"
    )


def test_a_function_of_the_same_stack_gives_its_name_and_timeout() -> None:
    def fill(stack: TerraformStack) -> None:
        function = aws.lambda_function.LambdaFunction(stack, "f", function_name="f", role="r", timeout=30)
        spec = LambdaInferenceSpec(function=function.function_name, timeout_seconds=function.timeout)
        LambdaInferenceMonitor(stack, "embedder", spec, notifications=ROUTING, name="shop")

    found = resources(own_stack(fill), "aws_cloudwatch_metric_alarm")
    alarm = next(alarm for alarm in found.values() if alarm["alarm_name"] == "shop-near-timeout")
    assert "/ (10 * ${aws_lambda_function.f.timeout})" in expression(alarm)
    assert dimensions(alarm) == [{"FunctionName": "${aws_lambda_function.f.function_name}"}] * 2
