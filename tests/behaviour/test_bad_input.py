"""Every problem of a file of tests at once, each with its line."""

from __future__ import annotations

import pytest

from constructs_lib.behaviour.file import load, loads
from constructs_lib.errors import ConfigError
from constructs_lib.simulation.simulation import Simulation
from tests.behaviour.stacks import SIMULATION, configuration, suite

QUEUE = "{metrics: [{of: deep, values: 1x9}]}"


def problems(given: str, expect: str = "{}", more: str = "") -> list[str]:
    """What is wrong with one test."""
    with pytest.raises(ConfigError) as refused:
        suite(f"tests:\n  - name: n\n    given: {given}\n    expect: {expect}\n{more}")
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("given", "expect", "message"),
    [
        ("{metrics: [{of: dep, values: 1x9}]}", "{}", "3: tests.0.given.metrics.0.of: there is no 'dep'"),
        ("{metrics: [{of: share, values: 1x9}]}", "{}", "shop-jobs-share reads bad and total; say which: share.bad"),
        ("{metrics: [{of: share.god, values: 1x9}]}", "{}", "does not read a metric 'god'"),
        ("{metrics: [{of: broken, values: 1x9}]}", "{}", "it reads no metric; name one of shop-jobs-deep"),
        ("{metrics: [{metric: {namespace: Shop, name: bd}, values: 1x9}]}", "{}", "is not read by any alarm"),
        ("{metrics: [{values: 1x9}]}", "{}", "needs either `of` or `metric`"),
        ("{metrics: [{of: deep, values: 1 x9}]}", "{}", "does not read at 'x9'"),
        (
            "{metrics: [{of: deep, values: 1x9}, {of: failing, values: 1x5}]}",
            "{}",
            "end at 5m, and the scenario at 9m; say",
        ),
        (
            "{logs: {/shop/job: [{at: 1m, message: x}]}}",
            "{}",
            "reads log group '/shop/job'; did you mean '/shop/jobs'?",
        ),
        ("{events: [{at: 1m, source: other, detail-type: x}]}", "{}", "no event rule takes this event to a target"),
        ("{bands: {deep: {upper: 5}}}", "{}", "compares with no band"),
        ("{bands: {deep: {}}}", "{}", "has neither a lower nor an upper edge"),
        (QUEUE, "{alarms: {failing: quiet}}", "can't fail: nothing that is given"),
        (QUEUE, "{alarms: {failing: {alarm: []}}}", "can't fail: nothing that is given"),
        (QUEUE, "{alarms: {failing: {states: {5m: OK}}}}", "can't fail: nothing that is given"),
        ("{}", "{alarms: {deep: quiet}}", "reaches no alarm, so the test can't fail"),
        (
            "{logs: {/shop/jobs: [{at: 1m, message: x}]}}",
            "{receivers: {else@example.com: 0}}",
            "can't fail: nothing that is given leads to a message there",
        ),
        (QUEUE, "{texts: [{to: oncall, contains: ''}]}", "contains: '' is shorter than 1"),
        (QUEUE, "{texts: [{to: oncall, contains: []}]}", "texts.0.contains: "),
        (QUEUE, "{alarms: {deep: {}}}", "alarms.deep: expects nothing; write quiet"),
        (QUEUE, "{alarms: {deep: loud}}", "alarms.deep: 'loud' is not 'quiet'"),
        (QUEUE, "{alarms: {deep: {alarm: [5m, 7q]}}}", "alarms.deep.alarm.1: '7q' is not a span of time"),
        ("{metrics: [{of: deep, values: [1, 2]}]}", "{}", "values: [1, 2] is not text"),
        (QUEUE, "{others: ignore}", "expects nothing, so it can't fail"),
        (QUEUE, "{alarms: {gone: quiet}}", "there is no 'gone' among the alarms"),
        (QUEUE, "{alarms: {deep: {alarm: 9..5}}}", "is not a span of time"),
        (QUEUE, "{messages: {oncal: 1}}", "there is no 'oncal'; did you mean 'oncall'?"),
        (QUEUE, "{receivers: {oncall@example.org: 1}}", "of a subscription; did you mean"),
        (QUEUE, "{sizes: {fleet: {5m: 2}}}", "there is no 'fleet'"),
        ("{metrics: [{of: deep, values: 1x9, at: 5}]}", "{}", "5 is not text"),
        ("{metricss: []}", "{}", "'metricss' is not a key here; did you mean 'metrics'?"),
    ],
)
def test_what_is_refused(given: str, expect: str, message: str) -> None:
    assert any(message in problem for problem in problems(given, expect)), problems(given, expect)


def test_a_window_after_the_scenario() -> None:
    given, expect = QUEUE, "{alarms: {deep: {alarm: 20m}}}"
    found = problems(given, expect, "    for: 9m\n")
    assert any("20m is after the scenario, which ends at 9m" in problem for problem in found)


def test_a_series_that_is_longer_than_the_scenario() -> None:
    found = problems("{metrics: [{of: deep, values: 1x30}]}", "{}", "    for: 9m\n")
    assert any("goes on to 30m, and the scenario ends at 9m" in problem for problem in found)


