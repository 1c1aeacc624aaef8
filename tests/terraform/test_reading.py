"""Terraform's JSON in all its shapes reads the same."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.errors import ConfigError
from constructs_lib.terraform.reading import ReadPlan, parse
from constructs_lib.terraform.stack import UNKNOWN, Stack
from constructs_lib.terraform.wording import condition

VALUES: dict[str, Any] = {
    "alarm_name": "errors",
    "comparison_operator": "GreaterThanThreshold",
    "evaluation_periods": "3",
    "threshold": "5",
    "metric_query": {
        "id": "m1",
        "return_data": True,
        "metric": {"namespace": "AWS/Lambda", "metric_name": "Errors", "period": 60, "stat": "Sum"},
    },
}
AS_LISTS: dict[str, Any] = VALUES | {
    "evaluation_periods": 3,
    "datapoints_to_alarm": None,
    "threshold": 5,
    "metric_query": [VALUES["metric_query"] | {"metric": [VALUES["metric_query"]["metric"]]}],
}
KIND = "aws_cloudwatch_metric_alarm"
STATE_ITEM = {"address": f'{KIND}.a["x"]', "mode": "managed", "type": KIND, "values": AS_LISTS}
PLAN_ITEM = STATE_ITEM | {"change": {"actions": ["create"], "before": None, "after": AS_LISTS, "after_unknown": {}}}

SHAPES: dict[str, dict[str, Any]] = {
    "a configuration": {"resource": {KIND: {"a": VALUES}}},
    "a configuration in lists": {"resource": [{KIND: [{"a": [AS_LISTS]}]}]},
    "a state": {"format_version": "1.0", "values": {"root_module": {"resources": [STATE_ITEM]}}},
    "a module's state": {
        "format_version": "1.0",
        "values": {"root_module": {"child_modules": [{"resources": [STATE_ITEM]}]}},
    },
    "a plan": {"format_version": "1.2", "resource_changes": [PLAN_ITEM]},
}


@pytest.mark.parametrize("document", SHAPES.values(), ids=SHAPES.keys())
def test_shapes(document: dict[str, Any]) -> None:
    found = parse(document, name="x")
    stack = found.after if isinstance(found, ReadPlan) else found
    (alarm,) = stack.alarms
    assert (alarm.name, alarm.threshold, alarm.breaching, alarm.of, alarm.period_seconds) == ("errors", 5, 3, 3, 60)
    expected = "sum of errors of all Lambda functions of the account is above 5 in 3 of 3 periods of 1 minute"
    assert condition(alarm, stack) == expected


def test_what_a_plan_does_not_know_is_a_reference() -> None:
    unknown = {"threshold": True, "alarm_actions": [True], "metric_query": [{"metric": [{"dimensions": True}]}]}
    change = {"actions": ["create"], "before": None, "after": AS_LISTS | {"threshold": None}, "after_unknown": unknown}
    found = parse({"resource_changes": [PLAN_ITEM | {"change": change}]}, name="x")
    assert isinstance(found, ReadPlan)
    (alarm,) = found.after.alarms
    assert (alarm.threshold, alarm.threshold_text, alarm.actions) == (None, UNKNOWN, (UNKNOWN,))
    assert alarm.series[0].dimensions is None


def test_references_in_a_module_lead_to_its_resources() -> None:
    topic = {
        "address": "module.app[0].aws_sns_topic.oncall",
        "type": "aws_sns_topic",
        "change": {"actions": ["create"], "before": None, "after": {"name": "oncall"}},
    }
    alarm = {
        "address": f"module.app[0].{KIND}.a",
        "type": KIND,
        "change": {"actions": ["create"], "before": None, "after": VALUES, "after_unknown": {"alarm_actions": True}},
    }
    call = {
        "resources": [
            {"address": f"{KIND}.a", "expressions": {"alarm_actions": {"references": ["aws_sns_topic.oncall.arn"]}}}
        ]
    }
    document = {
        "resource_changes": [topic, alarm],
        "configuration": {"root_module": {"module_calls": {"app": {"module": call}}}},
    }
    found = parse(document, name="x")
    assert isinstance(found, ReadPlan)
    (action,) = found.after.alarms[0].actions
    referred = found.after.referred(action)
    assert referred is not None and referred.values["name"] == "oncall"


def test_data_sources_and_reads_are_no_resources() -> None:
    item = PLAN_ITEM | {"mode": "data", "change": {"actions": ["read"], "before": None, "after": {}}}
    found = parse({"resource_changes": [item]}, name="x")
    assert isinstance(found, ReadPlan) and found.changes == ()


def test_the_monitor_comes_from_cdktfs_comment() -> None:
    values = VALUES | {"//": {"metadata": {"path": "production/ranker/errors"}}}
    found = parse({"resource": {KIND: {"a": values}}}, name="x")
    assert isinstance(found, Stack)
    assert found.alarms[0].monitor == "ranker"


@pytest.mark.parametrize(
    "resource",
    [
        False,
        {"address": "a.b", "expressions": {"x": {"references": [["a"], "b"]}}},
        {"expressions": {"x": {"references": ["a"]}}},
    ],
    ids=["no resource", "no reference", "no address"],
)
def test_a_plan_whose_configuration_is_damaged_is_refused(resource: object) -> None:
    plan = {
        "format_version": "1.2",
        "resource_changes": [
            {"address": "a.b", "type": "a", "change": {"before": None, "after": {}, "after_unknown": {"x": True}}}
        ],
        "planned_values": {},
        "configuration": {"root_module": {"resources": [resource]}},
    }
    with pytest.raises(ConfigError, match="its configuration is not as Terraform writes it; have Terraform write it"):
        parse(plan, name="plan.json")


def planned(kind: str, address: str, **values: Any) -> dict[str, Any]:
    change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}
    return {"address": f"{kind}.{address}", "type": kind, "change": change}


TOPICS = [planned("aws_sns_topic", f't["{name}"]', name=f"ecs-{name}") for name in ("critical", "warning")]


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ('${aws_sns_topic.t["critical"].arn}', "ecs-critical"),
        ('${aws_sns_topic.t["warning"].arn}', "ecs-warning"),
        ("${aws_sns_topic.t.arn}", None),
        ('${aws_sns_topic.t["other"].arn}', None),
    ],
)
def test_the_index_says_which_of_several(reference: str, name: str | None) -> None:
    found = parse({"resource_changes": TOPICS}, name="x")
    assert isinstance(found, ReadPlan)
    referred = found.after.referred(reference)
    assert (referred.values["name"] if referred else None) == name
    assert found.after.may_be_any(reference) == (name is None)


def test_an_instance_of_a_module_refers_to_itself() -> None:
    items = []
    for name in ("api", "worker"):
        place = f'module.alarms["{name}"]'
        topic = planned("aws_sns_topic", "t[0]", name=name)
        alarm = planned(KIND, "a", **VALUES)
        alarm["change"]["after_unknown"] = {"alarm_actions": True}
        items += [one | {"address": f"{place}.{one['address']}"} for one in (topic, alarm)]
    expressions = {"alarm_actions": {"references": ["aws_sns_topic.t"]}}
    module = {"resources": [{"address": f"{KIND}.a", "expressions": expressions}]}
    configuration = {"root_module": {"module_calls": {"alarms": {"module": module}}}}
    found = parse({"resource_changes": items, "configuration": configuration}, name="x")
    assert isinstance(found, ReadPlan)
    called = [found.after.referred(alarm.actions[0]) for alarm in found.after.alarms]
    assert [topic and topic.values["name"] for topic in called] == ["api", "worker"]
