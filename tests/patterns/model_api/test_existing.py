"""APIs that are there already: only alarms, on the figures that their kind publishes."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import ApiAlarms, Environment, ExistingApi, ModelApi, ModelApiSpec
from constructs_lib.cdk import TerraformStack, aws
from constructs_lib.patterns.model_api.construct import WatchedApi
from constructs_lib.testing import resources
from tests.configs import config, load, problems
from tests.stacks import ROUTING, own_stack

GROUP = {"load_balancer": "app/models/50dc6c495c0c9188", "target_group": "targetgroup/embedder/73e2d6bc24d8a067"}
ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"


def api(existing: dict[str, Any], **options: Any) -> dict[str, Any]:
    return config({"api": {"pattern": "model_api", "existing": existing} | options})


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing is named": (api({}), "existing: nothing is given; write one of rest_api, http_api, target_group"),
    "two kinds": (
        api({"rest_api": "models", "stage": "prod", "http_api": "a1b2c3d4e5"}),
        "existing.http_api: rest_api and http_api is given; write one of rest_api, http_api, target_group",
    ),
    "a REST API without its stage": (
        api({"rest_api": "models"}),
        "existing.stage: is missing: a REST API publishes its figures by stage; name it",
    ),
    "a name in place of an id": (
        api({"http_api": "my models"}),
        (
            "existing.http_api: 'my models' is not the id of an API; "
            "write it like a1b2c3d4e5: the first part of its address"
        ),
    ),
    "a target group alone": (
        api({"target_group": GROUP["target_group"]}),
        "existing.load_balancer: is missing; name it",
    ),
    "a load balancer of another kind": (
        api(GROUP | {"load_balancer": "net/models/50dc6c495c0c9188"}),
        (
            "existing.load_balancer: 'net/models/50dc6c495c0c9188' is not an Application Load Balancer; "
            "write its ARN, or app/NAME/ID, the end of it"
        ),
    ),
    "a load balancer before API Gateway": (
        api({"http_api": "a1b2c3d4e5", "load_balancer": GROUP["load_balancer"]}),
        "existing.load_balancer: is not in front of an API of API Gateway; remove it",
    ),
    "a stage of a target group": (api(GROUP | {"stage": "prod"}), "existing.stage: a target group has none; remove it"),
    "a route twice": (
        api({"http_api": "a1b2c3d4e5", "routes": [{"path": "/a", "latency_p99_milliseconds": 9}] * 2}),
        "existing.routes.1: POST /a is given twice; remove one",
    ),
    "options that make something": (
        api({"http_api": "a1b2c3d4e5"}, tracing=True),
        "tracing: has no effect on an API that is there already; remove it, or `existing`",
    ),
    "what only our access log counts": (
        api({"http_api": "a1b2c3d4e5"}, alarms={"throttled_requests": 5}),
        (
            "alarms.throttled_requests: is counted in the access log of an API that is made here; "
            "remove it; a log_pattern monitor watches the API's own log"
        ),
    ),
    "a latency that target groups do not have": (
        api(GROUP, alarms={"integration_latency_p99_milliseconds": 5}),
        "alarms.integration_latency_p99_milliseconds: is not published of target groups; remove it",
    ),
    "targets of an API": (
        api({"http_api": "a1b2c3d4e5"}, alarms={"healthy_targets": 2}),
        "alarms.healthy_targets: only a target group has targets; remove it",
    ),
    "neither routes nor an API": (
        config({"api": {"pattern": "model_api"}}),
        "routes: no route is given; add one, or name an `existing` API",
    ),
}


@pytest.mark.parametrize(("data", "problem"), CASES.values(), ids=CASES)
def test_impossible_combinations_are_refused_in_plain_words(data: dict[str, Any], problem: str) -> None:
    assert problems(data) == [f"monitors.api.{problem}"]


def test_routes_need_what_can_not_be_seen_and_a_check_says_so() -> None:
    routes = [{"path": "/rank", "latency_p99_milliseconds": 900}]
    spec = load(api({"http_api": "a1b2c3d4e5", "routes": routes})).stacks["production"].monitors["api"]
    (note,) = spec.notes()
    assert str(note).startswith("existing.routes: are measured only where the stage has detailed metrics")


def test_only_alarms_are_made_with_references_to_what_is_there() -> None:
    def fill(stack: TerraformStack) -> None:
        balancer = aws.lb.Lb(stack, "balancer", name="models")
        group = aws.lb_target_group.LbTargetGroup(stack, "group", name="embedder")
        existing = ExistingApi(load_balancer=balancer.arn_suffix, target_group=group.arn_suffix)
        spec = ModelApiSpec(existing=existing, alarms=ApiAlarms(latency_anomaly=None))
        made = ModelApi(stack, "api", spec, notifications=ROUTING)
        assert isinstance(made.serving, WatchedApi) and made.made == {}

    stack = own_stack(fill)
    kinds = {kind for kind in stack["resource"] if not kind.startswith("aws_lb")}
    assert kinds == {"aws_cloudwatch_metric_alarm"}
    by_name = {alarm["alarm_name"]: alarm for alarm in resources(stack, "aws_cloudwatch_metric_alarm").values()}
    assert by_name["mine-api-targets"]["dimensions"] == {
        "LoadBalancer": "${aws_lb.balancer.arn_suffix}",
        "TargetGroup": "${aws_lb_target_group.group.arn_suffix}",
    }


def test_an_arn_becomes_what_cloudwatch_has_of_it() -> None:
    existing = {
        "load_balancer": f"{ARN}loadbalancer/{GROUP['load_balancer']}",
        "target_group": f"{ARN}{GROUP['target_group']}",
    }
    spec = ModelApiSpec.model_validate({"existing": existing})
    assert spec.figures("x").dimensions == {
        "LoadBalancer": GROUP["load_balancer"],
        "TargetGroup": GROUP["target_group"],
    }


def test_an_objective_can_be_set_on_it() -> None:
    spec = ModelApiSpec.model_validate({"existing": {"http_api": "a1b2c3d4e5"}})
    made = spec.makes("shop-api")
    assert spec.log_queries("shop-api") == (), "its access log is not known"
    assert {*made} == {"outcomes"} and made["outcomes"].metrics["errors"].name == "5xx"
    assert [*spec.name_problems("x", Environment("123456789012", "us-east-1"))] == []
    assert spec.global_names("x", Environment("123456789012", "us-east-1")) == () and spec.claims() == {}
