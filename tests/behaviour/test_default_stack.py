"""monitoring.tests.yaml: what the alarms of the default stack do."""

from __future__ import annotations

from pathlib import Path

from constructs_lib.behaviour.file import load

ROOT = Path(__file__).parents[2]


def test_every_alarm_fires_in_a_test_and_keeps_quiet_in_one() -> None:
    report = load(ROOT / "monitoring.tests.yaml").run()
    assert {verdict.name: [failure.text for failure in verdict.failures] for verdict in report.failed} == {}
    assert report.coverage.never_fired == []
    assert report.coverage.never_quiet == []
    assert report.suite.simulation.deployment.left_out == {}
