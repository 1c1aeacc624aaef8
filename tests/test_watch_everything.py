"""Recommended alarms of every resource of an app of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from constructs_lib import ConfigError, Exclude, Routing, WatchEverything
from constructs_lib.cdk import App, Construct, TerraformStack, aws
from constructs_lib.testing import resources, synth
from tests.stacks import ROUTING, new_app

LIMITS = {"aws_lambda_function": {"errors": 0}}


def filled(fill: Callable[[TerraformStack], Any] = lambda _: None) -> TerraformStack:
    """A service, a function within a construct, and a queue that AWS leaves all thresholds open for."""
    stack = TerraformStack(new_app(), "shop")
    aws.provider.AwsProvider(stack, "aws", region="us-east-1")
    aws.ecs_service.EcsService(stack, "ranker", name="ranker", cluster="prod")
    api = Construct(stack, "api")
    aws.lambda_function.LambdaFunction(api, "handler", function_name="handler", role="arn:aws:iam::123456789012:role/r")
    aws.sqs_queue.SqsQueue(stack, "jobs", name="jobs")
    aws.iam_role.IamRole(stack, "role", assume_role_policy="{}")
    fill(stack)
    return stack


def names(stack: TerraformStack) -> list[str]:
    return sorted(alarm["alarm_name"] for alarm in resources(synth(stack), "aws_cloudwatch_metric_alarm").values())


def test_every_resource_with_advice_gets_its_alarms() -> None:
    stack = filled(lambda stack: WatchEverything(stack, notifications=ROUTING, limits=LIMITS))
    assert names(stack) == ["shop-api-handler-errors", "shop-ranker-cpu", "shop-ranker-memory"]
    assert synth(stack) == synth(filled(lambda stack: WatchEverything(stack, notifications=ROUTING, limits=LIMITS)))


def test_nothing_is_invented_where_a_threshold_is_open() -> None:
    made: list[WatchEverything] = []
    stack = filled(lambda stack: made.append(WatchEverything(stack, notifications=ROUTING)))
    assert names(stack) == ["shop-ranker-cpu", "shop-ranker-memory"]
    assert [*made[0].watched] == ["ranker"]
    assert [(one.id, one.option) for one in made[0].open] == [
        ("api/handler", "errors"),
        ("api/handler", "throttles"),
        ("api/handler", "duration_milliseconds"),
        ("api/handler", "concurrency"),
        ("jobs", "age_seconds"),
        ("jobs", "in_flight"),
        ("jobs", "waiting"),
    ]
    (warning,) = (entry for entry in made[0].node.metadata if "warn" in entry.type)
    assert "jobs (aws_sqs_queue): age_seconds is missing, and AWS leaves it to you" in warning.data


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        pytest.param({"types": ["aws_ecs_service"]}, ["shop-api-handler-errors"], id="a type"),
        pytest.param({"ids": ["ranker"]}, ["shop-api-handler-errors"], id="a resource"),
        pytest.param({"ids": ["api"]}, ["shop-ranker-cpu", "shop-ranker-memory"], id="what is in a construct"),
        pytest.param({"alarms": ["memory"]}, ["shop-api-handler-errors", "shop-ranker-cpu"], id="an alarm"),
        pytest.param(
            {"alarms": ["aws_ecs_service.cpu"]}, ["shop-api-handler-errors", "shop-ranker-memory"], id="of one type"
        ),
    ],
)
def test_types_constructs_and_alarms_can_be_left_out(exclude: dict[str, Any], left: list[str]) -> None:
    def fill(stack: TerraformStack) -> None:
        WatchEverything(stack, notifications=ROUTING, limits=LIMITS, exclude=Exclude(**exclude))

    assert names(filled(fill)) == left


def test_a_resource_s_own_limit_goes_before_its_type_s() -> None:
    def fill(stack: TerraformStack) -> None:
        limits: dict[str, dict[str, float | None]] = {
            "aws_lambda_function": {"errors": 0, "throttles": 0},
            "api/handler": {"errors": 10, "throttles": None},
        }
        WatchEverything(stack, notifications=ROUTING, limits=limits, exclude=Exclude(types=["aws_ecs_service"]))

    (alarm,) = resources(synth(filled(fill)), "aws_cloudwatch_metric_alarm").values()
    assert (alarm["alarm_name"], alarm["threshold"]) == ("shop-api-handler-errors", 10)


def test_what_is_watched_already_and_the_topics_it_notifies_get_no_second_alarm() -> None:
    def fill(stack: TerraformStack) -> None:
        topic = aws.sns_topic.SnsTopic(stack, "oncall", name="oncall")
        aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(
            stack,
            "by-hand",
            alarm_name="by-hand",
            namespace="AWS/ECS",
            metric_name="CPUUtilization",
            dimensions={"ClusterName": "prod", "ServiceName": "ranker"},
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=1,
            threshold=99,
            statistic="Average",
            period=60,
        )
        WatchEverything(stack, notifications=Routing({"warning": [topic.arn]}))

    assert names(filled(fill)) == ["by-hand", "shop-ranker-memory"]


def test_what_is_made_later_stops_a_synth() -> None:
    def fill(stack: TerraformStack) -> None:
        WatchEverything(stack, notifications=ROUTING)
        aws.dynamodb_table.DynamodbTable(stack, "late", name="late")

    with pytest.raises(
        Exception, match="late: made after WatchEverything, and so not watched; make WatchEverything last"
    ):
        synth(filled(fill))


def test_only_what_is_below_its_scope_is_watched() -> None:
    def fill(stack: TerraformStack) -> None:
        WatchEverything(cast("Construct", stack.node.find_child("api")), notifications=ROUTING, limits=LIMITS)
        aws.dynamodb_table.DynamodbTable(stack, "elsewhere", name="elsewhere")

    assert names(filled(fill)) == ["shop-api-handler-errors"]


def test_receivers_of_another_stack_are_declared(tmp_path: Path) -> None:
    """CDKTF resolves references between stacks before Aspects run: what those make names undeclared ones."""
    app = App(outdir=str(tmp_path))
    home, shop = TerraformStack(app, "home"), TerraformStack(app, "shop")
    for stack in (home, shop):
        aws.provider.AwsProvider(stack, "aws", region="us-east-1")
    topic = aws.sns_topic.SnsTopic(home, "oncall", name="oncall")
    aws.ecs_service.EcsService(shop, "ranker", name="ranker", cluster="prod")
    WatchEverything(shop, notifications=Routing({"warning": [topic.arn]}))
    app.synth()
    written, of_home = (
        json.loads((tmp_path / "stacks" / name / "cdk.tf.json").read_text(encoding="utf-8"))
        for name in ("shop", "home")
    )
    (action,) = {alarm["alarm_actions"][0] for alarm in resources(written, "aws_cloudwatch_metric_alarm").values()}
    assert action.startswith("${data.terraform_remote_state.")
    (remote,) = written["data"]["terraform_remote_state"]
    assert f".{remote}." in action
    assert {output["value"] for output in of_home["output"].values()} == {"${aws_sns_topic.oncall.arn}"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(
            {"exclude": Exclude(types=["aws_sqs_queu"])},
            "exclude.types.0: 'aws_sqs_queu' is nothing that is watched here; did you mean 'aws_sqs_queue'?",
            id="a type",
        ),
        pytest.param({"exclude": Exclude(ids=["rankr"])}, "did you mean 'ranker'?", id="a construct"),
        pytest.param({"exclude": Exclude(alarms=["memry"])}, "did you mean 'memory'?", id="an alarm"),
        pytest.param({"limits": {"jbs": {}}}, "limits: 'jbs' is neither a type nor a resource here", id="whose limits"),
        pytest.param(
            {"limits": {"jobs": {"errors": 1}}},
            "limits.jobs.errors: 'errors' is not a limit of aws_sqs_queue",
            id="a limit",
        ),
    ],
)
def test_what_is_not_there_can_not_be_excluded(options: dict[str, Any], expected: str) -> None:
    with pytest.raises(ConfigError) as refused:
        filled(lambda stack: WatchEverything(stack, notifications=ROUTING, **options))
    assert expected in str(refused.value)
