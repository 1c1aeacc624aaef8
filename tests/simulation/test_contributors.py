"""Alarms on queries with GROUP BY: contributors, their messages, and the limits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.simulation.alarm import MetricIdentity
from constructs_lib.simulation.data import Values
from constructs_lib.simulation.evaluation import CannotSimulate
from constructs_lib.simulation.simulation import Outcome, Scenario, Simulation

QUERY = "SELECT SUM(errors) FROM SCHEMA(Shop, Queue) GROUP BY Queue"
OPS_ITEM = "arn:aws:ssm:us-east-1:123456789012:opsitem:1"


def simulation(query: str = QUERY, **alarm: Any) -> Simulation:
    """An alarm on a query: more than 5 errors of a queue in two minutes of two."""
    topic = "${aws_sns_topic.oncall.arn}"
    return Simulation.of(
        {
            "resource": {
                "aws_sns_topic": {"oncall": {"name": "oncall"}},
                "aws_cloudwatch_metric_alarm": {
                    "errors": {
                        "alarm_name": "errors",
                        "comparison_operator": "GreaterThanThreshold",
                        "threshold": 5,
                        "evaluation_periods": 2,
                        "alarm_actions": [topic, OPS_ITEM],
                        "ok_actions": [topic],
                        "insufficient_data_actions": [topic],
                        "metric_query": [{"id": "q", "expression": query, "period": 60, "return_data": True}],
                        **alarm,
                    }
                },
            }
        }
    )


def queue(name: str) -> MetricIdentity:
    return Simulation.metric("Shop", "errors", Queue=name)


def run(subject: Simulation, length: int = 20, **queues: list[float]) -> Outcome:
    values = {queue(name): Values.each_minute(series) for name, series in queues.items()}
    return subject.run(Scenario(values=values, length=length * 60))


def sent(outcome: Outcome) -> list[tuple[int, str, str]]:
    """When, what, and about which contributor."""
    return [
        (
            message.at // 60,
            message.kind,
            json.loads(message.text).get("AlarmContributorAttributes", {}).get("Queue", ""),
        )
        for message in outcome.messages
    ]


def test_each_contributor_has_a_state_and_messages_of_its_own() -> None:
    outcome = run(simulation(), a=[0.0] * 5 + [9.0] * 5 + [0.0] * 10, b=[0.0] * 8 + [9.0] * 4 + [0.0] * 8)
    assert outcome.contributors("errors") == {
        "a": [(7, "ALARM"), (11, "OK")],
        "b": [(10, "ALARM"), (13, "OK")],
    }
    assert outcome.states("errors") == [(7, "ALARM"), (13, "OK")]
    assert sent(outcome) == [(7, "alarm", "a"), (10, "alarm", "b"), (11, "ok", "a"), (13, "ok", "b")]
    # An OpsItem is made once, for the alarm.
    assert [act.at // 60 for act in outcome.run.acts if act.action == OPS_ITEM] == [7]
    assert outcome.reason("errors", 600) == "2 out of 2 time series evaluated to ALARM"
    assert "2 datapoints [9.0 " in outcome.reason("errors", 600, ("b",))


def test_series_of_one_group_are_summed_up() -> None:
    subject = simulation("SELECT SUM(errors) FROM Shop GROUP BY Queue")
    values = {
        Simulation.metric("Shop", "errors", Queue="a", Zone=zone): Values.each_minute([0.0] * 5 + [3.0] * 5)
        for zone in ("1", "2")
    }
    assert subject.run(Scenario(values=values, length=600)).contributors("errors") == {"a": [(7, "ALARM")]}


def test_a_contributor_that_is_gone_is_ok_whatever_the_treatment() -> None:
    """Vector 37: one of two vanishes."""
    outcome = run(simulation(treat_missing_data="breaching"), a=[9.0] * 5, b=[0.0] * 20)
    # Two periods of it are judged until the last one leaves the range, seven minutes on.
    assert outcome.contributors("errors")["a"] == [(12, "OK")]
    assert outcome.states("errors") == [(12, "OK")]


@pytest.mark.parametrize(
    ("treatment", "state"),
    [("breaching", ["ALARM"]), ("missing", ["INSUFFICIENT_DATA"]), ("ignore", []), ("notBreaching", [])],
)
def test_a_query_that_gives_nothing_is_treated_as_missing_data(treatment: str, state: list[str]) -> None:
    """Vector 37: all vanish."""
    outcome = run(simulation(treat_missing_data=treatment), a=[0.0] * 5)
    assert [after for _, after in outcome.states("errors")] == state
    assert outcome.contributors("errors") == {"a": []}


def test_order_and_limit_choose_the_contributors() -> None:
    subject = simulation(f"{QUERY} ORDER BY SUM() DESC LIMIT 1")
    outcome = run(subject, a=[0.0] * 5 + [9.0] * 15, b=[0.0] * 10 + [50.0] * 10)
    assert outcome.contributors("errors") == {"a": [(7, "ALARM"), (12, "OK")], "b": [(12, "ALARM")]}


def test_a_limit_without_an_order_can_not_be_known() -> None:
    with pytest.raises(CannotSimulate, match="its query gives 2 series, of which CloudWatch takes 1"):
        run(simulation(f"{QUERY} LIMIT 1"), a=[0.0] * 20, b=[0.0] * 20)
    many = {f"q{number}": [0.0] for number in range(501)}
    with pytest.raises(CannotSimulate, match="gives 501 series, of which CloudWatch takes 500"):
        run(simulation(), 1, **many)


def test_a_hundred_contributors_can_be_in_alarm() -> None:
    outcome = run(simulation(), 10, **{f"q{number:03}": [0.0] * 5 + [9.0] * 5 for number in range(120)})
    assert sum(bool(changes) for changes in outcome.contributors("errors").values()) == 100
    assert outcome.reason("errors", 420) == "100+ time series evaluated to ALARM"
    assert len(outcome.messages) == 100


def test_a_new_alarm_has_no_state_and_its_contributors_are_ok() -> None:
    values = {queue("a"): Values.each_minute([9.0] * 10)}
    outcome = simulation().run(Scenario(values=values, length=600, new=True))
    assert outcome.states("errors")[-1] == (2, "ALARM")
    assert outcome.contributors("errors") == {"a": [(2, "ALARM")]}


@pytest.mark.parametrize(
    ("query", "more", "reason"),
    [
        (QUERY, {"evaluation_periods": 181}, "reads at most three hours"),
        (
            QUERY,
            {"evaluation_window": {"wall_clock_window": {"timezone": "UTC"}}, "evaluation_periods": 180},
            "reads at most three hours",
        ),
    ],
)
def test_what_is_refused_by_name(query: str, more: dict[str, Any], reason: str) -> None:
    assert reason in simulation(query, **more).deployment.left_out["errors"]


def test_math_with_many_series_is_refused_by_name() -> None:
    queries = [
        {"id": "q", "expression": QUERY, "period": 60, "return_data": False},
        {"id": "e", "expression": "q * 2", "return_data": True},
    ]
    assert "math with a query that has GROUP BY" in simulation(metric_query=queries).deployment.left_out["errors"]
