"""Masks what is secret in the events of a log group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct
from constructs_lib.patterns.log_pattern.data_identifiers import arn
from constructs_lib.resources.values import as_json, aws


def data_protection(
    scope: Construct, construct_id: str, *, log_group_name: str, identifiers: Sequence[str], environment: Environment
) -> Any:
    """An aws_cloudwatch_log_data_protection_policy; it masks events that arrive from then on.

    The service wants two statements with the same identifiers: one that finds, one that masks. Findings are counted in
    the metric AWS/Logs LogEventsWithFindings; copies of them are sent nowhere.
    """
    masked = [arn(identifier, environment.partition) for identifier in sorted(identifiers)]
    policy = {
        "Name": "mask",
        "Version": "2021-06-01",
        "Statement": [
            {"Sid": "find", "DataIdentifier": masked, "Operation": {"Audit": {"FindingsDestination": {}}}},
            {"Sid": "mask", "DataIdentifier": masked, "Operation": {"Deidentify": {"MaskConfig": {}}}},
        ],
    }
    return aws.cloudwatch_log_data_protection_policy.CloudwatchLogDataProtectionPolicy(
        scope, construct_id, log_group_name=log_group_name, policy_document=as_json(policy)
    )
