"""A failed training job on the bus reaches somebody, with its reason: real Terraform, real provider, moto."""

from __future__ import annotations

import json

import pytest

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests import sagemaker
from tests.configs import config
from tests.names import Names
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(names: Names, *, after_failures: int = 3) -> MonitoringStack:
    monitor = sagemaker.training(
        name_prefix=names("ranker-"), escalate={"after_failures": after_failures, "within_hours": 6}
    )
    return monitoring_stack(config({"training": monitor}) | {"project": names("shop")})


def ends(moto: MotoServer, **detail: str) -> None:
    """SageMaker tells of a training job's end."""
    event = {"Source": "aws.sagemaker", "DetailType": "SageMaker Training Job State Change"}
    moto.client("events").put_events(Entries=[{**event, "Detail": json.dumps(detail)}])


def test_a_failure_arrives_with_its_reason_in_readable_lines(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    with applied(workspace(stack(names), endpoint=moto.url)) as live:
        made = live.workspace.outputs()
        team = moto.listen(made["topic_arns"]["warning"])

        ends(moto, TrainingJobName=names("ranker-7"), TrainingJobStatus="Failed", FailureReason="CUDA out of memory")
        (message,) = team.notifications()
        lines = message["Message"].splitlines()
        assert lines[0] == f'"WARNING: Training job {names("ranker-7")}: Failed"'
        assert lines[1].startswith('"Reason: CUDA out of memory')
        assert any(f"#/jobs/{names('ranker-7')}" in line for line in lines), "a link to its page"

        timed_out = {"TrainingJobStatus": "Stopped", "SecondaryStatus": "MaxRuntimeExceeded"}
        ends(moto, TrainingJobName=names("ranker-8"), **timed_out)
        (message,) = team.notifications()
        assert "(MaxRuntimeExceeded)" in message["Message"]

        ends(moto, TrainingJobName=names("ranker-9"), TrainingJobStatus="Stopped", SecondaryStatus="Stopped")
        ends(moto, TrainingJobName=names("ranker-9"), TrainingJobStatus="Completed")
        ends(moto, TrainingJobName="another-1", TrainingJobStatus="Failed", FailureReason="not ours")
        assert team.notifications() == [], "stopped by hand, completed, or somebody else's"

        page = moto.listen(made["topic_arns"]["critical"])
        moto.set_alarm_state(names("shop-production-training-training-repeated"), "ALARM")
        (alarm,) = page.alarm_messages()
        assert "3 or more training jobs" in alarm["AlarmDescription"]

        change = live.change(stack(names, after_failures=5))
        (changed,) = (address for address in change.actions if not address.startswith("aws_cloudwatch_dashboard"))
        assert "training-repeated" in changed
        assert change.actions[changed] == "update"

    rules = moto.client("events").list_rules(NamePrefix=names("shop"))["Rules"]
    assert rules == []
