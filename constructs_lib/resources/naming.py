"""Names for constructs that were given none."""

from __future__ import annotations

from constructs_lib.cdk import Construct, TerraformStack
from constructs_lib.signals.names import join


def default_name(construct: Construct) -> str:
    """The stack's id and the construct's own: unique in the account as long as stacks have names of their own."""
    return join(TerraformStack.of(construct).node.id, construct.node.id)
