"""What a user may say of recommended alarms, and which alarms that gives."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.alarms.alarm import Alarm, Insights, Math
from constructs_lib.patterns.recommended import PATTERN, RecommendedSpec
from tests.configs import config, problems

FUNCTION: dict[str, Any] = {
    "errors": 0, "throttles": 1, "duration_milliseconds": 2500, "concurrency": None,
}  # fmt: skip


def table(resource: dict[str, Any], **options: Any) -> dict[str, Alarm]:
    spec = RecommendedSpec.model_validate({"resource": resource} | options)
    return {alarm.key: alarm for alarm in PATTERN.alarms(spec, "shop-orders", runbook="https://run.example.com")}


def refused(resource: Any, **options: Any) -> list[str]:
    monitor = {"pattern": "recommended", "resource": resource} | options
    return problems(config({"orders": monitor}))


def test_each_threshold_that_aws_leaves_open_is_asked_for_by_name() -> None:
    found = refused({"aws_lambda_function": "orders"}, limits={"errors": 0})
    assert [problem.partition(":")[0].removeprefix("monitors.orders.limits.") for problem in found] == [
        "throttles",
        "duration_milliseconds",
        "concurrency",
    ]
    assert found[0].endswith(
        ": is missing, and AWS leaves it to you: throttled calls in 5 of 5 periods of 1 minute; write a number "
        "(AWS: a number above 0), or null for no such alarm"
    )


def test_what_aws_gives_applies_and_null_leaves_out() -> None:
    service = {"aws_ecs_service": {"cluster": "shop", "service": "ranker"}}
    alarms = table(service)
    assert {key: (alarm.condition.limit, alarm.evaluate.of) for key, alarm in alarms.items()} == {  # type: ignore[union-attr]
        "cpu": (80, 5),
        "memory": (80, 5),
    }
    assert [*table(service, limits={"cpu_percent": None})] == ["memory"]
    assert table(service, limits={"cpu_percent": 95})["cpu"].condition.limit == 95  # type: ignore[union-attr]


def test_an_alarm_says_what_why_and_what_first() -> None:
    alarm = table({"aws_lambda_function": "orders"}, limits=FUNCTION)["errors"]
    assert alarm.name == "shop-orders-errors"
    assert alarm.description == (
        "Sum of errors of Lambda function orders is above 0 in 3 of 3 periods of 1 minute.\n"
        "Callers do not get what they asked for; an event is tried again, and then given up.\n"
        "First: Read the newest errors in the function's log group.\n"
        "Runbook: https://run.example.com"
    )
    assert alarm.missing_data == "not_breaching", "without a call there is no value, and that is no error"


def test_shares_are_in_percent_and_few_calls_do_not_count() -> None:
    stage = {"aws_api_gateway_stage": {"api": "shop", "stage": "prod"}}
    errors = table(stage)["server-errors"].condition
    assert isinstance(errors.watch, Math)  # type: ignore[union-attr]
    assert errors.watch.expression == "IF(samples >= 5, 100 * value, 0)"  # type: ignore[union-attr]
    assert errors.limit == 5  # type: ignore[union-attr]
    assert table(stage, minimum_samples=50)["latency"].condition.watch.expression == "IF(samples >= 50, value, 0)"  # type: ignore[union-attr]
    assert table(stage, minimum_samples=None)["server-errors"].condition.watch.expression == "100 * value"  # type: ignore[union-attr]


def test_what_aws_publishes_by_operation_only_is_asked_for_as_a_whole() -> None:
    limits = {"read_throttled": None, "write_throttled": None, "system_errors": 3}
    watch = table({"aws_dynamodb_table": "orders"}, limits=limits)["system-errors"].condition.watch  # type: ignore[union-attr]
    assert isinstance(watch, Insights)
    schema = 'SCHEMA("AWS/DynamoDB", "Operation", "TableName")'
    assert watch.query.split(" FROM ") == ['SELECT SUM("SystemErrors")', f"{schema} WHERE \"TableName\" = 'orders'"]


def test_several_resources_have_their_alarms_under_their_own_names() -> None:
    alarms = table({"aws_lambda_function": ["a", "b", "${var.third}"]}, limits=FUNCTION)
    assert [*alarms] == [f"{name}-{key}" for name in ("a", "b", "third") for key in ("errors", "throttles", "duration")]
    assert alarms["b-errors"].name == "shop-orders-b-errors"
    only = table({"aws_lambda_function": ["a"]}, limits=FUNCTION)
    assert next(iter(only)) == "a-errors", "a list that shrinks to one renames nothing"


def test_a_queue_that_is_always_written_to_may_be_said_to_be_one() -> None:
    limits = {"age_seconds": 600, "in_flight": None, "waiting": None}
    assert [*table({"aws_sqs_queue": "jobs"}, limits=limits)] == ["age"]
    assert [*table({"aws_sqs_queue": "jobs"}, limits={**limits, "sent": 0})] == ["age", "sent"]
    assert table({"aws_sqs_queue": "jobs"}, limits={**limits, "sent": 0})["sent"].missing_data == "missing"


def test_a_network_load_balancer_is_known_by_its_name() -> None:
    assert [*table({"aws_lb": "net/jobs/0123456789abcdef"})] == ["ports"]
    limits = {"target_errors": 10, "errors": 10, "latency_seconds": None}
    assert [*table({"aws_lb": "app/shop/0123456789abcdef"}, limits=limits)] == ["target-errors", "errors"]


@pytest.mark.parametrize(
    ("resource", "options", "expected"),
    [
        pytest.param(
            {"aws_iam_role": "x"}, {}, ": aws_iam_role: AWS recommends no alarms for 'aws_iam_role'", id="no advice"
        ),
        pytest.param({"aws_sqs_que": "x"}, {}, "did you mean 'aws_sqs_queue'?", id="a slip of the pen"),
        pytest.param("jobs", {}, "write the type and the name: {aws_sqs_queue: jobs}", id="no type"),
        pytest.param({"aws_sqs_queue": "a", "aws_sns_topic": "b"}, {}, "a monitor is of one", id="two types"),
        pytest.param({"aws_sqs_queue": []}, {}, "aws_sqs_queue: is empty", id="none"),
        pytest.param({"aws_sqs_queue": 7}, {}, "7 does not name a SQS queue; write its name", id="a number"),
        pytest.param({"aws_sqs_queue": ["a", "a"]}, {}, "aws_sqs_queue.1: its alarms would have the names", id="twice"),
        pytest.param({"aws_ecs_service": "a"}, {}, "write {cluster: …, service: …}", id="one name of two"),
        pytest.param({"aws_ecs_service": {"cluster": "a"}}, {}, "aws_ecs_service.service: is missing", id="half"),
        pytest.param(
            {"aws_ecs_service": {"cluster": "a", "servce": "b"}}, {}, "did you mean 'service'?", id="a key misspelt"
        ),
        pytest.param(
            {"aws_lambda_function": "a"},
            {"limits": FUNCTION | {"eror": 1}},
            "limits.eror: 'eror' is not a limit of",
            id="no such",
        ),
        pytest.param(
            {"aws_lambda_function": "a"},
            {"limits": dict.fromkeys(FUNCTION)},
            "limits: no alarm is left",
            id="nothing left",
        ),
        pytest.param(
            {"aws_route53_health_check": "a"},
            {},
            "is published in us-east-1 only, and the alarm is in eu-west-1",
            id="a Region",
        ),
    ],
)
def test_what_is_wrong_is_said(resource: Any, options: dict[str, Any], expected: str) -> None:
    monitor = {"pattern": "recommended", "resource": resource} | options
    found = problems(config({"orders": monitor}, region="eu-west-1"))
    assert any(expected in problem for problem in found), found
    assert all(problem.startswith("monitors.orders") for problem in found)
