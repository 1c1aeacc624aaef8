"""A project moves from CDKTF to cdktn: real Terraform, real provider, moto."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.bindings.base import SWITCH
from constructs_lib.testing import MotoServer, applied, skip_or_fail
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import anomaly, config, threshold
from tests.names import Names

pytestmark = pytest.mark.apply

ROOT = Path(__file__).parents[2]


def synthesised(data: dict[str, Any], folder: Path, base: str) -> Path:
    """The folder of the stack, written by a process of its own: an app is on one base."""
    folder.mkdir()
    (folder / "monitoring.yaml").write_text(json.dumps(data))
    subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "monitoring.yaml"],
        cwd=folder,
        env={**os.environ, SWITCH: base},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder / "cdktf.out/stacks/production"


def test_the_plan_after_moving_is_empty(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names, tmp_path: Path
) -> None:
    if importlib.util.find_spec("cdktn") is None:
        skip_or_fail("cdktn is not installed")
    data = config({"calls": anomaly(quiet_below=20), "errors": threshold()}) | {"project": names("shop")}
    before, after = (synthesised(data, tmp_path / base, base) for base in ("cdktf", "cdktn"))
    assert json.loads((after / "cdk.tf.json").read_text())["//"]["metadata"]["version"].startswith("0.24")

    with applied(workspace(before, endpoint=moto.url)) as live:
        live.workspace.write(after)
        live.workspace.plan().assert_empty()
