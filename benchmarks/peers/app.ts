// The same in TypeScript: `ts-node app.ts NUMBER OUTDIR`, as CDKTF's own template runs an app.
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';

const [number, outdir] = process.argv.slice(2);
const app = new App({ outdir, stackTraces: false });
const stack = new TerraformStack(app, 'production');
new AwsProvider(stack, 'aws', { region: 'us-east-1' });
const topic = new SnsTopic(stack, 'critical', { name: 'recommender-production-critical' });
const arns: Record<string, string> = {};
for (let index = 0; index < Number(number); index++) {
  const model = `model-${String(index).padStart(4, '0')}`;
  const alarm = new CloudwatchMetricAlarm(stack, model, {
    alarmName: `recommender-production-${model}`,
    alarmDescription: `Invocations of Lambda function ${model} is outside of its usual range.`,
    comparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold',
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    thresholdMetricId: 'band',
    treatMissingData: 'ignore',
    alarmActions: [topic.arn],
    okActions: [topic.arn],
    metricQuery: [
      {
        id: 'metric',
        returnData: true,
        metric: {
          namespace: 'AWS/Lambda',
          metricName: 'Invocations',
          dimensions: { FunctionName: model },
          period: 300,
          stat: 'Sum',
        },
      },
      { id: 'band', expression: 'ANOMALY_DETECTION_BAND(metric, 2)', label: 'usual', returnData: true },
    ],
  });
  arns[alarm.alarmNameInput as string] = alarm.arn;
}
new TerraformOutput(stack, 'alarm_arns', { value: arns });
app.synth();
