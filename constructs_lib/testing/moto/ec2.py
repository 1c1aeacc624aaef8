"""EC2: launch templates read back as written, and networks whose ids a test chooses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.utils import parse_user_data
from moto.utilities.id_generator import TAG_KEY_CUSTOM_ID


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


def under_its_id(original: Callable[..., Any], backend: EC2Backend, *arguments: Any, **options: Any) -> Any:
    """A VPC, a subnet or a security group under the id that its tag asks for."""
    made = original(backend, *arguments, **options)
    chosen = {tag["key"]: tag["value"] for tag in made.get_tags()}.get(TAG_KEY_CUSTOM_ID)
    if chosen is not None:
        kept: Any
        for kept in (backend.vpcs, backend.groups, *backend.subnets.values(), *backend.groups.values()):
            if there := kept.pop(made.id, None):
                kept[chosen] = there
        made.id = made.group_id = chosen
    return made
