"""EC2: launch templates read back as written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.utils import parse_user_data


def read_back_as_written(
    original: Callable[..., Any], template: LaunchTemplate, data: dict[str, Any], description: str
) -> Any:
    """Tags and user data of a version."""
    launched = [tags for tags in data.get("TagSpecifications", []) if tags["ResourceType"] != "launch-template"]
    written = {**data, "TagSpecifications": launched}
    if not launched:
        del written["TagSpecifications"]
    if isinstance(data.get("UserData"), str):
        written["UserData"] = parse_user_data(data["UserData"])
    return original(template, written, description)
