"""A stack as plain data: what its Terraform JSON says, without running Terraform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from constructs_lib.cdk import TerraformStack

StackJson: TypeAlias = Mapping[str, Any]
"""Terraform's JSON configuration syntax, parsed."""

STACK_FILE = "cdk.tf.json"
"""The name CDKTF gives a stack's configuration inside ``cdktf.out/stacks/<stack>/``."""


def synth(stack: TerraformStack) -> dict[str, Any]:
    """The stack's Terraform JSON as a dict: validations run, keys sorted, CDKTF's metadata left out.

    A failing validation raises what a real ``cdktf synth`` would raise.
    """
    from constructs_lib.cdk import Testing

    return dict(_without_metadata(json.loads(Testing.synth(stack, True))))


def read_stack(directory: Path) -> dict[str, Any]:
    """The same dict from a stack's folder below ``cdktf.out/stacks``."""
    return dict(_without_metadata(json.loads((directory / STACK_FILE).read_text(encoding="utf-8"))))


def as_json(stack: TerraformStack | StackJson | Path) -> StackJson:
    """The JSON of a stack, given as a construct, as JSON, or as its folder below ``cdktf.out/stacks``."""
    if isinstance(stack, Path):
        return read_stack(stack)
    return stack if isinstance(stack, Mapping) else synth(stack)


def resources(stack: StackJson, resource_type: str) -> dict[str, dict[str, Any]]:
    """Every resource of one type by its Terraform name; empty when there is none."""
    return dict(stack.get("resource", {}).get(resource_type, {}))


def resource(stack: StackJson, resource_type: str) -> dict[str, Any]:
    """The attributes of the one resource of this type; an AssertionError names them when it is not exactly one."""
    found = resources(stack, resource_type)
    if len(found) != 1:
        raise AssertionError(f"expected one {resource_type}, found {len(found)}: {', '.join(sorted(found)) or 'none'}")
    return next(iter(found.values()))


def outputs(stack: StackJson) -> dict[str, Any]:
    """Each output's value expression, by the output's name."""
    return {name: output["value"] for name, output in stack.get("output", {}).items()}


def _without_metadata(value: Any) -> Any:
    """CDKTF writes comments as ``"//"`` keys (construct paths, versions); they are not part of the configuration."""
    if isinstance(value, dict):
        return {key: _without_metadata(item) for key, item in value.items() if key != "//"}
    if isinstance(value, list):
        return [_without_metadata(item) for item in value]
    return value
