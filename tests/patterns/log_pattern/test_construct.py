"""The log pattern as Terraform JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ConfigError, Environment, LogPatternMonitor, LogPatternSpec
from constructs_lib.cdk import TerraformStack, TerraformVariable, aws
from constructs_lib.testing import outputs, resource, resources, synth
from tests.configs import config
from tests.stacks import CRITICAL, ROUTING, monitoring_stack, own_stack

HERE = Environment("123456789012", "us-east-1")
RANKER: dict[str, Any] = {
    "log_group": {"name": "/ai/ranker", "create": True},
    "filter": "?Error ?Exception",
    "alarm": {"above": 0, "severity": "critical"},
}
SLOW: dict[str, Any] = {
    "log_group": {"name": "/ai/ranker-api"},
    "filter": "{ $.latency_ms > 500 && $.model = * }",
    "value": "$.latency_ms",
    "dimensions": {"model": "$.model"},
    "dimension_values": {"model": ["ranker-v2", "ranker-v3"]},
    "alarm": {"statistic": "p90", "above": 900, "period_seconds": 60},
}


def synthesised(environment: Environment = HERE, **options: Any) -> dict[str, Any]:
    spec = LogPatternSpec.model_validate(options)
    return own_stack(
        lambda stack: LogPatternMonitor(stack, "errors", spec, environment=environment, notifications=ROUTING)
    )


def by_name(stack: dict[str, Any], resource_type: str, name: str = "name") -> dict[str, Any]:
    return {attributes[name]: attributes for attributes in resources(stack, resource_type).values()}


def test_the_metric_filters(json_snapshot: SnapshotAssertion) -> None:
    assert by_name(synthesised(**SLOW), "aws_cloudwatch_log_metric_filter") == json_snapshot


def test_each_alarm_reads_exactly_what_a_filter_publishes() -> None:
    stack = synthesised(**SLOW)
    published = {
        (t["namespace"], t["name"], frozenset(t.get("dimensions", {})))
        for filter_ in resources(stack, "aws_cloudwatch_log_metric_filter").values()
        for t in [filter_["metric_transformation"]]
    }
    alarms = by_name(stack, "aws_cloudwatch_metric_alarm", "alarm_name")
    for alarm in alarms.values():
        series = (alarm["namespace"], alarm["metric_name"], frozenset(alarm.get("dimensions", {})))
        assert series in published
    assert [alarm.get("dimensions", {}) for _, alarm in sorted(alarms.items())] == [
        {},
        {"model": "ranker-v2"},
        {"model": "ranker-v3"},
    ]


def test_a_default_value_and_dimensions_never_meet() -> None:
    for filter_ in resources(synthesised(**SLOW), "aws_cloudwatch_log_metric_filter").values():
        transformation = filter_["metric_transformation"]
        assert ("default_value" in transformation) != ("dimensions" in transformation)


def test_two_monitors_publish_two_metrics() -> None:
    first, second = (
        own_stack(
            lambda stack, name=name: LogPatternMonitor(  # type: ignore[misc]
                stack, name, LogPatternSpec.model_validate(RANKER), environment=HERE, notifications=ROUTING
            )
        )
        for name in ("a", "b")
    )
    metrics = {
        resource(stack, "aws_cloudwatch_log_metric_filter")["metric_transformation"]["name"]
        for stack in (first, second)
    }
    assert metrics == {"mine-a", "mine-b"}


def test_a_group_made_here_is_encrypted_and_kept_a_quarter() -> None:
    stack = synthesised(**RANKER)
    (key,) = resources(stack, "aws_kms_key")
    assert resource(stack, "aws_cloudwatch_log_group") == {
        "name": "/ai/ranker",
        "retention_in_days": 90,
        "kms_key_id": f"${{aws_kms_key.{key}.arn}}",
        "skip_destroy": True,
    }
    statements = json.loads(resource(stack, "aws_kms_key")["policy"])["Statement"]
    (logs,) = [s for s in statements if s["Principal"].get("Service") == "logs.us-east-1.amazonaws.com"]
    assert logs["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:log-group:*"}
    }


def test_filters_wait_for_a_group_made_here() -> None:
    stack = synthesised(**RANKER)
    (group,) = resources(stack, "aws_cloudwatch_log_group")
    filter_ = resource(stack, "aws_cloudwatch_log_metric_filter")
    assert filter_["log_group_name"] == f"${{aws_cloudwatch_log_group.{group}.name}}"


def test_a_group_that_is_there_is_used_as_found() -> None:
    stack = synthesised(**SLOW)
    assert resources(stack, "aws_cloudwatch_log_group") == {}
    assert resources(stack, "aws_kms_key") == {}, "nothing is stored, so nothing is encrypted"
    assert {f["log_group_name"] for f in resources(stack, "aws_cloudwatch_log_metric_filter").values()} == {
        "/ai/ranker-api"
    }


def test_the_alarm_reaches_its_own_severity() -> None:
    (alarm,) = resources(synthesised(**RANKER), "aws_cloudwatch_metric_alarm").values()
    assert alarm["alarm_actions"] == alarm["ok_actions"] == [CRITICAL]
    assert alarm["treat_missing_data"] == "notBreaching"


def test_the_detector_looks_at_the_group_made_here() -> None:
    stack = synthesised(**RANKER, anomaly_detector=True)
    (group,) = resources(stack, "aws_cloudwatch_log_group")
    arns = resource(stack, "aws_cloudwatch_log_anomaly_detector")["log_group_arn_list"]
    assert arns == [f"${{aws_cloudwatch_log_group.{group}.arn}}"]


def test_the_detector_takes_one_arn_and_its_alarm_has_its_name() -> None:
    stack = synthesised(**SLOW, anomaly_detector=True)
    detector = resource(stack, "aws_cloudwatch_log_anomaly_detector")
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:/ai/ranker-api"
    assert detector["log_group_arn_list"] == [arn], "no :* behind it"
    assert detector["enabled"] is True
    alarm = by_name(stack, "aws_cloudwatch_metric_alarm", "alarm_name")["mine-errors-log-anomalies"]
    (metric,) = (query["metric"] for query in alarm["metric_query"] if "metric" in query)
    assert metric["dimensions"] == {"LogAnomalyDetector": detector["detector_name"], "LogAnomalyPriority": "HIGH"}


def test_masking_finds_and_masks_the_same_things_in_this_partition() -> None:
    stack = synthesised(Environment("123456789012", "cn-north-1"), **RANKER, mask=["EmailAddress", "AwsSecretKey"])
    policy = json.loads(resource(stack, "aws_cloudwatch_log_data_protection_policy")["policy_document"])
    find, mask = policy["Statement"]
    assert find["DataIdentifier"] == mask["DataIdentifier"]
    assert find["DataIdentifier"] == [
        "arn:aws-cn:dataprotection::aws:data-identifier/AwsSecretKey",
        "arn:aws-cn:dataprotection::aws:data-identifier/EmailAddress",
    ]
    assert (find["Operation"], mask["Operation"]) == (
        {"Audit": {"FindingsDestination": {}}},
        {"Deidentify": {"MaskConfig": {}}},
    )


def test_names_may_be_references() -> None:
    def fill(stack: TerraformStack) -> None:
        group = aws.cloudwatch_log_group.CloudwatchLogGroup(stack, "group", name="/ai/ranker")
        model = TerraformVariable(stack, "model", type="string")
        limit = TerraformVariable(stack, "limit", type="number")
        spec = LogPatternSpec.model_validate(
            SLOW
            | {
                "log_group": {"name": group.name},
                "dimension_values": {"model": [model.string_value]},
                "alarm": {"statistic": "p90", "above": limit.number_value, "period_seconds": 60},
                "archive": {"bucket": "${var.bucket}", "kms_key_arn": "${var.key}"},
            }
        )
        monitor = LogPatternMonitor(stack, "slow", spec, environment=HERE, notifications=ROUTING)
        assert set(monitor.alarms.resources) == {"alarm", "alarm-0", "archive-stale", "archive-refused"}

    stack = own_stack(fill)
    filters = resources(stack, "aws_cloudwatch_log_metric_filter").values()
    assert {filter_["log_group_name"] for filter_ in filters} == {"${aws_cloudwatch_log_group.group.name}"}
    alarms = by_name(stack, "aws_cloudwatch_metric_alarm", "alarm_name")
    assert alarms["mine-slow-${var.model}"]["dimensions"] == {"model": "${var.model}"}
    assert alarms["mine-slow"]["threshold"] == "${var.limit}"


def test_a_filter_of_a_reference_is_refused() -> None:
    def fill(stack: TerraformStack) -> None:
        variable = TerraformVariable(stack, "level", type="string")
        LogPatternSpec(**RANKER | {"filter": f'{{ $.level = "{variable.string_value}" }}'})

    with pytest.raises(ConfigError, match="is a Terraform reference, and a filter is tried before deployment"):
        own_stack(fill)


def test_a_name_too_long_for_a_part_stops_the_synth() -> None:
    spec = LogPatternSpec.model_validate(RANKER | {"archive": {"bucket": "create"}})
    with pytest.raises(ConfigError, match="the delivery stream 'x+-archive' has 68 characters") as failure:
        own_stack(
            lambda stack: LogPatternMonitor(
                stack, "errors", spec, environment=HERE, notifications=ROUTING, name="x" * 60
            )
        )
    assert failure.value.problems[0].path == f"{'x' * 60}.archive"


def shared_group() -> dict[str, Any]:
    monitors = {
        "second": {"pattern": "log_pattern", **RANKER, "log_group": {"made_by": "first"}, "anomaly_detector": True},
        "first": {"pattern": "log_pattern", **RANKER, "archive": {"bucket": "create"}},
    }
    return synth(monitoring_stack(config(monitors)))


def test_a_monitor_waits_for_the_group_another_one_makes() -> None:
    stack = shared_group()
    (group,) = (address for address in resources(stack, "aws_cloudwatch_log_group") if "log-group" in address)
    filters = by_name(stack, "aws_cloudwatch_log_metric_filter")
    second = filters["recommender-production-second"]
    assert second["log_group_name"] == f"${{aws_cloudwatch_log_group.{group}.name}}"
    assert resource(stack, "aws_cloudwatch_log_anomaly_detector")["log_group_arn_list"] == [
        f"arn:aws:logs:us-east-1:123456789012:log-group:${{aws_cloudwatch_log_group.{group}.name}}"
    ]
    assert len([key for key in resources(stack, "aws_kms_key") if "data" in key]) == 1, "one key for all"


def test_outputs_name_what_was_made() -> None:
    made = outputs(shared_group())["resources"]["first"]
    assert set(made) == {
        "log_group",
        "filters",
        "alarms",
        "bucket",
        "delivery_stream",
        "delivery_errors",
        "delivery_role",
    }
    assert len(made["alarms"]) == 3


def test_references_written_as_text_stay_references() -> None:
    stack = synthesised(
        **SLOW
        | {
            "log_group": {"name": "${var.group}", "create": True, "retention_days": "${var.days}"},
            "archive": {"bucket": "create", "expire_days": "${var.kept}"},
            "dimension_values": {"model": ["${var.model}"]},
            "alarm": {"statistic": "p90", "above": "${var.limit}", "period_seconds": "${var.period}"},
        }
    )
    groups = {
        group["name"]: group["retention_in_days"] for group in resources(stack, "aws_cloudwatch_log_group").values()
    }
    assert groups["${var.group}"] == "${var.days}"
    (rule,) = resource(stack, "aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["expiration"] == [{"days": "${var.kept}"}]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": "${var.kept}"}]
    alarm = by_name(stack, "aws_cloudwatch_metric_alarm", "alarm_name")["mine-errors-${var.model}"]
    assert (alarm["threshold"], alarm["period"]) == ("${var.limit}", "${var.period}")
    assert alarm["dimensions"] == {"model": "${var.model}"}


def test_a_filter_with_a_dollar_and_a_brace_is_text_on_the_dashboard_too() -> None:
    monitor = {"pattern": "log_pattern", **RANKER, "filter": '"${jndi:"'}
    dashboard = resource(synth(monitoring_stack(config({"probes": monitor}))), "aws_cloudwatch_dashboard")
    assert "$${jndi:" in dashboard["dashboard_body"]
    assert "${jndi:" not in dashboard["dashboard_body"].replace("$${", "")
