"""Endpoint, bias and data monitor together: what Terraform is told."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ConfigError, Environment, ModelBiasMonitor, ModelBiasSpec, ModelEndpoint, ModelEndpointSpec
from constructs_lib.cdk import TerraformStack, TerraformVariable
from constructs_lib.patterns.model_bias.resources.job_definition import TYPE
from constructs_lib.resources.schemas import schema
from constructs_lib.testing import resource, resources, synth
from tests import sagemaker
from tests.configs import config, problems
from tests.stacks import ROUTING, monitoring_stack, own_stack

HERE = Environment("123456789012", "us-east-1")


@cache
def stack() -> dict[str, Any]:
    """All three, the monitors before what they name."""
    monitors = {
        "ranker-bias": sagemaker.bias(constraints="s3://models/ranker/bias/constraints.json", ground_truth_events=True),
        "ranker-data": sagemaker.data(),
        "ranker": sagemaker.endpoint(),
    }
    return synth(monitoring_stack(config(monitors)))


def definition(**options: Any) -> dict[str, Any]:
    """The bias job definition's desired state."""
    monitors = {"ranker-bias": sagemaker.bias(**options), "ranker": sagemaker.endpoint()}
    found = resource(synth(monitoring_stack(config(monitors))), "aws_cloudcontrolapi_resource")
    return dict(json.loads(found["desired_state"]))


def check(desired_state: str) -> None:
    """Hold a definition to the schema, with something in place of what Terraform fills in."""
    desired = json.loads(re.sub(r"\$\{[^}]*\}", "known-later", desired_state))
    # Not `jsonschema.validate`, which also holds the schema to Python's regular expressions.
    jsonschema.Draft7Validator(json.loads(schema(TYPE))).validate(desired)


def test_the_definition_agrees_with_the_registrys_schema() -> None:
    found = resource(stack(), "aws_cloudcontrolapi_resource")
    assert found["type_name"] == TYPE
    assert found["schema"] == schema(TYPE)
    check(found["desired_state"])


@pytest.mark.parametrize(
    "options",
    [
        {"schedule": "hourly"},
        {"endpoint": None, "batch": {"data": "s3://transform/captured", "format": "parquet"}},
        {"prediction": {"probability": "1", "threshold": 0.5}, "label_delay_hours": 2},
        {"vpc": {"subnets": ["subnet-0a1b2c3d"], "security_groups": ["sg-0123abcd"]}, "network_isolation": True},
        {"reports": {"bucket": "reports"}, "role_arn": "arn:aws:iam::123456789012:role/monitoring"},
    ],
)
def test_every_option_makes_a_definition_the_schema_takes(options: dict[str, Any]) -> None:
    check(json.dumps(definition(**options)))


def test_other_content_is_another_name_and_the_new_one_is_made_first() -> None:
    first, second = definition()["JobDefinitionName"], definition(max_runtime_seconds=1_800)["JobDefinitionName"]
    assert first == definition()["JobDefinitionName"], "the same content keeps its name"
    assert first != second
    assert first.startswith("recommender-production-ranker-bias-")
    for kind in ("aws_cloudcontrolapi_resource", "aws_s3_object", "aws_sagemaker_data_quality_job_definition"):
        assert resource(stack(), kind)["lifecycle"] == {"create_before_destroy": True}


def test_other_facets_are_another_analysis_and_so_another_definition() -> None:
    facets = [{"name": "gender", "sensitive": [1]}]
    assert definition()["JobDefinitionName"] != definition(facets=facets)["JobDefinitionName"]


def test_limits_are_no_part_of_the_definition() -> None:
    assert definition() == definition(limits={"DPPL": 0.3})


def test_a_reference_in_the_content_is_hashed_by_terraform() -> None:
    monitors = {"bias": sagemaker.bias(role_arn="${var.role}"), "ranker": sagemaker.endpoint()}
    found = synth(monitoring_stack(config(monitors)))
    name = json.loads(resource(found, "aws_cloudcontrolapi_resource")["desired_state"])["JobDefinitionName"]
    (known,) = found["locals"].items()
    assert name == f"recommender-production-bias-${{local.{known[0]}}}"
    assert known[1].startswith('${substr(sha256(join("|", ["')
    assert ", var.role" in known[1]


