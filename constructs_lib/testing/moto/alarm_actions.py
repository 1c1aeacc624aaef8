"""What an alarm's action ARN does: publish to a topic, or execute a scaling policy."""

from __future__ import annotations

from moto.autoscaling.models import autoscaling_backends
from moto.sns.exceptions import SNSNotFoundError
from moto.sns.models import sns_backends
from moto.utilities.arns import parse_arn

SUCCEEDED = "Succeeded"
FAILED = "Failed"


def perform(arn: str, *, subject: str, message: str) -> str:
    """Do what `arn` says; returns Succeeded, or Failed where there is nothing behind the ARN.

    As in AWS a missing target does not fail the alarm; it is recorded in its history. Lambda, EC2, OpsItem and incident
    actions are only recorded.
    """
    target = parse_arn(arn)
    if target.service == "sns":
        try:
            sns_backends[target.account][target.region].publish(message, arn=arn, subject=subject)
        except SNSNotFoundError:
            return FAILED
    elif target.service == "autoscaling":
        policies = autoscaling_backends[target.account][target.region].policies
        return SUCCEEDED if any(policy.arn == arn for policy in policies.values()) else FAILED
    return SUCCEEDED
