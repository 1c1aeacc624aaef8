"""Fixtures of this repository's own tests; what a user's tests want as well is in constructs_lib.testing.fixtures."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from constructs_lib.testing import MotoServer, Terraform, skip_or_fail
from tests.apps.default import ROOT, DefaultApp
from tests.names import Names

pytest_plugins = ["constructs_lib.testing.fixtures"]

# On a busy machine an example may take longer than Hypothesis allows, and not the second time: it is then called flaky.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


# What waits for moto comes first, so that the end of a test run does not wait for it alone.
_FIRST = ("apply", "cdktf_cli", "slow", "plan")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((place for place, mark in enumerate(_FIRST) if item.get_closest_marker(mark)), 9))


@pytest.fixture
def names() -> Names:
    """Puts a prefix of this test's own before a name: every test shares one moto."""
    prefix = f"t{uuid4().hex[:8]}"
    return lambda name: f"{prefix}-{name}"


@pytest.fixture
def default_app(tmp_path: Path, terraform: Terraform, moto: MotoServer) -> DefaultApp:
    """The default app, ready for ``cdktf synth``, ``cdktn synth`` and ``cdktf diff --skip-provider-lock``.

    Skipped where node_modules is not installed (fails where CI=true).
    """
    commands = ROOT / "node_modules/.bin"
    if not (commands / "cdktf").exists():
        skip_or_fail("cdktf-cli is not installed: `make test` installs node_modules")
    directory = tmp_path / "app"
    directory.mkdir()
    settings = json.loads((ROOT / "cdktf.json").read_text())
    settings["app"] = f"{sys.executable} {ROOT / 'main.py'}"
    (directory / "cdktf.json").write_text(json.dumps(settings))
    shutil.copy2(ROOT / "monitoring.yaml", directory)
    environment = terraform.environment(moto.url)
    # The node of this Python environment, under its usual name.
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    environment["PYTHONPATH"] = str(ROOT)
    environment["CI"] = "true"  # no spinner
    return DefaultApp(commands, directory, environment)
