"""References of a configuration, a plan or a state: resolved where the file holds what they stand for."""

from __future__ import annotations

import re

from constructs_lib.references import is_reference
from constructs_lib.terraform.alarm import COMPOSITE_ALARM, METRIC_ALARM
from constructs_lib.terraform.blocks import text
from constructs_lib.terraform.stack import Stack

_REFERENCE = re.compile(r"(?<!\$)\$\{[^{}]*\}")

_STEPS = 5
"""A reference may lead to a value with a reference in it, and so on: that often."""


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

    def _resolved(self, value: object, steps: int = _STEPS) -> str:
        return _REFERENCE.sub(lambda match: self._value(match[0], steps), text(value))

    def _value(self, reference: str, steps: int) -> str:
        resource = self.stack.referred(reference)
        if resource is None:
            return reference
        attribute = reference.removesuffix("}").rpartition(".")[2]
        if resource.type in (METRIC_ALARM, COMPOSITE_ALARM) and attribute in ("arn", "id", "alarm_name"):
            attribute = "alarm_name"
        if attribute == "id" and resource.type in ("aws_cloudwatch_log_group", "aws_autoscaling_group"):
            attribute = "name"
        found = resource.values.get(attribute)
        if isinstance(found, str) and is_reference(found) and steps:
            found = self._resolved(found, steps - 1)
        return found if isinstance(found, str) and not is_reference(found) else reference
