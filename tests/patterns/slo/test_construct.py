"""The slo pattern as Terraform reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib import ConfigError, SloMonitor, SloSpec
from constructs_lib.testing import resource, resources
from tests.configs import config
from tests.patterns.slo.test_spec import FIRST_TOKEN, LLM, SLO, only
from tests.register.registers import registered
from tests.stacks import CRITICAL, ROUTING, WARNING, own_stack


def stack(spec: dict[str, Any]) -> dict[str, Any]:
    parsed = SloSpec.model_validate(spec)
    return own_stack(lambda scope: SloMonitor(scope, "slo", parsed, notifications=ROUTING, name="shop-slo"))


def test_only_composites_notify_and_each_silences_the_next() -> None:
    made = stack(SLO)
    assert {tuple(one["alarm_actions"]) for one in resources(made, "aws_cloudwatch_metric_alarm").values()} == {()}
    composites = {one["alarm_name"]: one for one in resources(made, "aws_cloudwatch_composite_alarm").values()}
    assert {name: one["alarm_actions"] for name, one in composites.items()} == {
        "shop-slo-fast": [CRITICAL],
        "shop-slo-medium": [CRITICAL],
        "shop-slo-slow": [WARNING],
    }
    assert "actions_suppressor" not in composites["shop-slo-fast"]
    silence = composites["shop-slo-medium"]["actions_suppressor"]
    assert silence["alarm"].startswith("${aws_cloudwatch_composite_alarm.slo_fast")
    assert (silence["wait_period"], silence["extension_period"]) == (120, 1800)


def test_a_window_is_one_period_of_its_length() -> None:
    alarms = {one["alarm_name"]: one for one in resources(stack(SLO), "aws_cloudwatch_metric_alarm").values()}
    slow = alarms["shop-slo-slow-long"]
    assert (slow["evaluation_periods"], slow["datapoints_to_alarm"]) == (1, 1)
    assert {query["metric"]["period"] for query in slow["metric_query"] if "metric" in query} == {86_400}


def test_the_native_objective_has_the_same_counts_goal_and_windows() -> None:
    made = resource(stack(SLO | {"application_signals": True}), "aws_cloudcontrolapi_resource")
    assert made["type_name"] == "AWS::ApplicationSignals::ServiceLevelObjective"
    desired = json.loads(made["desired_state"])
    assert desired["Goal"] == {
        "AttainmentGoal": 99.5,
        "WarningThreshold": 50,
        "Interval": {"RollingInterval": {"DurationUnit": "DAY", "Duration": 28}},
    }
    counts = desired["RequestBasedSli"]["RequestBasedSliMetric"]
    result, total = counts["TotalRequestCountMetric"]
    assert (result["Expression"], total["MetricStat"]["Metric"]["MetricName"]) == ("FILL(total, 0)", "Requests")
    assert [query["Id"] for query in counts["MonitoredRequestCountMetric"]["BadCountMetric"]] == ["result", "bad"]
    assert [one["LookBackWindowMinutes"] for one in desired["BurnRateConfigurations"]] == [5, 30, 60, 120, 360, 1440]


def test_the_native_objective_of_a_time_counts_the_fast_ones() -> None:
    spec = only(target_percent=95, within={"metric": FIRST_TOKEN, "milliseconds": 3000}, application_signals=True)
    desired = json.loads(resource(stack(spec), "aws_cloudcontrolapi_resource")["desired_state"])
    counts = desired["RequestBasedSli"]["RequestBasedSliMetric"]
    (total,), (good,) = counts["TotalRequestCountMetric"], counts["MonitoredRequestCountMetric"]["GoodCountMetric"]
    assert (total["MetricStat"]["Stat"], good["MetricStat"]["Stat"]) == ("SampleCount", "TC(:3000)")


def test_without_the_option_there_is_no_native_objective() -> None:
    assert "aws_cloudcontrolapi_resource" not in stack(SLO)["resource"]


def test_a_monitor_can_only_be_named_in_a_configuration() -> None:
    with pytest.raises(ConfigError, match="of: names a monitor, and those are known in a configuration only"):
        stack(only(of="chat"))


def test_the_register_says_what_was_promised() -> None:
    register = registered(config({"chat": LLM, "promise": only(of="chat")})["stacks"]["production"]["monitors"])
    assert register.context.objectives == {
        "promise": (
            "99.5 % of requests are to be good over 28 days: 5 of 1,000 requests may be bad, or all of them for 201.6 "
            "minutes"
        )
    }
