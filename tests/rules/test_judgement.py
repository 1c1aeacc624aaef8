"""What stops a synth, what is advice, and what a waiver sets aside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.errors import Problem
from constructs_lib.rules import NAMES
from constructs_lib.rules.judgement import Judgement, judge
from constructs_lib.rules.rule import Broken, Finding, RuleClass, rule
from constructs_lib.rules.waiver import RegisteredWaiver, covers, registered_for
from constructs_lib.terraform.stack import Stack
from tests.rules.stacks import alarm, alarms, stack

WRONG = alarms(
    lost=alarm(alarm_name="lost", metric_name="Erors"),
    mute=alarm(alarm_name="mute", alarm_description="Calls fail."),
    flaps=alarm(alarm_name="flaps", period=300, datapoints_to_alarm=2),
)
RULES = [NAMES[name] for name in ("metric-exists", "alarm-has-runbook", "burst-counts-once")]


def test_each_finding_is_in_one_place() -> None:
    waiver = RegisteredWaiver("alarm-has-runbook", "The wiki moves.")
    found = judge(stack(WRONG), [waiver], RULES)
    assert [finding.subject for finding in found.blocking] == ["lost"]
    assert [finding.subject for finding in found.advice] == ["flaps"]
    assert [(one, [finding.subject for finding in taken]) for one, taken in found.waived] == [(waiver, ["mute"])]
    hash(found)


def test_a_waiver_for_some_monitors() -> None:
    waiver = RegisteredWaiver("quotas", "Asked for more.", ["calls"])
    problem = Problem("too many")
    found = [
        Finding(rule=rule, kind="advice", blocks=False, address="", subject="", monitor=monitor, problem=problem)
        for rule, monitor in (("quotas", "calls"), ("quotas", "errors"), ("quotas", ""), ("mute-ends", "calls"))
    ]
    assert [covers(waiver, finding) for finding in found] == [True, False, False, False]


@pytest.mark.parametrize(("monitor", "path"), [("calls", "stacks.prod.monitors.calls"), ("", "stacks.prod")])
def test_what_stops_a_synth_is_said_in_the_words_of_the_file(monitor: str, path: str) -> None:
    problem = Problem("a", "b")
    finding = Finding(
        rule="quotas", kind="advice", blocks=True, address="x.y", subject="it", monitor=monitor, problem=problem
    )
    (problem,) = Judgement((finding,), (), ()).problems("prod")
    assert (problem.path, problem.rule, problem.fix) == (path, "it: a [quotas]", "b")


def test_only_advice_stops_no_synth_unless_it_says_so() -> None:
    def check(stack: Stack) -> Iterator[Broken]:
        yield None, Problem(stack.name)

    kinds: list[tuple[RuleClass, bool | None]] = [("advice", None), ("advice", True), ("not heard", None)]
    made = [rule("name", kind, story="story", page="page", blocks=blocks)(check) for kind, blocks in kinds]
    assert [one.blocks for one in made] == [False, True, True]
    one = made[0]
    assert (one.name, one.kind, one.story, one.page, one.check) == ("name", "advice", "story", "page", check)


def test_the_waivers_of_the_register_next_to_a_configuration(tmp_path: Path) -> None:
    file = tmp_path / "cdk.tf.json"
    assert registered_for(file) == []
    waived = {"rule": "quotas", "reason": "Asked for more.", "monitors": ["calls"], "findings": 1}
    (tmp_path / "register.json").write_text(json.dumps({"waived": [waived]}))
    assert registered_for(file) == [RegisteredWaiver("quotas", "Asked for more.", ["calls"])]
