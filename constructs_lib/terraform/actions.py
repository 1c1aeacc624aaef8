"""What an alarm's action does."""

from __future__ import annotations

from typing import Literal

from constructs_lib.terraform.stack import path_of

ActionKind = Literal["notifies", "scales", "acts on an instance"]


_SCALING_POLICIES = ("aws_autoscaling_policy", "aws_appautoscaling_policy")


def kind_of(action: str) -> ActionKind:
    """Whether an action ARN, or a reference to one, notifies, scales or acts on an instance."""
    if ":autoscaling:" in action or any(part in _SCALING_POLICIES for part in path_of(action)):
        return "scales"
    if ":ec2:" in action and (":automate:" in action or "/actions/" in action):
        return "acts on an instance"
    return "notifies"
