"""An objective's alarms and its native twin through their whole life: real Terraform, real provider, moto."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.names import Names
from tests.patterns.slo.test_spec import FIRST_TOKEN, LLM, only
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(names: Names, **options: Any) -> MonitoringStack:
    """An objective of a model, and one of its time, under names of this test's own."""
    monitors = {
        "chat": LLM,
        "promise": only(of="chat", application_signals=True) | options,
        "quick": only(target_percent=95, within={"metric": FIRST_TOKEN, "milliseconds": 3000}),
    }
    return monitoring_stack(config(monitors) | {"project": names("shop")})


def test_a_tier_pages_while_both_windows_are_bad(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    alarm = names("shop-production-promise")
    with applied(workspace(stack(names), endpoint=moto.url)) as live:
        critical = moto.listen(live.workspace.outputs()["topic_arns"]["critical"])
        moto.set_alarm_state(f"{alarm}-fast-long", "ALARM")
        assert critical.alarm_messages() == []
        moto.set_alarm_state(f"{alarm}-fast-short", "ALARM")
        (page,) = critical.alarm_messages()
        assert page["AlarmName"] == f"{alarm}-fast"
        assert "the 28 days' error budget is spent in 50 hours" in page["AlarmDescription"]

        change = live.change(stack(names, target_percent=99.9))
        assert set(change.actions.values()) == {"update"}, "the native objective, too"
        change = live.change(stack(names, target_percent=99.9, alerts=["fast"], application_signals=False))
        gone = [address for address, action in change.actions.items() if action == "delete"]
        assert sum("metric_alarm" in address for address in gone) == 4, gone

    assert moto.client("cloudwatch").describe_alarms(AlarmNamePrefix=names(""))["MetricAlarms"] == []
