"""An asynchronous endpoint's instances, as Terraform reads them."""

from __future__ import annotations

from typing import Any

from constructs_lib import ModelEndpoint, ModelEndpointSpec
from constructs_lib.testing import resource, resources
from tests.stacks import ROUTING, own_stack


def scaled(least: int) -> dict[str, Any]:
    spec = ModelEndpointSpec.model_validate(
        {
            "endpoint": "ocr",
            "kind": "asynchronous",
            "scaling": {"min_count": least, "max_count": 4, "backlog_per_instance": 5},
        }
    )
    return own_stack(lambda scope: ModelEndpoint(scope, "ocr", spec, notifications=ROUTING, name="shop-ocr"))


def test_it_follows_what_waits_and_is_woken_from_nothing() -> None:
    found = scaled(0)
    target = resource(found, "aws_appautoscaling_target")
    assert (target["resource_id"], target["min_capacity"]) == ("endpoint/ocr/variant/AllTraffic", 0)
    policies = {policy["name"]: policy for policy in resources(found, "aws_appautoscaling_policy").values()}
    tracked = policies["backlog-per-instance"]["target_tracking_scaling_policy_configuration"]
    assert tracked["target_value"] == 5
    assert tracked["customized_metric_specification"] == {
        "namespace": "AWS/SageMaker",
        "metric_name": "ApproximateBacklogSizePerInstance",
        "statistic": "Average",
        "dimensions": [{"name": "EndpointName", "value": "ocr"}],
    }
    steps = policies["wake"]["step_scaling_policy_configuration"]
    assert steps["adjustment_type"] == "ExactCapacity", "the alarm calls again while the instance starts"
    assert steps["step_adjustment"] == [{"metric_interval_lower_bound": "0", "scaling_adjustment": 1}]
    alarms = {alarm["alarm_name"]: alarm for alarm in resources(found, "aws_cloudwatch_metric_alarm").values()}
    assert alarms["shop-ocr-wake"]["alarm_actions"] == [
        "${aws_appautoscaling_policy.ocr_wake-policy_A.arn}".replace(
            "ocr_wake-policy_A", next(key for key in resources(found, "aws_appautoscaling_policy") if "wake" in key)
        )
    ]
    assert alarms["shop-ocr-wake"]["ok_actions"] == []


def test_with_an_instance_at_all_times_nothing_is_woken() -> None:
    found = scaled(1)
    assert resource(found, "aws_appautoscaling_policy")["name"] == "backlog-per-instance"
    assert "shop-ocr-wake" not in {
        alarm["alarm_name"] for alarm in resources(found, "aws_cloudwatch_metric_alarm").values()
    }
