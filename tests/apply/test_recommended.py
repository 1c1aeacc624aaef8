"""The alarms that AWS recommends, of every type of resource: real Terraform, real provider, moto."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.aws.advice import KINDS
from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.names import Names
from tests.patterns.recommended.monitors import EVERY
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(names: Names, **changed: Any) -> MonitoringStack:
    receivers = {"warning": [{"https": "https://warning.example.com"}]}
    data = config({**EVERY, **changed}, notifications=receivers, dashboard=False)
    return monitoring_stack(data | {"project": names("shop")})


def test_every_type_applies_and_stays_as_it_is(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    prefix = names("shop-production")
    with applied(workspace(stack(names), endpoint=moto.url)) as live:
        pages = moto.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=prefix)
        made = [alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]]
        assert len(made) == sum(len(kinds[0].alarms) for kinds in KINDS.values())
        warning = moto.listen(live.workspace.outputs()["topic_arns"]["warning"])
        moto.set_alarm_state(f"{prefix}-db_instance-cpu", "ALARM")
        (alert,) = warning.alarm_messages()
        assert "First: Look at the top queries" in alert["AlarmDescription"]

        service = EVERY["ecs_service"] | {"limits": {"cpu_percent": 95, "memory_percent": None}}
        change = live.change(stack(names, ecs_service=service))
        assert sorted(change.actions.values()) == ["delete", "update"]
