"""A plan that mutes alarms, by either resource type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.review.effect import Effect
from tests.review.plans import change, reviewed

NATIVE, CLOUD_CONTROL = "aws_cloudwatch_alarm_mute_rule", "aws_cloudcontrolapi_resource"


def native(expression: str = "cron(0 2 * * SUN)", duration: str = "PT2H", alarms: tuple[str, ...] = ("errors",)) -> Any:
    schedule = {"expression": expression, "duration": duration}
    return {"name": "nightly", "rule": [{"schedule": [schedule]}], "mute_targets": [{"alarm_names": [*alarms]}]}


def by_cloud_control(
    expression: str = "cron(0 2 * * SUN)", duration: str = "PT2H", alarms: tuple[str, ...] = ("errors",)
) -> Any:
    desired = {
        "Name": "nightly",
        "Rule": {"Schedule": {"Expression": expression, "Duration": duration}},
        "MuteTargets": {"AlarmNames": [*alarms]},
    }
    return {"type_name": "AWS::CloudWatch::AlarmMuteRule", "desired_state": json.dumps(desired)}


BOTH = pytest.mark.parametrize(("kind", "rule"), [(NATIVE, native), (CLOUD_CONTROL, by_cloud_control)])


def found(kind: str, before: Any, after: Any) -> tuple[Effect, ...]:
    return reviewed(change(before, after, kind=kind, name="it")).effects


@BOTH
def test_an_alarm_muted_all_day_is_disabled(kind: str, rule: Any) -> None:
    (finding,) = found(kind, None, rule("cron(0 0 * * *)", "P1D"))
    assert (finding.kind, finding.level) == ("disabled", "weakened")
    assert (finding.name, finding.address) == ("nightly", f"{kind}.it")
    assert finding.summary == "mutes errors always: P1D from cron(0 0 * * *) UTC begins again before it ends"


@BOTH
def test_a_new_window_is_for_a_person_to_judge(kind: str, rule: Any) -> None:
    (finding,) = found(kind, None, rule(alarms=("errors", "calls")))
    assert (finding.kind, finding.summary) == ("unclear", "mutes 2 alarms, PT2H from cron(0 2 * * SUN) UTC")


@BOTH
def test_a_longer_window_and_more_alarms(kind: str, rule: Any) -> None:
    (finding,) = found(kind, rule(), rule(duration="PT8H", alarms=("errors", "calls", "latency")))
    assert (finding.name, finding.address) == ("nightly", f"{kind}.it")
    assert finding.summary == "mutes at other times, or other alarms"
    assert finding.details == (
        "window: PT2H from cron(0 2 * * SUN) UTC → PT8H from cron(0 2 * * SUN) UTC",
        "muted too: calls, latency",
    )


@BOTH
def test_less_silence_is_nothing_to_judge(kind: str, rule: Any) -> None:
    assert found(kind, rule(), None) == ()
    assert found(kind, rule(alarms=("errors", "calls")), rule()) == ()


def test_a_rule_nothing_is_known_of() -> None:
    assert found(CLOUD_CONTROL, None, {"type_name": "AWS::CloudWatch::AlarmMuteRule", "desired_state": "[1"}) == ()
