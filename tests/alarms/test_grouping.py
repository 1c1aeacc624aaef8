"""Which alarms a composite speaks for."""

from __future__ import annotations

from typing import Any

from constructs_lib.alarms.alarm import Alarm, AllOf, AnyOf, Threshold
from constructs_lib.alarms.duty import PartOf
from constructs_lib.alarms.grouping import group
from constructs_lib.alarms.metric import Metric

METRIC = Metric(namespace="AWS/Lambda", name="Errors", dimensions={"FunctionName": "ranker"}, statistic="Sum")


def alarm(name: str, **options: Any) -> Alarm:
    values: dict[str, Any] = {
        "key": name,
        "name": name,
        "severity": "critical",
        "summary": f"{name} happened",
        "impact": "It matters",
        "first_step": "Look",
        "condition": Threshold(watch=METRIC, comparison="above", limit=1),
    }
    return Alarm(**values | options)


def test_one_composite_for_each_severity_with_several_alarms() -> None:
    table = [alarm("a"), alarm("b"), alarm("c", severity="warning"), alarm("part", duty=PartOf("a"))]
    grouping = group("p", {"ranker": table}, runbook="https://runbooks.example.com/{alarm}")
    (composite,) = grouping.groups["ranker"]
    assert (composite.name, composite.severity) == ("p-ranker-critical", "critical")
    assert composite.condition == AnyOf(alarms=("a", "b"))
    assert composite.runbook == "https://runbooks.example.com/p-ranker-critical"
    assert grouping.group_of == {"a": "p-ranker-critical", "b": "p-ranker-critical"}


def test_with_something_to_silence_it_by_a_single_alarm_has_a_composite_too() -> None:
    grouping = group("p", {"ranker": [alarm("a")]}, suppressed_by="deploying")
    assert grouping.groups["ranker"][0].condition == AnyOf(alarms=("a",), suppressed_by="deploying")


def test_an_alarm_with_a_silence_of_its_own_stays_alone() -> None:
    own = alarm("own", condition=AllOf(alarms=("a",), suppressed_by="deploying"))
    grouping = group("p", {"ranker": [alarm("a"), alarm("b"), own]})
    assert "own" not in grouping.group_of


def test_more_than_one_composite_holds() -> None:
    grouping = group("p", {"ranker": [alarm(f"a{number:03}") for number in range(150)]})
    first, second = grouping.groups["ranker"]
    assert (first.name, second.name) == ("p-ranker-critical", "p-ranker-critical-2")
    assert isinstance(first.condition, AnyOf) and len(first.condition.alarms) == 100
    assert grouping.group_of["a149"] == "p-ranker-critical-2"


def test_long_names_keep_the_rule_within_its_limit() -> None:
    grouping = group("p", {"ranker": [alarm("n" * 240 + f"{number:03}") for number in range(90)]})
    rules = [
        item.condition.rule(lambda name: name)
        for item in grouping.groups["ranker"]
        if isinstance(item.condition, AnyOf)
    ]
    assert len(rules) == 3
    assert all(len(rule) <= 10_240 for rule in rules)


def test_a_composite_says_which_of_its_alarms_to_open() -> None:
    """A workload with too few alarms of a severity has none of it, and later severities still have theirs."""
    table = [alarm("only"), *(alarm(name, severity="warning") for name in ("a", "b"))]
    grouping = group("p", {"ranker": table, "other": [alarm("c"), alarm("d")]})
    (composite,) = grouping.groups["ranker"]
    assert composite.summary == "something is wrong with ranker: one of its 2 warning alarms is in alarm"
    assert composite.impact == "The message names the alarm, and the alarm's description says what it means"
    assert composite.first_step == "Open the alarm the message names; look at the workload's others on the dashboard"
    assert grouping.group_of.keys() == {"a", "b", "c", "d"}
    (alone,) = group("p", {"ranker": [alarm("a")]}, suppressed_by="deploying").groups["ranker"]
    assert alone.summary == "something is wrong with ranker: its critical alarm is in alarm"
