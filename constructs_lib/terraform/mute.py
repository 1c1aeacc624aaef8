"""Alarm mute rules as they are deployed, by whichever resource type they come."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.alarms.mute import length_of, never_ends
from constructs_lib.references import is_reference
from constructs_lib.terraform.blocks import block, text, texts
from constructs_lib.terraform.stack import Resource, Stack

_NATIVE, _CLOUD_CONTROL = "aws_cloudwatch_alarm_mute_rule", "aws_cloudcontrolapi_resource"
TYPES = (_NATIVE, _CLOUD_CONTROL)
"""Resource types that a mute rule may come by; not all of the second are one."""

_TYPE_NAME = "AWS::CloudWatch::AlarmMuteRule"


@dataclass(frozen=True, slots=True)
class DeployedMuteRule:
    """One rule. What a plan does not know yet is a reference.

    Attributes:
        expression: `cron(…)` or `at(…)`.
        duration: ISO 8601.
        timezone: UTC where none is given.
        alarms: Names of the alarms it mutes, or references to them.
        starts, expires: Between which moments it is in force; empty for always.
    """

    address: str
    name: str
    expression: str
    duration: str
    timezone: str
    alarms: tuple[str, ...]
    starts: str
    expires: str

    @property
    def words(self) -> str:
        """When it mutes."""
        return f"{self.duration} from {self.expression} {self.timezone}"

    @property
    def never_ends(self) -> bool:
        """Whether its alarms are always muted."""
        length = length_of(self.duration)
        return length is not None and not self.expires and never_ends(self.expression, length)


def mute_rules(stack: Stack) -> tuple[DeployedMuteRule, ...]:
    """Every mute rule of a stack."""
    return tuple(rule for resource in stack.of(*TYPES) if (rule := read(resource)))


def read(resource: Resource) -> DeployedMuteRule | None:
    """The mute rule that a resource makes, or None where it makes something else, or nothing is known of it."""
    if resource.type == _NATIVE:
        return _native(resource)
    if resource.type == _CLOUD_CONTROL and resource.values.get("type_name") == _TYPE_NAME:
        return _cloud_control(resource)
    return None


def _native(resource: Resource) -> DeployedMuteRule:
    values = resource.values
    schedule = block(block(values.get("rule")).get("schedule"))
    return DeployedMuteRule(
        address=resource.address,
        name=text(values.get("name")),
        expression=text(schedule.get("expression")),
        duration=text(schedule.get("duration")),
        timezone=text(schedule.get("timezone")) or "UTC",
        alarms=texts(block(values.get("mute_targets")).get("alarm_names")),
        starts=text(values.get("start_date")),
        expires=text(values.get("expire_date")),
    )


def _cloud_control(resource: Resource) -> DeployedMuteRule | None:
    try:
        desired = json.loads(text(resource.values.get("desired_state")))
    except ValueError:
        return None
    if not isinstance(desired, Mapping):
        return None
    schedule = _mapping(_mapping(desired.get("Rule")).get("Schedule"))
    return DeployedMuteRule(
        address=resource.address,
        name=text(desired.get("Name")),
        expression=text(schedule.get("Expression")),
        duration=text(schedule.get("Duration")),
        timezone=text(schedule.get("Timezone")) or "UTC",
        alarms=texts(_mapping(desired.get("MuteTargets")).get("AlarmNames")),
        starts=text(desired.get("StartDate")),
        expires=text(desired.get("ExpireDate")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def names(stack: Stack, rule: DeployedMuteRule) -> Iterator[str]:
    """The names of the alarms it mutes; of a reference the alarm's own name, where the stack has it."""
    by_address = {alarm.address: alarm.name for alarm in stack.alarms}
    for alarm in rule.alarms:
        found = stack.referred(alarm) if is_reference(alarm) else None
        yield by_address.get(found.address, alarm) if found else alarm
