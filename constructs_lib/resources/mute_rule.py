"""A CloudWatch alarm mute rule: a window in which alarms notify no one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.alarms.mute import PlannedMute
from constructs_lib.cdk import Construct
from constructs_lib.resources.cloud_control import cloud_control

TYPE = "AWS::CloudWatch::AlarmMuteRule"


def mute_rule(
    scope: Construct,
    construct_id: str,
    rule: PlannedMute,
    alarms: Mapping[str, Any],
    tags: Mapping[str, str] | None = None,
) -> Any:
    """Mute alarms.

    Args:
        rule: When, and which alarms by name.
        alarms: The alarms' resources by name. The rule refers to them, so that Terraform makes the alarms first.
        tags: Tags of the rule; Cloud Control knows no default tags of the provider.
    """
    window = rule.window
    desired = {
        "Name": rule.name,
        "Description": f"{rule.why}: {window.words}",
        "Rule": {
            "Schedule": {
                "Expression": window.expression,
                "Duration": window.duration,
                "Timezone": window.timezone,
            }
        },
        "MuteTargets": {"AlarmNames": [alarms[name].alarm_name for name in rule.alarms]},
    }
    tagged = {"Tags": [{"Key": key, "Value": tags[key]} for key in sorted(tags)]} if tags else {}
    return cloud_control(scope, construct_id, TYPE, desired | tagged)