def test_the_schedule_uses_the_definition_and_goes_before_it() -> None:
    found = {one["name"]: one for one in resources(stack(), "aws_sagemaker_monitoring_schedule").values()}
    bias = found["recommender-production-ranker-bias"]
    (address,) = resources(stack(), "aws_cloudcontrolapi_resource")
    desired = json.loads(resource(stack(), "aws_cloudcontrolapi_resource")["desired_state"])
    settings = bias["monitoring_schedule_config"]
    assert settings["monitoring_job_definition_name"] == desired["JobDefinitionName"]
    assert settings["monitoring_type"] == "ModelBias"
    assert settings["schedule_config"]["schedule_expression"] == "cron(0 0 ? * * *)"
    assert bias["depends_on"] == [f"aws_cloudcontrolapi_resource.{address}"]
    assert found["recommender-production-ranker-data"]["monitoring_schedule_config"]["monitoring_type"] == "DataQuality"


def test_the_monitors_depend_on_the_endpoint_they_name() -> None:
    (endpoint,) = resources(stack(), "aws_sagemaker_endpoint")
    reference = f"${{aws_sagemaker_endpoint.{endpoint}.name}}"
    desired = json.loads(resource(stack(), "aws_cloudcontrolapi_resource")["desired_state"])
    assert desired["ModelBiasJobInput"]["EndpointInput"]["EndpointName"] == reference
    data = resource(stack(), "aws_sagemaker_data_quality_job_definition")
    assert data["data_quality_job_input"]["endpoint_input"]["endpoint_name"] == reference


def permissions(name: str) -> dict[str, dict[str, Any]]:
    """The statements of the role's policy, by sid."""
    (role,) = (key for key, one in resources(stack(), "aws_iam_role").items() if one["name"] == name)
    (policy,) = (
        json.loads(one["policy"])
        for one in resources(stack(), "aws_iam_role_policy").values()
        if one["role"] == f"${{aws_iam_role.{role}.name}}"
    )
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def test_a_runs_role_may_read_what_it_needs_and_publish_where_it_must() -> None:
    may = permissions("recommender-production-ranker-bias-monitor")
    assert may["ReadGroundTruth"]["Resource"] == "arn:aws:s3:::labels/ranker/*"
    assert may["ReadCapturedData"]["Resource"].endswith("/recommender-production-ranker*")
    assert may["PullImage"]["Resource"] == [
        "arn:aws:ecr:us-east-1:205585389593:repository/sagemaker-clarify-processing",
        "arn:aws:ecr:us-east-1:156813124566:repository/sagemaker-model-monitor-groundtruth-merger",
    ]
    published = may["PublishMetrics"]["Condition"]["StringLike"]["cloudwatch:namespace"]
    assert "aws/sagemaker/Endpoints/bias-metrics" in published
    every = [sid for sid, statement in may.items() if statement["Resource"] == "*"]
    assert every == ["LogInToEcr", "PublishMetrics"], "nothing else can be narrowed no further"


def test_the_endpoints_role_may_write_what_is_captured_and_nothing_else_there() -> None:
    may = permissions("recommender-production-ranker-endpoint")
    assert may["ReadModel"]["Resource"] == "arn:aws:s3:::models/ranker/model.tar.gz*"
    assert may["WriteCapturedData"]["Action"] == ["s3:AbortMultipartUpload", "s3:PutObject"]


def test_requests_and_responses_are_both_captured() -> None:
    capture = resource(stack(), "aws_sagemaker_endpoint_configuration")["data_capture_config"]
    assert capture["capture_options"] == [{"capture_mode": "Input"}, {"capture_mode": "Output"}]
    assert (capture["enable_capture"], capture["initial_sampling_percentage"]) == (True, 100)


def test_an_alarm_of_the_endpoint_takes_a_deployment_back() -> None:
    deployment = resource(stack(), "aws_sagemaker_endpoint")["deployment_config"]
    alarms = [one["alarm_name"] for one in deployment["auto_rollback_configuration"]["alarms"]]
    assert len(alarms) == 3
    assert "errors-5xx" in alarms[0]
    assert "errors-5xx-many" in alarms[1]
    assert "latency" in alarms[2]


