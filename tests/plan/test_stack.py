"""What is odd about a stack, as the real Terraform and provider read it."""

from __future__ import annotations

import json

import pytest

from constructs_lib.testing import synth
from constructs_lib.testing.fixtures import WorkspaceFactory
from constructs_lib.testing.synth import STACK_FILE
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


def test_the_role_and_the_profile_that_deploy_are_valid(workspace: WorkspaceFactory) -> None:
    role = {"role_arn": "arn:aws:iam::123456789012:role/deploy", "session_name": "ci", "external_id": "${var.id}"}
    variables = {"id": {"type": "string", "description": "What the role asks for"}}
    stack = synth(monitoring_stack(config(provider={"assume_role": role, "profile": "prod"}, variables=variables)))
    made = workspace(stack, variables={"id": "shop"})
    (made.directory / STACK_FILE).write_text(json.dumps(stack), encoding="utf-8")  # a test's own copy leaves both out
    assert made.validate() == ()
