"""Every example ships with tests of its alarms: that each fires, and that each keeps quiet."""

from __future__ import annotations

from pathlib import Path

import pytest

from constructs_lib.app import synthesise
from constructs_lib.behaviour.file import load
from constructs_lib.config.loader import load as load_config

FOLDER = Path(__file__).parents[2] / "examples"
EXAMPLES = sorted(FOLDER.glob("*.yaml"))


def file_for(example: Path) -> Path:
    return FOLDER / "tests" / f"{example.stem}.tests.yaml"


def test_every_example_has_tests() -> None:
    assert sorted((FOLDER / "tests").iterdir()) == sorted(map(file_for, EXAMPLES))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_alarm_fires_in_a_test_and_keeps_quiet_in_one(file: Path, tmp_path: Path) -> None:
    synthesise(load_config(file), str(tmp_path))
    (stack,) = tmp_path.glob("stacks/*/cdk.tf.json")
    report = load(file_for(file), stack).run()
    assert {verdict.name: [failure.text for failure in verdict.failures] for verdict in report.failed} == {}
    assert report.coverage.never_fired == []
    assert report.coverage.never_quiet == []
    assert report.suite.simulation.deployment.left_out == {}
