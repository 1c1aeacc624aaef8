"""A log group that is encrypted and does not keep its events for ever."""

from __future__ import annotations

from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.resources.encryption_key import AnyKey
from constructs_lib.resources.values import aws


def log_group(scope: Construct, construct_id: str, *, name: str, retention_days: int, key: AnyKey, retain: bool) -> Any:
    """An aws_cloudwatch_log_group of the standard class, which metric filters and subscriptions need.

    With `retain` Terraform only forgets it: the provider finds that in the state, when the block is gone, too.
    """
    return aws.cloudwatch_log_group.CloudwatchLogGroup(
        scope,
        construct_id,
        name=name,
        retention_in_days=retention_days,
        kms_key_id=key.arn,
        skip_destroy=True if retain else None,
    )
