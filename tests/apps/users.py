"""A user's app as test_cdk.py runs it in fresh interpreters, with and without constructs_lib: `users.py OUTDIR`.

It knows nothing of constructs_lib, and prints as JSON what the runs are to agree on.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from cdktf import App, Fn, TerraformOutput, TerraformStack, TerraformVariable, Token
from cdktf_cdktf_provider_aws import sns_topic
from cdktf_cdktf_provider_aws.cloudwatch_composite_alarm import CloudwatchCompositeAlarm
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementPrincipals,
)
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket


def build(stack: TerraformStack) -> None:
    AwsProvider(stack, "aws", region="us-east-1", default_tags=[AwsProviderDefaultTags(tags={"team": "ml"})])
    url = TerraformVariable(stack, "pagerduty_url", type="string", sensitive=True)
    policy = DataAwsIamPolicyDocument(
        stack,
        "key_policy",
        statement=[
            DataAwsIamPolicyDocumentStatement(
                actions=["kms:*"],
                resources=["*"],
                principals=[DataAwsIamPolicyDocumentStatementPrincipals(type="AWS", identifiers=["123456789012"])],
            )
        ],
    )
    key = KmsKey(stack, "key", enable_key_rotation=True, deletion_window_in_days=7, policy=policy.json)
    topic = sns_topic.SnsTopic(stack, "critical", name="critical", kms_master_key_id=key.arn)
    topic.add_override("lifecycle.prevent_destroy", True)
    bucket = S3Bucket(stack, "models", bucket=Fn.join("-", ["models", url.string_value]), depends_on=[key])
    band = CloudwatchMetricAlarm(
        stack,
        "band",
        alarm_name="ranker-invocations",
        comparison_operator="LessThanLowerOrGreaterThanUpperThreshold",
        evaluation_periods=3,
        datapoints_to_alarm=2,
        threshold_metric_id="band",
        treat_missing_data="notBreaching",
        metric_query=[
            CloudwatchMetricAlarmMetricQuery(
                id="m",
                return_data=True,
                metric=CloudwatchMetricAlarmMetricQueryMetric(
                    namespace="AWS/Lambda",
                    metric_name="Invocations",
                    period=300,
                    stat="Sum",
                    dimensions={"FunctionName": bucket.id},
                ),
            ),
            CloudwatchMetricAlarmMetricQuery(id="band", expression="ANOMALY_DETECTION_BAND(m, 2)", return_data=True),
        ],
    )
    CloudwatchCompositeAlarm(
        stack, "page", alarm_name="page", alarm_rule=f"ALARM({band.alarm_name})", alarm_actions=[topic.arn]
    )
    TerraformOutput(stack, "topics", value={"critical": topic.arn, "retries": Token.as_number(bucket.id)})


def refusals(stack: TerraformStack) -> list[str]:
    """What the bindings' runtime type checks say to wrong arguments."""
    attempts: dict[str, Callable[[], object]] = {
        "text for a number": lambda: CloudwatchMetricAlarmMetricQueryMetric(metric_name="m", stat="Sum", period="300"),
        "number for a text": lambda: sns_topic.SnsTopic(stack, "number", name=3),
        "bool for a text": lambda: sns_topic.SnsTopic(stack, "bool", name=True),
        "no scope": lambda: sns_topic.SnsTopic(None, "no-scope"),
        "required text is None": lambda: CloudwatchMetricAlarmMetricQuery(id=None),
        "list of numbers": lambda: CloudwatchCompositeAlarm(
            stack, "list", alarm_name="a", alarm_rule="r", alarm_actions=[1]
        ),
        "setter": lambda: setattr(stack.node.find_child("critical"), "name", 3),
    }
    said = []
    for what, attempt in attempts.items():
        try:
            attempt()
        except TypeError as error:
            said.append(f"{what}: {error}")
    return said


def main(outdir: str) -> None:
    app = App(outdir=outdir)
    stack = TerraformStack(app, "production")
    build(stack)
    app.synth()
    print(
        json.dumps(
            {
                "output": {
                    file.relative_to(outdir).as_posix(): file.read_bytes().decode()
                    for file in sorted(Path(outdir).rglob("*"))
                    if file.is_file()
                },
                "refusals": refusals(stack),
                "environment": {name: os.environ.get(name) for name in ("JSII_NODE", "NODE_OPTIONS")},
                "aws_modules": sorted(
                    name.removeprefix("cdktf_cdktf_provider_aws.")
                    for name in sys.modules
                    if name.startswith("cdktf_cdktf_provider_aws.") and not name.endswith("._private")
                ),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
