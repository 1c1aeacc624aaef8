"""What was added to moto's CloudWatch Logs, by boto3 and through Terraform."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.names import Names
from tests.testing.stacks import stack


class LogGroup:
    """A log group of one test, with a namespace of its own."""

    def __init__(self, moto: MotoServer, names: Names) -> None:
        self.moto, self.name, self.namespace = moto, names("/ai/ranker"), names("ranker")
        self.logs = moto.client("logs")
        self.logs.create_log_group(logGroupName=self.name)

    def filter(self, pattern: str, name: str = "errors", **transformation: Any) -> None:
        self.logs.put_metric_filter(
            logGroupName=self.name,
            filterName=name,
            filterPattern=pattern,
            metricTransformations=[
                {"metricNamespace": self.namespace, "metricName": name, "metricValue": "1", **transformation}
            ],
        )

    def write(self, *lines: str) -> None:
        self.moto.put_log_lines(self.name, *lines)

    def metric(self, name: str = "errors", statistic: str = "Sum", **dimensions: str) -> float | None:
        return self.moto.metric(self.namespace, name, dimensions, statistic)


@pytest.fixture
def group(moto: MotoServer, names: Names) -> LogGroup:
    return LogGroup(moto, names)


def test_matching_lines_are_counted(group: LogGroup) -> None:
    group.filter("?Error ?Exception")
    group.write("Error: CUDA out of memory", "served 200", "Traceback Exception")

    assert group.metric() == 2


def test_without_a_match_and_a_default_there_is_no_data(group: LogGroup) -> None:
    group.filter("Error")
    group.write("served 200")

    assert group.metric() is None


def test_without_a_match_the_default_is_published(group: LogGroup) -> None:
    group.filter("Error", defaultValue=0)
    group.write("served 200")

    assert (group.metric(), group.metric(statistic="SampleCount")) == (0, 1)


def test_value_and_dimensions_come_from_the_line(group: LogGroup) -> None:
    group.filter("{ $.latency_ms > 500 && $.model = * }", metricValue="$.latency_ms", dimensions={"model": "$.model"})
    group.write('{"latency_ms": 900, "model": "v2"}', '{"latency_ms": 700, "model": "v3"}', '{"latency_ms": 100}')

    assert group.metric(model="v2") == 900
    assert group.metric(model="v3") == 700
    assert group.metric() is None, "a metric with dimensions is not the metric without"


def test_a_filter_of_the_same_name_takes_the_first_ones_place(group: LogGroup) -> None:
    group.filter("Error")
    group.filter("Exception")
    group.write("Error", "Exception", "Exception")

    assert group.metric() == 2


@pytest.mark.apply
def test_what_terraform_makes_reads_back_and_counts(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    group, namespace = names("/ai/ranker"), names("ranker")
    policy = {
        "Name": "mask",
        "Version": "2021-06-01",
        "Statement": [
            {
                "Sid": "audit",
                "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
                "Operation": {"Audit": {"FindingsDestination": {}}},
            },
            {
                "Sid": "mask",
                "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
                "Operation": {"Deidentify": {"MaskConfig": {}}},
            },
        ],
    }

    def version(pattern: str, visible_days: int) -> dict[str, Any]:
        return stack(
            {
                "aws_cloudwatch_log_group": {"ranker": {"name": group, "retention_in_days": 90}},
                "aws_cloudwatch_log_metric_filter": {
                    "errors": {
                        "name": names("errors"),
                        "log_group_name": "${aws_cloudwatch_log_group.ranker.name}",
                        "pattern": pattern,
                        "metric_transformation": {
                            "name": "errors",
                            "namespace": namespace,
                            "value": "1",
                            "default_value": "0",
                        },
                    }
                },
                "aws_cloudwatch_log_data_protection_policy": {
                    "mask": {
                        "log_group_name": "${aws_cloudwatch_log_group.ranker.name}",
                        "policy_document": json.dumps(policy),
                    }
                },
                "aws_cloudwatch_log_anomaly_detector": {
                    "unusual": {
                        "detector_name": names("unusual"),
                        "log_group_arn_list": ["${aws_cloudwatch_log_group.ranker.arn}"],
                        "anomaly_visibility_time": visible_days,
                        "evaluation_frequency": "FIVE_MIN",
                        "enabled": True,
                        "tags": {"team": "ml"},
                    }
                },
            }
        )

    with applied(workspace(version("Error", 7), endpoint=moto.url)) as live:
        moto.put_log_lines(group, "Error: CUDA out of memory", "served 200")
        assert moto.metric(namespace, "errors") == 1

        change = live.change(version("Exception", 14))
        assert set(change.actions.values()) == {"update"}
        assert change.count("update") == 2

        moto.put_log_lines(group, "Error", "Exception")
        assert moto.metric(namespace, "errors") == 2

    assert moto.client("logs").describe_metric_filters(filterNamePrefix=names("errors"))["metricFilters"] == []


def test_a_subscription_delivers_only_what_its_pattern_matches(moto: MotoServer, group: LogGroup, names: Names) -> None:
    bucket, role = names("archive"), "arn:aws:iam::123456789012:role/delivery"
    moto.client("s3").create_bucket(Bucket=bucket)
    stream = moto.client("firehose").create_delivery_stream(
        DeliveryStreamName=names("archive"),
        ExtendedS3DestinationConfiguration={"RoleARN": role, "BucketARN": f"arn:aws:s3:::{bucket}"},
    )
    group.logs.put_subscription_filter(
        logGroupName=group.name,
        filterName="archive",
        filterPattern="Error",
        destinationArn=stream["DeliveryStreamARN"],
        roleArn=role,
    )
    group.write("served 200", "Error: CUDA out of memory")
    group.write("served 200")

    s3 = moto.client("s3")
    (delivered,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
    content = s3.get_object(Bucket=bucket, Key=delivered["Key"])["Body"].read()
    events = json.loads(gzip.decompress(content))["logEvents"]
    assert [event["message"] for event in events] == ["Error: CUDA out of memory"]
