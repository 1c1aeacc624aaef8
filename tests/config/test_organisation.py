"""What an organisation asks of a stack: who deploys it, its roles, keys, tags and variables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib import Environment, GivenKey, Notifications, NotificationsSpec, Receiver, rule_roles
from constructs_lib.cdk import TerraformStack
from constructs_lib.config.loader import load as load_file
from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import resource, resources, synth
from tests.configs import anomaly, config, load, problems, threshold
from tests.sagemaker import bias, endpoint
from tests.stacks import monitoring_stack, new_app, own_stack

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
BOUNDARY = "arn:aws:iam::123456789012:policy/workloads"
RULES = {"permissions_boundary": BOUNDARY, "path": "/monitoring/"}
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LOGS: dict[str, Any] = {
    "pattern": "log_pattern",
    "log_group": {"name": "/ai/app", "create": True, "retention_days": 30},
    "filter": "ERROR",
    "alarm": {"at_least": 1},
    "archive": {"bucket": "create"},
}


def synthesised(**stack: Any) -> dict[str, Any]:
    return synth(monitoring_stack(config(**stack)))


def test_the_provider_takes_a_role_and_a_profile() -> None:
    role = {"role_arn": "arn:aws:iam::123456789012:role/deploy", "session_name": "ci", "external_id": "${var.id}"}
    (provider,) = synthesised(provider={"assume_role": role, "profile": "prod"})["provider"]["aws"]
    assert (provider["assume_role"], provider["profile"]) == ([role], "prod")
    (plain,) = synthesised()["provider"]["aws"]
    assert not {"assume_role", "profile"} & plain.keys()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_role_of_every_pattern_is_bounded_and_has_the_path(file: Path) -> None:
    found = load_file(file)
    for name, spec in found.stacks.items():
        bounded = type(spec).model_validate({**dict(spec), "roles": RULES})
        stack = synth(MonitoringStack(new_app(), name, bounded, project=found.project))
        for role in resources(stack, "aws_iam_role").values():
            assert (role["permissions_boundary"], role["path"]) == (BOUNDARY, "/monitoring/"), role["name"]
        for profile in resources(stack, "aws_iam_instance_profile").values():
            assert profile["path"] == "/monitoring/"


def test_a_roles_own_arn_has_the_path() -> None:
    stack = synthesised(monitors={"fair": bias(), "ranker": endpoint()}, roles=RULES)
    text = json.dumps(stack["resource"])  # the job's definition names its role before that is made
    assert ":role/monitoring/recommender-production-fair" in text
    assert ":role/recommender-production-fair" not in text


def test_roles_of_ones_own_stack_are_bounded_too() -> None:
    def fill(stack: TerraformStack) -> None:
        rule_roles(stack, permissions_boundary=BOUNDARY)
        channel = {"workspace": "T012AB3C4", "channel": "C0123ABCD", "name": "ml"}
        spec = NotificationsSpec.model_validate({"critical": [{"slack": channel}]})
        Notifications(stack, "alerts", spec, name="shop", environment=Environment("123456789012", "us-east-1"))

    role = resource(own_stack(fill), "aws_iam_role")
    assert role["permissions_boundary"] == BOUNDARY
    assert "path" not in role


def test_ones_own_keys_take_the_place_of_those_that_a_stack_makes() -> None:
    other = KEY.replace("90ab", "90cd")
    keys = {"notifications_kms_key_arn": KEY, "data_kms_key_arn": other}
    stack = synthesised(monitors={"logs": LOGS}, encryption=keys)
    assert not resources(stack, "aws_kms_key")
    assert {topic["kms_master_key_id"] for topic in resources(stack, "aws_sns_topic").values()} == {KEY}
    assert {group["kms_key_id"] for group in resources(stack, "aws_cloudwatch_log_group").values()} == {other}
    encryption = resource(stack, "aws_s3_bucket_server_side_encryption_configuration")
    assert other in json.dumps(encryption)
    half = synthesised(monitors={"logs": LOGS}, encryption={"data_kms_key_arn": other})
    assert len(resources(half, "aws_kms_key")) == 1, "the other one is still made"


def test_topics_of_ones_own_stack_take_a_given_key() -> None:
    def fill(stack: TerraformStack) -> None:
        spec = NotificationsSpec(critical=[Receiver(email="a@example.com")])
        here = Environment("123456789012", "us-east-1")
        Notifications(stack, "alerts", spec, name="shop", environment=here, encryption_key=GivenKey(KEY))

    stack = own_stack(fill)
    assert resource(stack, "aws_sns_topic")["kms_master_key_id"] == KEY
    assert not resources(stack, "aws_kms_key")


def test_a_monitors_tags_are_on_all_that_it_makes_and_on_nothing_else() -> None:
    stack = synthesised(monitors={"logs": LOGS | {"tags": {"service": "app"}}, "calls": anomaly()})
    tagged = {
        (kind, values["tags"].get("service"))
        for kind, made in stack["resource"].items()
        for key, values in made.items()
        if "tags" in values and key.startswith("logs")
    }
    assert {"aws_cloudwatch_log_group", "aws_iam_role", "aws_s3_bucket", "aws_cloudwatch_metric_alarm"} <= {
        kind for kind, _ in tagged
    }
    assert {service for _, service in tagged} == {"app"}
    (calls,) = (
        alarm for key, alarm in resources(stack, "aws_cloudwatch_metric_alarm").items() if key.startswith("calls")
    )
    assert calls["tags"] == {"severity": "critical"}


def test_a_declared_variable_has_its_type_and_is_shown() -> None:
    declared = {"limit": {"type": "number", "description": "Too many", "default": 5}}
    stack = synthesised(monitors={"calls": threshold(above="${var.limit}", runbook="${var.page}")}, variables=declared)
    assert stack["variable"]["limit"] == {"type": "number", "description": "Too many", "default": 5}
    assert stack["variable"]["page"] == {"sensitive": True}, "not declared"
    assert stack["output"]["alarm_names"].get("sensitive") is None
    assert "${var.limit}" in resource(stack, "aws_cloudwatch_metric_alarm")["alarm_description"]
    assert stack["output"]["alarms"].get("sensitive") is None, "its summary says the limit, which is no secret"


def test_a_declared_variable_of_a_receivers_address_stays_sensitive() -> None:
    everyone = {"critical": [{"pagerduty": "${var.key}"}], "warning": [{"email": "a@example.com"}]}
    stack = synthesised(notifications=everyone, variables={"key": {"description": "Of PagerDuty's integration"}})
    assert stack["variable"]["key"]["sensitive"] is True
    named = load(config(notifications=everyone, variables={"key": {}})).stacks["production"]
    assert named.is_sensitive("key")


@pytest.mark.parametrize(
    ("kind", "default", "right"),
    [
        ("number", 5, True),
        ("number", True, False),
        ("bool", False, True),
        ("bool", 1, False),
        ("string", "a", True),
        ("list(string)", ["a"], True),
        ("list(string)", "a", False),
        ("map(string)", {"a": "b"}, True),
        ("map(string)", ["a"], False),
    ],
)
def test_a_default_is_of_its_type(kind: str, default: Any, right: bool) -> None:
    variables = {"page": {"type": kind, "default": default}}
    found = problems(config(runbook="https://r.example.com/${var.page}", variables=variables))
    assert bool(found) is not right, found
