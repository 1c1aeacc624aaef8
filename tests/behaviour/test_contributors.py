"""Tests of an alarm with contributors, and what they show."""

from __future__ import annotations

from constructs_lib.behaviour.page import page
from constructs_lib.behaviour.timeline import timeline
from tests.behaviour.stacks import failures, run
from tests.simulation.test_contributors import simulation

METRIC = "metric: {namespace: Shop, name: errors, dimensions: {Queue: %s}}"
GIVEN = f"{{metrics: [{{{METRIC % 'a'}, values: 0x5 9x5}}, {{{METRIC % 'b'}, values: 0x10}}]}}"


def test_contributors_are_expected_by_what_they_are_grouped_by() -> None:
    expect = "{alarms: {errors: {alarm: 7m, contributors: {a: {alarm: 7m}, b: quiet}}}, messages: {oncall: 1}}"
    assert failures(GIVEN, expect, simulation()) == []
    wrong = "{alarms: {errors: {contributors: {a: quiet, b: {alarm: 7m}, c: quiet}}}}"
    assert failures(GIVEN, wrong, simulation()) == [
        "errors of a is not quiet: it goes into ALARM at 7m",
        "errors of b goes into ALARM at no time, expected 7m",
        "errors has no contributor 'c': it has a, b",
    ]


def test_a_contributor_is_in_the_timeline_and_on_the_page() -> None:
    text = f"tests:\n  - name: n\n    given: {GIVEN}\n    expect: {{alarms: {{errors: {{alarm: 7m}}}}}}\n"
    report = run(text, simulation())
    shown = "\n".join(timeline(report.verdicts[0]))
    assert "7m  ALARM: 1 out of 2 time series evaluated to ALARM" in shown
    assert "a begins in OK\n          7m  ALARM: Threshold Crossed: 2 datapoints [9.0 " in shown
    drawn = page(report)
    assert drawn.count('class="curve"') == 2
    assert "7m a ALARM: Threshold Crossed" in drawn
