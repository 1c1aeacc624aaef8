"""What mypy and pyright say of a user's program, without any plugin."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("typing")]

ROOT = Path(__file__).parents[1]
RIGHT = """\
from constructs_lib import AnomalySpec, Metric, NotificationsSpec, QueueSpec, Receiver, ThresholdSpec

errors = Metric(namespace="AWS/Lambda", name="Errors", dimensions={"FunctionName": "ranker"}, statistic="Sum")
AnomalySpec(metric=errors, band_width=3, severity="critical", quiet_below=20)
QueueSpec(queue="jobs", wait_minutes=10)
ThresholdSpec(metric=errors, above=5)
NotificationsSpec(critical=[Receiver(email="oncall@example.com"), Receiver(function="arn:aws:lambda:…")])
"""
MISTAKES = {
    "band_width=3": "bandwidth=3",
    'severity="critical"': 'severity="criticl"',
    "wait_minutes=10": "wait_minutes=[10]",
    'queue="jobs", ': "",
    'Receiver(email="': 'Receiver(mail="',
}


def lines_refused(program: str, folder: Path, checker: str) -> list[int]:
    """The lines that a type checker refuses."""
    file = folder / "program.py"
    file.write_text(program, encoding="utf-8")
    if checker == "mypy":
        bindings = "[mypy-cdktf_cdktf_provider_aws.*,cdktn_provider_aws.*]\nfollow_imports = skip\n"
        (folder / "mypy.ini").write_text(f"[mypy]\nstrict = True\nmypy_path = {ROOT}\n{bindings}")
        command = ["mypy", "--config-file", "mypy.ini", file.name]
    else:
        (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(ROOT)]}))
        command = ["pyright", "--pythonpath", sys.executable, "--outputjson"]
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": here, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if checker == "pyright":
        found = json.loads(done.stdout)["generalDiagnostics"]
        return sorted({one["range"]["start"]["line"] + 1 for one in found if one["severity"] == "error"})
    return sorted({int(line) for line in re.findall(rf"^{file.name}:(\d+): error", done.stdout, re.MULTILINE)})


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_a_type_checker_knows_every_option(checker: str, tmp_path: Path) -> None:
    assert lines_refused(RIGHT, tmp_path, checker) == []
    program, wrong = RIGHT, []
    for right, mistake in MISTAKES.items():
        (line,) = (number for number, text in enumerate(RIGHT.splitlines(), start=1) if right in text)
        # Each mistake in a line of its own, below the right ones.
        program += RIGHT.splitlines()[line - 1].replace(right, mistake) + "\n"
        wrong.append(len(program.splitlines()))
    assert lines_refused(program, tmp_path, checker) == wrong
