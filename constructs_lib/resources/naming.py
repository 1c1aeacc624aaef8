"""Names for constructs that were given none, and the limits on all of them."""

from __future__ import annotations

from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct, TerraformStack
from constructs_lib.errors import ConfigError
from constructs_lib.options.monitor import MonitorSpec


def default_name(construct: Construct) -> str:
    """The stack's id and the path in it: unique in the account as long as stacks have names of their own."""
    stack = TerraformStack.of(construct).node
    return join(stack.id, *construct.node.path.removeprefix(f"{stack.path}/").split("/"))


def check_names(spec: MonitorSpec, name: str, environment: Environment) -> None:
    """Hold what a monitor makes to the limits on names; a configuration was checked when it was loaded.

    Raises:
        ConfigError: Names that are too long, or have other characters than AWS takes.
    """
    if problems := [problem.under(name) for problem in spec.name_problems(name, environment)]:
        raise ConfigError(problems)
