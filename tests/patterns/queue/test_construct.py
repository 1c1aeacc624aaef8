"""The queue pattern as Terraform reads it, and what its alarms do over time."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import QueueMonitor, QueueSpec
from constructs_lib.cdk import TerraformStack, aws
from constructs_lib.simulation.simulation import Simulation
from constructs_lib.testing import resource, resources, synth
from tests.behaviour.stacks import failures
from tests.configs import config
from tests.patterns.queue.test_spec import EVERYTHING, JOBS
from tests.stacks import ROUTING, monitoring_stack, own_stack


def alarms(**options: Any) -> dict[str, Any]:
    """The alarms' arguments by name."""
    spec = QueueSpec.model_validate(JOBS | options)
    stack = own_stack(lambda scope: QueueMonitor(scope, "jobs", spec, notifications=ROUTING, name="shop-jobs"))
    return {alarm["alarm_name"]: alarm for alarm in resources(stack, "aws_cloudwatch_metric_alarm").values()}


def test_waiting_is_the_age_in_minutes_minute_by_minute() -> None:
    alarm = alarms()["shop-jobs-waiting"]
    result, age = alarm["metric_query"]
    assert (result["expression"], alarm["threshold"]) == ("age / 60", 10)
    assert age["metric"] == {
        "namespace": "AWS/SQS",
        "metric_name": "ApproximateAgeOfOldestMessage",
        "dimensions": {"QueueName": "jobs"},
        "period": 60,
        "stat": "Maximum",
    }
    assert (alarm["evaluation_periods"], alarm["datapoints_to_alarm"]) == (5, 5)
    assert alarm["treat_missing_data"] == "notBreaching", "an idle queue publishes nothing"


def test_dead_letters_are_those_that_lie_there_not_those_that_were_sent() -> None:
    alarm = alarms()["shop-jobs-dead"]
    assert (alarm["metric_name"], alarm["statistic"]) == ("ApproximateNumberOfMessagesVisible", "Maximum")
    assert alarm["dimensions"] == {"QueueName": "jobs-dlq"}
    assert (alarm["comparison_operator"], alarm["threshold"]) == ("GreaterThanOrEqualToThreshold", 1)


def test_a_queue_of_the_same_stack_is_named_by_reference() -> None:
    def fill(stack: TerraformStack) -> None:
        queue = aws.sqs_queue.SqsQueue(stack, "queue", name="jobs")
        spec = QueueSpec(queue=queue.name, wait_minutes=10)
        QueueMonitor(stack, "jobs", spec, notifications=ROUTING)

    _, age = resource(own_stack(fill), "aws_cloudwatch_metric_alarm")["metric_query"]
    assert age["metric"]["dimensions"] == {"QueueName": "${aws_sqs_queue.queue.name}"}


@pytest.fixture(scope="module")
def deployed() -> Simulation:
    receivers = {severity: [{"email": f"{severity}@example.com"}] for severity in ("critical", "warning", "info")}
    data = config({"jobs": JOBS | {"alarms": EVERYTHING}}, notifications=receivers)
    return Simulation.of(synth(monitoring_stack(data)))


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        pytest.param(
            "{of: jobs-waiting, values: 30x30 720x30 30x30}",
            "{jobs-waiting: {alarm: 35m, ok: 61m}}",
            id="waiting: five minutes above ten",
        ),
        pytest.param("{of: jobs-waiting, values: 30x30 720x4 30x30}", "{jobs-waiting: quiet}", id="waiting: a spike"),
        pytest.param("{of: jobs-waiting, values: 30x30 _x90}", "{jobs-waiting: quiet}", id="waiting: an idle queue"),
        pytest.param(
            "{of: jobs-stuck.visible, values: 5x120}, {of: jobs-stuck.deleted, values: 2x30 0x90}",
            "{jobs-stuck: {alarm: 60m}}",
            id="stuck: half an hour without a message done",
        ),
        pytest.param(
            "{of: jobs-stuck.visible, values: 5x120}, {of: jobs-stuck.deleted, values: 2x30 (0x25 1x5)x3}",
            "{jobs-stuck: quiet}",
            id="stuck: slow, and it goes on",
        ),
        pytest.param(
            "{of: jobs-stuck.visible, values: 0x120}, {of: jobs-stuck.deleted, values: 2x30 _x90}",
            "{jobs-stuck: quiet}",
            id="stuck: nothing waits",
        ),
        pytest.param(
            "{of: jobs-dead, values: 0x30 1x10 3x20}",
            "{jobs-dead: {alarm: 31m}, jobs-dead-many: quiet}",
            id="dead: once, however many follow",
        ),
        pytest.param(
            "{of: jobs-dead-many, values: 0x30 100x30}",
            "{jobs-dead: {alarm: 31m}, jobs-dead-many: {alarm: 31m}}",
            id="dead-many: an incident",
        ),
        pytest.param(
            "{of: jobs-in-flight, values: 1000x30 108001x30}",
            "{jobs-in-flight: {alarm: 35m}}",
            id="in-flight: above 90 % of 120,000",
        ),
        pytest.param(
            "{of: jobs-in-flight, values: 1000x30 108000x30}", "{jobs-in-flight: quiet}", id="in-flight: at 90 %"
        ),
    ],
)
def test_an_alarm_fires_when_it_should_and_only_then(deployed: Simulation, metrics: str, expected: str) -> None:
    given = f"{{metrics: [{metrics}], bands: {{jobs-backlog: {{lower: 0, upper: 1000}}}}}}"
    assert failures(given, f"{{alarms: {expected}}}", deployed) == []
