"""A queue's alarms through their whole life: real Terraform, real provider, moto."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.names import Names
from tests.patterns.queue.test_spec import EVERYTHING, JOBS
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(names: Names, **options: Any) -> MonitoringStack:
    """Every alarm of a queue, under names of this test's own."""
    receivers = {
        severity: [{"https": f"https://{severity}.example.com"}] for severity in ("critical", "warning", "info")
    }
    data = config({"jobs": JOBS | {"alarms": EVERYTHING} | options}, notifications=receivers)
    return monitoring_stack(data | {"project": names("shop")})


def test_it_tells_those_whom_it_should(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    alarm = names("shop-production-jobs")
    with applied(workspace(stack(names), endpoint=moto.url)) as live:
        topics = live.workspace.outputs()["topic_arns"]
        critical, warning = moto.listen(topics["critical"]), moto.listen(topics["warning"])

        moto.set_alarm_state(f"{alarm}-waiting", "ALARM")
        (page,) = critical.alarm_messages()
        assert page["AlarmName"] == f"{alarm}-waiting"
        assert "First: Look at what reads the queue" in page["AlarmDescription"]

        moto.set_alarm_state(f"{alarm}-dead", "ALARM")
        (alert,) = warning.alarm_messages()
        assert "sent once, not for each of them" in alert["AlarmDescription"]
        assert critical.alarm_messages() == []

        change = live.change(stack(names, wait_minutes=20))
        assert set(change.actions.values()) == {"update"}
        change = live.change(stack(names, wait_minutes=20, alarms={}))
        gone = [address for address, action in change.actions.items() if action == "delete" and "alarm" in address]
        assert len(gone) == 4, gone

    assert moto.client("cloudwatch").describe_alarms(AlarmNamePrefix=names(""))["MetricAlarms"] == []
