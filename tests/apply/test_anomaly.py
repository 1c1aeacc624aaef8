"""An anomaly monitor through its whole life: real Terraform, real provider, moto."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import anomaly, config
from tests.names import Names
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(names: Names, **options: Any) -> MonitoringStack:
    """The anomaly monitor of the README, under names of this test's own."""
    data = config(
        {"calls": anomaly(**{"quiet_below": 20} | options)}, notifications={"critical": [{"https": "${var.hook}"}]}
    )
    return monitoring_stack(data | {"project": names("shop")})


def test_it_pages_when_it_should_and_only_then(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    variables = {"hook": "https://events.example.com/hook"}
    alarm = names("shop-production-calls")
    with applied(workspace(stack(names), endpoint=moto.url, variables=variables)) as live:
        probe = moto.listen(live.workspace.outputs()["topic_arns"]["critical"])

        moto.set_alarm_state(f"{alarm}-band", "ALARM")
        assert probe.alarm_messages() == [], "outside the band, but hardly any traffic: nobody is woken"

        moto.set_alarm_state(f"{alarm}-traffic", "ALARM")
        (page,) = probe.alarm_messages()
        assert (page["AlarmName"], page["NewStateValue"]) == (alarm, "ALARM")
        assert "First: Look at what calls the function" in page["AlarmDescription"]

        moto.set_alarm_state(f"{alarm}-band", "OK")
        (calm,) = probe.alarm_messages()
        assert (calm["AlarmName"], calm["NewStateValue"]) == (alarm, "OK"), "and they are told that it is over"

        change = live.change(stack(names, band_width=2))
        assert set(change.actions.values()) == {"update"}
        assert all("cloudwatch" in address for address in change.actions)

    assert moto.client("cloudwatch").describe_alarms(AlarmNamePrefix=names(""))["MetricAlarms"] == []


def test_a_silenced_alarm_loses_a_part(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    deploying, alarm = names("deploying"), names("shop-production-calls")
    moto.client("cloudwatch").put_metric_alarm(
        AlarmName=deploying, Namespace="Pipeline", MetricName="Deploying", Statistic="Maximum", Period=60,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold",
    )  # fmt: skip
    variables = {"hook": "https://events.example.com/hook"}
    both, one = (stack(names, suppressed_by=deploying, quiet_below=floor) for floor in (20, None))
    with applied(workspace(both, endpoint=moto.url, variables=variables)) as live:
        live.change(one)
        (composite,) = moto.client("cloudwatch").describe_alarms(AlarmNames=[alarm], AlarmTypes=["CompositeAlarm"])[
            "CompositeAlarms"
        ]
        assert composite["AlarmRule"] == f'ALARM("{alarm}-band")'
    moto.client("cloudwatch").delete_alarms(AlarmNames=[deploying])