def rule(name: str) -> dict[str, Any]:
    """The pattern of an event rule."""
    (found,) = (one for one in resources(stack(), "aws_cloudwatch_event_rule").values() if one["name"] == name)
    return dict(json.loads(found["event_pattern"]))


def test_a_run_that_fails_is_known_by_its_role() -> None:
    assert rule("recommender-production-ranker-bias-failed") == {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Processing Job State Change"],
        "detail": {
            "RoleArn": ["arn:aws:iam::123456789012:role/recommender-production-ranker-bias-monitor"],
            "ProcessingJobName": [{"anything-but": {"prefix": "groundtruth-merge-"}}],
            "ProcessingJobStatus": ["Failed", "Stopped"],
        },
    }


def test_labels_that_could_not_be_merged_are_told_apart_from_a_run_that_fails() -> None:
    """The merge is a job of its own, of the same role; without labels the run itself never starts."""
    detail = rule("recommender-production-ranker-bias-merge-failed")["detail"]
    assert detail["ProcessingJobName"] == [{"prefix": "groundtruth-merge-"}]
    assert detail["RoleArn"] == ["arn:aws:iam::123456789012:role/recommender-production-ranker-bias-monitor"]
    texts = {
        target["rule"].split(".")[1]: target["input_transformer"]["input_template"]
        for target in resources(stack(), "aws_cloudwatch_event_target").values()
        if "input_transformer" in target
    }
    (merge,) = (text for name, text in texts.items() if "merge-failed" in name)
    assert "merge of labels <job>: <status>" in merge
    assert "look whether the labels have arrived" in merge
    runs = [text for name, text in texts.items() if "job_failed" in name]
    assert len(runs) == 2, "of the bias monitor and of the data monitor"
    assert not any("label" in text or "ground truth" in text.lower() for text in runs)


def test_a_data_monitor_merges_nothing() -> None:
    detail = rule("recommender-production-ranker-data-failed")["detail"]
    assert "ProcessingJobName" not in detail
    assert "groundtruth" not in json.dumps(permissions("recommender-production-ranker-data-monitor"))


def test_where_the_region_is_not_in_the_table_the_merge_image_may_be_any_accounts() -> None:
    found = own_stack(
        lambda scope: ModelBiasMonitor(
            scope,
            "bias",
            ModelBiasSpec.model_validate(
                sagemaker.bias(
                    endpoint=None,
                    batch={"data": "s3://batches/x"},
                    image="123456789012.dkr.ecr.eu-central-2.amazonaws.com/clarify:1",
                )
            ),
            environment=Environment("123456789012", "eu-central-2"),
            notifications=ROUTING,
            name="shop-bias",
        )
    )
    (role_policy,) = resources(found, "aws_iam_role_policy").values()
    assert "arn:aws:ecr:eu-central-2:*:repository/sagemaker-model-monitor-groundtruth-merger" in role_policy["policy"]


def test_violated_constraints_are_told() -> None:
    for monitor in ("bias", "data"):
        detail = rule(f"recommender-production-ranker-{monitor}-violations")["detail"]
        assert detail["ExitMessage"] == [{"prefix": "CompletedWithViolations"}]


def test_new_labels_are_counted() -> None:
    assert rule("recommender-production-ranker-bias-labels")["detail"] == {
        "bucket": {"name": ["labels"]},
        "object": {"key": [{"prefix": "ranker/"}]},
    }


def events(name: str, **options: Any) -> dict[str, Any]:
    """What the detail of an event must be like for a rule of a bias monitor with other options."""
    found = synth(monitoring_stack(config({"ranker-bias": sagemaker.bias(**options), "ranker": sagemaker.endpoint()})))
    patterns = {
        rule["name"]: json.loads(rule["event_pattern"])["detail"]
        for rule in resources(found, "aws_cloudwatch_event_rule").values()
    }
    return dict(patterns[f"recommender-production-ranker-bias-{name}"])


