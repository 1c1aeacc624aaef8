"""What an alarm's action does."""

from __future__ import annotations

from typing import Literal

from constructs_lib.terraform.stack import Stack

ActionKind = Literal["tells", "scales", "acts on an instance"]


def kind_of(stack: Stack, action: str) -> ActionKind:
    """Whether an action ARN, or a reference to one, tells somebody or works on a machine."""
    target = stack.referred(action)
    if ":autoscaling:" in action or (target and target.type in ("aws_autoscaling_policy", "aws_appautoscaling_policy")):
        return "scales"
    if ":ec2:" in action and (":automate:" in action or "/actions/" in action):
        return "acts on an instance"
    return "tells"
