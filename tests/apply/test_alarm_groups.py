"""Groups, silence and the dashboard through their whole life; and the review of a plan that loosens them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.review.review import review
from constructs_lib.stack import MonitoringStack
from constructs_lib.terraform.reading import parse
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import anomaly, config, metric
from tests.names import Names
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply

MUTE_RULE = "AWS::CloudWatch::AlarmMuteRule"
VARIABLES = {"hook": "https://events.example.com/hook"}


def stack(names: Names, monitors: dict[str, Any]) -> MonitoringStack:
    data = config(
        {name: monitor | {"workload": "ranker"} for name, monitor in monitors.items()},
        notifications={"critical": [{"https": "${var.hook}"}]},
        group_alarms=True,
        maintenance=[{"days": ["sunday"], "from": "02:00", "until": "04:00"}],
    )
    return monitoring_stack(data | {"project": names("shop")})


def errors(**options: Any) -> dict[str, Any]:
    return {"pattern": "threshold", "severity": "critical", "metric": metric(name="Errors"), "above": 5} | options


def test_a_broken_workload_pages_once(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    name = names("shop-production")
    monitors = {"calls": anomaly(), "errors": errors()}
    with applied(workspace(stack(names, monitors), endpoint=moto.url, variables=VARIABLES)) as live:
        probe = moto.listen(live.workspace.outputs()["topic_arns"]["critical"])
        moto.set_alarm_state(f"{name}-errors", "ALARM")
        moto.set_alarm_state(f"{name}-calls-band", "ALARM")
        (page,) = probe.alarm_messages()
        assert page["AlarmName"] == f"{name}-ranker-critical", "the second failure stays quiet"

        dashboard = moto.client("cloudwatch").get_dashboard(DashboardName=name)
        widgets = json.loads(dashboard["DashboardBody"])["widgets"]
        assert f":alarm:{name}-ranker-critical" in json.dumps(widgets[0])

        (muted,) = moto.client("cloudcontrol").list_resources(TypeName=MUTE_RULE)["ResourceDescriptions"]
        rule = json.loads(muted["Properties"])
        assert rule["MuteTargets"]["AlarmNames"] == [f"{name}-ranker-critical"]
        assert rule["Rule"]["Schedule"]["Expression"] == "cron(0 2 * * SUN)"

        live.workspace.write(stack(names, {"errors": errors(above=50)}))
        found = review(parse(live.workspace.plan().json, name="plan.json"))
        told = {(effect.kind, effect.name.removeprefix(f"{name}-")): effect for effect in found.effects}
        assert ("deleted", "calls-band") in told
        assert told["loosened", "errors"].details == ("limit: above 5 → above 50",)
        assert ("deleted", "ranker-critical") in told, "an alarm that is alone calls for itself"
        live.change(stack(names, {"errors": errors(above=50)}))

    left = moto.client("cloudwatch").describe_alarms(
        AlarmNamePrefix=names(""), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    assert (left["MetricAlarms"], left["CompositeAlarms"]) == ([], [])
