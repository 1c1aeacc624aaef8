"""CloudWatch's own search for unusual events in a log group."""

from __future__ import annotations

from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.resources.values import aws

VISIBLE_DAYS = 21
"""How long an anomaly stays listed, and after which it counts as normal: the service's default."""


def log_anomaly_detector(scope: Construct, construct_id: str, *, name: str, log_group_arn: str) -> Any:
    """An aws_cloudwatch_log_anomaly_detector, which looks every five minutes.

    It counts what it finds in AWS/Logs AnomalyCount, by detector and priority.
    """
    return aws.cloudwatch_log_anomaly_detector.CloudwatchLogAnomalyDetector(
        scope,
        construct_id,
        detector_name=name,
        log_group_arn_list=[log_group_arn],  # exactly one, without `:*`
        evaluation_frequency="FIVE_MIN",
        anomaly_visibility_time=VISIBLE_DAYS,
        enabled=True,
    )
