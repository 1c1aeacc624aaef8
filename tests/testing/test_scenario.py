"""A hand-written monitoring stack through its whole life: real Terraform, real provider, moto."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.names import Names
from tests.testing.stacks import metric_alarm, stack, topic_stack

pytestmark = pytest.mark.apply


def monitoring_stack(names: Names, *, threshold: int = 100) -> dict[str, Any]:
    """An encrypted topic, a band alarm, a traffic alarm, and a composite that pages when both fire."""
    key_policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}],
    }
    invocations = {
        "namespace": "AWS/Lambda",
        "metric_name": "Invocations",
        "dimensions": {"FunctionName": "ranker"},
        "period": 300,
        "stat": "Sum",
    }
    band = {
        "alarm_name": names("band"),
        "comparison_operator": "LessThanLowerOrGreaterThanUpperThreshold",
        "evaluation_periods": 3,
        "datapoints_to_alarm": 2,
        "threshold_metric_id": "band",
        "treat_missing_data": "notBreaching",
        "metric_query": [
            {"id": "m1", "return_data": True, "metric": invocations},
            {"id": "band", "return_data": True, "expression": "ANOMALY_DETECTION_BAND(m1, 2)", "label": "usual"},
        ],
    }
    traffic = metric_alarm(names("traffic"), metric_name="Invocations", threshold=threshold)
    deploying = metric_alarm(names("deploying"))
    children = " AND ".join(f'ALARM("${{aws_cloudwatch_metric_alarm.{c}.alarm_name}}")' for c in ("band", "traffic"))
    page = {
        "alarm_name": names("page"),
        "alarm_rule": children,
        "alarm_actions": ["${aws_sns_topic.pages.arn}"],
        "ok_actions": ["${aws_sns_topic.pages.arn}"],
        "tags": {"severity": "critical"},
        "actions_suppressor": {
            "alarm": "${aws_cloudwatch_metric_alarm.deploying.alarm_name}",
            "extension_period": 120,
            "wait_period": 60,
        },
    }
    return stack(
        {
            "aws_kms_key": {"pages": {"policy": json.dumps(key_policy), "enable_key_rotation": True}},
            "aws_sns_topic": {"pages": {"name": names("pages"), "kms_master_key_id": "${aws_kms_key.pages.arn}"}},
            "aws_sns_topic_subscription": {
                "pager": {
                    "topic_arn": "${aws_sns_topic.pages.arn}",
                    "protocol": "https",
                    "endpoint": "https://events.example.com/page",
                    "endpoint_auto_confirms": True,
                }
            },
            "aws_cloudwatch_metric_alarm": {"band": band, "traffic": traffic, "deploying": deploying},
            "aws_cloudwatch_composite_alarm": {"page": page},
        },
        output={"topic_arn": {"value": "${aws_sns_topic.pages.arn}"}},
    )


def test_a_monitoring_stack_lives_pages_changes_and_goes(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    with applied(workspace(monitoring_stack(names), endpoint=moto.url)) as live:
        probe = moto.listen(live.workspace.outputs()["topic_arn"])

        moto.set_alarm_state(names("band"), "ALARM")
        assert probe.alarm_messages() == [], "the band alone is no reason to page"

        moto.set_alarm_state(names("traffic"), "ALARM")
        (message,) = probe.alarm_messages()
        assert (message["AlarmName"], message["NewStateValue"]) == (names("page"), "ALARM")

        plan = live.planned_change(monitoring_stack(names, threshold=200))
        assert plan.actions == {"aws_cloudwatch_metric_alarm.traffic": "update"}
        change = plan.changes["aws_cloudwatch_metric_alarm.traffic"]
        assert change.before is not None
        assert change.after is not None
        assert (change.before["threshold"], change.after["threshold"]) == (100, 200)

    assert moto.client("cloudwatch").describe_alarms(AlarmNamePrefix=names(""))["MetricAlarms"] == []


def test_a_replacement_says_which_attribute_forces_it(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    with applied(workspace(topic_stack(names("old")), endpoint=moto.url)) as live:
        plan = live.planned_change(topic_stack(names("new")))

        assert plan.actions == {"aws_sns_topic.pages": "replace"}
        assert plan.changes["aws_sns_topic.pages"].replaced_because == ("name",)
        assert live.workspace.state()["aws_sns_topic.pages"]["name"] == names("new")
        assert live.workspace.outputs()["topic_arn"].endswith(names("new"))


def test_a_second_plan_that_is_not_empty_fails_with_terraforms_diff(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    never_settles = topic_stack(names("pages"), tags={"planned_at": "${timestamp()}"})

    with (
        pytest.raises(AssertionError, match="aws_sns_topic.pages will be updated in-place"),
        applied(workspace(never_settles, endpoint=moto.url)),
    ):
        pass
