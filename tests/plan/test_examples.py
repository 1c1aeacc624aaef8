"""Every example, planned by the real provider."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from constructs_lib.app import synthesise
from constructs_lib.config.loader import load, read
from constructs_lib.review.review import reviews
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import variables_of

pytestmark = pytest.mark.plan

COMPANY = Path(__file__).parents[2] / "examples" / "company" / "monitoring.yaml"
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_plans(file: Path, workspace: WorkspaceFactory, tmp_path: Path) -> None:
    config = load(file)
    out = synthesise(config, tmp_path / "out")
    for name, stack in config.stacks.items():
        variables = variables_of(stack, "https://example.com/x")
        planned = workspace(out / "stacks" / name, variables=variables)
        plan = planned.plan()
        assert set(plan.actions.values()) == {"create"}
        assert plan.warnings == ()


def test_a_stack_of_the_company_plans_and_is_reviewed(workspace: WorkspaceFactory, tmp_path: Path) -> None:
    config = read(COMPANY, ["assistant-staging"]).config
    planned = workspace(synthesise(config, tmp_path / "out") / "stacks" / "assistant-staging").plan()
    assert set(planned.actions.values()) == {"create"}
    assert planned.warnings == ()
    (tmp_path / "plan.json").write_text(json.dumps(planned.json))
    (found,) = reviews([str(tmp_path / "plan.json")])
    assert not found.fails("unclear")
    assert found.alarms_after == len([*planned.json["planned_values"]["outputs"]["alarm_names"]["value"]])


APPS = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))
APP_VARIABLES = {"own_stack": {"role_arn": "arn:aws:iam::123456789012:role/ranker"}}


@pytest.mark.parametrize("file", APPS, ids=lambda file: file.stem)
def test_an_app_runs_and_plans(file: Path, workspace: WorkspaceFactory, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(file)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for stack in sorted((tmp_path / "cdktf.out" / "stacks").iterdir()):
        planned = workspace(stack, variables=APP_VARIABLES[file.stem])
        plan = planned.plan()
        assert set(plan.actions.values()) == {"create"}
        assert plan.warnings == ()
