"""A log pattern through its whole life: real Terraform, real provider, moto."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.names import Names
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(names: Names, *, errors: str = "?Error ?Exception") -> MonitoringStack:
    """Both monitors of the documentation, under names of this test's own."""
    ranker = {
        "pattern": "log_pattern",
        "log_group": {"name": names("/ai/ranker"), "create": True},
        "filter": errors,
        "alarm": {"above": 0, "severity": "critical"},
        "archive": {"bucket": "create", "expire_days": 400},
        "anomaly_detector": True,
        "mask": ["EmailAddress", "AwsSecretKey"],
    }
    slow = {
        "pattern": "log_pattern",
        "log_group": {"made_by": "errors"},
        "filter": "{ $.latency_ms > 500 && $.model = * }",
        "value": "$.latency_ms",
        "dimensions": {"model": "$.model"},
        "dimension_values": {"model": ["v2"]},
        "alarm": {"statistic": "p90", "above": 900, "period_seconds": 60},
    }
    data = config({"errors": ranker, "slow": slow}) | {"project": names("shop")}
    return monitoring_stack(data)


def archived(moto: MotoServer, bucket: str) -> list[str]:
    """The log lines in a bucket: its files are gzip, once."""
    s3 = moto.client("s3")
    lines: list[str] = []
    for file in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        content = s3.get_object(Bucket=bucket, Key=file["Key"])["Body"].read()
        lines += [event["message"] for event in json.loads(gzip.decompress(content))["logEvents"]]
    return lines


def empty(moto: MotoServer, bucket: str) -> None:
    """Terraform deletes no bucket that holds files, nor should it."""
    s3 = moto.client("s3")
    versions: list[dict[str, Any]] = s3.list_object_versions(Bucket=bucket)["Versions"]
    for version in versions:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


def test_a_line_reaches_metric_alarm_and_archive(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    group, total = names("/ai/ranker"), names("shop-production-errors")
    slow = names("shop-production-slow")
    with applied(workspace(stack(names), endpoint=moto.url)) as live:
        outputs = live.workspace.outputs()
        made = outputs["resources"]["errors"]
        assert made["log_group"] == outputs["resources"]["slow"]["log_group"] == group

        moto.put_log_lines(group, "Error: CUDA out of memory", "served 200", "Exception in worker")
        assert moto.metric("LogPatterns", total) == 2
        assert archived(moto, made["bucket"]) == ["Error: CUDA out of memory", "served 200", "Exception in worker"]

        moto.put_log_lines(group, '{"latency_ms": 901, "model": "v2"}', '{"latency_ms": 40, "model": "v2"}')
        assert moto.metric("LogPatterns", slow, {"model": "v2"}) == 901
        assert moto.metric("LogPatterns", slow) == 901, "the total has no dimensions"

        probe = moto.listen(outputs["topic_arns"]["critical"])
        moto.set_alarm_state(total, "ALARM")
        (page,) = probe.alarm_messages()
        (count,) = (query["MetricStat"]["Metric"] for query in page["Trigger"]["Metrics"] if "MetricStat" in query)
        assert count["Dimensions"] == []
        assert (count["Namespace"], count["MetricName"]) == ("LogPatterns", total)

        change = live.change(stack(names, errors="?Error ?Exception ?Traceback"))
        # The filter changes; so do the alarm's text and the dashboard, which name it.
        assert sorted(change.actions.values()) == ["update", "update", "update"]
        moto.put_log_lines(group, "Traceback (most recent call last):")
        assert moto.metric("LogPatterns", total) == 3

        empty(moto, made["bucket"])

    logs = moto.client("logs")
    assert len(logs.filter_log_events(logGroupName=group)["events"]) == 6, "the logs outlive the stack"
    assert moto.client("firehose").list_delivery_streams()["DeliveryStreamNames"] == []
