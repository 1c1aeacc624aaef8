"""What a review calls things, how it shows values, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.review.arguments import gone, same, shown
from constructs_lib.review.effect import Effect, order
from constructs_lib.review.names import ResourceNames, Words
from constructs_lib.terraform.reading import parse
from constructs_lib.terraform.stack import Stack
from tests.review.plans import ALARM, ONCALL, TEAM, change, reviewed, told

STACK = parse({"resource": {"aws_sns_topic": {"a": {"name": "pages"}}}}, name="stack")
assert isinstance(STACK, Stack)
NAMES = ResourceNames(STACK)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not set"), ("", "not set"), (0, "0"), (False, "false"), ("é", "é"), (["é", 1], '["é",1]'),
        ("x" * 600, "x" * 600), ("x" * 601, "x" * 600 + "…"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_its_file_writes_it(value: object, words: str) -> None:
    assert shown(value) == words


@pytest.mark.parametrize(
    ("was", "becomes", "equal"),
    [
        ('{"a": [1]}', ' {"a":[1]}', True), ("[1, 2]", "[1,2]", True), ("{", "{ ", False), ("a ", "a", False),
        ([{"a": 1, "b": None}], {"a": 1}, True), ([{"a": 1}, {"a": 2}], [{"a": 1}], False),
        ([[{"a": ""}]], [[{}]], True), (["a"], ["a", "b"], False), (None, [], True), ("", None, True),
    ],
)  # fmt: skip
def test_what_says_the_same(was: object, becomes: object, equal: bool) -> None:
    assert same(was, becomes) is equal


def test_what_is_there_no_more() -> None:
    assert gone([{"a": 1, "b": ""}, {"a": 2}], {"a": 1}) == [{"a": 2}]
    assert gone({"a": 1}, None) == [{"a": 1}]
    assert gone([[{"a": None}], "x"], [[{}]]) == ["x"]


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("https://hooks.example.com/a/secret", "https://hooks.example.com/…"),
        ("https://hooks.example.com", "https://hooks.example.com"),
        ("a/b@example.com", "a/b@example.com"),
        ("+49:123", "+49:123"),
        ("arn:aws:sqs:us-east-1:123456789012:jobs", "jobs"),
        ("${aws_sns_topic.a.arn}", "pages"),
        ("", "a receiver"),
    ],
)
def test_an_endpoint_without_what_is_as_good_as_a_password(endpoint: str, words: str) -> None:
    assert Words({"endpoint": endpoint}, NAMES)["endpoint"] == words


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"name": "a"}, "sqs queue a"), ({"name": "${var.a}"}, "aws_sqs_queue.q"), ({"name": 5}, "aws_sqs_queue.q"),
        ({"topic_arn": ONCALL}, "sqs queue of oncall"), ({}, "aws_sqs_queue.q"),
    ],
)  # fmt: skip
def test_a_resource_by_its_name_or_what_it_belongs_to(values: dict[str, Any], name: str) -> None:
    found = parse({"resource": {"aws_sqs_queue": {"q": values}}}, name="stack")
    assert isinstance(found, Stack)
    assert ResourceNames(found).resource(found.resources[0]) == name


def test_topics_by_their_names() -> None:
    assert (NAMES.topics((ONCALL, TEAM)), NAMES.topics(())) == ("oncall, team", "no one")


def test_an_unknown_severity_stands_where_warnings_stand() -> None:
    effects = [
        Effect(kind="loosened", address="", name=name, severity=severity, summary="")
        for name, severity in (("a", "info"), ("b", ""), ("c", "critical"), ("d", "warning"), ("e", "P1"))
    ] + [Effect(kind="deleted", address="", name="z", severity="info", summary="")]
    assert "".join(effect.name for effect in sorted(effects, key=order)) == "zcbdea"


QUIET = ALARM | {"alarm_actions": [], "ok_actions": []}


def test_an_alarm_that_calls_no_one() -> None:
    ((_, said),) = told(reviewed(change(None, QUIET)))
    assert said.startswith("Changes its state, but notifies no one, when sum of errors")
    ((_, said),) = told(reviewed(change(None, ALARM | {"actions_enabled": False})))
    assert said.startswith("Changes its state, but notifies no one, when sum of errors")


def test_whether_it_calls_at_all_is_not_yet_known() -> None:
    found = reviewed(change(ALARM, ALARM | {"actions_enabled": None}, unknown={"actions_enabled": True}))
    assert told(found) == [("unclear", "whether its actions are enabled is known after apply")]


def test_no_one_hears_that_data_is_missing() -> None:
    found = reviewed(change(ALARM | {"insufficient_data_actions": [TEAM]}, ALARM))
    assert told(found) == [("receivers", "when without data: team → no one")]
