"""What holds, what fails, and what is said about it."""

from __future__ import annotations

import json

import pytest

from constructs_lib.behaviour.coverage import Coverage
from constructs_lib.behaviour.timeline import timeline
from constructs_lib.simulation.settings import Settings
from constructs_lib.simulation.simulation import Simulation
from tests.behaviour.stacks import SIMULATION, configuration, failures, run

DEEP = "{metrics: [{of: deep, values: 10x10 500x10 10x10}]}"
ERRORS = "{at: 5m, every: 20s, count: 6, message: {level: ERROR}}"
LOG = f"{{logs: {{/shop/jobs: [{ERRORS}, {{at: 0m, count: 20, message: {{level: INFO}}}}]}}}}"
EVENT = (
    "{events: [{at: 5m, count: 2, source: shop, detail-type: Job, detail: {state: failed, jobs: [{name: nightly}]}}]}"
)


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        (DEEP, "{alarms: {deep: {alarm: 13m, ok: 21m}}, messages: {oncall: 1}, ok_messages: {oncall: 1}}"),
        (DEEP, "{alarms: {deep: {alarm: 10m..15m, states: {12m: OK, 13m: ALARM, 25m: OK}}}}"),
        (DEEP, "{others: ignore, receivers: {oncall@example.com: 1, 'https://example.com/ok': 0}}"),
        (DEEP, "{others: ignore, texts: [{to: oncall, contains: [Too many jobs wait, 3 datapoints]}]}"),
        (LOG, "{alarms: {failing: {alarm: 6m, ok: 8m}, broken: quiet}}"),
        (EVENT, "{messages: {oncall: 2}, texts: [{to: oncall, contains: Job nightly failed}]}"),
        ("{metrics: [{of: share.bad, values: 1x30}, {of: share.total, values: 100x30}]}", "{alarms: {share: quiet}}"),
        (
            "{metrics: [{metric: {namespace: Shop, name: bad}, values: 1x30}, {of: share.total, values: 10x30}]}",
            "{alarms: {share: {alarm: []}}}",
        ),
    ],
)
def test_what_holds(given: str, expect: str) -> None:
    assert failures(given, expect) == []


@pytest.mark.parametrize(
    ("given", "expect", "failure"),
    [
        (DEEP, "{alarms: {deep: quiet}}", "deep is not quiet: it goes into ALARM at 13m"),
        (DEEP, "{alarms: {deep: {alarm: 14m..20m}}}", "deep goes into ALARM at 13m, expected 14m..20m"),
        (DEEP, "{alarms: {deep: {alarm: [13m, 25m]}}}", "deep goes into ALARM at 13m, expected 13m and 25m"),
        (DEEP, "{alarms: {deep: {alarm: 13m, ok: 20m}}}", "deep goes into OK at 21m, expected 20m"),
        (DEEP, "{alarms: {deep: {states: {13m: OK}}}}", "deep is in ALARM at 13m, not in OK"),
        (DEEP, "{alarms: {failing: {alarm: 5m}}, others: ignore}", "failing goes into ALARM at no time, expected 5m"),
        (DEEP, "{alarms: {broken: quiet}}", "deep goes into ALARM at 13m, and is not expected to"),
        (DEEP, "{others: ignore, messages: {oncall: 0}}", "oncall gets 1 messages, not 0: 13m shop-jobs-deep"),
        (
            DEEP,
            "{others: ignore, ok_messages: {oncall: 2}}",
            "oncall gets 1 messages that it is over, not 2",
        ),
        (DEEP, "{others: ignore, receivers: {oncall@example.com: 3}}", "oncall@example.com gets 1 messages, not 3"),
        (
            DEEP,
            "{others: ignore, texts: [{to: oncall, contains: [no such words]}]}",
            "no message to oncall contains ['no such",
        ),
    ],
)
def test_what_fails(given: str, expect: str, failure: str) -> None:
    found = failures(given, expect)
    assert len(found) == 1
    assert found[0].startswith(failure)


def test_a_composite_and_its_parts() -> None:
    given = f"{{metrics: [{{of: deep, values: 500x20}}], logs: {LOG[len('{logs: ') : -1]}}}"
    expect = "{alarms: {deep: {states: {10m: ALARM}}, failing: {alarm: 6m}, broken: {alarm: 6m, ok: 8m}}}"
    assert failures(given, expect) == []


