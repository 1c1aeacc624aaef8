"""monitoring.tests.yaml: what the alarms of the default stack do."""

from __future__ import annotations

from pathlib import Path

from constructs_lib.behaviour.file import load
from constructs_lib.behaviour.record import record
from constructs_lib.terraform.reading import read_configuration

ROOT = Path(__file__).parents[2]
STACK = ROOT / "cdktf.out" / "stacks" / "production" / "cdk.tf.json"


def test_every_alarm_fires_in_a_test_and_keeps_quiet_in_one() -> None:
    report = load(ROOT / "monitoring.tests.yaml").run()
    assert {verdict.name: [failure.text for failure in verdict.failures] for verdict in report.failed} == {}
    assert report.coverage.never_fired == []
    assert report.coverage.never_quiet == []
    assert report.suite.simulation.deployment.left_out == {}
    current = record(report, read_configuration(STACK)) == (ROOT / "monitoring.tests.json").read_bytes()
    assert current, "run `ai-monitoring test --record`, then `make synth`, and commit what they write"
