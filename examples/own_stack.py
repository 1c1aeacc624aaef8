"""Monitoring inside a stack of your own, next to the resources it watches: every value may refer to one of them.

Run it with `python examples/own_stack.py`; it writes cdktf.out in the current folder, and the alarm register into it.
"""

from __future__ import annotations

from constructs_lib import (
    AWS_PROVIDER_VERSIONS,
    AlarmRegister,
    AnomalyMonitor,
    AnomalySpec,
    Environment,
    LogPatternMonitor,
    LogPatternSpec,
    Metric,
    Notifications,
    NotificationsSpec,
    Receiver,
    ThresholdMonitor,
    ThresholdSpec,
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
        AnomalyMonitor(
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
        ThresholdMonitor(
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
        LogPatternMonitor(
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
        AlarmRegister(self, "register", environment=HERE, owners={"invocations": "ml-platform"})


if __name__ == "__main__":
    app = App()
    Ranker(app, "ranker")
    app.synth()