def test_before_the_start_there_was_what_the_first_minute_has_or_nothing() -> None:
    text = "tests:\n- name: n\n  before: {}\n  given: {{metrics: [{{of: deep, values: 500x10}}]}}\n  expect: {}\n"
    assert run(text.format("steady", "{alarms: {deep: {states: {1m: ALARM}, alarm: []}}}")).failed == []
    assert run(text.format("nothing", "{alarms: {deep: {alarm: 3m}}}")).failed == []


def test_new_alarms_have_no_state() -> None:
    text = "tests:\n- name: n\n  new_alarms: true\n  given: {metrics: [{of: deep, values: 1x10}]}\n"
    text += "  expect: {alarms: {deep: {ok: 1m}}, ok_messages: {oncall: 4}}\n"
    report = run(text)
    assert [failure.text for failure in report.verdicts[0].failures] == [
        "oncall gets 3 messages that it is over, not 4: 1m shop-jobs-deep, 1m shop-jobs-failing, 1m shop-jobs-share"
    ]


def test_a_verdict_says_when_it_depends_on_what_aws_does_not_document() -> None:
    alarms = configuration()["resource"]["aws_cloudwatch_metric_alarm"]
    alarms["deep"] |= {"treat_missing_data": "breaching", "period": 300}
    simulation = Simulation.of(configuration(aws_cloudwatch_metric_alarm=alarms))
    text = "tests:\n- name: n\n  given: {metrics: [{of: deep, values: 1x10 _x50}]}\n"
    text += "  expect: {alarms: {deep: {alarm: 35m}}}\n"
    verdict = run(text, simulation).verdicts[0]
    assert verdict.holds
    assert verdict.depends == ("extra_periods: 0", "extra_periods: 6")
    assert run(text.replace("_x50", "500x50").replace("35m", "11m"), simulation).verdicts[0].depends == ()


def test_settings_of_the_file() -> None:
    late = Simulation(SIMULATION.deployment, Settings(arrival_delay_seconds=120))
    assert failures(DEEP, "{alarms: {deep: {alarm: 15m}}}", late) == []


def test_coverage_counts_tests_that_hold() -> None:
    report = run(
        "tests:\n"
        f"- {{name: fires, given: {DEEP}, expect: {{alarms: {{deep: {{alarm: 13m}}}}}}}}\n"
        "- {name: quiet, given: {metrics: [{of: deep, values: 1x30}]}, expect: {}}\n"
        f"- {{name: wrong, given: {LOG}, expect: {{alarms: {{failing: {{alarm: 1m}}}}}}}}\n"
    )
    coverage = report.coverage
    assert isinstance(coverage, Coverage)
    assert coverage.fired == {"shop-jobs-deep"}
    assert coverage.quiet == {"shop-jobs-deep", "shop-jobs-broken"}
    assert coverage.percent == pytest.approx(100 * 3 / 8)
    assert coverage.never_fired == ["shop-jobs-broken", "shop-jobs-failing", "shop-jobs-share"]


def test_the_timeline_shows_points_states_and_reasons() -> None:
    report = run(f"tests:\n- {{name: n, given: {DEEP}, expect: {{alarms: {{deep: quiet}}}}}}\n")
    lines = list(timeline(report.verdicts[0]))
    assert lines[0] == "deep begins in OK"
    assert any("13m" in line and "ALARM" in line and "500! 500! 500!" in line for line in lines)
    reason = (
        "Threshold Crossed: 3 datapoints [500.0 (05/01/26 00:12:00), 500.0 (05/01/26 00:11:00), "
        "500.0 (05/01/26 00:10:00)]"
        " were greater than the threshold (100.0) (minimum 3 datapoints for OK -> ALARM transition)."
    )
    assert any(reason in line for line in lines)
    assert any("alarm of shop-jobs-deep to shop-oncall: oncall@example.com" in line for line in lines)


def test_a_message_is_what_cloudwatch_sends() -> None:
    report = run(f"tests:\n- {{name: n, given: {DEEP}, expect: {{others: ignore, messages: {{oncall: 1}}}}}}\n")
    body = json.loads(report.verdicts[0].outcome.messages[0].text)
    assert body["AlarmName"] == "shop-jobs-deep"
    assert (body["OldStateValue"], body["NewStateValue"]) == ("OK", "ALARM")
    assert body["StateChangeTime"] == "2026-01-05T00:13:00.000+0000"
