"""References of a configuration, a plan or a state: resolved where the file holds what they stand for."""

from __future__ import annotations

from constructs_lib.references import is_reference
from constructs_lib.terraform.blocks import text
from constructs_lib.terraform.stack import Stack


class Unreadable(ValueError):
    """What keeps a resource from being simulated."""


class Resolver:
    """Texts of one stack.

    Args:
        stack: Where references lead to.
    """

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def text(self, value: object) -> str:
        """Text with the references in it resolved that can be; `$${` is how Terraform writes `${`."""
        return self._resolved(value).replace("$${", "${").replace("%%{", "%{")

    def identity(self, value: object) -> str:
        """What an ARN or a reference stands for: the address of a resource of this stack, else the text itself."""
        resource = self.stack.referred(value)
        return resource.address if resource else self.text(value)

    def known(self, value: object, what: str) -> str:
        """Text without a reference.

        Raises:
            Unreadable: One is left; with what it is.
        """
        found = self._resolved(value)
        if is_reference(found):
            raise Unreadable(f"{what} is {found}, which is not known before it is applied")
        return self.text(value)

    def _resolved(self, value: object) -> str:
        return self.stack.resolved(text(value))
