"""The repository's default app through the cdktf command itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cdktf_app import ROOT, CdktfApp

pytestmark = pytest.mark.cdktf_cli


def stacks(output: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in output.glob("stacks/*/cdk.tf.json")}


def test_cdktf_synth_writes_what_main_writes(cdktf_app: CdktfApp) -> None:
    cdktf_app.run("synth")

    written = stacks(cdktf_app.directory / "cdktf.out")
    assert written
    expected = stacks(ROOT / "cdktf.out")
    assert [name for name in expected | written if expected.get(name) != written.get(name)] == []


def test_cdktf_diff_plans_the_stack(cdktf_app: CdktfApp) -> None:
    output = cdktf_app.run("diff", "--skip-provider-lock", "production", "--var=pagerduty_url=https://example.com/page")

    assert "Plan:" in output
    assert "to add, 0 to change, 0 to destroy" in output
