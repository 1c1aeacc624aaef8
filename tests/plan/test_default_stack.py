"""The default stack, as ops would review it: the real provider plans it, offline and without credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from constructs_lib.testing.fixtures import WorkspaceFactory

pytestmark = pytest.mark.plan

PRODUCTION = Path(__file__).parents[2] / "cdktf.out" / "stacks" / "production"
VARIABLES = {"pagerduty_url": "https://events.example.com/integration/enqueue"}


def test_the_real_provider_accepts_and_plans_it(workspace: WorkspaceFactory) -> None:
    stack = workspace(PRODUCTION, variables=VARIABLES)
    plan = stack.plan()
    assert set(plan.actions.values()) == {"create"}
    assert plan.warnings == ()
