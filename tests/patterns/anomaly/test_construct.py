"""The anomaly pattern as Terraform JSON."""

from __future__ import annotations

from typing import Any, cast

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    AnomalyMonitor,
    AnomalySpec,
    ConfigError,
    Environment,
    Evaluate,
    Metric,
    Notifications,
    NotificationsSpec,
    Receiver,
    Routing,
)
from constructs_lib.cdk import TerraformStack, TerraformVariable, aws
from constructs_lib.testing import resource, resources
from tests.configs import INVOCATIONS
from tests.stacks import CRITICAL, ROUTING, own_stack


def synthesised(**options: Any) -> dict[str, Any]:
    spec = AnomalySpec(metric=Metric(**INVOCATIONS), severity="critical", **options)
    return own_stack(lambda stack: AnomalyMonitor(stack, "calls", spec, notifications=ROUTING))


def test_the_band_alarm(json_snapshot: SnapshotAssertion) -> None:
    assert resource(synthesised(), "aws_cloudwatch_metric_alarm") == json_snapshot


def test_both_queries_return_data_and_the_band_is_the_threshold() -> None:
    alarm = resource(synthesised(band_width=3), "aws_cloudwatch_metric_alarm")
    metric, band = alarm["metric_query"]
    assert (metric["return_data"], band["return_data"]) == (True, True)
    assert band["expression"] == "ANOMALY_DETECTION_BAND(metric, 3)"
    assert alarm["threshold_metric_id"] == band["id"] == "band"
    assert "threshold" not in alarm


@pytest.mark.parametrize(
    ("direction", "operator"),
    [
        ("outside", "LessThanLowerOrGreaterThanUpperThreshold"),
        ("above", "GreaterThanUpperThreshold"),
        ("below", "LessThanLowerThreshold"),
    ],
)
def test_direction(direction: Any, operator: str) -> None:
    assert resource(synthesised(direction=direction), "aws_cloudwatch_metric_alarm")["comparison_operator"] == operator


def test_alarm_and_ok_reach_the_severitys_receivers() -> None:
    alarm = resource(synthesised(), "aws_cloudwatch_metric_alarm")
    assert alarm["alarm_actions"] == alarm["ok_actions"] == [CRITICAL]
    assert alarm["actions_enabled"] is True


def test_the_description_says_what_why_and_what_first() -> None:
    alarm = resource(synthesised(runbook="https://runbooks.example.com/{alarm}"), "aws_cloudwatch_metric_alarm")
    assert alarm["alarm_description"].splitlines() == [
        (
            "Sum of invocations of Lambda function ranker is outside its usual band (3 standard deviations) "
            "in 3 of 3 periods of 5 minutes."
        ),
        (
            "Fewer calls than usual mean that a caller broke (a full stop is not seen); more mean cost and throttling "
            "ahead."
        ),
        "First: Look at what calls the function: its last deployment and its errors.",
        "Runbook: https://runbooks.example.com/mine-calls-band",
    ]


def test_the_users_own_words_replace_the_default_ones() -> None:
    alarm = resource(
        synthesised(impact="Shoppers see old offers", first_step="Call Ana"), "aws_cloudwatch_metric_alarm"
    )
    assert alarm["alarm_description"].splitlines()[1:] == ["Shoppers see old offers.", "First: Call Ana."]


def test_a_template_directive_in_a_text_stays_text() -> None:
    alarm = resource(synthesised(impact="Use %{if}"), "aws_cloudwatch_metric_alarm")
    assert "Use %%{if}." in alarm["alarm_description"]


def test_template_directives_are_text_in_names_dimensions_and_labels() -> None:
    spec = AnomalySpec(
        metric=Metric(**INVOCATIONS | {"dimensions": {"FunctionName": "%{if}"}, "label": "calls of %{x}"}),
        severity="critical",
    )
    alarm = resource(
        own_stack(lambda stack: AnomalyMonitor(stack, "calls", spec, notifications=ROUTING, name="a%{b}")),
        "aws_cloudwatch_metric_alarm",
    )
    assert alarm["alarm_name"] == "a%%{b}-band"
    assert alarm["alarm_description"].startswith("Calls of %%{x} is outside")
    assert alarm["metric_query"][0]["metric"]["dimensions"] == {"FunctionName": "%%{if}"}


@pytest.mark.parametrize(
    ("width", "written"), [(10_000_000, "10000000"), (1_234_567, "1234567"), (2.123456789, "2.123456789"), (2, "2")]
)
def test_a_wide_band_is_written_out(width: float, written: str) -> None:
    _, band = resource(synthesised(band_width=width), "aws_cloudwatch_metric_alarm")["metric_query"]
    assert band["expression"] == f"ANOMALY_DETECTION_BAND(metric, {written})"


