"""What the rules make of a plan: Regions, variables and outputs of modules, computed policies, what is not known."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from constructs_lib.rules import findings
from constructs_lib.terraform.reading import ReadPlan, parse
from constructs_lib.terraform.stack import Stack
from tests.rules.stacks import alarm

ALARM, TOPIC, SUBSCRIPTION = "aws_cloudwatch_metric_alarm", "aws_sns_topic", "aws_sns_topic_subscription"


def made(address: str, values: dict[str, Any], *unknown: str) -> dict[str, Any]:
    """A resource that a plan makes, of which some arguments are known after apply."""
    known = {key: value for key, value in values.items() if key not in unknown}
    change = {"actions": ["create"], "before": None, "after": known, "after_unknown": dict.fromkeys(unknown, True)}
    kind = address.split(".")[-2]
    return {"address": address, "type": kind, "mode": "managed", "change": change}


def written(address: str, provider: str = "aws", **references: str | list[str]) -> dict[str, Any]:
    """The same in the configuration: the references its arguments are made of."""
    listed = {key: {"references": [value] if isinstance(value, str) else value} for key, value in references.items()}
    kind, _, _ = address.partition(".")
    return {"address": address, "type": kind, "provider_config_key": provider, "expressions": listed}


def plan(resources: list[dict[str, Any]], root: dict[str, Any], **more: Any) -> Stack:
    configuration = {"root_module": root, "provider_config": more.pop("provider_config", {})}
    found = parse({"resource_changes": resources, "configuration": configuration, **more}, name="plan")
    assert isinstance(found, ReadPlan)
    return found.after


def said(stack: Stack) -> list[str]:
    return [f"{finding.rule} {finding.subject}" for finding in findings(stack)]


HEARD = [
    made(f"{TOPIC}.t", {"name": "t"}, "arn", "policy"),
    made(f"{SUBSCRIPTION}.s", {"protocol": "email", "endpoint": "a@example.com"}, "topic_arn"),
]
WRITTEN = [written(f"{TOPIC}.t"), written(f"{SUBSCRIPTION}.s", topic_arn=[f"{TOPIC}.t.arn", f"{TOPIC}.t"])]
REGIONS = {
    "aws": {"expressions": {"region": {"constant_value": "us-east-1"}}},
    "aws.eu": {"expressions": {"region": {"references": ["var.region"]}}},
    "aws.again": {"expressions": {"region": {"constant_value": "us-east-1"}}},
}


@pytest.mark.parametrize(("provider", "unique"), [("aws.eu", True), ("aws", False)])
def test_one_name_in_two_regions(provider: str, unique: bool) -> None:
    values = alarm(alarm_actions=["arn:aws:lambda:us-east-1:123456789012:function:hear"])
    stack = plan(
        [made(f"{ALARM}.a", values), made(f"{ALARM}.b", values)],
        {"resources": [written(f"{ALARM}.a"), written(f"{ALARM}.b", provider)]},
        provider_config=REGIONS,
        variables={"region": {"value": "eu-west-1"}},
    )
    assert [one.region for one in stack.alarms] == ["us-east-1", "eu-west-1" if unique else "us-east-1"]
    assert said(stack) == ([] if unique else ["alarm-name-unique errors"])


def test_a_region_that_a_module_is_handed_is_not_known() -> None:
    """A variable of the module, though the root has one of the same name."""
    key = "module.m:aws"
    provider = {"module_address": "module.m", "expressions": {"region": {"references": ["var.region"]}}}
    root = {"module_calls": {"m": {"module": {"resources": [written(f"{ALARM}.a", key)]}}}}
    stack = plan(
        [made(f"module.m.{ALARM}.a", alarm())],
        root,
        provider_config={key: provider},
        variables={"region": {"value": "eu-west-1"}},
    )
    assert stack.alarms[0].region == ""


def test_a_topic_of_another_region_is_known_by_its_provider() -> None:
    stack = plan(
        [*HEARD, made(f"{ALARM}.a", alarm(), "alarm_actions")],
        {"resources": [*WRITTEN, written(f"{ALARM}.a", "aws.eu", alarm_actions=f"{TOPIC}.t.arn")]},
        provider_config=REGIONS,
        variables={"region": {"value": "eu-west-1"}},
    )
    assert said(stack) == ["actions-possible errors"]


def nested(depth: int, module: dict[str, Any]) -> dict[str, Any]:
    """A module some levels down, which is handed a topic at each one."""
    for level in range(depth):
        given = f"{TOPIC}.t.arn" if level == depth - 1 else "var.topic"
        call = {"module": module, "expressions": {"topic": {"references": [given]}}}
        module = {"module_calls": {"m": call}}
    return module


@pytest.mark.parametrize("depth", [1, 10])
@pytest.mark.parametrize("subscribed", [True, False])
def test_a_topic_that_a_module_is_handed_is_still_that_topic(depth: int, subscribed: bool) -> None:
    address = f"{'module.m.' * depth}{ALARM}.a"
    root = nested(depth, {"resources": [written(f"{ALARM}.a", alarm_actions="var.topic")]})
    resources = HEARD if subscribed else HEARD[:1]
    stack = plan(
        [*resources, made(address, alarm(), "alarm_actions")],
        root | {"resources": WRITTEN if subscribed else WRITTEN[:1]},
    )
    assert stack.alarms[0].actions == (f"${{{TOPIC}.t.arn}}",)
    assert said(stack) == ([] if subscribed else [f"topic-has-subscriber {TOPIC}.t"])


def test_a_topic_that_a_module_gives_out_is_still_that_topic() -> None:
    module = {
        "resources": [written(f"{TOPIC}.t")],
        "outputs": {"arn": {"expression": {"references": [f"{TOPIC}.t.arn", f"{TOPIC}.t"]}}},
    }
    address = f'module.topics["a"].{TOPIC}.t'
    root = {
        "resources": [written(f"{ALARM}.a", alarm_actions="module.topics.arn")],
        "module_calls": {"topics": {"module": module}},
    }
    stack = plan([made(address, {"name": "t"}, "arn"), made(f"{ALARM}.a", alarm(), "alarm_actions")], root)
    assert said(stack) == [f"topic-has-subscriber {address}"]


def test_the_policy_that_a_topic_is_born_with_is_known() -> None:
    target = made("aws_cloudwatch_event_target.t", {"rule": "jobs"}, "arn")
    rule = made("aws_cloudwatch_event_rule.r", {"name": "jobs", "event_pattern": "{}"})
    configuration = [*WRITTEN, written("aws_cloudwatch_event_target.t", arn=f"{TOPIC}.t.arn")]
    assert said(plan([*HEARD, rule, target], {"resources": configuration})) == [f"receiver-lets-sender-in {TOPIC}.t"]
    given = deepcopy(configuration)
    given[0]["expressions"]["policy"] = {"references": ["data.aws_iam_policy_document.p.json"]}
    assert said(plan([*HEARD, rule, target], {"resources": given})) == []
    assert said(plan([*HEARD, rule, target], {})) == [], "a plan without its configuration says nothing"


def test_local_values_of_a_configuration_are_followed() -> None:
    data = {
        "locals": [{"topic": "${aws_sns_topic.t.arn}", "again": "${local.topic}", "prefix": "prod"}],
        "provider": {"aws": [{"region": "us-east-1"}, {"alias": "eu", "region": "${var.region}"}]},
        "resource": {
            TOPIC: {"t": {"name": "${local.prefix}-alarms"}},
            ALARM: {"a": alarm(alarm_actions=["${local.again}"]), "b": {"provider": "aws.eu", "alarm_name": "b"}},
        },
    }
    stack = parse(data, name="stack")
    assert isinstance(stack, Stack)
    assert stack.alarms[0].actions == ("${aws_sns_topic.t.arn}",)
    assert stack.of(TOPIC)[0].values["name"] == "prod-alarms"
    assert [one.region for one in stack.alarms] == ["us-east-1", ""]


def test_a_local_value_that_stands_for_itself_is_left_alone() -> None:
    stack = parse({"locals": {"a": "${local.a}"}, "resource": {TOPIC: {"t": {"name": "${local.a}"}}}}, name="stack")
    assert isinstance(stack, Stack)
    assert stack.of(TOPIC)[0].values["name"] == "${local.a}"
