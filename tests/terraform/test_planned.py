"""What `check` judges before anything is built is what Terraform will read."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from constructs_lib.config.loader import load
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.planned import planned
from constructs_lib.terraform.reading import read
from constructs_lib.terraform.stack import Stack

ROOT = Path(__file__).parents[2]
ADDED_LATER = {
    "address",
    "severity",
    "enabled",
    "actions",
    "ok_actions",
    "insufficient_data_actions",
    "rule",
    "suppressor",
}
"""Whom it calls, and what is a reference in Terraform."""


def seen(alarm: DeployedAlarm) -> dict[str, object]:
    return {field.name: getattr(alarm, field.name) for field in fields(alarm) if field.name not in ADDED_LATER}


def test_the_default_stack_reads_the_same_before_and_after() -> None:
    config = load(ROOT / "monitoring.yaml")
    (name,) = config.stacks
    tables = config.contents(name).tables
    before = {
        alarm.name: alarm
        for key, table in tables.items()
        for alarm in planned(table, key, region=config.stacks[name].region)
    }
    stack = read(ROOT / "cdktf.out" / "stacks" / name / "cdk.tf.json")
    assert isinstance(stack, Stack)
    after = {alarm.name: alarm for alarm in stack.alarms if alarm.name in before}
    assert len(after) == len(before)
    for key, alarm in before.items():
        assert seen(alarm) == seen(after[key]), key
