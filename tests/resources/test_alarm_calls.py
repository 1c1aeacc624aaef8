"""Alarms that call more than people: scaling policies."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.alarms.alarm import Alarm, AllOf, Band, Condition, Threshold
from constructs_lib.alarms.duty import Scales
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.routing import Routing
from constructs_lib.errors import ConfigError
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.testing import resources
from tests.stacks import ROUTING, WARNING, own_stack

CALLS = Metric(namespace="AWS/Lambda", name="Invocations", dimensions={"FunctionName": "ranker"}, statistic="Sum")
LIMIT = Threshold(watch=CALLS, comparison="above", limit=10)
POLICY = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:autoScalingGroupName/g:policyName/out"


def alarm(condition: Condition = LIMIT, **options: Any) -> Alarm:
    row = {
        "key": "busy",
        "name": "busy",
        "severity": "warning",
        "summary": "Busy",
        "impact": "Slow",
        "first_step": "Look",
    }
    return Alarm(condition=condition, **(row | options))


def made(table: list[Alarm], calls: dict[str, list[str]], routing: Routing = ROUTING) -> dict[str, Any]:
    stack = own_stack(lambda stack: AlarmSet(stack, table, routing, calls=calls))
    return resources(stack, "aws_cloudwatch_metric_alarm")["busy"]


def test_it_calls_people_and_the_policy_and_tells_people_only_when_it_is_over() -> None:
    found = made([alarm()], {"busy": [POLICY]})
    assert found["alarm_actions"] == [WARNING, POLICY]
    assert found["ok_actions"] == [WARNING]


def test_one_that_only_scales_calls_nobody_and_is_still_switched_on() -> None:
    found = made([alarm(duty=Scales("adds 2 instances"))], {"busy": [POLICY]})
    assert found["actions_enabled"] is True
    assert (found["alarm_actions"], found["ok_actions"]) == ([POLICY], [])
    assert found["alarm_description"] == "Busy.\nIts scaling policy adds 2 instances."


@pytest.mark.parametrize(
    ("table", "calls", "problem"),
    [
        pytest.param(
            [alarm(Band(watch=CALLS, width=2, direction="above"))],
            {"busy": [POLICY]},
            "busy: is an anomaly alarm, and CloudWatch lets none of those call a scaling policy",
            id="anomaly",
        ),
        pytest.param(
            [alarm(), alarm(AllOf(alarms=("busy",)), key="both", name="both")],
            {"both": [POLICY]},
            "both: is a composite alarm, and CloudWatch lets none of those call a scaling policy",
            id="composite",
        ),
        pytest.param(
            [alarm()], {"bussy": [POLICY]}, "bussy: is not an alarm of this table; did you mean 'busy'", id="typo"
        ),
        pytest.param([alarm()], {"busy": [POLICY] * 5}, "busy: 6 actions, and CloudWatch calls at most 5", id="six"),
        pytest.param(
            [alarm(duty=Scales("adds 2 instances"))],
            {},
            "busy: is there to call a scaling policy, and calls none",
            id="none",
        ),
    ],
)
def test_what_cloudwatch_would_refuse(table: list[Alarm], calls: dict[str, list[str]], problem: str) -> None:
    with pytest.raises(ConfigError) as error:
        own_stack(lambda stack: AlarmSet(stack, table, ROUTING, calls=calls))
    assert str(error.value).startswith(problem)
