"""Recorded tests on the page: shown as long as the alarm is the one that was tested."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.errors import ConfigError
from constructs_lib.register.page import page
from constructs_lib.register.tested import AlarmTests, Example, recorded_tests
from constructs_lib.terraform.fingerprint import alarms_of, fingerprint
from constructs_lib.terraform.stack import Stack
from tests.register.registers import ERRORS, by_hand, registered


def stack(**changed: Any) -> Stack:
    alarm = {"alarm_name": "calls", "threshold": 5, "metric_name": "Errors", "namespace": "AWS/Lambda"} | changed
    return by_hand({"aws_cloudwatch_metric_alarm": {"calls": alarm}})


def recorded(folder: Path, **changed: Any) -> None:
    ((name, alarm),) = alarms_of(stack())
    one = {"of": fingerprint(alarm), "fires": ["a"], "quiet": ["b", "c"], "example": {"test": "a", "values": [1, None]}}
    (folder / "monitoring.tests.json").write_text(json.dumps({"stack": "stack", "alarms": {name: one}} | changed))


def test_what_was_recorded_of_an_alarm(tmp_path: Path) -> None:
    recorded(tmp_path)
    assert recorded_tests(tmp_path, stack()) == {"calls": AlarmTests(("a",), ("b", "c"), Example("a", (1, None)))}
    assert recorded_tests(tmp_path, stack(alarm_description="other words", tags={"a": "b"})).keys() == {"calls"}


def test_of_an_alarm_that_has_changed_nothing_is_known(tmp_path: Path) -> None:
    recorded(tmp_path)
    assert recorded_tests(tmp_path, stack(threshold=6)) == {}


def test_what_was_recorded_of_another_stack_says_nothing(tmp_path: Path) -> None:
    recorded(tmp_path, stack="staging")
    assert recorded_tests(tmp_path, stack()) == {}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stack": "stack", "alarms": {"calls": {}}}', "<<<<<<< HEAD"])
def test_a_record_that_can_not_be_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "monitoring.tests.json").write_text(text)
    with pytest.raises(ConfigError, match=r"tests.json: is not what .*test --record. writes; run"):
        recorded_tests(tmp_path, stack())


def test_the_page_names_the_tests_and_how_much_they_cover() -> None:
    register = registered({"a": ERRORS, "b": ERRORS})
    names = [f"t{number}" for number in range(5)]
    tests = {"recommender-production-a": AlarmTests(("a <burst>",), tuple(names))}
    text = page(replace(register, context=replace(register.context, tests=tests)))
    assert "<dt>Fires in tests</dt><dd>a &lt;burst&gt;</dd>" in text
    assert "<dt>Quiet in tests</dt><dd>t0; t1; t2; and 2 more</dd>" in text
    assert "<b>50 %</b>tested" in text
    assert "tested</li>" not in page(register)
