"""numpy is an extra: only tests of alarms load it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from constructs_lib.behaviour import command
from constructs_lib.errors import ConfigError

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
