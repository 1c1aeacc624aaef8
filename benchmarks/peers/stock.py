"""The alarms of the benchmark in Python on stock CDKTF or cdktn: `python stock.py cdktf|cdktn NUMBER OUTDIR`."""

from __future__ import annotations

import importlib
import sys
from typing import Any


def main(base: str, number: str, outdir: str) -> None:
    """Write the stack."""
    core: Any = importlib.import_module(base)
    bindings = {"cdktf": "cdktf_cdktf_provider_aws", "cdktn": "cdktn_provider_aws"}[base]
    alarms, provider, topics = (
        importlib.import_module(f"{bindings}.{name}") for name in ("cloudwatch_metric_alarm", "provider", "sns_topic")
    )
    app = core.App(outdir=outdir, stack_traces=False)
    stack = core.TerraformStack(app, "production")
    provider.AwsProvider(stack, "aws", region="us-east-1")
    topic = topics.SnsTopic(stack, "critical", name="recommender-production-critical")
    arns = {}
    for index in range(int(number)):
        model = f"model-{index:04}"
        alarm = alarms.CloudwatchMetricAlarm(
            stack,
            model,
            alarm_name=f"recommender-production-{model}",
            alarm_description=f"Invocations of Lambda function {model} is outside of its usual range.",
            comparison_operator="LessThanLowerOrGreaterThanUpperThreshold",
            evaluation_periods=3,
            datapoints_to_alarm=2,
            threshold_metric_id="band",
            treat_missing_data="ignore",
            alarm_actions=[topic.arn],
            ok_actions=[topic.arn],
            metric_query=[
                alarms.CloudwatchMetricAlarmMetricQuery(
                    id="metric",
                    return_data=True,
                    metric=alarms.CloudwatchMetricAlarmMetricQueryMetric(
                        namespace="AWS/Lambda",
                        metric_name="Invocations",
                        dimensions={"FunctionName": model},
                        period=300,
                        stat="Sum",
                    ),
                ),
                alarms.CloudwatchMetricAlarmMetricQuery(
                    id="band", expression="ANOMALY_DETECTION_BAND(metric, 2)", label="usual", return_data=True
                ),
            ],
        )
        arns[f"recommender-production-{model}"] = alarm.arn
    core.TerraformOutput(stack, "alarm_arns", value=arns)
    app.synth()


if __name__ == "__main__":
    main(*sys.argv[1:])