def test_new_labels_are_counted_wherever_they_turn_out_to_be() -> None:
    assert events("labels", ground_truth="${var.labels}", ground_truth_events=True) == {
        "bucket": {"name": ["${local.ranker-bias_labels-bucket_7E0E83FB}"]},
        "object": {"key": [{"prefix": "${local.ranker-bias_labels-key_1BF0E317}"}]},
    }
    assert events("labels", ground_truth="s3://labels", ground_truth_events=True) == {"bucket": {"name": ["labels"]}}


def test_completed_runs_are_counted_where_no_series_is_known() -> None:
    detail = events("completed", facets=[{"name": "age", "above": 40}], schedule="hourly")
    assert detail["ProcessingJobStatus"] == ["Completed"]
    assert detail["ProcessingJobName"] == [{"anything-but": {"prefix": "groundtruth-merge-"}}], "a merge is not a run"
    assert detail["RoleArn"] == ["arn:aws:iam::123456789012:role/recommender-production-ranker-bias-monitor"]


def test_with_a_given_role_runs_are_known_by_their_folder_and_no_other() -> None:
    detail = events("failed", role_arn="arn:aws:iam::123456789012:role/clarify", reports={"bucket": "reports"})
    (prefix,) = detail["ProcessingOutputConfig"]["Outputs"]["S3Output"]["S3Uri"]
    assert prefix == {"prefix": "s3://reports/recommender-production-ranker-bias/"}, "not that of ranker-bias-eu"


def test_the_message_of_a_failed_run_says_why_and_what_to_do(json_snapshot: SnapshotAssertion) -> None:
    messages = [
        target["input_transformer"]
        for target in resources(stack(), "aws_cloudwatch_event_target").values()
        if "-failed" in json.dumps(target["rule"]) or "_failed_" in target["rule"]
    ]
    assert json_snapshot == messages[0]


def test_alarms_alone_make_nothing_but_alarms() -> None:
    spec = ModelBiasSpec.model_validate(
        sagemaker.bias(publish="external", endpoint="ranker-v3", ground_truth=None, instances=None, headers=None)
    )
    found = own_stack(
        lambda scope: ModelBiasMonitor(scope, "bias", spec, environment=HERE, notifications=ROUTING, name="shop-bias")
    )
    assert set(found["resource"]) == {"aws_cloudwatch_metric_alarm"}
    assert len(found["resource"]["aws_cloudwatch_metric_alarm"]) == 10


def test_an_existing_endpoint_is_left_alone() -> None:
    spec = ModelEndpointSpec.model_validate({"endpoint": "ranker-v3", "kind": "real_time"})
    found = own_stack(lambda scope: ModelEndpoint(scope, "ranker", spec, environment=HERE, notifications=ROUTING))
    assert set(found["resource"]) == {"aws_cloudwatch_metric_alarm"}


def test_python_users_must_say_where_an_existing_endpoint_captures() -> None:
    spec = ModelBiasSpec.model_validate(sagemaker.bias(endpoint="ranker-v3"))
    with pytest.raises(ConfigError, match="where the endpoint 'ranker-v3' captures its data is not known"):
        own_stack(lambda scope: ModelBiasMonitor(scope, "bias", spec, environment=HERE, notifications=ROUTING))


def test_values_may_be_references() -> None:
    def fill(scope: TerraformStack) -> None:
        text = TerraformVariable(scope, "text", type="string").string_value
        count = TerraformVariable(scope, "count", type="number").number_value
        endpoint = ModelEndpointSpec.model_validate(
            sagemaker.endpoint(
                model={"image": text, "data": text},
                instances={"type": text, "count": count},
                capture={"bucket": text},
                alarms={"latency_p99_milliseconds": count, "gpu_utilization_percent": count},
                gpus=count,
            )
        )
        ModelEndpoint(scope, "ranker", endpoint, environment=HERE, notifications=ROUTING)
        bias = ModelBiasSpec.model_validate(
            sagemaker.bias(endpoint=text, captured=text, ground_truth=text, limits={"AD": count})
        )
        ModelBiasMonitor(scope, "bias", bias, environment=HERE, notifications=ROUTING)

    found = own_stack(fill)
    assert resource(found, "aws_sagemaker_endpoint_configuration")["production_variants"][0]["instance_type"] == (
        "${var.text}"
    )
    assert '${split("/", var.text)[2]}' in found["locals"].values()