@pytest.mark.parametrize(
    ("options", "silence"),
    [
        ({}, "notBreaching"),
        ({"direction": "above"}, "notBreaching"),
        ({"direction": "below"}, "breaching"),
        ({"direction": "below", "quiet_below": 20}, "notBreaching"),
        ({"direction": "below", "missing_data": "ignore"}, "ignore"),
    ],
)
def test_silence_passes_for_health_only_where_a_drop_is_not_watched(options: dict[str, Any], silence: str) -> None:
    alarms = resources(synthesised(**options), "aws_cloudwatch_metric_alarm").values()
    (band,) = (alarm for alarm in alarms if alarm["alarm_name"].endswith("-band"))
    assert band["treat_missing_data"] == silence


def test_a_sentence_that_ends_in_a_number_token_keeps_its_full_stop() -> None:
    def fill(stack: TerraformStack) -> None:
        number = TerraformVariable(stack, "floor", type="number").number_value
        spec = AnomalySpec(metric=Metric(**INVOCATIONS), quiet_below=number, severity="critical")
        AnomalyMonitor(stack, "calls", spec, notifications=ROUTING)

    text = resource(own_stack(fill), "aws_cloudwatch_composite_alarm")["alarm_description"]
    assert text.splitlines()[0].endswith("and not under ${var.floor}.")


def test_notifications_are_taken_as_they_are() -> None:
    def fill(stack: TerraformStack) -> None:
        receivers = NotificationsSpec(critical=[Receiver(email="a@example.com")])
        here = Environment("123456789012", "us-east-1")
        notifications = Notifications(stack, "alerts", receivers, name="shop", environment=here)
        spec = AnomalySpec(metric=Metric(**INVOCATIONS), severity="critical")
        AnomalyMonitor(stack, "calls", spec, notifications=notifications)

    alarm = resource(own_stack(fill), "aws_cloudwatch_metric_alarm")
    assert alarm["alarm_actions"] == alarm["ok_actions"] == ["${aws_sns_topic.alerts_critical_F48B744F.arn}"]


def test_something_else_as_notifications_is_refused() -> None:
    spec, wrong = AnomalySpec(metric=Metric(**INVOCATIONS), severity="critical"), cast("Routing", [CRITICAL])
    with pytest.raises(ConfigError, match="notifications: a list does not say who hears of an alarm; give a Notif"):
        own_stack(lambda stack: AnomalyMonitor(stack, "calls", spec, notifications=wrong))


@pytest.mark.parametrize("options", [{}, {"quiet_below": 20}])
def test_neither_a_band_nor_a_composite_scales_a_group(options: dict[str, Any]) -> None:
    scaling = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:autoScalingGroupName/g:policyName/p"
    spec = AnomalySpec(metric=Metric(**INVOCATIONS), severity="critical", **options)
    routing = Routing({"critical": [CRITICAL, scaling]})
    with pytest.raises(ConfigError, match="calls more than topics and functions by 'critical'"):
        own_stack(lambda stack: AnomalyMonitor(stack, "calls", spec, notifications=routing))


def test_quiet_below_puts_a_composite_before_silent_parts() -> None:
    stack = synthesised(quiet_below=20)
    composite = resource(stack, "aws_cloudwatch_composite_alarm")
    parts = {alarm["alarm_name"]: alarm for alarm in resources(stack, "aws_cloudwatch_metric_alarm").values()}
    assert set(parts) == {"mine-calls-band", "mine-calls-traffic"}
    assert all(part["alarm_actions"] == part["ok_actions"] == [] for part in parts.values())
    assert all(part["actions_enabled"] is False for part in parts.values())
    traffic = parts["mine-calls-traffic"]
    assert (traffic["comparison_operator"], traffic["threshold"]) == ("GreaterThanOrEqualToThreshold", 20)
    assert traffic["dimensions"] == {"FunctionName": "ranker"}
    assert composite["alarm_actions"] == composite["ok_actions"] == [CRITICAL]


def test_a_composite_names_its_parts_by_reference_so_that_they_exist_first() -> None:
    stack = synthesised(quiet_below=20)
    ids = resources(stack, "aws_cloudwatch_metric_alarm")
    band, traffic = (next(i for i in ids if f"_{part}_" in i) for part in ("band", "traffic"))
    assert resource(stack, "aws_cloudwatch_composite_alarm")["alarm_rule"] == (
        f'ALARM("${{aws_cloudwatch_metric_alarm.{band}.alarm_name}}") AND '
        f'ALARM("${{aws_cloudwatch_metric_alarm.{traffic}.alarm_name}}")'
    )


