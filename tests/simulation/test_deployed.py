"""What is read of Terraform's JSON, and what comes out at the other end."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from constructs_lib.simulation import event_pattern
from constructs_lib.simulation.alarm import CompositeAlarm, MetricAlarm, MetricIdentity, OutsideAlarm
from constructs_lib.simulation.data import Values
from constructs_lib.simulation.event_pattern import UnknownOperator
from constructs_lib.simulation.names import Names, UnknownName
from constructs_lib.simulation.simulation import Scenario, Simulation
from constructs_lib.simulation.sources import LogLine
from tests.behaviour.stacks import configuration

DEEP = MetricIdentity.of("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": "jobs"})


def alarm(simulation: Simulation, name: str) -> MetricAlarm:
    found = simulation.alarms[name]
    assert isinstance(found, MetricAlarm)
    return found


def state(**changes: Any) -> dict[str, Any]:
    """The same resources as `terraform show -json` has them of a state: ARNs are known."""
    topic = "arn:aws:sns:us-east-1:123456789012:shop-oncall"
    text = json.dumps(configuration(**changes)["resource"]).replace("${aws_sns_topic.oncall.arn}", topic)
    text = text.replace("${aws_cloudwatch_metric_alarm.deep.alarm_name}", "shop-jobs-deep")
    text = text.replace("${aws_cloudwatch_log_group.jobs.name}", "/shop/jobs")
    text = text.replace("${aws_cloudwatch_event_rule.failed.name}", "shop-failed")
    kinds = json.loads(text)
    kinds["aws_sns_topic"]["oncall"]["arn"] = topic
    resources = [
        {"address": f"{kind}.{name}", "type": kind, "values": values}
        for kind, named in kinds.items()
        for name, values in named.items()
    ]
    return {"format_version": "1.0", "values": {"root_module": {"resources": resources}}}


@pytest.mark.parametrize("source", [configuration(), state()], ids=["configuration", "state"])
def test_a_configuration_and_a_state_read_the_same(source: dict[str, Any]) -> None:
    simulation = Simulation.of(source)
    deep = alarm(simulation, "shop-jobs-deep")
    assert (deep.metrics, deep.threshold, deep.periods, deep.breaching) == ((DEEP,), 100.0, 3, 3)
    assert (deep.missing, deep.severity) == ("notBreaching", "critical")
    broken = simulation.alarms["shop-jobs-broken"]
    assert isinstance(broken, CompositeAlarm)
    assert broken.rule == 'ALARM("shop-jobs-deep") AND ALARM(shop-jobs-failing)'
    run = simulation.run(
        Scenario(
            length=1200,
            values={DEEP: Values.each_minute([500.0] * 20)},
            lines=[LogLine(300, "/shop/jobs", '{"level": "ERROR"}')],
            events=[(60, {"source": "shop", "time": "t", "detail": {"state": "failed", "jobs": [{"name": "x"}]}})],
            steady=False,
        )
    )
    assert [(message.at // 60, message.kind, message.source) for message in run.messages] == [
        (1, "event", "shop-failed"),
        (3, "alarm", "shop-jobs-deep"),
        (6, "alarm", "shop-jobs-broken"),
        (6, "alarm", "shop-jobs-failing"),
        (12, "ok", "shop-jobs-failing"),
    ]
    assert run.messages[0].text == '"Job x failed"'
    assert run.messages[1].receivers == ("oncall@example.com",)


def test_a_line_that_stays_alone_is_judged_until_it_leaves_the_range() -> None:
    """One point, nothing after it: an alarm on a log that falls silent stays on for five minutes."""
    run = Simulation.of(configuration()).run(
        Scenario(length=1200, lines=[LogLine(300, "/shop/jobs", '{"level": "ERROR"}')])
    )
    assert run.states("failing") == [(6, "ALARM"), (12, "OK")]


def test_default_values_are_published_for_minutes_with_lines() -> None:
    lines = [LogLine(60 * minute, "/shop/jobs", '{"level": "INFO"}') for minute in range(3)]
    simulation = Simulation.of(configuration())
    run = simulation.run(Scenario(length=300, lines=[*lines, LogLine(70, "/shop/jobs", '{"level": "ERROR"}')]))
    points = run.run.evaluation("shop-jobs-failing").points(np.array([180])).values[0][-3:]
    assert list(points) == [0, 1, 0]


def test_queries_that_are_not_known_leave_the_alarm_out() -> None:
    alarms = configuration()["resource"]["aws_cloudwatch_metric_alarm"]
    alarms["share"] |= {"dynamic": {"metric_query": {"for_each": "${var.x}", "content": {}}}}
    alarms["failing"]["period"] = "${var.period}"
    left_out = Simulation.of(configuration(aws_cloudwatch_metric_alarm=alarms)).deployment.left_out
    assert left_out["shop-jobs-share"] == "its metrics are not known before it is applied"
    assert left_out["shop-jobs-failing"].startswith("its period")
    assert left_out["shop-jobs-broken"] == "it needs shop-jobs-failing, which can't be simulated here"


def test_the_clock_and_the_warm_up_are_read() -> None:
    source = configuration()
    source["resource"]["aws_cloudwatch_metric_alarm"]["deep"] |= {
        "evaluation_window": [{"wall_clock_window": [{"timezone": "Europe/Berlin"}]}],
        "warm_up_configuration": [{"warm_up_period_duration_in_minutes": 15}],
    }
    deep = alarm(Simulation.of(source), "shop-jobs-deep")
    assert (deep.zone, deep.warm_up_minutes, deep.whole_warm_up) == ("Europe/Berlin", 15, False)
    deep = alarm(Simulation.of(configuration()), "shop-jobs-deep")
    assert (deep.zone, deep.warm_up_minutes) == (None, 0)


def test_a_promql_alarm_is_left_out_by_name() -> None:
    hot = {"alarm_name": "hot", "evaluation_criteria": [{"promql_criteria": [{"query": "avg(gpu) > 90"}]}]}
    source = configuration()
    source["resource"]["aws_cloudwatch_metric_alarm"]["hot"] = hot
    assert Simulation.of(source).deployment.left_out == {"hot": "it is a PromQL alarm"}


def nightly(duration: str = "PT10M") -> list[dict[str, Any]]:
    """One mute rule, by each of the resource types it may come by."""
    alarms = ["${aws_cloudwatch_metric_alarm.deep.alarm_name}"]
    schedule = {"expression": "cron(5 0 * * *)", "duration": duration}
    native = {"name": "nightly", "rule": [{"schedule": [schedule]}], "mute_targets": [{"alarm_names": alarms}]}
    desired = {
        "Name": "nightly",
        "Rule": {"Schedule": {key.capitalize(): value for key, value in schedule.items()}},
        "MuteTargets": {"AlarmNames": alarms},
    }
    by_cloud_control = {"type_name": "AWS::CloudWatch::AlarmMuteRule", "desired_state": json.dumps(desired)}
    return [
        {"aws_cloudwatch_alarm_mute_rule": {"nightly": native}},
        {"aws_cloudcontrolapi_resource": {"nightly": by_cloud_control}},
    ]


@pytest.mark.parametrize("resources", nightly(), ids=["native", "cloud control"])
def test_mute_rules_are_read(resources: dict[str, Any]) -> None:
    simulation = Simulation.of(configuration(**resources))
    run = simulation.run(Scenario(length=1800, values={DEEP: Values.each_minute([1.0] * 5 + [500.0] * 25)}))
    assert run.states("deep") == [(8, "ALARM")]
    assert [(message.at // 60, message.source) for message in run.messages] == [(15, "shop-jobs-deep")]


@pytest.mark.parametrize("resources", nightly("4h"), ids=["native", "cloud control"])
def test_a_mute_rule_without_a_duration_is_left_out_by_name(resources: dict[str, Any]) -> None:
    left_out = Simulation.of(configuration(**resources)).deployment.left_out
    assert [*left_out.values()] == ["'4h' is not a duration such as PT4H"]


def test_an_alarm_of_another_stack_suppresses_as_a_scenario_says() -> None:
    composite = {
        "alarm_name": "shop-broken",
        "alarm_rule": "ALARM(shop-jobs-deep)",
        "alarm_actions": ["${aws_sns_topic.oncall.arn}"],
        "actions_suppressor": {"alarm": "deploying", "wait_period": 60, "extension_period": 120},
    }
    simulation = Simulation.of(configuration(aws_cloudwatch_composite_alarm={"broken": composite}))
    assert isinstance(simulation.alarms["deploying"], OutsideAlarm)
    values = {DEEP: Values.each_minute([1.0] * 5 + [500.0] * 25)}

    def pages(**states: Any) -> list[int]:
        run = simulation.run(Scenario(length=1800, values=values, outside=states))
        return [message.at // 60 for message in run.messages if message.source == "shop-broken"]

    assert pages() == [9]
    assert pages(deploying=[(0, "ALARM")]) == []
    assert pages(deploying=[(0, "ALARM"), (1200, "OK")]) == [22]


def test_a_query_reads_every_metric_that_it_matches() -> None:
    """By "Query your metrics with CloudWatch Metrics Insights"."""
    alarms = configuration()["resource"]["aws_cloudwatch_metric_alarm"]
    query = "SELECT MAX(depth) FROM SCHEMA(\"Shop\", Queue, Zone) WHERE Zone = 'a' AND \"Queue\" != 'test'"
    alarms["deep"] = alarms["deep"] | {
        "metric_query": [{"id": "q", "expression": query, "period": 60, "return_data": True}],
        **dict.fromkeys(("namespace", "metric_name", "statistic", "period", "dimensions")),
    }
    simulation = Simulation.of(configuration(aws_cloudwatch_metric_alarm=alarms))
    assert simulation.deployment.left_out == {}

    def changes(**dimensions: str) -> list[tuple[float, str]]:
        usual = simulation.metric("Shop", "depth", Queue="one", Zone="a")
        other = simulation.metric("Shop", "depth", **dimensions)
        values = {usual: Values.each_minute([1.0] * 20), other: Values.each_minute([1.0] * 5 + [500.0] * 15)}
        return list(simulation.run(Scenario(length=1200, values=values)).states("deep"))

    assert changes(Queue="two", Zone="a") == [(8, "ALARM")]
    assert changes(Queue="two", Zone="b") == changes(Queue="test", Zone="a") == changes(Zone="a") == []


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (
            "SELECT MAX(depth) FROM Shop HAVING MAX() > 5",
            "is not a Metrics Insights query as its documentation has them",
        ),
        (
            "SELECT MAX(depth) FROM Shop WHERE Queue LIKE 'a'",
            "is not a Metrics Insights query as its documentation has them",
        ),
    ],
)
def test_queries_that_are_not_known(query: str, reason: str) -> None:
    alarms = configuration()["resource"]["aws_cloudwatch_metric_alarm"]
    alarms["share"]["metric_query"] = [{"id": "q", "expression": query, "period": 60, "return_data": True}]
    left_out = Simulation.of(configuration(aws_cloudwatch_metric_alarm=alarms)).deployment.left_out
    assert reason in left_out["shop-jobs-share"]


EVENT = {
    "source": "shop",
    "detail": {"state": "failed", "code": 137, "tags": ["a", "b"], "ip": "10.0.0.7", "ok": True, "none": None},
}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ({"source": ["shop", "store"]}, True),
        ({"source": ["store"]}, False),
        ({"detail": {"state": [{"prefix": "fa"}]}}, True),
        ({"detail": {"state": [{"suffix": "ED"}]}}, False),
        ({"detail": {"state": [{"suffix": {"equals-ignore-case": "ED"}}]}}, True),
        ({"detail": {"state": [{"equals-ignore-case": "FAILED"}]}}, True),
        ({"detail": {"state": [{"wildcard": "f*d"}]}}, True),
        ({"detail": {"state": [{"anything-but": "failed"}]}}, False),
        ({"detail": {"state": [{"anything-but": ["done", "stopped"]}]}}, True),
        ({"detail": {"state": [{"anything-but": {"prefix": "fa"}}]}}, False),
        ({"detail": {"code": [{"numeric": [">", 100, "<=", 137]}]}}, True),
        ({"detail": {"code": [{"numeric": ["=", 1]}]}}, False),
        ({"detail": {"code": [137]}}, True),
        ({"detail": {"tags": ["b"]}}, True),
        ({"detail": {"ip": [{"cidr": "10.0.0.0/24"}]}}, True),
        ({"detail": {"gone": [{"exists": False}]}}, True),
        ({"detail": {"gone": ["x"]}}, False),
        ({"detail": {"ok": [True]}}, True),
        ({"detail": {"code": [True]}}, False),
        ({"detail": {"none": [None]}}, True),
        ({"$or": [{"source": ["store"]}, {"detail": {"code": [137]}}]}, True),
        ({"missing": {"deeper": ["x"]}}, False),
    ],
)
def test_event_patterns(pattern: dict[str, Any], matches: bool) -> None:
    """By "Comparison operators", EventBridge user guide."""
    assert event_pattern.matches(pattern, EVENT) is matches


def test_an_unknown_operator_is_refused_by_its_name() -> None:
    with pytest.raises(UnknownOperator, match="'sounds-like'"):
        event_pattern.matches({"source": [{"sounds-like": "shop"}]}, EVENT)


def test_names_are_found_by_their_end() -> None:
    names = Names({"prod-api-errors", "prod-errors", "prod-api-latency"})
    assert names.find("errors") == "prod-errors"
    assert names.find("api-errors") == "prod-api-errors"
    assert names.find("prod-api-latency") == "prod-api-latency"
    assert [names.short(name) for name in ("prod-errors", "prod-api-errors")] == ["errors", "api-errors"]
    with pytest.raises(UnknownName, match="did you mean 'latency'"):
        names.find("latncy")
    with pytest.raises(UnknownName, match="may be a-x-b or a-y-b"):
        Names({"a-x-b", "a-y-b"}).find("b")
