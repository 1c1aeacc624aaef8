"""The GitHub action and the GitLab template: what they run is run here, but for the installation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.cli import ci as command
from tests.ci.platforms import TOKEN, platform
from tests.ci.test_ci import ROOT, github, gitlab, project

__all__ = ["project"]

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
GITLAB: dict[str, Any] = yaml.safe_load((ROOT / "examples/ci/gitlab.yml").read_text())
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / "examples/ci/github.yml").read_text())
INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")


def commands(folder: Path) -> Path:
    """A folder with `ai-monitoring` in it, as pip would have written it."""
    folder.mkdir(parents=True)
    script = folder / "ai-monitoring"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m constructs_lib "$@"\n')
    script.chmod(0o755)
    return folder


def shell(script: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """As GitHub's runner calls bash."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_action_comments_with_the_inputs_it_is_given(project: Path, tmp_path: Path) -> None:
    commands(tmp_path / "temp" / "ai-monitoring" / "bin")
    inputs = {name: str(one["default"]) for name, one in ACTION["inputs"].items()}
    inputs |= {"token": TOKEN, "fail-on": "weakened", "junit": "results $(touch stolen).xml"}
    step = ACTION["runs"]["steps"][1]
    given = {name: INPUT.sub(lambda match: inputs[match[1]], value) for name, value in step["env"].items()}
    with platform() as served:
        environment = github(project, served) | given | {"RUNNER_TEMP": str(tmp_path / "temp")}
        result = shell(step["run"], project, environment)
        assert (result.returncode, result.stderr) == (1, "")
        (written,) = served.comments
    assert "### Monitoring: review failed" in written["body"]
    assert (project / "results $(touch stolen).xml").exists()
    assert not (project / "stolen").exists()


def test_no_input_is_text_of_a_script_and_each_is_used() -> None:
    steps = ACTION["runs"]["steps"]
    assert [step["run"] for step in steps if "${{" in step["run"]] == []
    used = {name for step in steps for value in step["env"].values() for name in INPUT.findall(value)}
    assert used == set(ACTION["inputs"])
    variables = {name for name in steps[1]["env"] if name.startswith("AI_MONITORING_")}
    options = {option.name for option in command.params}
    assert {name.removeprefix("AI_MONITORING_").lower() for name in variables} <= options


def test_the_installation_is_of_the_action_itself() -> None:
    install = ACTION["runs"]["steps"][0]
    assert install["env"]["PACKAGE"] == "${{ github.action_path }}"
    assert subprocess.run(["bash", "-n", "-c", install["run"]], check=False).returncode == 0


def test_the_workflow_asks_for_the_least() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert [*WORKFLOW[True]] == ["pull_request"], "YAML 1.1 reads `on` as true"


def test_the_gitlab_template_runs_and_writes_what_it_reports(project: Path, tmp_path: Path) -> None:
    job = GITLAB["ai-monitoring"]
    *_, run = job["script"]
    path = f"{commands(tmp_path / 'bin')}{os.pathsep}{os.environ['PATH']}"
    with platform() as served:
        result = shell(run, project, gitlab(project, served) | job["variables"] | {"PATH": path})
        assert (result.returncode, len(served.comments)) == (1, 1)
    assert (project / job["artifacts"]["reports"]["junit"]).exists()


@pytest.mark.parametrize("page", ["docs/ci.md"])
def test_the_docs_name_every_variable(page: str) -> None:
    named = set(re.findall(r"AI_MONITORING_(\w+)", (ROOT / page).read_text()))
    shown = {option.name for option in command.params if option.expose_value}
    assert {name.lower() for name in named} == shown
