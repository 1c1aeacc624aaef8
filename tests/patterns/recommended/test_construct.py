"""Recommended alarms of resources of the same app, and what they do over time."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import ConfigError, RecommendedAlarms, RecommendedSpec, Routing
from constructs_lib.cdk import TerraformStack, aws
from constructs_lib.rules import findings
from constructs_lib.simulation.simulation import Simulation
from constructs_lib.terraform.reading import configured
from constructs_lib.terraform.stack import Stack
from constructs_lib.testing import resources, synth
from tests.behaviour.stacks import failures
from tests.configs import config
from tests.patterns.recommended.monitors import EVERY
from tests.stacks import ROUTING, monitoring_stack, new_app, own_stack

LIMITS = {"errors": 0, "throttles": None, "duration_milliseconds": 2500, "concurrency": None}


def function(stack: TerraformStack, name: str) -> Any:
    return aws.lambda_function.LambdaFunction(stack, name, function_name=name, role="arn:aws:iam::123456789012:role/r")


def alarms(written: dict[str, Any]) -> dict[str, Any]:
    return {alarm["alarm_name"]: alarm for alarm in resources(written, "aws_cloudwatch_metric_alarm").values()}


def test_a_resource_is_enough() -> None:
    def fill(stack: TerraformStack) -> None:
        RecommendedAlarms(stack, "orders", function(stack, "f"), limits=LIMITS, notifications=ROUTING)

    made = alarms(own_stack(fill))
    assert {*made} == {"mine-orders-errors", "mine-orders-duration"}
    errors = made["mine-orders-errors"]
    assert errors["dimensions"] == {"FunctionName": "${aws_lambda_function.f.function_name}"}
    assert (errors["threshold"], errors["evaluation_periods"], errors["period"]) == (0, 3, 60)


def test_several_resources_are_told_apart_by_their_ids() -> None:
    def fill(stack: TerraformStack) -> None:
        both = [function(stack, "a"), function(stack, "b")]
        RecommendedAlarms(stack, "functions", both, limits=LIMITS, notifications=ROUTING)

    assert {*alarms(own_stack(fill))} == {
        f"mine-functions-{name}-{key}" for name in ("a", "b") for key in ("errors", "duration")
    }


def test_a_resource_without_limits_asks_for_all_of_them() -> None:
    with pytest.raises(ConfigError) as refused:
        own_stack(lambda stack: RecommendedAlarms(stack, "o", function(stack, "f"), notifications=ROUTING))
    assert [problem.path for problem in refused.value.problems] == [f"limits.{option}" for option in LIMITS]


def test_what_cloudwatch_calls_it_is_found_in_other_resources() -> None:
    def fill(stack: TerraformStack) -> None:
        api = aws.api_gateway_rest_api.ApiGatewayRestApi(stack, "api", name="shop")
        stage = aws.api_gateway_stage.ApiGatewayStage(
            stack, "stage", rest_api_id=api.id, stage_name="prod", deployment_id="d"
        )
        service = aws.ecs_service.EcsService(stack, "ranker", name="ranker", cluster="arn:aws:ecs:…:cluster/shop")
        RecommendedAlarms(stack, "prod", stage, notifications=ROUTING)
        RecommendedAlarms(stack, "service", service, notifications=ROUTING)

    made = alarms(own_stack(fill))
    (_, value, _) = made["mine-prod-server-errors"]["metric_query"]
    assert value["metric"]["dimensions"] == {
        "ApiName": "${aws_api_gateway_rest_api.api.name}",
        "Stage": "${aws_api_gateway_stage.stage.stage_name}",
    }
    assert made["mine-service-cpu"]["dimensions"] == {
        "ClusterName": "${basename(aws_ecs_service.ranker.cluster)}",
        "ServiceName": "${aws_ecs_service.ranker.name}",
    }


def test_a_resource_of_another_stack_is_handed_over_by_an_output() -> None:
    app = new_app()
    home, other = TerraformStack(app, "home"), TerraformStack(app, "other")
    for stack in (home, other):
        aws.provider.AwsProvider(stack, "aws", region="us-east-1")
    service = aws.ecs_service.EcsService(home, "ranker", name="ranker", cluster="arn:aws:ecs:…:cluster/shop")
    RecommendedAlarms(other, "service", service, notifications=ROUTING)
    home.prepare_stack()
    other.prepare_stack()
    written = synth(other)
    dimensions = alarms(written)["other-service-cpu"]["dimensions"]
    assert "data.terraform_remote_state" in dimensions["ServiceName"]
    assert dimensions["ClusterName"].startswith("${basename(data.terraform_remote_state.")
    assert len(synth(home)["output"]) == 2


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(
            lambda stack: aws.iam_role.IamRole(stack, "r", assume_role_policy="{}"),
            "resource: AWS recommends no alarms for aws_iam_role that this library knows",
            id="no advice",
        ),
        pytest.param(
            lambda stack: aws.lb.Lb(stack, "gateway", load_balancer_type="gateway"),
            "resource: AWS recommends no alarms for one of this kind: aws_lb.gateway",
            id="no advice for this kind",
        ),
        pytest.param(
            lambda stack: aws.lb_target_group.LbTargetGroup(stack, "web", protocol="HTTP"),
            "what CloudWatch calls it shows in no resource of its stack",
            id="a target group without a load balancer",
        ),
        pytest.param(
            lambda stack: [function(stack, "f"), aws.sns_topic.SnsTopic(stack, "t")],
            "the alarms are of one type of resource",
            id="two types",
        ),
        pytest.param(lambda _: "orders", "a str is neither a resource nor a RecommendedSpec", id="a name"),
    ],
)
def test_what_can_not_be_watched_is_said(make: Any, expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        own_stack(lambda stack: RecommendedAlarms(stack, "o", make(stack), notifications=ROUTING))


def test_a_spec_may_be_given_in_its_place() -> None:
    spec = RecommendedSpec(resource={"aws_ecs_service": {"cluster": "shop", "service": "ranker"}}, severity="critical")
    routing = Routing({"critical": ["arn:aws:sns:us-east-1:123456789012:oncall"]})
    made = alarms(own_stack(lambda stack: RecommendedAlarms(stack, "ranker", spec, notifications=routing)))
    assert sorted(made) == ["mine-ranker-cpu", "mine-ranker-memory"]


@pytest.fixture(scope="module")
def deployed() -> Simulation:
    monitors = {
        "orders": {"pattern": "recommended", "resource": {"aws_lambda_function": "orders"}, "limits": LIMITS},
        "api": {"pattern": "recommended", "resource": {"aws_api_gateway_stage": {"api": "shop", "stage": "prod"}}},
        "table": {
            "pattern": "recommended",
            "resource": {"aws_dynamodb_table": "orders"},
            "limits": {"read_throttled": 10, "write_throttled": None, "system_errors": 5},
        },
    }
    return Simulation.of(synth(monitoring_stack(config(monitors))))


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        pytest.param("{of: orders-errors, values: _x10 1x3 _x30}", "{orders-errors: {alarm: 13m}}", id="errors"),
        pytest.param("{of: orders-errors, values: _x10 1x2 _x30}", "{orders-errors: quiet}", id="errors: two minutes"),
        pytest.param("{of: orders-errors, values: _x40}", "{orders-errors: quiet}", id="errors: none at all"),
        pytest.param(
            "{of: api-server-errors.value, values: 0x10 0.2x10, samples: 100}",
            "{api-server-errors: {alarm: 13m}}",
            id="a share of many",
        ),
        pytest.param(
            "{of: api-server-errors.value, values: 0x10 1x10, samples: 2}",
            "{api-server-errors: quiet}",
            id="a share of two",
        ),
    ],
)
def test_an_alarm_fires_when_it_should_and_only_then(deployed: Simulation, metrics: str, expected: str) -> None:
    assert failures(f"{{metrics: [{metrics}]}}", f"{{alarms: {expected}}}", deployed) == []


def test_no_rule_finds_anything_in_the_alarms_of_any_type() -> None:
    receivers = {"warning": [{"email": "team@example.com"}]}
    written = synth(monitoring_stack(config(EVERY, notifications=receivers)))
    found = findings(Stack("production", configured(written)))
    assert [f"{finding.rule}: {finding.subject}: {finding.problem}" for finding in found] == []
