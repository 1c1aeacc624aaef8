"""A function's alarms through their whole life: real Terraform, real provider, moto."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.names import Names
from tests.patterns.lambda_inference.test_spec import EMBEDDER, EVERYTHING
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(names: Names, **options: Any) -> MonitoringStack:
    """Every alarm of a function, under names of this test's own."""
    receivers = {severity: [{"https": f"https://{severity}.example.com"}] for severity in ("critical", "warning")}
    data = config({"embedder": EMBEDDER | EVERYTHING | options}, notifications=receivers)
    return monitoring_stack(data | {"project": names("shop")})


def test_it_tells_those_whom_it_should(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    alarm = names("shop-production-embedder")
    with applied(workspace(stack(names), endpoint=moto.url)) as live:
        topics = live.workspace.outputs()["topic_arns"]
        critical, warning = moto.listen(topics["critical"]), moto.listen(topics["warning"])

        moto.set_alarm_state(f"{alarm}-dropped", "ALARM")
        (page,) = critical.alarm_messages()
        assert "First: Read the newest errors" in page["AlarmDescription"]
        moto.set_alarm_state(f"{alarm}-account-concurrency", "ALARM")
        (alert,) = warning.alarm_messages()
        assert alert["AlarmName"] == f"{alarm}-account-concurrency"

        change = live.change(stack(names, timeout_seconds=900))
        changed = {address.rpartition("_")[0] for address in change.actions}
        assert set(change.actions.values()) == {"update"}, changed

    assert moto.client("cloudwatch").describe_alarms(AlarmNamePrefix=names(""))["MetricAlarms"] == []
