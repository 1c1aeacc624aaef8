"""Every example a reader may copy works: the YAML loads, the Python synthesises, the commands exist."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.app import synthesise
from constructs_lib.behaviour.file import load as load_tests
from constructs_lib.behaviour.file import loads as loads_tests
from constructs_lib.behaviour.report import lines
from constructs_lib.cli import main
from constructs_lib.config.loader import load
from constructs_lib.rules.waiver_file import WaiverFile
from constructs_lib.yaml_lines import validated
from tests.configs import config
from tests.configs import load as load_data

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


def blocks(language: str) -> list[Any]:
    """The fenced blocks of a language in every page."""
    fence = re.compile(rf"^```{language}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return [
        pytest.param(text, id=f"{page.relative_to(ROOT)}-{number}")
        for page in PAGES
        for number, text in enumerate(fence.findall(page.read_text(encoding="utf-8")), start=1)
    ]


def export_calls(file: Path) -> None:
    """What get-metric-data prints of two weeks of calls, with an hour of few in the last morning, and of their band."""
    first = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [first + timedelta(minutes=5 * index) for index in range(14 * 288 + 144)]
    incident = [first + timedelta(days=14, hours=hours) for hours in (10, 11)]
    series = {
        "calls": [120.0 if incident[0] <= moment < incident[1] else 600.0 for moment in moments],
        "band": [500.0] * len(moments),
        "band ": [700.0] * len(moments),
    }
    stamps = [moment.isoformat() for moment in moments]
    results = [{"Id": key.strip(), "Timestamps": stamps, "Values": values} for key, values in series.items()]
    file.write_text(json.dumps({"MetricDataResults": results}), encoding="utf-8")


@pytest.mark.parametrize("text", blocks("yaml"))
def test_yaml_in_the_docs_loads(text: str, tmp_path: Path) -> None:
    """A whole file as it is; monitors inside a stack that has receivers for everything; tests on the default stack."""
    data = yaml.safe_load(text)
    if "tests" in data:
        export_calls(tmp_path / "calls.json")
        deployed = ROOT / "cdktf.out/stacks/production/cdk.tf.json"
        report = loads_tests(text, folder=tmp_path, configuration=deployed).run()
        assert [failure.text for verdict in report.failed for failure in verdict.failures] == []
        return
    if [*data] == ["waivers"]:
        validated(WaiverFile, text, "waivers.yaml", begin="")
        return
    if "project" in data:
        load_data(text)
        return
    everyone = {severity: [{"email": "a@example.com"}] for severity in ("critical", "warning", "info")}
    stack = {key: data.pop(key) for key in list(data) if key in config()["stacks"]["production"]}
    monitors = stack.pop("monitors", None) or data or None
    load_data(config(monitors, **{"notifications": everyone} | stack))


def test_a_newcomer_can_follow_the_readme(tmp_path: Path) -> None:
    """Its monitoring.yaml, and the tests for that, as they stand there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    monitoring, tests = re.findall(r"^```yaml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)[:2]
    synthesise(load_data(monitoring), str(tmp_path / "cdktf.out"))
    (tmp_path / "monitoring.tests.yaml").write_text(tests)
    report = load_tests(tmp_path / "monitoring.tests.yaml").run()
    shown = "\n".join(lines(report, timelines=False, alarms=False)).replace(f"{tmp_path}/", "")
    assert shown in readme


@pytest.mark.parametrize("text", blocks("python"))
def test_python_in_the_docs_runs(text: str, tmp_path: Path) -> None:
    script = tmp_path / "example.py"
    script.write_text(text)
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_commands_in_the_docs_exist() -> None:
    named = {
        command
        for page in PAGES
        for command in re.findall(
            r"(?:ai-monitoring|-m constructs_lib) ([a-z][a-z-]+)", page.read_text(encoding="utf-8")
        )
    }
    assert named <= set(main.commands)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_examples_load(file: Path) -> None:
    load(file)


def test_links_in_the_docs_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http://", "https://")) and not (page.parent / target).exists()
    ]
    assert broken == []
