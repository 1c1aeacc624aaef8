"""Every example, planned by the real provider."""

from __future__ import annotations

from pathlib import Path

import pytest

from constructs_lib.app import synthesise
from constructs_lib.references import variables_in
from constructs_lib.spec.loader import load
from constructs_lib.testing.fixtures import WorkspaceFactory

pytestmark = pytest.mark.plan

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_plans(file: Path, workspace: WorkspaceFactory, tmp_path: Path) -> None:
    config = load(file)
    out = synthesise(config, tmp_path / "out")
    for name, stack in config.stacks.items():
        variables = dict.fromkeys(variables_in(stack), "https://example.com/x")
        planned = workspace(out / "stacks" / name, variables=variables)
        assert planned.validate() == ()
        plan = planned.plan()
        assert set(plan.actions.values()) == {"create"}
        assert plan.warnings == ()
