"""Who sends most: a Contributor Insights rule over the log of invocations."""

from __future__ import annotations

from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.resources.values import as_json, aws


def caller_ranking(scope: Construct, construct_id: str, *, name: str, log_group_name: str, tokens: str) -> Any:
    """An aws_cloudwatch_contributor_insight_rule that adds up a field by identity.

    Role sessions make identities without end, which would be as many metrics; a rule keeps the first ones only.
    """
    definition = {
        "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
        "LogGroupNames": [log_group_name],
        "LogFormat": "JSON",
        "Contribution": {"Keys": ["$.identity.arn"], "ValueOf": tokens, "Filters": []},
        "AggregateOn": "Sum",
    }
    return aws.cloudwatch_contributor_insight_rule.CloudwatchContributorInsightRule(
        scope, construct_id, rule_name=name, rule_definition=as_json(definition), rule_state="ENABLED"
    )
