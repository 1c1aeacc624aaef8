"""A data monitor: what makes another job definition, and where its metrics are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.testing import resource, resources, synth
from tests import sagemaker
from tests.configs import config, problems
from tests.stacks import monitoring_stack

DEFINITION = "aws_sagemaker_data_quality_job_definition"


def synthesised(**options: Any) -> dict[str, Any]:
    monitors = {"ranker": sagemaker.endpoint(), "ranker-data": sagemaker.data(**options)}
    return synth(monitoring_stack(config(monitors)))


def name(**options: Any) -> str:
    return str(resource(synthesised(**options), DEFINITION)["name"])


@pytest.mark.parametrize(
    "options",
    [{"owner": "ml"}, {"workload": "shop"}, {"drift": {}}, {"reports": {"expire_days": 7}}, {"severity": "critical"}],
    ids=lambda options: next(iter(options)),
)
def test_what_is_no_part_of_the_definition_leaves_its_name(options: dict[str, Any]) -> None:
    assert name(**options) == name()


@pytest.mark.parametrize(
    "options",
    [
        {"schedule": "hourly"},  # an hourly run may last half an hour only, and the definition says so
        {"statistics": None},
        {"instances": {"volume_gib": 20}},
        {"max_runtime_seconds": 600},
    ],
    ids=lambda options: next(iter(options)),
)
def test_other_content_is_another_name(options: dict[str, Any]) -> None:
    assert name(**options) != name()


def test_features_of_any_name_have_alarms_of_their_own() -> None:
    alarms = resources(
        synthesised(drift={"age group": 0.1, "age/group": 0.2, "age": 0.3}), "aws_cloudwatch_metric_alarm"
    )
    drifts = {
        alarm["dimensions"]["Feature"]: (key, alarm["metric_name"])
        for key, alarm in alarms.items()
        if "-drift-" in alarm["alarm_name"]
    }
    assert {feature: metric for feature, (_, metric) in drifts.items()} == {
        feature: f"feature_baseline_drift_{feature}" for feature in ("age group", "age/group", "age")
    }
    assert len({key for key, _ in drifts.values()}) == 3


def test_the_role_may_publish_under_every_spelling_of_the_namespace() -> None:
    policies = resources(synthesised(), "aws_iam_role_policy").values()
    statements = [statement for policy in policies for statement in json.loads(policy["policy"])["Statement"]]
    (allowed,) = [
        statement["Condition"]["StringLike"]["cloudwatch:namespace"]
        for statement in statements
        if statement["Sid"] == "PublishMetrics" and "/aws/sagemaker/ProcessingJobs" in json.dumps(statement)
    ]
    assert {"aws/sagemaker/Endpoints/data-metrics", "/aws/sagemaker/*data-metric*"} <= set(allowed)


def test_batch_data_is_in_a_namespace_of_its_own() -> None:
    found = synthesised(endpoint=None, batch={"data": "s3://transform/captured"})
    namespaces = {
        (alarm["namespace"], "Endpoint" in alarm["dimensions"])
        for alarm in resources(found, "aws_cloudwatch_metric_alarm").values()
        if "Feature" in alarm.get("dimensions", {})
    }
    assert namespaces == {("aws/sagemaker/ModelMonitoring/data-metrics", False)}


def test_the_provider_knows_no_data_job_on_parquet() -> None:
    batch = {"data": "s3://transform/captured", "format": "parquet"}
    (problem,) = problems(config({"ranker-data": sagemaker.data(endpoint=None, batch=batch)}))
    path, _, said = problem.partition(": ")
    assert path == "monitors.ranker-data.batch.format"
    assert said == "the Terraform provider knows no data job on parquet; capture csv or json_lines"


def test_rules_are_as_long_as_eventbridge_takes() -> None:
    name = "d" * 31
    (problem,) = problems(config({"ranker": sagemaker.endpoint(), name: sagemaker.data(reports={"bucket": "reports"})}))
    rule = f"'recommender-production-{name}-violations'"
    assert problem.startswith(f"monitors.{name}: the event rule {rule} has 65 characters, and EventBridge takes 64;")
