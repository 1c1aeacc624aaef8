"""CloudWatch alarm mute rules: windows in which alarms notify no one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.alarms.mute import PlannedMute
from constructs_lib.cdk import Construct
from constructs_lib.resources.cloud_control import cloud_control

TYPE = "AWS::CloudWatch::AlarmMuteRule"


class MuteRules(Construct):
    """Mutes alarms in planned windows.

    Args:
        rules: When, and which alarms by name.
        alarms: The alarms' resources by name. Rules refer to them, so that Terraform makes the alarms first.
        tags: Tags of each rule; Cloud Control knows no default tags of the provider.

    Attributes:
        resources: The aws_cloudcontrolapi_resource of each rule, by its key.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        rules: Sequence[PlannedMute],
        *,
        alarms: Mapping[str, Any],
        tags: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.resources = {rule.key: cloud_control(self, rule.key, TYPE, _desired(rule, alarms, tags)) for rule in rules}


def _desired(rule: PlannedMute, alarms: Mapping[str, Any], tags: Mapping[str, str] | None) -> dict[str, Any]:
    window = rule.window
    desired = {
        "Name": rule.name,
        "Description": f"Maintenance: {window.words}",
        "Rule": {
            "Schedule": {
                "Expression": window.expression,
                "Duration": window.duration,
                "Timezone": window.timezone,
            }
        },
        "MuteTargets": {"AlarmNames": [alarms[name].alarm_name for name in rule.alarms]},
    }
    return desired | ({"Tags": [{"Key": key, "Value": tags[key]} for key in sorted(tags)]} if tags else {})
