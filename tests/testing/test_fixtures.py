"""The fixtures as a user's own test suite meets them, each time in a pytest run of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.apps.default import ROOT

CONFTEST = 'pytest_plugins = ["constructs_lib.testing.fixtures"]\n'


def run(directory: Path, test: str, *options: str, **environment: str) -> str:
    """What pytest prints for one test file in an otherwise empty folder."""
    (directory / "conftest.py").write_text(CONFTEST)
    (directory / "test_it.py").write_text(test)
    # Not as a part of the run that is going on: pytest and its plugins tell each other so by these.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rsf", "-p", "no:cacheprovider", "--rootdir=.", "-c", "/dev/null", *options],
        cwd=directory,
        env={**inherited, "CI": "", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


NEEDS_TERRAFORM = "def test_it(workspace):\n    workspace({})\n"


def test_without_terraform_a_test_is_skipped_with_the_reason(tmp_path: Path) -> None:
    output = run(tmp_path, NEEDS_TERRAFORM, "-q", PATH=str(tmp_path))

    assert "1 skipped" in output
    assert "\n1 not run: terraform is not on PATH" in output, "said with -q, too"
    assert "(where CI=true this fails)\n" in output


def test_in_ci_it_fails_instead(tmp_path: Path) -> None:
    output = run(tmp_path, NEEDS_TERRAFORM, PATH=str(tmp_path), CI="true")

    assert "1 error" in output
    assert "terraform is not on PATH" in output
    assert "CI=true: this must not be skipped" in output


def test_without_moto_a_test_is_skipped_with_the_reason(tmp_path: Path) -> None:
    hidden = (
        "import importlib.util, pytest\n"
        "@pytest.fixture(scope='session', autouse=True)\n"
        "def no_moto():\n"
        "    find = importlib.util.find_spec\n"
        "    importlib.util.find_spec = lambda name, *rest: None if name == 'moto' else find(name, *rest)\n"
        "    yield\n"
        "    importlib.util.find_spec = find\n"
        "def test_it(moto):\n    pass\n"
    )
    output = run(tmp_path, hidden)

    assert "1 skipped" in output
    assert "moto is not installed: pip install 'ai-monitoring-constructs[testing]'" in output


def test_a_snapshot_is_one_sorted_json_file(tmp_path: Path) -> None:
    test = "def test_it(json_snapshot):\n    assert {'b': [2, 1], 'a': {'d': None, 'c': True}} == json_snapshot\n"
    output = run(tmp_path, test, "--snapshot-update")

    assert "1 snapshot generated" in output
    (written,) = tmp_path.rglob("*.json")
    assert written.read_text() == (
        '{\n  "a": {\n    "c": true,\n    "d": null\n  },\n  "b": [\n    2,\n    1\n  ]\n}\n'
    )
    assert "1 passed" in run(tmp_path, test)
    assert "1 failed" in run(tmp_path, test.replace("[2, 1]", "[1, 2]"))


@pytest.mark.parametrize("module", ["moto", "boto3", "botocore", "pytest", "syrupy", "cdktf", "jsii"])
def test_importing_the_package_loads_none_of_its_tools(module: str) -> None:
    code = f"import constructs_lib.testing, sys; sys.exit({module!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
