"""The repository's default app through the commands of CDKTF and of cdktn themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.apps.default import ROOT, DefaultApp

pytestmark = pytest.mark.cdktf_cli


def stacks(output: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in output.glob("stacks/*/cdk.tf.json")}


def test_cdktf_synth_writes_what_main_writes(default_app: DefaultApp) -> None:
    default_app.run("synth")

    written = stacks(default_app.directory / "cdktf.out")
    assert written
    expected = stacks(ROOT / "cdktf.out")
    assert [name for name in expected | written if expected.get(name) != written.get(name)] == []


def test_cdktn_synth_writes_the_same_resources(default_app: DefaultApp) -> None:
    default_app.run("synth", base="cdktn")

    written = stacks(default_app.directory / "cdktf.out")
    expected = stacks(ROOT / "cdktf.out")
    assert written.keys() == expected.keys()
    for name, text in written.items():
        assert json.loads(text)["resource"] == json.loads(expected[name])["resource"]
        assert json.loads(text)["//"]["metadata"]["version"].startswith("0.24")


def test_cdktf_diff_plans_the_stack(default_app: DefaultApp) -> None:
    output = default_app.run(
        "diff", "--skip-provider-lock", "production", "--var=pagerduty_url=https://example.com/page"
    )

    assert "Plan:" in output
    assert "to add, 0 to change, 0 to destroy" in output
