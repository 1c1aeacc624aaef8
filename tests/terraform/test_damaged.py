"""Damaged JSON is judged or refused, and never ends in a traceback: by rules, review, the directory, the simulation."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.errors import ConfigError
from constructs_lib.review import report
from constructs_lib.review.review import review
from constructs_lib.rules import findings
from constructs_lib.simulation.simulation import Simulation
from constructs_lib.terraform.reading import ReadPlan, parse
from constructs_lib.terraform.recipients import Directory
from constructs_lib.terraform.stack import UNKNOWN
from constructs_lib.terraform.wording import condition
from tests.terraform.damage import FORMS, configuration, damaged, plan, state


def judge(document: Any) -> None:
    """Everything that reads Terraform's JSON."""
    whole = parse(configuration(Random(1)), name="whole")
    try:
        found = parse(document, name="damaged")
    except ConfigError:
        return
    stack = found.after if isinstance(found, ReadPlan) else found
    assert all(str(finding) for finding in findings(stack))
    reviewed = review(found) if isinstance(found, ReadPlan) else review(whole, found)
    for form in report.FORMATS.values():
        assert form(reviewed)
    for alarm in stack.alarms:
        assert condition(alarm, stack)
    Directory(stack).behind([action for alarm in stack.alarms for action in alarm.actions])
    Simulation.of(found)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), times=st.sampled_from([1, 5, 30, 150]))
def test_damage(form: Callable[[Random], Any], seed: int, times: int) -> None:
    random = Random(seed)
    judge(damaged(form(random), random, times))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_what_is_not_damaged_is_read_whole(form: Callable[[Random], Any]) -> None:
    """Else the damage would be looked for where nothing is read."""
    found = parse(form(Random(1)), name="whole")
    stack = found.after if isinstance(found, ReadPlan) else found
    assert len(stack.alarms) > 40
    assert isinstance(found, ReadPlan) or len(Simulation.of(found).alarms) > 40


def test_everything_unknown_is_nothing_wrong() -> None:
    """Of each resource only its type is known."""
    document = plan(Random(1))
    for item in document["resource_changes"]:
        change = item["change"]
        change["actions"] = ["update"]
        change |= {"after_unknown": dict.fromkeys(change["before"], True), "after": {}, "after_sensitive": {}}
    document["configuration"] = {}
    found = parse(document, name="unknown")
    assert isinstance(found, ReadPlan)
    assert {value for resource in found.after.resources for value in resource.values.values()} == {UNKNOWN}
    assert [str(finding) for finding in findings(found.after)] == []
    assert {effect.level for effect in review(found).effects} <= {"unclear", "remark"}


def nested(depth: int, inner: dict[str, Any], key: str) -> dict[str, Any]:
    """Modules within modules, in a configuration (`module_calls`) or in values (`child_modules`)."""
    if depth == 0:
        return inner
    below = nested(depth - 1, inner, key)
    return {key: {"m": {"module": below}}} if key == "module_calls" else {key: [below]}


def test_modules_ten_deep() -> None:
    indexed = 'module.m["a"].' * 9 + "module.m[0]."
    alarm = {
        "address": f"{indexed}aws_cloudwatch_metric_alarm.a[3]",
        "type": "aws_cloudwatch_metric_alarm",
        "change": {
            "actions": ["create"],
            "before": None,
            "after": {"alarm_name": "a"},
            "after_unknown": {"alarm_actions": True},
        },
    }
    topic = {
        "address": f"{indexed}aws_sns_topic.t",
        "type": "aws_sns_topic",
        "change": {"actions": ["create"], "before": None, "after": {"name": "oncall"}, "after_unknown": {}},
    }
    actions = {"references": ["aws_sns_topic.t.arn", "aws_sns_topic.t"]}
    inner = {
        "resources": [{"address": "aws_cloudwatch_metric_alarm.a", "expressions": {"alarm_actions": actions}}],
    }
    root = nested(10, inner, "module_calls")
    found = parse({"resource_changes": [alarm, topic], "configuration": {"root_module": root}}, name="deep")
    assert isinstance(found, ReadPlan)
    assert found.after.alarms[0].actions == (f"${{{indexed}aws_sns_topic.t.arn}}",)
    assert [one.name for one in Directory(found.after).behind(found.after.alarms[0].actions)] == ["oncall"]


def test_a_state_ten_deep() -> None:
    item = {"address": "x", "type": "aws_cloudwatch_metric_alarm", "values": {"alarm_name": "a"}}
    root = nested(10, {"resources": [item]}, "child_modules")
    found = parse({"format_version": "1.0", "values": {"root_module": root}}, name="deep")
    assert not isinstance(found, ReadPlan)
    assert [alarm.name for alarm in found.alarms] == ["a"]


OLD_AND_NEW: dict[str, dict[str, Any]] = {
    "Terraform 1.0": {"format_version": "0.2", "terraform_version": "1.0.11"},
    "Terraform 1.1": {"format_version": "1.0", "terraform_version": "1.1.0", "relevant_attributes": []},
    "Terraform 1.14": {
        "format_version": "1.2",
        "terraform_version": "1.14.0",
        "applyable": True,
        "complete": True,
        "errored": False,
        "timestamp": "2026-01-01T00:00:00Z",
        "action_invocations": [{"address": "action.aws_lambda_invoke.x", "type": "aws_lambda_invoke"}],
        "deferred_changes": [],
        "checks": [{"address": {"kind": "check"}, "status": "pass"}],
    },
    "OpenTofu 1.10": {"format_version": "1.2", "terraform_version": "1.10.0", "timestamp": "x", "errored": False},
}


@pytest.mark.parametrize("head", OLD_AND_NEW.values(), ids=OLD_AND_NEW.keys())
def test_the_plans_of_all_versions(head: dict[str, Any]) -> None:
    document = plan(Random(1)) | head
    for item in document["resource_changes"]:
        item["change"] |= {"replace_paths": [["name"]], "before_identity": None, "after_identity": None}
        item["action_reason"] = "replace_because_cannot_update"
    found = parse(document, name="plan")
    assert isinstance(found, ReadPlan)
    assert len(found.after.alarms) > 40


@pytest.mark.parametrize("head", [{"format_version": "0.2"}, {"format_version": "1.0", "terraform_version": "1.14.0"}])
def test_the_states_of_all_versions(head: dict[str, Any]) -> None:
    found = parse(state(Random(1)) | head, name="state")
    assert not isinstance(found, ReadPlan)
    assert len(found.alarms) > 40


def test_no_damage_is_written_into_the_next_example() -> None:
    first = json.dumps(configuration(Random(1)))
    damaged(configuration(Random(1)), Random(1), 150)
    assert json.dumps(configuration(Random(1))) == first
