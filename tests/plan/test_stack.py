"""What is odd about a stack, as the real Terraform and provider read it."""

from __future__ import annotations

import pytest

from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import anomaly, config, metric, threshold
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.plan

MONITORS = {
    "floor": anomaly(quiet_below="${var.floor}", suppressed_by="recommender-production-deploying"),
    "deploying": threshold(metric=metric(label="calls of %{if} in ${terraform.workspace}")),
    "wide": anomaly(band_width=10_000_000, metric=metric(dimensions={"FunctionName": "%{for}"})),
    "jobs": {"pattern": "training_jobs", "name_prefix": "ranker-"},
}


def test_odd_values_are_planned_and_a_lock_in_s3_is_taken(workspace: WorkspaceFactory) -> None:
    options = {"backend": {"s3": {"bucket": "state"}}, "tags": {"team": "${var.team}"}}
    stack = monitoring_stack(config(MONITORS, **options))
    made = workspace(stack, variables={"floor": "20", "team": "ml"})
    plan = made.plan()
    assert set(plan.actions.values()) == {"create"}
    assert plan.warnings == ()
