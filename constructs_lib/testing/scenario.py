"""The life of a stack, proven at each step.

    with applied(workspace(stack, endpoint=moto.url)) as live:
        moto.set_alarm_state("errors", "ALARM")
        change = live.change(stack_with_another_threshold)
        assert change.actions == {"aws_cloudwatch_metric_alarm.errors": "update"}

Leaving the block destroys the stack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from constructs_lib.cdk import TerraformStack
    from constructs_lib.testing.plan import Applied, Plan
    from constructs_lib.testing.synth import StackJson
    from constructs_lib.testing.terraform import Workspace


class LiveStack:
    """An applied stack whose plan is empty."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def change(self, stack: TerraformStack | StackJson | Path, variables: Mapping[str, Any] | None = None) -> Applied:
        """Apply another version of the stack; the plan after it must be empty."""
        self.workspace.write(stack, variables)
        done = self.workspace.apply()
        self.workspace.plan().assert_empty()
        return done

    def planned_change(
        self, stack: TerraformStack | StackJson | Path, variables: Mapping[str, Any] | None = None
    ) -> Plan:
        """The same with a saved plan, which is returned; it has every attribute before and after."""
        self.workspace.write(stack, variables)
        plan = self.workspace.plan()
        self.workspace.apply(plan)
        self.workspace.plan().assert_empty()
        return plan


@contextmanager
def applied(workspace: Workspace) -> Iterator[LiveStack]:
    """Apply; the second plan must be empty; at the end destroy, which must leave nothing.

    After a failure inside, nothing is destroyed: the failure is what the test reports, and what was made lives in
    moto's memory only.
    """
    workspace.apply()
    workspace.plan().assert_empty()
    yield LiveStack(workspace)
    workspace.destroy()
    left = workspace.state()
    if left:
        raise AssertionError(f"destroy left {', '.join(sorted(left))}")
