"""Receivers of single workloads and owners: who hears of what, and on which topic."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.testing import resources, synth
from tests.configs import config, load, problems
from tests.stacks import monitoring_stack

SEARCH_TOPIC = "arn:aws:sns:us-east-1:123456789012:search"
EVERYONE: dict[str, Any] = {"critical": [{"email": "oncall@example.com"}], "warning": [{"email": "all@example.com"}]}
OWN: dict[str, Any] = {
    "workloads": {"ranker": {"critical": [{"email": "ranker@example.com"}]}},
    "owners": {"search": {"critical": [{"topic": SEARCH_TOPIC}], "warning": [{"email": "search@example.com"}]}},
}


def queue(severity: str, **options: Any) -> dict[str, Any]:
    return {"pattern": "queue", "queue": "jobs", "wait_minutes": 10, "severity": severity, **options}


MONITORS: dict[str, Any] = {
    "plain": queue("critical"),
    "index": queue("critical", owner="search"),
    "ranker": queue("critical", owner="search"),
    "ranker-late": queue("warning", owner="search", workload="ranker"),
}


def called(**options: Any) -> dict[str, list[str]]:
    """By an alarm's name, which topics it calls, by theirs."""
    stack = synth(monitoring_stack(config(MONITORS, notifications=EVERYONE | OWN, **options)))
    topics = {f"${{aws_sns_topic.{key}.arn}}": made["name"] for key, made in resources(stack, "aws_sns_topic").items()}
    kinds = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
    alarms = [alarm for kind in kinds for alarm in resources(stack, kind).values()]
    return {
        alarm["alarm_name"].removeprefix("recommender-production-"): [
            topics.get(action, action).removeprefix("recommender-production-") for action in alarm["alarm_actions"]
        ]
        for alarm in alarms
    }


def test_each_severity_goes_to_the_nearest_that_hears_it() -> None:
    assert called() == {
        "plain-waiting": ["critical"],
        "index-waiting": [SEARCH_TOPIC],
        "ranker-waiting": ["ranker-critical"],
        "ranker-late-waiting": ["search-warning"],
    }


def test_a_group_calls_whom_its_workload_has() -> None:
    monitors = MONITORS | {"ranker-also": queue("critical", workload="ranker", owner="search", queue="more")}
    stack = synth(monitoring_stack(config(monitors, notifications=EVERYONE | OWN, group_alarms=True)))
    (group,) = resources(stack, "aws_cloudwatch_composite_alarm").values()
    (action,) = group["alarm_actions"]
    assert "to-ranker-critical" in action


def test_events_reach_them_and_the_topics_of_others_let_no_event_in() -> None:
    monitor = {"pattern": "training_jobs", "name_prefix": "ranker-", "owner": "search", "severity": "warning"}
    stack = synth(
        monitoring_stack(
            config({"jobs": monitor, "plain": queue("critical")}, notifications=EVERYONE | {"owners": OWN["owners"]})
        )
    )
    (target,) = resources(stack, "aws_cloudwatch_event_target").values()
    assert "to-search-warning" in target["arn"]
    policies = {key: made["policy"] for key, made in resources(stack, "aws_sns_topic_policy").items()}
    assert {("to-search" in key, "EventBridge" in text) for key, text in policies.items()} == {
        (True, True),
        (False, False),
    }


def test_everyones_severity_is_not_needed_where_all_of_it_goes_elsewhere() -> None:
    owned = config({"index": queue("critical", owner="search")}, notifications={"owners": OWN["owners"]})
    assert problems(owned) == []
    free = config({"index": queue("critical")}, notifications={"workloads": {"index": {"warning": []}}})
    assert problems(free)[0].startswith("notifications.critical: no one receives 'critical'")


def test_those_who_hear_of_alarms_alone_are_named_and_refused_where_they_are_the_only_ones() -> None:
    monitor = {"pattern": "training_jobs", "name_prefix": "ranker-", "severity": "critical"}
    pager = {"workloads": {"jobs": {"critical": [{"pagerduty": "${var.key}"}]}}}
    (problem,) = problems(config({"jobs": monitor}, notifications=EVERYONE | pager))
    assert problem.startswith(
        "notifications.workloads.jobs.critical: all that receives 'critical' hears of alarms only"
    )
    pager["workloads"]["jobs"]["critical"].append({"email": "a@example.com"})
    (note,) = load(config({"jobs": monitor}, notifications=EVERYONE | pager)).notes()
    assert str(note).startswith(
        "stacks.production.notifications.workloads.jobs.critical: pagerduty hears of alarms only"
    )


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"workloads": {"index": {}}, "owners": {"index": {}}}, "owners.index: 'index' is a workload and an owner"),
        ({"workloads": {"index": {"critical": [{"email": "x"}]}}}, "workloads.index.critical.0.email: 'x' is not an"),
        (
            {"owners": {"search": {"critical": [{"topic": SEARCH_TOPIC.replace("us-east-1", "eu-west-1")}]}}},
            "owners.search.critical.0.topic:",
        ),
    ],
)
def test_what_can_not_be(own: dict[str, Any], says: str) -> None:
    found = problems(config({"index": queue("critical", owner="search")}, notifications=EVERYONE | own))
    assert any(problem.startswith(f"notifications.{says}") for problem in found), found


def test_a_workloads_topic_and_that_of_another_stack_with_one_name_are_refused() -> None:
    data = config({"ranker": queue("critical")}, notifications=EVERYONE | {"workloads": OWN["workloads"]})
    data["stacks"]["production-ranker"] = config({"other": queue("critical")}, notifications=EVERYONE)["stacks"][
        "production"
    ]
    assert any(
        "its topic 'recommender-production-ranker-critical' has the name of that of" in one for one in problems(data)
    )