def test_turning_quiet_below_on_keeps_the_band_alarms_name_and_address() -> None:
    plain, quiet = (resources(synthesised(quiet_below=q), "aws_cloudwatch_metric_alarm") for q in (None, 20))
    (address,) = plain
    assert plain[address]["alarm_name"] == quiet[address]["alarm_name"] == "mine-calls-band"


def test_suppressed_by_silences_the_actions_during_a_deployment() -> None:
    stack = synthesised(suppressed_by="deploying")
    assert resource(stack, "aws_cloudwatch_composite_alarm")["actions_suppressor"] == {
        "alarm": "deploying",
        "extension_period": 180,
        "wait_period": 120,
    }
    assert resource(stack, "aws_cloudwatch_metric_alarm")["actions_enabled"] is False


def test_any_value_may_be_a_reference() -> None:
    def fill(stack: TerraformStack) -> None:
        function = aws.lambda_function.LambdaFunction(stack, "fn", function_name="ranker", role="arn:aws:iam::1:role/x")
        number = TerraformVariable(stack, "number", type="number").number_value
        topics = TerraformVariable(stack, "topics", type="list(string)").list_value
        dimensions = TerraformVariable(stack, "dimensions", type="map(string)")
        named = {**INVOCATIONS, "dimensions": {"FunctionName": function.function_name}, "period_seconds": number}
        AnomalyMonitor(
            stack,
            "one",
            AnomalySpec(
                metric=Metric(**named),
                band_width=number,
                quiet_below=number,
                evaluate=Evaluate(breaching=number, of=number),
                impact=function.arn,
            ),
            notifications=Routing({"warning": topics}),
        )
        mapped = {**INVOCATIONS, "dimensions": dimensions.string_value, "statistic": "${var.statistic}"}
        AnomalyMonitor(
            stack,
            "two",
            AnomalySpec(metric=Metric(**mapped), quiet_below=1),
            notifications=Routing({"warning": topics}),
        )

    stack = own_stack(fill)
    alarms = {alarm["alarm_name"]: alarm for alarm in resources(stack, "aws_cloudwatch_metric_alarm").values()}
    band, traffic = alarms["mine-one-band"], alarms["mine-one-traffic"]
    assert band["metric_query"][0]["metric"]["dimensions"] == {
        "FunctionName": "${aws_lambda_function.fn.function_name}"
    }
    assert band["metric_query"][0]["metric"]["period"] == "${var.number}"
    assert band["metric_query"][1]["expression"] == "ANOMALY_DETECTION_BAND(metric, ${var.number})"
    assert (band["evaluation_periods"], band["datapoints_to_alarm"]) == ("${var.number}", "${var.number}")
    assert (traffic["threshold"], traffic["period"]) == ("${var.number}", "${var.number}")
    assert (
        "Lambda function ${aws_lambda_function.fn.function_name} is at or above ${var.number}"
        in (traffic["alarm_description"])
    )
    # Whether a statistic is a percentile decides which argument it goes into; as a query it need not be known.
    assert alarms["mine-two-traffic"]["metric_query"][0]["metric"]["stat"] == "${var.statistic}"
    assert alarms["mine-two-traffic"]["metric_query"][0]["metric"]["dimensions"] == "${var.dimensions}"
    for composite in resources(stack, "aws_cloudwatch_composite_alarm").values():
        assert composite["alarm_actions"] == "${var.topics}"


def test_a_severity_without_receivers_is_refused() -> None:
    spec = AnomalySpec(metric=Metric(**INVOCATIONS), severity="info")
    with pytest.raises(ConfigError, match=r"notifications\.info: no one receives 'info'"):
        own_stack(lambda stack: AnomalyMonitor(stack, "calls", spec, notifications=ROUTING))


def test_a_name_over_the_limit_is_refused() -> None:
    spec = AnomalySpec(metric=Metric(**INVOCATIONS), severity="critical")
    with pytest.raises(ConfigError, match="has 262 characters, and an alarm's name may have 255"):
        own_stack(lambda stack: AnomalyMonitor(stack, "calls", spec, notifications=ROUTING, name="x" * 257))


def test_every_resource_is_within_reach_for_overrides() -> None:
    def fill(stack: TerraformStack) -> None:
        spec = AnomalySpec(metric=Metric(**INVOCATIONS), quiet_below=20, severity="critical")
        monitor = AnomalyMonitor(stack, "calls", spec, notifications=ROUTING)
        assert set(monitor.alarms.resources) == {"band", "traffic", "alarm"}
        monitor.alarms["traffic"].add_override("period", 60)

    alarms = resources(own_stack(fill), "aws_cloudwatch_metric_alarm").values()
    assert next(alarm for alarm in alarms if "threshold" in alarm)["period"] == 60
