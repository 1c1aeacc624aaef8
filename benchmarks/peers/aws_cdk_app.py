"""The alarms of the benchmark in Python on AWS CDK, as CloudFormation: `python aws_cdk_app.py NUMBER OUTDIR`.

CloudFormation takes 500 resources a stack, so there is a stack for each 400 alarms.
"""

from __future__ import annotations

import sys

from aws_cdk import App, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns

PER_STACK = 400


def main(number: str, outdir: str) -> None:
    """Write the stacks."""
    app = App(outdir=outdir, analytics_reporting=False)
    for first in range(0, int(number), PER_STACK):
        stack = Stack(app, f"production-{first}")
        topic = sns.CfnTopic(stack, "critical", topic_name=f"recommender-production-{first}-critical")
        for index in range(first, min(first + PER_STACK, int(number))):
            _alarm(stack, f"model-{index:04}", topic)
    app.synth()


def _alarm(stack: Stack, model: str, topic: sns.CfnTopic) -> None:
    query = cloudwatch.CfnAlarm.MetricDataQueryProperty
    cloudwatch.CfnAlarm(
        stack,
        model,
        alarm_name=f"recommender-production-{model}",
        alarm_description=f"Invocations of Lambda function {model} is outside of its usual range.",
        comparison_operator="LessThanLowerOrGreaterThanUpperThreshold",
        evaluation_periods=3,
        datapoints_to_alarm=2,
        threshold_metric_id="band",
        treat_missing_data="ignore",
        alarm_actions=[topic.ref],
        ok_actions=[topic.ref],
        metrics=[
            query(
                id="metric",
                return_data=True,
                metric_stat=cloudwatch.CfnAlarm.MetricStatProperty(
                    metric=cloudwatch.CfnAlarm.MetricProperty(
                        namespace="AWS/Lambda",
                        metric_name="Invocations",
                        dimensions=[cloudwatch.CfnAlarm.DimensionProperty(name="FunctionName", value=model)],
                    ),
                    period=300,
                    stat="Sum",
                ),
            ),
            query(id="band", expression="ANOMALY_DETECTION_BAND(metric, 2)", label="usual", return_data=True),
        ],
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