def test_every_problem_at_once_with_its_line() -> None:
    with pytest.raises(ConfigError) as refused:
        suite(
            "tests:\n"
            "  - name: one\n"
            "    given: {metrics: [{of: nope, values: 1x5}]}\n"
            "    expect: {}\n"
            "  - name: two\n"
            "    given: {metrics: [{of: deep, values: 1x5}]}\n"
            "    expect:\n"
            "      alarms: {nix: quiet}\n"
        )
    assert [problem.line for problem in refused.value.problems] == [3, 8]
    assert {problem.file for problem in refused.value.problems} == {"monitoring.tests.yaml"}


def test_a_mistake_of_form_does_not_hide_others() -> None:
    with pytest.raises(ConfigError) as refused:
        suite(
            "tests:\n"
            "  - {name: form, given: {metrics: [{of: deep, values: 1x9}]}, expect: {alarms: {deep: {}}}}\n"
            "  - {name: names, given: {metrics: [{of: dep, values: 1x9}]}, expect: {}}\n"
        )
    assert [(problem.line, problem.path) for problem in refused.value.problems] == [
        (2, "tests.0.expect.alarms.deep"),
        (3, "tests.1.given.metrics.0.of"),
    ]


def test_one_problem_has_one_line() -> None:
    """The two ways to write a value are not two problems."""
    assert len(problems("{metrics: [{of: deep, values: 1x9}]}", "{alarms: {deep: {alarm: 9..5}}}")) == 1


def test_alarms_without_a_name_yet_are_said_where_one_is_not_found() -> None:
    alarms = configuration()["resource"]["aws_cloudwatch_metric_alarm"]
    alarms["each"] = alarms["deep"] | {"alarm_name": "${each.key}-deep"}
    with pytest.raises(ConfigError) as refused:
        suite(
            "tests:\n  - {name: n, given: {metrics: [{of: shoes, values: 1x9}]}, expect: {}}\n",
            Simulation.of(configuration(aws_cloudwatch_metric_alarm=alarms)),
        )
    assert "1 have no name yet" not in str(refused.value)
    assert "one has no name yet: aws_cloudwatch_metric_alarm.each; test a plan" in str(refused.value)


def test_names_tell_tests_apart() -> None:
    one = "{name: n, given: {metrics: [{of: deep, values: 1}]}, expect: {}}"
    with pytest.raises(ConfigError, match="'n' is the name of another test"):
        suite(f"tests: [{one}, {one}]")


def test_what_is_no_file_of_tests() -> None:
    for text, message in (
        ("", "is empty"),
        ("tests: []", "is empty"),
        ("{", "is not YAML"),
        ("tests: {a: 1}", "not a list"),
    ):
        with pytest.raises(ConfigError, match=message):
            loads(text, simulation=SIMULATION)
    with pytest.raises(ConfigError, match="there is no such file"):
        load("nowhere.tests.yaml")


def test_an_alarm_that_is_not_known_before_apply_is_named() -> None:
    alarms = configuration()["resource"]["aws_cloudwatch_metric_alarm"]
    alarms["deep"]["threshold"] = "${var.depth}"
    simulation = Simulation.of(configuration(aws_cloudwatch_metric_alarm=alarms))
    assert simulation.deployment.left_out == {
        "shop-jobs-deep": "its threshold is ${var.depth}",
        "shop-jobs-broken": "it needs shop-jobs-deep, which can't be simulated here",
    }
    with pytest.raises(ConfigError, match=r"deep can't be simulated: its threshold is \$\{var.depth\}"):
        suite("tests: [{name: n, given: {metrics: [{of: deep, values: 1}]}, expect: {}}]", simulation)


def test_an_alarm_on_a_query_has_no_metric_of_its_own() -> None:
    alarms = configuration()["resource"]["aws_cloudwatch_metric_alarm"]
    query = "SELECT MAX(bad) FROM Shop"
    alarms["share"]["metric_query"] = [{"id": "q", "expression": query, "period": 60, "return_data": True}]
    simulation = Simulation.of(configuration(aws_cloudwatch_metric_alarm=alarms))
    with pytest.raises(ConfigError, match="shop-jobs-share asks for its metrics by a query; name one of them under"):
        suite("tests: [{name: n, given: {metrics: [{of: share, values: 1}]}, expect: {}}]", simulation)


def test_math_that_is_not_known_is_refused_by_its_name() -> None:
    alarms = configuration()["resource"]["aws_cloudwatch_metric_alarm"]
    alarms["share"]["metric_query"][0]["expression"] = "bad / SERVICE_QUOTA(total)"
    simulation = Simulation.of(configuration(aws_cloudwatch_metric_alarm=alarms))
    reason = "SERVICE_QUOTA takes its values from outside the metrics, which is not simulated"
    assert simulation.deployment.left_out == {"shop-jobs-share": reason}
    with pytest.raises(ConfigError, match=f"share can't be simulated: {reason}"):
        suite("tests: [{name: n, given: {metrics: [{of: share, values: 1}]}, expect: {}}]", simulation)
