"""Monitoring inside a stack of your own, next to the resources it watches: every value may refer to one of them.

Run it with `python examples/own_stack.py`; it writes cdktf.out in the current folder, and the alarm register into it.
"""

from __future__ import annotations

from constructs_lib import (
    AWS_PROVIDER_VERSIONS,
    AlarmGroups,
    AlarmRegister,
    AnomalyMonitor,
    AnomalySpec,
    Dashboards,
    Environment,
    LogPatternMonitor,
    LogPatternSpec,
    Maintenance,
    MaintenanceWindow,
    Metric,
    Notifications,
    NotificationsSpec,
    Receiver,
    ThresholdMonitor,
    ThresholdSpec,
    Workloads,
    enforce,
)
from constructs_lib.cdk import App, Construct, TerraformStack, TerraformVariable, aws

HERE = Environment("123456789012", "us-east-1")
RUNBOOK = "https://runbooks.example.com/{alarm}"


class Ranker(TerraformStack):
    """A model behind a Lambda function, and what watches it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        # The bindings pin the one release of the provider they were made from; what is used here suits many more.
        self.add_override("terraform.required_providers.aws.version", AWS_PROVIDER_VERSIONS)
        aws.provider.AwsProvider(self, "aws", region=HERE.region, allowed_account_ids=[HERE.account])
        role = TerraformVariable(self, "role_arn", type="string")
        slowest = TerraformVariable(self, "slowest_milliseconds", type="number", default=800)
        function = aws.lambda_function.LambdaFunction(
            self,
            "ranker",
            function_name="ranker",
            role=role.string_value,
            package_type="Image",
            image_uri="123456789012.dkr.ecr.us-east-1.amazonaws.com/ranker:3",
        )
        notifications = Notifications(
            self,
            "notifications",
            NotificationsSpec(
                critical=[Receiver(email="ml-oncall@example.com")], warning=[Receiver(email="ml-team@example.com")]
            ),
            name="ranker",
            environment=HERE,
        )
        of_ranker = {"FunctionName": function.function_name}
        invocations = AnomalyMonitor(
            self,
            "invocations",
            AnomalySpec(
                metric=Metric(namespace="AWS/Lambda", name="Invocations", dimensions=of_ranker, statistic="Sum"),
                severity="critical",
                quiet_below=20,
            ),
            notifications=notifications,
            runbook=RUNBOOK,
        )
        latency = ThresholdMonitor(
            self,
            "latency",
            ThresholdSpec(
                metric=Metric(namespace="AWS/Lambda", name="Duration", dimensions=of_ranker, statistic="p99"),
                above=slowest.number_value,
                unit="ms",
            ),
            notifications=notifications,
            runbook=RUNBOOK,
        )
        out_of_memory = LogPatternMonitor(
            self,
            "out-of-memory",
            LogPatternSpec.model_validate(
                {
                    "log_group": {"name": f"/aws/lambda/{function.function_name}", "create": True},
                    "filter": '?"CUDA out of memory" ?MemoryError',
                    "examples": {"match": ["RuntimeError: CUDA out of memory"], "ignore": ["served in 12 ms"]},
                    "alarm": {"above": 0},
                }
            ),
            environment=HERE,
            notifications=notifications,
            runbook=RUNBOOK,
        )
        errors = aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(  # of your own: its tag says how severe it is
            self,
            "errors",
            alarm_name="ranker-errors",
            alarm_description=f"The ranker fails. Runbook: {RUNBOOK.replace('{alarm}', 'ranker-errors')}",
            namespace="AWS/Lambda",
            metric_name="Errors",
            dimensions=of_ranker,
            statistic="Sum",
            period=60,
            evaluation_periods=3,
            comparison_operator="GreaterThanThreshold",
            threshold=5,
            treat_missing_data="notBreaching",
            alarm_actions=[notifications.topics["warning"].arn],
            tags={"severity": "warning"},
        )
        workloads: Workloads = {"ranker": [invocations, latency, out_of_memory, errors]}
        groups = AlarmGroups(self, "groups", workloads, notifications=notifications, runbook=RUNBOOK)
        Dashboards(self, "dashboard", workloads, environment=HERE, groups=groups)
        sunday = MaintenanceWindow(days=["sunday"], start="02:00", end="04:00", time_zone="Europe/Berlin")
        Maintenance(self, "maintenance", [sunday], workloads, groups=groups)
        AlarmRegister(self, "register", environment=HERE, workloads=workloads, owners={"ranker": "ml-platform"})
        enforce(self)


if __name__ == "__main__":
    app = App()
    Ranker(app, "ranker")
    app.synth()
