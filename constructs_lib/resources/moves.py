"""What Terraform does to what it has besides changing it: move it to another address, or let go of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from constructs_lib.addresses import address
from constructs_lib.aws.names import identifier
from constructs_lib.cdk import Construct, TerraformElement, TerraformResource, TerraformStack


class Moves(TerraformElement):
    """`moved` blocks for all resources of a construct whose id was another one.

    Args:
        scope: The construct.
        former: The ids it has had, the oldest first.
    """

    def __init__(self, scope: Construct, construct_id: str, *, former: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self._former = [identifier(name) for name in former]

    def to_terraform(self) -> dict[str, Any]:
        """What CDKTF asks for once all resources are there."""
        here = self.node.scope
        assert here is not None  # an element has a scope  # noqa: S101
        stack = f"{TerraformStack.of(self).node.path}/"
        *outer, own = here.node.path.removeprefix(stack).split("/")
        resources: list[Any] = [one for one in here.node.find_all() if TerraformResource.is_terraform_resource(one)]
        moved = []
        for resource in resources:
            inner = resource.node.path.removeprefix(f"{here.node.path}/").split("/")
            steps = [address(resource.terraform_resource_type, [*outer, name, *inner]) for name in (*self._former, own)]
            moved += [{"from": old, "to": new} for old, new in pairwise(steps)]
        return {"moved": moved}


class Releases(TerraformElement):
    """`removed` blocks: Terraform forgets what is at some addresses, and deletes none of it. They take Terraform 1.7.

    Args:
        addresses: What to let go of; where nothing is, nothing happens.
    """

    def __init__(self, scope: Construct, construct_id: str, *, addresses: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self._removed = [{"from": one, "lifecycle": {"destroy": False}} for one in addresses]

    def to_terraform(self) -> dict[str, Any]:
        """What CDKTF asks for once all resources are there."""
        return {"removed": self._removed}
