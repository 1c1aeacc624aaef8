"""SageMaker monitors before the real provider, in every shape they can take."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from constructs_lib.testing import TerraformError, synth
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests import sagemaker
from tests.configs import config
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.plan

ROLE = "arn:aws:iam::123456789012:role/models"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
VPC = {"subnets": ["subnet-0123456789abcdef0"], "security_groups": ["sg-0123456789abcdef0"]}
BATCH: dict[str, Any] = {"endpoint": None, "batch": {"data": "s3://transform/captured"}}


def test_the_provider_accepts_every_shape(workspace: WorkspaceFactory) -> None:
    isolated = {"image": sagemaker.IMAGE, "network_isolation": False}
    monitors = {
        "ranker": sagemaker.endpoint(
            scaling={"min_count": 1, "max_count": 4, "invocations_per_instance": 600}, vpc=VPC
        ),
        "rolling": sagemaker.endpoint(
            capture={"bucket": "traffic", "kms_key_arn": KEY},
            instances={"type": "ml.c6i.xlarge", "count": 4},
            deployment={"strategy": "rolling", "step_percent": 25},
            role_arn=ROLE,
            alarms={"memory_utilization_percent": 90, "disk_utilization_percent": 75, "errors_4xx_percent": 20},
        ),
        "small": {"pattern": "model_endpoint", "model": isolated, "serverless": {"memory_mib": 4096}},
        "old": {"pattern": "model_endpoint", "endpoint": "ranker-v3", "kind": "real_time"},
        "bias": sagemaker.bias(
            schedule="hourly",
            vpc=VPC,
            constraints="s3://models/bias/constraints.json",
            ground_truth_events=True,
            label_delay_hours=2,
            facets=[{"name": "gender", "sensitive": [0]}, {"name": "age", "above": 40}],
        ),
        "batch-bias": sagemaker.bias(**BATCH, role_arn=ROLE, reports={"bucket": "reports", "kms_key_arn": KEY}),
        "their-bias": sagemaker.bias(
            publish="external", endpoint="ranker", ground_truth=None, instances=None, headers=None
        ),
        "drift": sagemaker.data(vpc=VPC),
        "batch-data": sagemaker.data(**BATCH, instances={"volume_kms_key_arn": KEY}),
        "jobs": sagemaker.training(jobs=["training", "processing", "transform", "tuning", "pipeline"], stopped="any"),
    }
    stack = workspace(monitoring_stack(config(monitors)))
    plan = stack.plan()
    assert set(plan.actions.values()) == {"create"}
    assert plan.warnings == ()


def test_the_registrys_schema_checks_the_definition_at_plan_time(workspace: WorkspaceFactory) -> None:
    stack = synth(monitoring_stack(config({"ranker": sagemaker.endpoint(), "bias": sagemaker.bias()})))
    (definition,) = stack["resource"]["aws_cloudcontrolapi_resource"].values()
    desired = json.loads(definition["desired_state"])
    desired["JobResources"]["ClusterConfig"]["InstanceCount"] = "one"
    definition["desired_state"] = json.dumps(desired)

    with pytest.raises(TerraformError, match="InstanceCount"):
        workspace(stack).plan()


def test_everything_in_the_definition_is_known_when_terraform_plans(workspace: WorkspaceFactory) -> None:
    stack = workspace(monitoring_stack(config({"ranker": sagemaker.endpoint(), "bias": sagemaker.bias()})))
    (definition,) = (
        change for change in stack.plan().changes.values() if change.type == "aws_cloudcontrolapi_resource"
    )
    assert definition.after is not None
    desired = json.loads(definition.after["desired_state"])
    endpoint = desired["ModelBiasJobInput"]["EndpointInput"]["EndpointName"]
    assert endpoint == "recommender-production-ranker"


def test_values_may_be_known_at_deployment_only(workspace: WorkspaceFactory) -> None:
    monitors = {
        "ranker": sagemaker.endpoint(model={"image": "${var.image}", "data": "${var.model}"}, role_arn="${var.role}"),
        "old": sagemaker.bias(
            endpoint="${var.endpoint}",
            captured="${var.captured}",
            ground_truth="s3://${var.bucket}/labels/",
            image="${var.image}",
        ),
        "age": sagemaker.bias(
            endpoint="${var.endpoint}",
            captured="${var.captured}",
            ground_truth="${var.labels}",
            ground_truth_events=True,
            facets=[{"name": "age", "above": 40}],
            schedule="hourly",
        ),
        "drift": sagemaker.data(constraints="${var.model}", role_arn="${var.role}"),
    }
    stack = monitoring_stack(config(monitors))
    variables = {
        "image": sagemaker.IMAGE,
        "model": "s3://models/ranker/model.tar.gz",
        "role": ROLE,
        "endpoint": "ranker-v3",
        "captured": "s3://traffic/ranker",
        "bucket": "labels",
        "labels": "s3://labels/age/",
    }
    planned = workspace(stack, variables=variables)
    plan = planned.plan()
    assert plan.warnings == ()
    made = [change.after for change in plan.changes.values() if change.after is not None]
    names = [json.loads(one["desired_state"])["JobDefinitionName"] for one in made if "desired_state" in one]
    assert [name.rpartition("-")[0] for name in sorted(names)] == [
        "recommender-production-age",
        "recommender-production-old",
    ]
    assert all(re.fullmatch(r"[0-9a-f]{8}", name.rpartition("-")[2]) for name in names)
    (labels,) = (
        one for one in made if one.get("name") == "recommender-production-age-labels" and "event_pattern" in one
    )
    assert json.loads(labels["event_pattern"])["detail"] == {
        "bucket": {"name": ["labels"]},
        "object": {"key": [{"prefix": "age/"}]},
    }
