"""Tags on whatever a construct makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.cdk import Aspects, Construct, IAspect, IConstruct, implements
from constructs_lib.resources.values import as_literal


def tag(scope: Construct, tags: Mapping[str, str]) -> None:
    """Put tags on every resource at or below a construct that takes some; those it has itself stay."""
    Aspects.of(scope).add(_Tags(as_literal(tags)))


@implements(IAspect)
class _Tags:
    """Visits the constructs of a finished stack."""

    def __init__(self, tags: Mapping[str, str]) -> None:
        self._tags = tags

    def visit(self, node: IConstruct) -> None:
        """What CDKTF calls for each construct."""
        resource: Any = node
        if hasattr(resource, "tags_input"):
            resource.tags = {**self._tags, **(resource.tags_input or {})}
