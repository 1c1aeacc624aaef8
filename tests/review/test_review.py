"""Plan pairs, each with the effect it must give."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click import unstyle
from click.testing import CliRunner, Result
from syrupy.assertion import SnapshotAssertion

from constructs_lib.cli import main
from constructs_lib.review.report import json as as_json
from constructs_lib.review.report import markdown, text
from constructs_lib.review.review import review
from constructs_lib.terraform.reading import parse
from constructs_lib.terraform.stack import Stack
from tests.review.plans import ALARM, METRIC, ONCALL, TEAM, alarm, band, change, composite, math, plan, reviewed, told

ROOT = Path(__file__).parents[2]
LOG_GROUP: dict[str, Any] = {"name": "/app", "retention_in_days": 365, "kms_key_id": "arn:aws:kms:us-east-1:1:key/a"}
SUPPRESSOR = {"alarm": "deploying", "wait_period": 60, "extension_period": 60}
SUBSCRIPTION: dict[str, Any] = {"topic_arn": ONCALL, "protocol": "email", "endpoint": "oncall@example.com"}
COMPOSITE = "aws_cloudwatch_composite_alarm"


def resource(kind: str, before: dict[str, Any] | None, after: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    return change(before, after, kind=kind, name="it", **more)


def promql(query: str) -> dict[str, Any]:
    return {
        "alarm_name": "hot",
        "alarm_actions": [ONCALL],
        "evaluation_criteria": [{"promql_criteria": [{"query": query}]}],
    }


LOW = alarm(comparison_operator="LessThanThreshold")
P99 = alarm(statistic="", extended_statistic="p99")
LOW_P99 = LOW | {"statistic": "", "extended_statistic": "p99"}
FAILED, THROTTLED, CALLS = (
    f"sum of {what} of Lambda function ranker" for what in ("errors", "throttled calls", "invocations")
)
FIRES = "sum of errors of Lambda function ranker is above 5 in 3 of 5 periods of 1 minute"


def ratio(**options: Any) -> dict[str, Any]:
    """Two metrics in one expression; `options` change the first."""
    first = {"id": "m1", "metric": [METRIC | {"metric_name": "Throttles"} | options], "return_data": False}
    return math("m1 / m2") | {"metric_query": [*math("m1 / m2")["metric_query"][:1], first, SECOND]}


def two_results() -> dict[str, Any]:
    """The ratio with one metric more, and that compared in place of the expression."""
    alarm = ratio()
    expression, first, _ = alarm["metric_query"]
    third = SECOND | {"id": "m3"}
    return alarm | {"metric_query": [expression | {"return_data": False}, first, SECOND | {"return_data": True}, third]}


SECOND = {"id": "m2", "metric": [METRIC | {"metric_name": "Invocations"}], "return_data": False}

WEAKENED: dict[str, tuple[dict[str, Any] | list[dict[str, Any]], str, str]] = {
    "deleted": (change(ALARM, None), "deleted", f"no longer calls oncall when {FIRES}"),
    "disabled": (
        change(ALARM, alarm(actions_enabled=False)),
        "disabled",
        f"no longer notifies anyone: {FIRES}",
    ),
    "an upper limit raised": (change(ALARM, alarm(threshold=50)), "loosened", "limit: above 5 → above 50"),
    "a lower limit lowered": (change(LOW, LOW | {"threshold": 1}), "loosened", "limit: below 5 → below 1"),
    "the limit itself no longer fires": (
        change(alarm(comparison_operator="GreaterThanOrEqualToThreshold"), ALARM),
        "loosened",
        "limit: at or above 5 → above 5",
    ),
    "the other side": (change(ALARM, LOW), "loosened", "limit: above 5 → below 5"),
    "a wider band": (
        change(band(2), band(4)),
        "loosened",
        "limit: outside its usual band (2 standard deviations) → outside its usual band (4 standard deviations)",
    ),
    "one side of the band": (
        change(band(2), band(2, "GreaterThanUpperThreshold")),
        "loosened",
        "limit: outside its usual band (2 standard deviations) → above its usual band (2 standard deviations)",
    ),
    "more periods must breach": (
        change(ALARM, alarm(datapoints_to_alarm=5)),
        "loosened",
        "periods that must breach: 3 of 5 → 5 of 5",
    ),
    "left out means all": (
        change(ALARM, alarm(datapoints_to_alarm=None)),
        "loosened",
        "periods that must breach: 3 of 5 → 5 of 5",
    ),
    "fewer periods are looked at": (
        change(ALARM, alarm(evaluation_periods=3)),
        "loosened",
        "periods that must breach: 3 of 5 → 3 of 3",
    ),
    "a longer period": (change(ALARM, alarm(period=300)), "loosened", "period: 1 minute → 5 minutes"),
    "a sum over a shorter period": (
        change(alarm(period=300), ALARM),
        "loosened",
        "period: 5 minutes → 1 minute",
    ),
    "missing data": (
        change(ALARM, alarm(treat_missing_data="notBreaching")),
        "loosened",
        "missing data counts as: breaching → notBreaching",
    ),
    "severity": (
        change(ALARM, alarm(tags={"severity": "info"})),
        "loosened",
        "severity: critical → info",
    ),
    "a lower percentile": (change(P99, P99 | {"extended_statistic": "p50"}), "loosened", "statistic: p99 → p50"),
    "a lower percentile, in tenths": (
        change(P99 | {"extended_statistic": "p99.9"}, P99),
        "loosened",
        "statistic: p99.9 → p99",
    ),
    "the lowest value in place of the highest": (
        change(alarm(statistic="Maximum"), alarm(statistic="Minimum")),
        "loosened",
        "statistic: Maximum → Minimum",
    ),
    "one metric less": (
        change(ratio(), math("m1 / m2")),
        "loosened",
        f"watches: {THROTTLED}, {CALLS} → {FAILED}",
    ),
    "few samples no longer count": (
        change(P99, P99 | {"evaluate_low_sample_count_percentiles": "ignore"}),
        "loosened",
        "percentiles of few samples: evaluate → ignore",
    ),
    "only values of a unit that nobody publishes": (
        change(ALARM, alarm(unit="Bytes")),
        "loosened",
        "watches: sum of errors of Lambda function ranker → sum of errors of Lambda function ranker (in Bytes)",
    ),
    "a longer silence": (
        change(
            composite("TRUE", actions_suppressor=[SUPPRESSOR]),
            composite("TRUE", actions_suppressor=[SUPPRESSOR | {"extension_period": 3600}]),
            kind=COMPOSITE,
        ),
        "loosened",
        "stays silent after that alarm: 1 minute → 1 hour",
    ),
    "another metric": (
        change(ALARM, alarm(metric_name="Throttles")),
        "loosened",
        "watches: sum of errors of Lambda function ranker → sum of throttled calls of Lambda function ranker",
    ),
    "a composite with one child fewer": (
        change(composite('ALARM("a") OR ALARM("b")'), composite('ALARM("a")'), kind=COMPOSITE),
        "loosened",
        "rule: a or b is in alarm → a is in alarm",
    ),
    "a composite that wants more": (
        change(composite('ALARM("a")'), composite('ALARM("a") AND OK("b")'), kind=COMPOSITE),
        "loosened",
        "rule: a is in alarm → a is in alarm and b is well",
    ),
    "a composite silenced": (
        change(composite("TRUE"), composite("TRUE", actions_suppressor=[{"alarm": "deploying"}]), kind=COMPOSITE),
        "loosened",
        "silenced while deploying is in alarm",
    ),
    "a receiver fewer": (
        change(alarm(alarm_actions=[ONCALL, TEAM]), ALARM),
        "receivers",
        "when in alarm: oncall, team → oncall",
    ),
    "no receiver left": (
        change(ALARM, alarm(alarm_actions=[])),
        "receivers",
        "when in alarm: oncall → no one",
    ),
    "nobody hears that it is over": (
        change(ALARM, alarm(ok_actions=[])),
        "receivers",
        "when well again: oncall → no one",
    ),
    "a subscription deleted": (
        resource("aws_sns_topic_subscription", SUBSCRIPTION, None),
        "receivers",
        "oncall@example.com no longer receives what is published to oncall",
    ),
    "a subscription replaced": (
        resource("aws_sns_topic_subscription", SUBSCRIPTION, dict(SUBSCRIPTION), replaced=True),
        "receivers",
        "oncall@example.com has to confirm the subscription again, or gets nothing",
    ),
    "a subscription filtered": (
        resource("aws_sns_topic_subscription", SUBSCRIPTION, SUBSCRIPTION | {"filter_policy": '{"a": ["b"]}'}),
        "receivers",
        "oncall@example.com receives only what passes a filter policy",
    ),
    "a topic with a key of AWS": (
        resource(
            "aws_sns_topic",
            {"name": "oncall", "kms_master_key_id": "alias/aws/sns-mine"},
            {"name": "oncall", "kms_master_key_id": "alias/aws/sns"},
        ),
        "receivers",
        "its key becomes alias/aws/sns, which CloudWatch alarms can't use",
    ),
    "metrics of methods switched off": (
        resource(
            "aws_api_gateway_method_settings",
            {"settings": [{"metrics_enabled": True}]},
            {"settings": [{"metrics_enabled": False}]},
        ),
        "signals",
        "settings.metrics_enabled: true → false",
    ),
    "a metric of a group switched off": (
        resource(
            "aws_autoscaling_group",
            {"enabled_metrics": ["GroupInServiceInstances", "GroupTotalInstances"]},
            {"enabled_metrics": ["GroupTotalInstances"]},
        ),
        "signals",
        "enabled_metrics: GroupInServiceInstances is gone",
    ),
    "a web hook's secret stays one": (
        resource("aws_sns_topic_subscription", SUBSCRIPTION | {"endpoint": "https://hooks.example.com/s3cret"}, None),
        "receivers",
        "https://hooks.example.com/… no longer receives what is published to oncall",
    ),
    "an event rule disabled": (
        resource("aws_cloudwatch_event_rule", {"name": "failed", "state": "ENABLED"}, {"state": "DISABLED"}),
        "receivers",
        "the event rule is disabled",
    ),
    "a metric filter deleted": (
        resource(
            "aws_cloudwatch_log_metric_filter",
            {"metric_transformation": [{"namespace": "App", "name": "oom"}]},
            None,
        ),
        "signals",
        "log lines are no longer counted, and alarms on App oom have no data",
    ),
    "a log group without its key": (
        resource("aws_cloudwatch_log_group", LOG_GROUP, LOG_GROUP | {"kms_key_id": ""}),
        "encryption",
        "kms_key_id: arn:aws:kms:us-east-1:1:key/a → not set",
    ),
    "a bucket's encryption deleted": (
        resource("aws_s3_bucket_server_side_encryption_configuration", {"bucket": "b"}, None),
        "encryption",
        "the bucket's encryption settings are deleted",
    ),
    "a weaker algorithm": (
        resource(
            "aws_s3_bucket_server_side_encryption_configuration",
            {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]},
            {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]},
        ),
        "encryption",
        "rule.apply_server_side_encryption_by_default.sse_algorithm: aws:kms → AES256",
    ),
    "a public bucket": (
        resource("aws_s3_bucket_public_access_block", {"block_public_acls": True}, {"block_public_acls": False}),
        "encryption",
        "block_public_acls: true → false",
    ),
    "request bodies in logs": (
        resource(
            "aws_api_gateway_method_settings",
            {"settings": [{"data_trace_enabled": False}]},
            {"settings": [{"data_trace_enabled": True}]},
        ),
        "encryption",
        "settings.data_trace_enabled: false → true",
    ),
    "a shorter retention": (
        resource("aws_cloudwatch_log_group", LOG_GROUP, LOG_GROUP | {"retention_in_days": 7}),
        "retention",
        "retention_in_days: 365 → 7",
    ),
    "an expiry in a bucket that had none": (
        [
            resource("aws_s3_bucket", {"bucket": "archive"}, {"bucket": "archive"}),
            resource(
                "aws_s3_bucket_lifecycle_configuration",
                None,
                {"bucket": "archive", "rule": [{"status": "Enabled", "expiration": [{"days": 30}]}]},
            ),
        ],
        "retention",
        "expiration: for ever → 30 days",
    ),
    "a target that goes elsewhere": (
        resource("aws_cloudwatch_event_target", {"arn": ONCALL}, {"arn": TEAM}),
        "receivers",
        "matched events no longer reach oncall",
    ),
    "a destroyed bucket takes its objects along": (
        resource("aws_s3_bucket", {"bucket": "a"}, {"bucket": "a", "force_destroy": True}),
        "encryption",
        "force_destroy: not set → true",
    ),
    "a lock that is given up, as text": (
        resource("aws_db_instance", {"deletion_protection": "true"}, {"deletion_protection": "false"}),
        "encryption",
        "deletion_protection: true → false",
    ),
    "versions that are no longer kept": (
        resource(
            "aws_s3_bucket_versioning",
            {"versioning_configuration": [{"status": "Enabled"}]},
            {"versioning_configuration": [{"status": "Suspended"}]},
        ),
        "encryption",
        "versioning_configuration.status: Enabled → Suspended",
    ),
    "a log that was kept for ever": (
        resource("aws_cloudwatch_log_group", {"name": "/app"}, {"name": "/app", "retention_in_days": 7}),
        "retention",
        "retention_in_days: for ever → 7",
    ),
    "an event rule that is disabled": (
        resource("aws_cloudwatch_event_rule", {"state": "ENABLED"}, {"state": "DISABLED"}),
        "receivers",
        "the event rule is disabled",
    ),
    "an event rule that is disabled in the older way": (
        resource("aws_cloudwatch_event_rule", {"is_enabled": True}, {"is_enabled": False}),
        "receivers",
        "the event rule is disabled",
    ),
    "a topic that is made again": (
        resource("aws_sns_topic", {"name": "oncall"}, {"name": "oncall"}, replaced=True),
        "receivers",
        "topic oncall is deleted, with all its subscribers, and made again",
    ),
    "a subscription with another endpoint": (
        resource("aws_sns_topic_subscription", SUBSCRIPTION, SUBSCRIPTION | {"endpoint": "other@example.com"}),
        "receivers",
        "oncall@example.com no longer receives what is published to oncall",
    ),
    "a subscription by another protocol": (
        resource("aws_sns_topic_subscription", SUBSCRIPTION, SUBSCRIPTION | {"protocol": "email-json"}),
        "receivers",
        "oncall@example.com no longer receives what is published to oncall",
    ),
    "a subscription of another topic": (
        resource("aws_sns_topic_subscription", SUBSCRIPTION, SUBSCRIPTION | {"topic_arn": TEAM}),
        "receivers",
        "oncall@example.com no longer receives what is published to oncall",
    ),
    "a key that is switched off": (
        resource("aws_kms_key", {"is_enabled": True}, {"is_enabled": False}),
        "encryption",
        "is_enabled: true → false",
    ),
    "a key of one's own given up": (
        resource("aws_sqs_queue", {"kms_master_key_id": "arn:aws:kms:1:key/a"}, {"kms_master_key_id": "alias/aws/sqs"}),
        "encryption",
        "kms_master_key_id: arn:aws:kms:1:key/a → alias/aws/sqs",
    ),
    "no backups": (
        resource("aws_db_instance", {"backup_retention_period": 7}, {"backup_retention_period": 0}),
        "retention",
        "backup_retention_period: 7 → 0",
    ),
    "an expiry switched on": (
        resource(
            "aws_s3_bucket_lifecycle_configuration",
            {"rule": [{"status": "Disabled", "expiration": [{"days": 30}]}]},
            {"rule": [{"status": "Enabled", "expiration": [{"days": 30}]}]},
        ),
        "retention",
        "expiration: for ever → 30 days",
    ),
    "no longer for ever": (
        resource("aws_cloudwatch_log_group", LOG_GROUP | {"retention_in_days": 0}, LOG_GROUP),
        "retention",
        "retention_in_days: 0 → 365",
    ),
    "objects expire sooner": (
        resource(
            "aws_s3_bucket_lifecycle_configuration",
            {"rule": [{"expiration": [{"days": 400}]}]},
            {"rule": [{"expiration": [{"days": 30}]}]},
        ),
        "retention",
        "expiration: 400 days → 30 days",
    ),
    "a log group replaced": (
        resource("aws_cloudwatch_log_group", LOG_GROUP, LOG_GROUP | {"name": "/other"}, replaced=True),
        "data",
        "the cloudwatch log group /app is deleted and made again, without what it holds",
    ),
    "a bucket deleted": (
        resource("aws_s3_bucket", {"bucket": "archive"}, None),
        "data",
        "to keep it: a `removed` block with `destroy = false`, which `retired` in monitoring.yaml writes",
    ),
}


def test_a_log_group_that_terraform_only_forgets_is_not_lost() -> None:
    kept = LOG_GROUP | {"skip_destroy": True}
    for after, more in ((None, ""), (kept | {"name": "/other"}, "; a new one is made")):
        (effect,) = reviewed(resource("aws_cloudwatch_log_group", kept, after, replaced=after is not None)).effects
        said = f"the cloudwatch log group /app stays, and no one manages it any more (skip_destroy){more}"
        assert (effect.kind, effect.summary) == ("remark", said)


def test_it_says_how_to_keep_what_holds_data() -> None:
    (effect,) = reviewed(resource("aws_s3_bucket", {"bucket": "archive"}, None)).effects
    assert effect.summary == "the s3 bucket archive is deleted, with what it holds"
    assert "a `removed` block with `destroy = false`" in effect.details[0]


UNCLEAR: dict[str, tuple[dict[str, Any], str]] = {
    "another PromQL query": (
        change(promql("avg(gpu) > 90"), promql("avg(gpu) > 99")),
        "PromQL: avg(gpu) > 90 → avg(gpu) > 99",
    ),
    "periods that follow a clock": (
        change(ALARM, alarm(evaluation_window=[{"wall_clock_window": [{"timezone": "Europe/Berlin"}]}])),
        "periods by the clock of: none → Europe/Berlin",
    ),
    "metric math of somebody else": (
        change(math("m1 * 2"), math("RATE(m1)")),
        "expression: m1 * 2 → RATE(m1)",
    ),
    "an input that is no longer there, and another that is compared": (
        change(ratio(), two_results()),
        f"e1: m1 / m2, the result → m1 / m2; m2: {CALLS} → {CALLS}, the result; m3: nothing → {CALLS}",
    ),
    "one part of a metric's name is not yet known": (
        change(ALARM, alarm(metric_name=None), unknown={"metric_name": True}),
        f"watches: {FAILED} → sum of AWS/Lambda ${{(known after apply)}} (FunctionName ranker)",
    ),
    "dimensions that are not yet known": (
        change(ALARM, alarm(dimensions=None), unknown={"dimensions": True}),
        "watches: sum of errors of Lambda function ranker → Sum AWS/Lambda Errors (dimensions not yet known)",
    ),
    "a rule that is not yet known": (
        change(composite('ALARM("a")'), composite(""), kind=COMPOSITE, unknown={"alarm_rule": True}),
        "rule: a is in alarm → its rule holds",
    ),
    "a period that is not yet known": (
        change(ALARM, alarm(period=None), unknown={"period": True}),
        "period: 1 minute → not yet known",
    ),
    "how many periods is not yet known": (
        change(ALARM, alarm(datapoints_to_alarm=None), unknown={"datapoints_to_alarm": True}),
        "periods that must breach: 3 of 5 → ? of 5",
    ),
    "a statistic that says something else": (
        change(alarm(statistic="Average"), P99),
        "statistic: Average → p99",
    ),
    "a trimmed mean": (change(P99, P99 | {"extended_statistic": "tm99"}), "statistic: p99 → tm99"),
    "a statistic inside of an expression": (
        change(ratio(), ratio(stat="Minimum")),
        "m1: sum of throttled calls of Lambda function ranker → lowest throttled calls of Lambda function ranker",
    ),
    "an operator that is not yet known": (
        change(ALARM, alarm(comparison_operator=None), unknown={"comparison_operator": True}),
        "limit: above 5 → ${(known after apply)} 5",
    ),
    "a limit that is a secret": (
        change(ALARM, alarm(threshold=50), sensitive={"threshold": True}),
        "limit: above ${(sensitive value)} → above ${(another sensitive value)}",
    ),
    "a subscription whose endpoint is not yet known": (
        resource(
            "aws_sns_topic_subscription", SUBSCRIPTION, SUBSCRIPTION | {"endpoint": None}, unknown={"endpoint": True}
        ),
        "oncall@example.com no longer receives what is published to oncall",
    ),
    "a filter on another group": (
        resource("aws_cloudwatch_log_metric_filter", {"log_group_name": "/a"}, {"log_group_name": "/b"}),
        "log_group_name: /a → /b",
    ),
    "another rule": (
        change(composite('ALARM("a")'), composite('ALARM("b")'), kind=COMPOSITE),
        "rule: a is in alarm → b is in alarm",
    ),
    "a limit that is not yet known": (
        change(ALARM, alarm(threshold=None), unknown={"threshold": True}),
        "limit: above 5 → above ${(known after apply)}",
    ),
    "receivers that are not yet known": (
        change(ALARM, alarm(alarm_actions=None), unknown={"alarm_actions": True}),
        "when in alarm: oncall → a receiver not yet known",
    ),
    "windows that can't be compared": (
        change(ALARM, alarm(datapoints_to_alarm=2, evaluation_periods=2)),
        "periods that must breach: 3 of 5 → 2 of 2",
    ),
    "another filter pattern": (
        resource("aws_cloudwatch_log_metric_filter", {"pattern": "ERROR"}, {"pattern": "FATAL"}),
        "pattern: ERROR → FATAL",
    ),
}

HARMLESS: dict[str, dict[str, Any]] = {
    "nothing": change(ALARM, deepcopy(ALARM)),
    "a tighter limit": change(ALARM, alarm(threshold=1)),
    "the highest value in other words": change(alarm(statistic="Maximum"), P99 | {"extended_statistic": "p100"}),
    "a higher percentile": change(P99 | {"extended_statistic": "p50"}, P99),
    "the highest value in place of a percentile": change(P99, alarm(statistic="Maximum")),
    "a lower percentile below a limit": change(LOW_P99, LOW_P99 | {"extended_statistic": "p50"}),
    "fewer must breach": change(ALARM, alarm(datapoints_to_alarm=1)),
    "as many of more": change(ALARM, alarm(evaluation_periods=8)),
    "a narrower band": change(band(3), band(2)),
    "both sides of a band": change(band(2, "GreaterThanUpperThreshold"), band(2)),
    "missing data breaches": change(alarm(treat_missing_data="ignore"), ALARM),
    "a secret that stays": change(ALARM, deepcopy(ALARM), sensitive={"threshold": True}),
    "a topic that Terraform forgets": resource("aws_sns_topic", {"name": "oncall"}, None, actions=["forget"]),
    "the leftover of a replacement": change(ALARM, None, deposed="0a1b2c3d"),
    "another description": change(ALARM, alarm(alarm_description="Calls fail!")),
    "one more receiver": change(ALARM, alarm(alarm_actions=[ONCALL, TEAM])),
    "the same rule in other words": change(
        composite('ALARM("a") OR ALARM("b")'), composite('(ALARM(b) OR ALARM("a"))'), kind=COMPOSITE
    ),
    "one more child": change(composite('ALARM("a")'), composite('ALARM("a") OR ALARM("b")'), kind=COMPOSITE),
    "as many backups": resource("aws_db_instance", {"backup_retention_period": 7}, {"backup_retention_period": "7"}),
    "backups for as long as it is not known": resource(
        "aws_db_instance", {"backup_retention_period": 7}, {}, unknown={"backup_retention_period": True}
    ),
    "an expiry in a bucket that is new too": resource(
        "aws_s3_bucket_lifecycle_configuration", None, {"bucket": "new", "rule": [{"expiration": [{"days": 30}]}]}
    ),
    "an expiry that goes": resource(
        "aws_s3_bucket_lifecycle_configuration", {"rule": [{"expiration": [{"days": 30}]}]}, None
    ),
    "an event rule that stays enabled": resource(
        "aws_cloudwatch_event_rule", {"name": "a", "state": None, "is_enabled": None}, {"name": "b", "state": "ENABLED"}
    ),
    "kept for longer": resource("aws_cloudwatch_log_group", LOG_GROUP, LOG_GROUP | {"retention_in_days": 0}),
    "a key not yet known": resource(
        "aws_cloudwatch_log_group", LOG_GROUP, LOG_GROUP | {"kms_key_id": None}, unknown={"kms_key_id": True}
    ),
    "a lifecycle rule switched off": resource(
        "aws_s3_bucket_lifecycle_configuration", {"rule": [{"status": "Enabled"}]}, {"rule": [{"status": "Disabled"}]}
    ),
}


@pytest.mark.parametrize(("changed", "kind", "said"), WEAKENED.values(), ids=WEAKENED.keys())
def test_a_weakening_is_found(changed: dict[str, Any] | list[dict[str, Any]], kind: str, said: str) -> None:
    found = reviewed(*changed) if isinstance(changed, list) else reviewed(changed)
    assert told(found) == [(kind, said)]
    assert found.fails("weakened")


@pytest.mark.parametrize(("changed", "said"), UNCLEAR.values(), ids=UNCLEAR.keys())
def test_what_can_not_be_judged_is_left_to_a_person(changed: dict[str, Any], said: str) -> None:
    found = reviewed(changed)
    assert told(found) == [("unclear", said)]
    assert (found.fails("weakened"), found.fails("unclear")) == (False, True)


@pytest.mark.parametrize("changed", HARMLESS.values(), ids=HARMLESS.keys())
def test_the_rest_is_no_finding(changed: dict[str, Any]) -> None:
    assert told(reviewed(changed)) == []


def test_every_effect_reads_well(snapshot: SnapshotAssertion) -> None:
    """All of them by name and in whole, where a review can read them."""
    lines = []
    for changed in [*(weak for weak, *_ in WEAKENED.values()), *(unclear for unclear, _ in UNCLEAR.values())]:
        for effect in reviewed(*(changed if isinstance(changed, list) else [changed])).effects:
            lines.append(f"{effect.kind}: {effect.name} ({effect.address}): {effect.summary}")
            lines += [f"  {detail}" for detail in effect.details]
    assert "\n".join(lines) == snapshot


def test_a_new_alarm_is_told_in_a_sentence() -> None:
    assert told(reviewed(change(None, ALARM))) == [("new", f"Calls oncall when {FIRES}")]


def test_a_label_ends_in_the_unit_and_a_sentence_has_it_after_the_number() -> None:
    before = math("m1 / 1000")
    before["metric_query"][0]["label"] = "p99 latency in ms"
    assert told(reviewed(change(before, before | {"threshold": 50}))) == [
        ("loosened", "limit: above 5 ms → above 50 ms")
    ]
    ((_, said),) = told(reviewed(change(None, before)))
    assert "when p99 latency is above 5 ms in 3 of 5 periods" in said


def test_dimensions_that_the_catalogue_does_not_know() -> None:
    unlisted = alarm(namespace="AWS/ApiGateway", metric_name="Count", dimensions={"Colour": "red"})
    ((_, said),) = told(reviewed(change(None, unlisted)))
    assert "when sum of AWS/ApiGateway Count (Colour red) is above 5" in said


def test_an_alarm_at_another_address_whose_name_is_not_yet_known() -> None:
    new = change(None, alarm(alarm_name=None), name="elsewhere", unknown={"alarm_name": True})
    (effect,) = reviewed(change(ALARM, None), new).effects
    assert effect.summary == "changes in a way that can't be judged from the plan"
    (detail,) = effect.details
    assert detail == "name: ranker-errors → ${(known after apply)}; what names the old one no longer finds it"


def test_receivers_behind_the_same_words_are_told_apart_by_their_topics() -> None:
    topics = [change({"arn": arn}, {"arn": arn}, kind="aws_sns_topic", name=arn[-3:]) for arn in (ONCALL, TEAM)]
    subscribed = [
        change(one, deepcopy(one), kind="aws_sns_topic_subscription", name=arn[-3:])
        for arn in (ONCALL, TEAM)
        for one in [SUBSCRIPTION | {"topic_arn": arn}]
    ]
    found = reviewed(*topics, *subscribed, change(ALARM, alarm(alarm_actions=[TEAM])))
    assert told(found) == [("receivers", "when in alarm: oncall → team")]


def test_an_alarm_at_another_address_is_the_same_alarm() -> None:
    moved = reviewed(change(ALARM, None), change(None, alarm(threshold=50), name="elsewhere"))
    assert [kind for kind, _ in told(moved)] == ["loosened", "unclear"]
    assert moved.effects[1].summary == (
        "moves from aws_cloudwatch_metric_alarm.errors under the same name; without a `moved` block the new one may be "
        "deleted together with the old"
    )


RENAMED = [("unclear", "name: ranker-errors → other; what names the old one no longer finds it")]


def test_a_renamed_alarm_is_the_same_alarm_by_what_it_watches() -> None:
    renamed = reviewed(change(ALARM, None), change(None, alarm(alarm_name="other"), name="elsewhere"))
    assert told(renamed) == RENAMED


def test_a_renamed_alarm_at_its_address() -> None:
    assert told(reviewed(change(ALARM, alarm(alarm_name="other"), replaced=True))) == RENAMED


def test_a_moved_block_is_believed() -> None:
    moved = change(ALARM, deepcopy(ALARM), name="new", previous_address="aws_cloudwatch_metric_alarm.errors")
    assert told(reviewed(moved)) == []


def test_an_alarm_terraform_forgets_is_told_of() -> None:
    forgotten = change(ALARM, None)
    forgotten["change"]["actions"] = ["forget"]
    assert told(reviewed(forgotten)) == [("deleted", f"leaves Terraform's hands, and calls oncall when {FIRES}")]


def test_the_worst_comes_first_and_the_rest_is_counted() -> None:
    found = reviewed(
        change(None, alarm(alarm_name="new"), name="new"),
        resource("aws_s3_bucket", {"bucket": "archive"}, None),
        change(ALARM, alarm(threshold=50), name="warning", address="x") | {"address": "aws_cloudwatch_metric_alarm.w"},
        change(alarm(tags={"severity": "info"}, alarm_name="info"), None, name="info"),
        change(alarm(alarm_name="critical"), None, name="critical"),
        change({"name": "a"}, {"name": "b"}, kind="aws_iam_role"),
        change(None, {"name": "b"}, kind="aws_iam_policy"),
        change({"name": "b"}, {"name": "b"}, kind="google_project"),
    )
    assert [(effect.kind, effect.name) for effect in found.effects] == [
        ("deleted", "critical"),
        ("deleted", "info"),
        ("loosened", "ranker-errors"),
        ("data", "aws_s3_bucket.it"),
        ("new", "new"),
    ]
    assert found.rest == {"new": 1, "changed": 1, "unchanged": 1}
    assert (found.alarms_before, found.alarms_after) == (3, 2)


def test_everything_unknown() -> None:
    unknown = change(ALARM, dict.fromkeys(ALARM), unknown=dict.fromkeys(ALARM, True))
    assert {kind for kind, _ in told(reviewed(unknown))} == {"unclear"}
    assert told(reviewed(change(None, {}, unknown=dict.fromkeys(ALARM, True))))[0][0] == "new"


def test_references_stand_in_for_what_is_not_known() -> None:
    topic = change(None, {"name": "new"}, kind="aws_sns_topic", name="new", unknown={"arn": True})
    new = change(None, alarm(alarm_actions=None), unknown={"alarm_actions": True})
    expressions = {"alarm_actions": {"references": ["aws_sns_topic.new.arn", "aws_sns_topic.new"]}}
    configuration = {"root_module": {"resources": [{"address": new["address"], "expressions": expressions}]}}
    found = reviewed(topic, new, configuration=configuration)
    assert told(found) == [("new", f"Calls new when {FIRES}")]


def test_a_plan_of_another_provider() -> None:
    found = reviewed(change({"name": "a"}, {"name": "b"}, kind="google_project"))
    assert told(found) == []
    assert unstyle(text(found)).startswith("No CloudWatch alarm in this plan")


def stack(**alarms: dict[str, Any]) -> Stack:
    found = parse({"resource": {"aws_cloudwatch_metric_alarm": alarms}}, name="cdk.tf.json")
    assert isinstance(found, Stack)
    return found


def test_two_configurations() -> None:
    found = review(stack(errors=ALARM, gone=alarm(alarm_name="gone", metric_name="Duration")), stack(errors=LOW))
    assert [kind for kind, _ in told(found)] == ["deleted", "loosened"]


def test_the_texts() -> None:
    found = reviewed(change(ALARM, alarm(threshold=50)), change(None, alarm(alarm_name="new"), name="new"))
    assert unstyle(text(found)) == (
        "This plan WEAKENS monitoring in 1 place.\n\n"
        "Alarms loosened (1)\n"
        "  [critical] ranker-errors: fires later, or in fewer cases\n"
        "      limit: above 5 → above 50\n\n"
        "New (1)\n"
        f"  [critical] new: Calls oncall when {FIRES}\n\n"
        "Alarms: 1 before, 2 after. The rest: none.\n"
    )
    assert markdown(found).splitlines()[:6] == [
        "**This plan WEAKENS monitoring in 1 place.**",
        "",
        "### Alarms loosened (1)",
        "",
        "- **`ranker-errors`** (critical): fires later, or in fewer cases",
        "  - limit: above 5 → above 50",
    ]
    document = json.loads(as_json(found))
    assert (document["weakened"], document["new"], document["alarms"]) == (1, 1, {"before": 1, "after": 2})
    assert document["findings"][0]["kind"] == "loosened"


def test_every_format_reads_well(snapshot: SnapshotAssertion) -> None:
    """One effect of each kind, with and without a severity, whole."""
    found = reviewed(
        change(ALARM, alarm(threshold=50)),
        change(None, alarm(alarm_name="new", tags={}), name="new"),
        resource("aws_cloudwatch_log_metric_filter", {"pattern": "ERROR"}, {"pattern": "FATAL"}),
        change({"name": "b"}, {"name": "b"}, kind="google_project"),
    )
    assert unstyle("\n---\n".join(write(found) for write in (text, markdown, as_json))) == snapshot


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["review", *arguments])


@pytest.fixture
def weakening(tmp_path: Path) -> str:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan(change(ALARM, alarm(threshold=50)))))
    return str(file)


def test_the_exit_code(weakening: str, tmp_path: Path) -> None:
    harmless = tmp_path / "harmless.json"
    harmless.write_text(json.dumps(plan(change(ALARM, deepcopy(ALARM)))))
    assert run(weakening).exit_code == 0
    assert run(weakening, "--fail-on", "weakened").exit_code == 1
    assert run(str(harmless), "--fail-on", "unclear").exit_code == 0


def test_formats(weakening: str) -> None:
    assert json.loads(run(weakening, "--format", "json").stdout)["weakened"] == 1
    assert run(weakening, "--format", "markdown").stdout.startswith("**This plan WEAKENS")


def test_many_plans_are_one_report_the_worst_first(weakening: str, tmp_path: Path) -> None:
    harmless, unclear = tmp_path / "harmless.json", tmp_path / "unclear.json"
    harmless.write_text(json.dumps(plan(change(ALARM, deepcopy(ALARM)))))
    unclear.write_text(json.dumps(plan(change(math("m1 / m2"), math("RATE(m1)")))))
    result = run(str(harmless), str(unclear), weakening)
    assert result.exit_code == 0
    assert result.stdout.replace(f"{tmp_path}/", "").splitlines()[:5] == [
        "Of 3 plans 1 WEAKENS monitoring and 1 has changes for you to judge.",
        "",
        "  plan.json: This plan WEAKENS monitoring in 1 place.",
        "  unclear.json: This plan has 1 change for you to judge.",
        "  harmless.json: This plan weakens nothing.",
    ]
    assert result.stdout.index("limit: above 5 → above 50") < result.stdout.index("expression: m1 / m2 → RATE(m1)")
    assert run(str(harmless), weakening, "--fail-on", "weakened").exit_code == 1
    assert run(str(harmless), str(unclear), "--fail-on", "weakened").exit_code == 0
    found = json.loads(run(str(harmless), weakening, "--format", "json").stdout)
    assert [one["weakened"] for one in found] == [0, 1]
    said = run(str(harmless), weakening, "--format", "markdown").stdout
    assert said.startswith("**Of 2 plans 1 WEAKENS monitoring.**")
    assert run(str(harmless), str(harmless)).stdout.startswith("Of 2 plans none weakens anything.")


def test_a_bad_file_among_many_plans(weakening: str, tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("")
    result = run(weakening, str(tmp_path / "empty.json"), str(tmp_path / "none.json"))
    assert result.exit_code == 2
    assert "the file is empty" in result.output
    assert "the file does not exist" in result.output


BAD_FILES = {
    "cut short": (b'{"resource_changes": [{"add', "is not JSON: unexpected end of data"),
    "empty": (b"", "the file is empty"),
    "a saved plan": (b"PK\x03\x04", "this is a saved plan: give what `terraform show -json"),
    "no Terraform": (b'{"a": 1}', "is not a Terraform configuration, plan or state"),
    "a plan's log": (b'{"@level":"info"}\n{"@level":"info"}', "give what `terraform show -json` prints"),
    "a change without address": (b'{"resource_changes": [{"change": {}}]}', "resource_changes.0 does not describe"),
    "a change that is none": (b'{"resource_changes": [1]}', "resource_changes.0 does not describe"),
    "a plan that failed": (b'{"errored": true, "resource_changes": []}', "could not finish"),
    "one configuration": (b'{"resource": {}}', "is a configuration or a state, and no plan"),
    "a state": (b'{"format_version": "1.0", "values": {"root_module": {}}}', "is a configuration or a state"),
    "a list": (b"[1]", "is not a Terraform configuration, plan or state"),
}


@pytest.mark.parametrize(("content", "said"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_bad_files(content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(content)
    result = run(str(file))
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_powershell_writes(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(json.dumps(plan(change(ALARM, alarm(threshold=50)))).encode(encoding))
    assert "limit: above 5 → above 50" in run(str(file)).stdout


def test_a_pipe(weakening: str) -> None:
    result = CliRunner().invoke(main, ["review", "-"], input=Path(weakening).read_bytes())
    assert "limit: above 5 → above 50" in result.stdout


def test_a_plan_for_a_part_only() -> None:
    assert told(reviewed(complete=False))[0][1].startswith("is for a part only")
    assert told(reviewed(complete=True)) == []


def test_others_words_stay_words() -> None:
    found = reviewed(change(math("m1 * m1"), math("m1 * m1 *\n <b>m1</b>")))
    assert "  - expression: m1 \\* m1 → m1 \\* m1 \\*  \\<b>m1\\</b>" in markdown(found).splitlines()
    assert "      expression: m1 * m1 → m1 * m1 *  <b>m1</b>" in unstyle(text(found)).splitlines()


def test_no_file_at_all(tmp_path: Path) -> None:
    result = run(str(tmp_path / "plan.json"))
    assert (result.exit_code, "the file does not exist" in result.output) == (2, True)


def test_the_committed_stack_against_itself() -> None:
    file = str(ROOT / "cdktf.out" / "stacks" / "production" / "cdk.tf.json")
    result = run(file, file, "--fail-on", "unclear")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "This plan weakens nothing.")
