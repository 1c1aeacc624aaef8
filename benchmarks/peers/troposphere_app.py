"""The alarms of the benchmark in troposphere, as CloudFormation: `python troposphere_app.py NUMBER OUTDIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from troposphere import Ref, Template, cloudwatch, sns

PER_STACK = 400
"""CloudFormation takes 500 resources a stack."""


def main(number: str, outdir: str) -> None:
    """Write the templates."""
    Path(outdir).mkdir(parents=True, exist_ok=True)
    for first in range(0, int(number), PER_STACK):
        template = Template()
        topic = template.add_resource(sns.Topic("Critical", TopicName=f"recommender-production-{first}-critical"))
        for index in range(first, min(first + PER_STACK, int(number))):
            _alarm(template, f"model-{index:04}", topic)
        (Path(outdir) / f"{first}.json").write_text(template.to_json())


def _alarm(template: Template, model: str, topic: sns.Topic) -> None:
    metric = cloudwatch.Metric(
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Dimensions=[cloudwatch.MetricDimension(Name="FunctionName", Value=model)],
    )
    template.add_resource(
        cloudwatch.Alarm(
            model.replace("-", "").capitalize(),
            AlarmName=f"recommender-production-{model}",
            AlarmDescription=f"Invocations of Lambda function {model} is outside of its usual range.",
            ComparisonOperator="LessThanLowerOrGreaterThanUpperThreshold",
            EvaluationPeriods=3,
            DatapointsToAlarm=2,
            ThresholdMetricId="band",
            TreatMissingData="ignore",
            AlarmActions=[Ref(topic)],
            OKActions=[Ref(topic)],
            Metrics=[
                cloudwatch.MetricDataQuery(
                    Id="metric",
                    ReturnData=True,
                    MetricStat=cloudwatch.MetricStat(Metric=metric, Period=300, Stat="Sum"),
                ),
                cloudwatch.MetricDataQuery(
                    Id="band", Expression="ANOMALY_DETECTION_BAND(metric, 2)", Label="usual", ReturnData=True
                ),
            ],
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
