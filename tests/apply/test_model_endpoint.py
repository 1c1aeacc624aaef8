"""Alarms and scaling of endpoints that are there, through their whole life: real Terraform, real provider, moto."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.names import Names
from tests.patterns.model_endpoint.test_spec import EVERYTHING, existing
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(names: Names, **options: Any) -> MonitoringStack:
    """Endpoints of three kinds, with all of their alarms."""
    scaling = {"min_count": 0, "max_count": 4, "backlog_per_instance": 5}
    queued = {"endpoint": names("ocr"), "gpus": 4, "scaling": scaling, "alarms": EVERYTHING["asynchronous"]}
    monitors = {
        "ocr": existing("asynchronous", **queued | options),
        "llama": existing("components", alarms=EVERYTHING["components"]),
        "small": existing("serverless", alarms=EVERYTHING["serverless"]),
    }
    return monitoring_stack(config(monitors) | {"project": names("shop")})


def endpoint(moto: MotoServer, name: str) -> None:
    """One that is there already."""
    client, role = moto.client("sagemaker"), "arn:aws:iam::123456789012:role/ocr"
    client.create_model(ModelName=name, ExecutionRoleArn=role)
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": "ml.g5.xlarge",
        "InitialInstanceCount": 1,
    }
    client.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    client.create_endpoint(EndpointName=name, EndpointConfigName=name)


def test_it_is_woken_scaled_and_watched(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    endpoint(moto, names("ocr"))
    alarm = names("shop-production-ocr")
    with applied(workspace(stack(names), endpoint=moto.url)) as live:
        team = moto.listen(live.workspace.outputs()["topic_arns"]["warning"])
        moto.set_alarm_state(f"{alarm}-no-capacity", "ALARM")
        (alert,) = team.alarm_messages()
        assert "First: Read the scaling activities" in alert["AlarmDescription"]

        scaling, resource = moto.client("application-autoscaling"), f"endpoint/{names('ocr')}/variant/AllTraffic"
        policies = scaling.describe_scaling_policies(ServiceNamespace="sagemaker", ResourceId=resource)
        arns = {policy["PolicyName"]: policy["PolicyARN"] for policy in policies["ScalingPolicies"]}
        assert set(arns) == {"backlog-per-instance", "wake"}
        (wake,) = moto.client("cloudwatch").describe_alarms(AlarmNames=[f"{alarm}-wake"])["MetricAlarms"]
        assert wake["AlarmActions"] == [arns["wake"]]

        change = live.change(stack(names, scaling={"min_count": 1, "max_count": 4, "backlog_per_instance": 5}))
        gone = {address.rpartition(".")[2] for address, action in change.actions.items() if action == "delete"}
        assert {name.split("_")[1] for name in gone} == {"wake", "wake-policy"}, gone

    assert moto.client("cloudwatch").describe_alarms(AlarmNamePrefix=names(""))["MetricAlarms"] == []
