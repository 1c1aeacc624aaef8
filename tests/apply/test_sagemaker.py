"""A monitored endpoint through its whole life: real Terraform, real provider, moto."""

from __future__ import annotations

import json

import pytest

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, TerraformError, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests import sagemaker
from tests.configs import config
from tests.names import Names
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(names: Names, *, runtime_seconds: int = 3_600, image: str = sagemaker.IMAGE) -> MonitoringStack:
    """Endpoint, bias monitor and data monitor, under names of this test's own."""
    monitors = {
        # Before what it names: order in the file does not matter.
        "ranker-bias": sagemaker.bias(max_runtime_seconds=runtime_seconds),
        "ranker-data": sagemaker.data(),
        "ranker": sagemaker.endpoint(
            model={"image": image, "data": "s3://models/ranker/model.tar.gz"},
            scaling={"min_count": 1, "max_count": 4, "invocations_per_instance": 600},
        ),
    }
    return monitoring_stack(config(monitors) | {"project": names("shop")})


def run_ends(moto: MotoServer, **detail: str) -> None:
    """SageMaker tells of the end of a monitoring job's run."""
    event = {"Source": "aws.sagemaker", "DetailType": "SageMaker Processing Job State Change"}
    named = {"ProcessingJobName": "model-monitoring-1", **detail}
    moto.client("events").put_events(Entries=[{**event, "Detail": json.dumps(named)}])


def test_a_deployment_that_was_rolled_back_keeps_what_is_in_use(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    """Terraform would call it done, and delete the configuration and the model that serve."""
    client = moto.client("sagemaker")
    endpoint, alarm = names("shop-production-ranker"), names("shop-production-ranker-errors-5xx")
    with applied(workspace(stack(names), endpoint=moto.url)) as live:
        old = client.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
        newer = stack(names, image=sagemaker.IMAGE.replace(":3", ":4"))

        moto.set_alarm_state(alarm, "ALARM")
        live.workspace.write(newer)
        with pytest.raises(TerraformError, match="The deployment was rolled back"):
            live.workspace.apply()
        assert client.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"] == old
        (variant,) = client.describe_endpoint_config(EndpointConfigName=old)["ProductionVariants"]
        assert client.describe_model(ModelName=variant["ModelName"])["PrimaryContainer"]["Image"].endswith(":3")

        moto.set_alarm_state(alarm, "OK")
        live.workspace.apply()
        assert client.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"] != old
        with pytest.raises(client.exceptions.ClientError, match="Could not find"):
            client.describe_endpoint_config(EndpointConfigName=old)


def test_a_changed_job_is_a_new_definition_and_the_schedule_follows(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    client = moto.client("sagemaker")
    schedule, endpoint = names("shop-production-ranker-bias"), names("shop-production-ranker")
    with applied(workspace(stack(names), endpoint=moto.url)) as live:
        made = live.workspace.outputs()["resources"]
        before = client.describe_monitoring_schedule(MonitoringScheduleName=schedule)
        assert before["EndpointName"] == endpoint == made["ranker"]["endpoint"]

        team = moto.listen(live.workspace.outputs()["topic_arns"]["warning"])
        role = f"arn:aws:iam::123456789012:role/{schedule}-monitor"
        run_ends(moto, RoleArn=role, ProcessingJobStatus="Failed", FailureReason="No ground truth data was found")
        run_ends(moto, RoleArn=role, ProcessingJobStatus="Completed")
        run_ends(moto, RoleArn=f"{role}-of-another", ProcessingJobStatus="Failed")
        (message,) = team.notifications()
        assert f"monitor {schedule}: run model-monitoring-1: Failed" in message["Message"]
        assert "Reason: No ground truth data was found" in message["Message"]

        change = live.change(stack(names, runtime_seconds=1_800))

        kinds = {address.partition(".")[0]: action for address, action in change.actions.items()}
        assert kinds == {
            "aws_cloudcontrolapi_resource": "replace",
            "aws_sagemaker_monitoring_schedule": "update",
            "aws_cloudwatch_metric_alarm": "update",  # silence leaves room for the longest run
        }
        after = client.describe_monitoring_schedule(MonitoringScheduleName=schedule)
        old, new = (one["MonitoringScheduleConfig"]["MonitoringJobDefinitionName"] for one in (before, after))
        assert new != old
        definition = client.describe_model_bias_job_definition(JobDefinitionName=new)
        assert definition["StoppingCondition"] == {"MaxRuntimeInSeconds": 1_800}
        left = client.list_model_bias_job_definitions(NameContains=schedule)["JobDefinitionSummaries"]
        assert [one["MonitoringJobDefinitionName"] for one in left] == [new], "the old one is gone"

        change = live.change(stack(names, runtime_seconds=1_800, image=sagemaker.IMAGE.replace(":3", ":4")))

        kinds = {address.partition(".")[0]: action for address, action in change.actions.items()}
        assert kinds == {
            "aws_sagemaker_model": "replace",
            "aws_sagemaker_endpoint_configuration": "replace",
            "aws_sagemaker_endpoint": "update",
        }
        configured = client.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
        (variant,) = client.describe_endpoint_config(EndpointConfigName=configured)["ProductionVariants"]
        model = client.describe_model(ModelName=variant["ModelName"])
        assert model["PrimaryContainer"]["Image"].endswith(":4")

    schedules = client.list_monitoring_schedules()["MonitoringScheduleSummaries"]
    assert not [one for one in schedules if names("") in one["MonitoringScheduleName"]]
