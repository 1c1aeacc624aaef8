"""Alarms on other alarms of the file."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import (
    AnomalyMonitor,
    AnomalySpec,
    CompositeMonitor,
    CompositeSpec,
    ConfigError,
    Metric,
    SuppressedBy,
    ThresholdMonitor,
    ThresholdSpec,
)
from constructs_lib.cdk import TerraformStack
from constructs_lib.rules import findings
from constructs_lib.terraform.reading import configured
from constructs_lib.terraform.stack import Stack
from constructs_lib.testing import resources, synth
from tests.configs import INVOCATIONS, anomaly, config, problems, threshold
from tests.stacks import ROUTING, monitoring_stack, own_stack

QUEUE = {"pattern": "queue", "queue": "jobs", "dead_letter": "jobs-dlq", "wait_minutes": 10}
KIND = "aws_cloudwatch_composite_alarm"


def composite(when: str = "errors AND calls-band", **options: Any) -> dict[str, Any]:
    means = {"impact": "Customers see nothing", "first_step": "Take the last deployment back"}
    return {"pattern": "composite", "when": when, "severity": "critical"} | means | options


def file(outage: dict[str, Any], /, *, stack: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    monitors = {"outage": outage, "errors": threshold(severity="warning"), "calls": anomaly(quiet_below=20)}
    return config(monitors | others, **stack or {})


def made(outage: dict[str, Any], **others: Any) -> dict[str, Any]:
    return synth(monitoring_stack(file(outage, **others)))


def alarm(document: dict[str, Any], name: str) -> dict[str, Any]:
    kinds = (KIND, "aws_cloudwatch_metric_alarm")
    every = [one for kind in kinds for one in resources(document, kind).values()]
    (found,) = (one for one in every if one["alarm_name"].endswith(f"-{name}"))
    return dict(found)


def test_it_refers_to_the_alarms_of_other_monitors_and_says_when_it_fires() -> None:
    made_of = alarm(made(composite("errors AND NOT (calls-band OR INSUFFICIENT_DATA(calls))")), "outage")
    assert made_of["alarm_rule"] == (
        'ALARM("${aws_cloudwatch_metric_alarm.errors_alarm_766FB29E.alarm_name}") AND '
        'NOT (ALARM("${aws_cloudwatch_metric_alarm.calls_band_247AE1EB.alarm_name}") OR '
        'INSUFFICIENT_DATA("${aws_cloudwatch_composite_alarm.calls_alarm_009D5A08.alarm_name}"))'
    )
    assert made_of["alarm_description"].splitlines()[:3] == [
        '"errors" is in alarm and not ("calls-band" is in alarm or "calls" is without data).',
        "Customers see nothing.",
        "First: Take the last deployment back.",
    ]
    assert made_of["alarm_actions"] == ["${aws_sns_topic.notifications_critical_7F9D65D8.arn}"]
    assert alarm(made(composite(summary="Nothing works")), "outage")["alarm_description"].startswith("Nothing works.\n")


def test_its_alarms_notify_too_unless_it_calls_in_their_place() -> None:
    assert alarm(made(composite()), "errors")["alarm_actions"] != []
    document = made(composite("errors AND NOT calls-band", replaces_alarms=True))
    errors = alarm(document, "errors")
    assert (errors["actions_enabled"], errors["alarm_actions"]) == (False, [])
    assert "Notifies through recommender-production-outage." in errors["alarm_description"]
    assert "Part of recommender-production-calls." in alarm(document, "calls-band")["alarm_description"]
    assert alarm(document, "calls")["alarm_actions"] != []


def test_composites_of_composites_are_built_after_them_and_replaced_with_them() -> None:
    document = made(composite("errors AND both"), both=composite("calls-band OR errors"))
    outer, inner = alarm(document, "outage"), alarm(document, "both")
    assert f"{KIND}.both_alarm_" in outer["alarm_rule"]
    (inner_marker,) = inner["lifecycle"]["replace_triggered_by"]
    assert outer["lifecycle"]["replace_triggered_by"][1:] == [inner_marker]


def test_it_may_be_silenced_by_an_alarm_of_the_stack_or_of_elsewhere() -> None:
    silencer = alarm(made(composite(suppressed_by={"alarm": "calls", "extension_seconds": 60})), "outage")
    assert silencer["actions_suppressor"] == {
        "alarm": "${aws_cloudwatch_composite_alarm.calls_alarm_009D5A08.alarm_name}",
        "extension_period": 60,
        "wait_period": 120,
    }
    other = alarm(made(composite(suppressed_by={"existing": "deploying"})), "outage")
    assert other["actions_suppressor"]["alarm"] == "deploying"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"when": "erors AND calls"}, "when: 'erors' is not an alarm of this stack; did you mean 'errors'?"),
        (
            {"when": "errors AND queue"},
            "when: 'queue' is a monitor, and no alarm of it is called so; name one",
        ),
        ({"when": "errors AND outage"}, "when: names itself through outage; take one of the names out"),
        ({"when": "errors and calls"}, "when: is not a rule, at column 7: 'and calls'; write names with AND"),
        ({"when": "errors AND"}, "when: is not a rule, at it ends too early; write names with AND"),
        ({"when": "errors AND NOT errors"}, "when: can never hold, whatever its alarms do; change it"),
        ({"when": "errors OR NOT errors"}, "when: always holds, whatever its alarms do; change it"),
        ({"when": "TRUE"}, "when: names no alarm; write names with AND"),
        ({"when": " OR ".join(f"a{n}" for n in range(101))}, "when: names 101 alarms, and CloudWatch takes 100"),
        (
            {"suppressed_by": {"alarm": "cals"}},
            "suppressed_by.alarm: 'cals' is not an alarm of this stack; did you mean",
        ),
        ({"suppressed_by": {"alarm": "a", "existing": "b"}}, "suppressed_by: needs either `alarm` or `existing`"),
        ({"suppressed_by": {"alarm": "errors"}}, "would silence itself"),
        ({"impact": None}, "impact: null is not text"),
    ],
)
def test_what_can_not_work_is_refused(options: dict[str, Any], said: str) -> None:
    (found,) = problems(file(composite(**options), queue=QUEUE))
    assert said in found


def test_a_circle_is_named() -> None:
    (found,) = problems(file(composite("errors AND b"), b=composite("c"), c=composite("b")))
    assert "names itself through" in found


def test_it_stays_out_of_groups_and_is_muted_in_windows() -> None:
    window = {"from": "02:00", "until": "04:00", "monitors": ["outage", "errors"]}
    stack = monitoring_stack(
        file(
            composite(workload="shop", replaces_alarms=True),
            stack={"group_alarms": True, "maintenance": [window]},
            errors=threshold(severity="warning", workload="shop"),
            slow=threshold(workload="shop", severity="critical"),
            slower=threshold(workload="shop", severity="critical"),
        )
    )
    document = synth(stack)
    assert "outage" not in alarm(document, "shop-critical")["alarm_rule"]
    assert alarm(document, "outage")["alarm_actions"] != []
    (rule,) = resources(document, "aws_cloudcontrolapi_resource").values()
    assert rule["desired_state"].count(".alarm_name") == 1, "errors calls through outage, which is muted once"


def test_the_rules_find_nothing_in_it() -> None:
    document = made(composite("errors AND AT_LEAST(1, ALARM, (calls, calls-band))", replaces_alarms=True))
    assert [*findings(Stack("production", configured(document)))] == []


def test_in_a_stack_of_ones_own_the_alarms_are_given_by_name() -> None:
    def fill(stack: TerraformStack) -> None:
        metric = Metric(**INVOCATIONS)
        errors = ThresholdMonitor(stack, "errors", ThresholdSpec(metric=metric, above=5), notifications=ROUTING)
        calls = AnomalyMonitor(stack, "calls", AnomalySpec(metric=metric), notifications=ROUTING)
        spec = CompositeSpec(
            when="failing AND NOT unusual",
            impact="Customers see nothing",
            first_step="Look",
            suppressed_by=SuppressedBy(alarm="failing"),
        )
        alarms = {"failing": errors.alarms["alarm"], "unusual": calls.alarms["band"]}
        with pytest.raises(ConfigError, match="would silence itself"):
            CompositeMonitor(stack, "broken", spec, alarms=alarms, notifications=ROUTING)
        spec = spec.model_copy(update={"suppressed_by": None, "replaces_alarms": True})
        CompositeMonitor(stack, "outage", spec, alarms=alarms, notifications=ROUTING)
        with pytest.raises(ConfigError, match="'unusual' is not an alarm before it"):
            CompositeMonitor(stack, "lost", spec, alarms={"failing": errors.alarms["alarm"]}, notifications=ROUTING)

    made_of = alarm(own_stack(fill), "outage")
    assert "aws_cloudwatch_metric_alarm.errors_alarm_" in made_of["alarm_rule"]
    assert made_of["alarm_description"].startswith('"failing" is in alarm and "unusual" is not in alarm.')
    assert "Notifies through mine-outage." in alarm(own_stack(fill), "errors")["alarm_description"]
    assert alarm(own_stack(fill), "calls-band")["alarm_actions"] != []
