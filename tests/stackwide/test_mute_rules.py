"""Maintenance windows become mute rules on the alarms that call people."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from constructs_lib.resources.mute_rule import TYPE
from constructs_lib.resources.schemas import schema
from constructs_lib.testing import resources, synth
from tests.configs import anomaly, config, metric
from tests.stacks import monitoring_stack

SUNDAY = {"days": ["sunday"], "from": "02:00", "until": "04:00"}
ERRORS: dict[str, Any] = {"pattern": "threshold", "severity": "warning", "metric": metric(name="Errors"), "above": 5}


def mute_rules(**options: Any) -> list[dict[str, Any]]:
    monitors = {"calls": anomaly(quiet_below=20), "errors": ERRORS}
    stack = synth(monitoring_stack(config(monitors, **options)))
    found = resources(stack, "aws_cloudcontrolapi_resource").values()
    assert all(resource["type_name"] == TYPE for resource in found)
    return [json.loads(resource["desired_state"]) for resource in found]


def test_only_alarms_that_call_people_are_muted_each_by_reference() -> None:
    (rule,) = mute_rules(maintenance=[SUNDAY])
    assert rule["MuteTargets"]["AlarmNames"] == [
        "${aws_cloudwatch_composite_alarm.calls_alarm_009D5A08.alarm_name}",
        "${aws_cloudwatch_metric_alarm.errors_alarm_766FB29E.alarm_name}",
    ]
    assert rule["Name"] == "recommender-production-maintenance-1"
    assert rule["Rule"]["Schedule"] == {"Expression": "cron(0 2 * * SUN)", "Duration": "PT2H", "Timezone": "UTC"}
    assert {"Key": "stack", "Value": "production"} in rule["Tags"]


def test_a_group_is_muted_in_place_of_its_members() -> None:
    monitors = {"calls": anomaly(workload="ranker"), "more": anomaly(workload="ranker")}
    stack = synth(monitoring_stack(config(monitors, group_alarms=True, maintenance=[SUNDAY])))
    (found,) = resources(stack, "aws_cloudcontrolapi_resource").values()
    (name,) = json.loads(found["desired_state"])["MuteTargets"]["AlarmNames"]
    assert name.startswith("${aws_cloudwatch_composite_alarm.groups_ranker-critical_")


@pytest.mark.parametrize("choice", [{"monitors": ["errors"]}, {"workloads": ["errors"]}, {"severities": ["warning"]}])
def test_some_alarms_of_a_stack(choice: dict[str, Any]) -> None:
    (rule,) = mute_rules(maintenance=[SUNDAY | choice])
    assert rule["MuteTargets"]["AlarmNames"] == ["${aws_cloudwatch_metric_alarm.errors_alarm_766FB29E.alarm_name}"]


def test_what_is_written_agrees_with_the_registrys_schema() -> None:
    for rule in mute_rules(maintenance=[SUNDAY, {"cron": "0 2 1 * *", "minutes": 90, "time_zone": "Europe/Berlin"}]):
        jsonschema.Draft7Validator(json.loads(schema(TYPE))).validate(rule)
