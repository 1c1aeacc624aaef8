"""Application Auto Scaling: the tags of a scalable target, which plain moto lacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from constructs_lib.testing.moto.calls import kept, parameters


def keep_tags(original: Callable[..., Any], response: ApplicationAutoScalingResponse) -> Any:
    """Tags given on creation."""
    result = original(response)
    tags = parameters(response).get("Tags")
    if tags:
        _tags(response, json.loads(result)["ScalableTargetARN"]).update(tags)
    return result


def list_tags_for_resource(response: ApplicationAutoScalingResponse) -> ActionResult:
    """ListTagsForResource."""
    return ActionResult({"Tags": _tags(response, parameters(response)["ResourceARN"])})


def tag_resource(response: ApplicationAutoScalingResponse) -> EmptyResult:
    """TagResource."""
    wanted = parameters(response)
    _tags(response, wanted["ResourceARN"]).update(wanted["Tags"])
    return EmptyResult()


def untag_resource(response: ApplicationAutoScalingResponse) -> EmptyResult:
    """UntagResource."""
    wanted = parameters(response)
    for key in wanted["TagKeys"]:
        _tags(response, wanted["ResourceARN"]).pop(key, None)
    return EmptyResult()


def _tags(response: ApplicationAutoScalingResponse, arn: str) -> dict[str, str]:
    tags: dict[str, str] = kept(response.applicationautoscaling_backend, "tags").setdefault(arn, {})
    return tags
