"""The rules, the register and the review over a plan that Terraform itself wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from constructs_lib.cli import main
from constructs_lib.rules import findings
from constructs_lib.terraform.reading import ReadPlan, parse, read
from constructs_lib.terraform.stack import Stack
from constructs_lib.testing.fixtures import WorkspaceFactory

pytestmark = pytest.mark.plan

PRODUCTION = Path(__file__).parents[2] / "cdktf.out" / "stacks" / "production"
VARIABLES = {"pagerduty_url": "https://events.example.com/integration/enqueue"}


def test_a_plan_of_the_default_stack(workspace: WorkspaceFactory, tmp_path: Path) -> None:
    plan = workspace(PRODUCTION, variables=VARIABLES).plan().json
    planned = parse(plan, name="plan.json")
    configured = read(PRODUCTION / "cdk.tf.json")
    assert isinstance(planned, ReadPlan) and isinstance(configured, Stack)

    assert [str(finding) for finding in findings(planned.after) if finding.blocks] == []
    by_name = {alarm.name: alarm for alarm in configured.alarms}
    for alarm in planned.after.alarms:
        same = by_name.pop(alarm.name)
        assert (alarm.actions, alarm.of, alarm.breaching, alarm.threshold, alarm.missing_data, alarm.runbook) == (
            same.actions,
            same.of,
            same.breaching,
            same.threshold,
            same.missing_data,
            same.runbook,
        ), "a plan reads like the configuration it was made from"
    assert by_name == {}

    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    result = CliRunner().invoke(main, ["review", str(file), "--fail-on", "unclear"])
    assert result.exit_code == 0, result.output
    assert "This plan weakens nothing." in result.output
    assert f"New ({len(configured.alarms)})" in result.output