def test_serverless_has_neither_machines_nor_a_deployment() -> None:
    spec = ModelEndpointSpec.model_validate(
        {"model": {"image": sagemaker.IMAGE, "network_isolation": False}, "serverless": {"memory_mib": 4096}}
    )
    found = own_stack(lambda scope: ModelEndpoint(scope, "ranker", spec, environment=HERE, notifications=ROUTING))
    (variant,) = resource(found, "aws_sagemaker_endpoint_configuration")["production_variants"]
    assert variant["serverless_config"] == {"max_concurrency": 20, "memory_size_in_mb": 4096}
    assert "instance_type" not in variant
    assert "deployment_config" not in resource(found, "aws_sagemaker_endpoint")


@pytest.mark.parametrize(("instance_type", "takes_key"), [("ml.g5.xlarge", False), ("ml.c6i.xlarge", True)])
def test_disks_have_the_stacks_key_where_sagemaker_takes_one(instance_type: str, takes_key: bool) -> None:
    spec = ModelEndpointSpec.model_validate(
        {"model": {"image": sagemaker.IMAGE}, "instances": {"type": instance_type, "count": 2}}
    )
    found = own_stack(lambda scope: ModelEndpoint(scope, "ranker", spec, environment=HERE, notifications=ROUTING))
    assert ("kms_key_arn" in resource(found, "aws_sagemaker_endpoint_configuration")) is takes_key
    assert bool(resources(found, "aws_kms_key")) is takes_key


def test_a_fleet_can_be_replaced_in_batches() -> None:
    options = sagemaker.endpoint(deployment={"strategy": "rolling", "step_percent": 25})
    spec = ModelEndpointSpec.model_validate(options)
    found = own_stack(lambda scope: ModelEndpoint(scope, "ranker", spec, environment=HERE, notifications=ROUTING))
    policy = resource(found, "aws_sagemaker_endpoint")["deployment_config"]["rolling_update_policy"]
    assert policy["maximum_batch_size"] == {"type": "CAPACITY_PERCENT", "value": 25}


def test_numbers_may_be_known_at_deployment_only() -> None:
    found = synth(
        monitoring_stack(
            config(
                {
                    "ranker": sagemaker.endpoint(
                        instances={"type": "ml.g5.xlarge", "count": "${var.machines}"},
                        scaling={
                            "min_count": "${var.least}",
                            "max_count": "${var.most}",
                            "invocations_per_instance": "${var.calls}",
                        },
                        deployment={"bake_seconds": "${var.bake}", "step_percent": "${var.step}"},
                        model={"image": sagemaker.IMAGE, "environment": {"RATE": "50%{x}"}},
                    ),
                    "ranker-data": sagemaker.data(drift={"age": "${var.drift}"}),
                }
            )
        )
    )
    configuration = resource(found, "aws_sagemaker_endpoint_configuration")
    assert configuration["production_variants"][0]["initial_instance_count"] == "${var.machines}"
    target = resource(found, "aws_appautoscaling_target")
    assert (target["min_capacity"], target["max_capacity"]) == ("${var.least}", "${var.most}")
    policy = json.dumps(resource(found, "aws_sagemaker_endpoint")["deployment_config"])
    assert "${var.bake}" in policy
    assert "${var.step}" in policy
    assert resource(found, "aws_sagemaker_model")["primary_container"]["environment"] == {"RATE": "50%%{x}"}
    limits = [alarm.get("threshold") for alarm in resources(found, "aws_cloudwatch_metric_alarm").values()]
    assert "${var.drift}" in limits


def test_a_network_is_written_out() -> None:
    vpc = {"subnets": "${var.subnets}", "security_groups": ["${var.group}"]}
    (problem,) = problems(config({"ranker": sagemaker.endpoint(vpc=vpc)}))
    assert problem.startswith("monitors.ranker.vpc.subnets: ")
