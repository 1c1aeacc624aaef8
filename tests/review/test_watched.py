"""What carries and what feeds alarms: deleted, switched off or narrowed, it is weakened or for a person to judge."""

from __future__ import annotations

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.review.arguments import on
from constructs_lib.review.watched import WATCHED, Watched
from tests.review.plans import change, reviewed
from tests.test_newest_provider import structs

TOPIC = "arn:aws:sns:us-east-1:123456789012:oncall"
ROWS = [pytest.param(kind, row, id=kind) for kind, row in WATCHED.items()]
ARGUMENTS = [
    pytest.param(kind, row, place, argument, id=f"{kind}-{argument}")
    for kind, row in WATCHED.items()
    for place in ("on", "off", "listed", "judged")
    for argument in getattr(row, place)
]
SHOWN: dict[str, tuple[dict[str, Any], str]] = {
    "aws_chatbot_slack_channel_configuration": (
        {"configuration_name": "ml", "sns_topic_arns": [TOPIC]},
        "ml no longer receives what is published to oncall",
    ),
    "aws_lambda_permission": (
        {"function_name": "page", "principal": "sns.amazonaws.com"},
        "page may no longer be called by sns.amazonaws.com",
    ),
    "aws_cloudwatch_event_target": ({"arn": TOPIC}, "matched events no longer reach oncall"),
    "aws_api_gateway_account": ({"cloudwatch_role_arn": "x"}, "no API of this account and Region can log any more"),
    "aws_iam_role_policy_attachment": (
        {"role": "gpu", "policy_arn": "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"},
        "gpu may no longer publish what policy CloudWatchAgentServerPolicy lets it publish",
    ),
    "aws_flow_log": ({}, "network traffic is no longer logged"),
}


NAMED = (
    "name", "configuration_name", "topic_arn", "sns_topic_arn", "sns_topic", "arn", "log_group_name", "function_name",
    "principal", "grantee_principal", "event_bus_name", "bucket", "role", "policy_arn", "addon_name",
)  # fmt: skip


def values(row: Watched) -> dict[str, Any]:
    """Arguments that make a resource one that the row is about."""
    return {argument: words[0] for argument, words in row.only}


def nested(path: str, value: object) -> dict[str, Any]:
    """An argument in blocks, as a plan writes them."""
    name, _, rest = path.partition(".")
    return {name: [nested(rest, value)]} if rest else {name: value}


def found(kind: str, before: dict[str, Any] | None, after: dict[str, Any] | None, **more: Any) -> list[tuple[str, str]]:
    effects = reviewed(change(before, after, kind=kind, name="it", **more)).effects
    return [(effect.level, "; ".join((effect.summary, *effect.details))) for effect in effects]


@pytest.mark.parametrize(("kind", "row"), ROWS)
def test_arguments_are_those_of_the_provider(kind: str, row: Watched) -> None:
    known = {name for struct in structs(kind.removeprefix("aws_")).values() for name in struct.known}
    words = {word for path in (*row.on, *row.off, *row.listed, *row.judged) for word in path.split(".")}
    assert kind.startswith("awscc_") or words <= known, words - known


@pytest.mark.parametrize(("kind", "row"), [(kind, row) for kind, row in WATCHED.items() if row.gone])
def test_what_is_deleted_is_said(kind: str, row: Watched) -> None:
    ((level, said), *_) = found(kind, values(row), None)
    assert level == ("unclear" if row.lost == "unclear" else "weakened")
    assert "{" not in said
    assert said


def test_every_sentence_reads_well(snapshot: SnapshotAssertion) -> None:
    """What is said where a resource is deleted: with all its arguments, and with none."""
    filled = {word: f"the-{word}" for word in NAMED} | {
        "metric_transformation": [{"namespace": "App", "name": "Errors"}],
        "sns_topic_arns": [TOPIC],
        "endpoint": "https://hooks.example.com/secret",
    }
    lines = [
        f"{kind}: {said}"
        for kind, row in WATCHED.items()
        if row.gone
        for arguments in (filled, {})
        for _, said in found(kind, arguments | values(row), None)
    ]
    assert "\n".join(lines) == snapshot


@pytest.mark.parametrize(("kind", "said"), SHOWN.items())
def test_the_sentence_names_what_is_lost(kind: str, said: tuple[dict[str, Any], str]) -> None:
    assert [sentence for _, sentence in found(kind, said[0], None)] == [said[1]]


@pytest.mark.parametrize(("kind", "row", "place", "argument"), ARGUMENTS)
def test_what_is_switched_off_or_narrowed_is_said(kind: str, row: Watched, place: str, argument: str) -> None:
    sides = {"on": (True, False), "off": (False, True), "listed": (["a", "b"], ["a"]), "judged": ("a", "b")}[place]
    before, after = (values(row) | nested(argument, side) for side in sides)
    before |= values(row)
    (effect,) = found(kind, before, after)
    assert effect[0] == ("unclear" if "unclear" in (row.lost, place) or place == "judged" else "weakened")
    assert argument in effect[1]
    assert found(kind, after, before) == [] or place == "judged", "the other way round nothing is lost"


@pytest.mark.parametrize(("kind", "row", "place", "argument"), [one for one in ARGUMENTS if "judged" not in one.values])
def test_what_is_not_known_is_not_called_lost(kind: str, row: Watched, place: str, argument: str) -> None:
    before = values(row) | nested(argument, ["a"] if place == "listed" else place == "on")
    after = values(row) | nested(argument, None)
    name, _, rest = argument.partition(".")
    unknown = {name: [nested(rest, True)] if rest else True}
    assert {level for level, _ in found(kind, before, after, unknown=unknown)} <= {"unclear"}


def test_another_policy_than_one_that_publishes_is_no_finding() -> None:
    attached = {"role": "app", "policy_arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}
    assert found("aws_iam_role_policy_attachment", attached, None) == []


def test_a_document_in_other_words_is_the_same() -> None:
    rule = {"name": "failed", "event_pattern": '{"source": ["aws.sagemaker"], "detail": {}}'}
    assert (
        found("aws_cloudwatch_event_rule", rule, rule | {"event_pattern": '{"detail":{},"source":["aws.sagemaker"]}'})
        == []
    )


def test_a_block_that_is_written_in_two_ways_is_the_same() -> None:
    stage = {"access_log_settings": {"destination_arn": "a", "format": "b"}}
    assert found("aws_api_gateway_stage", stage, {"access_log_settings": [stage["access_log_settings"]]}) == []


@pytest.mark.parametrize("value", [None, False, "", 0, "false", "OFF", "DISABLED", [], {}])
def test_nothing_and_off_are_off(value: object) -> None:
    assert (on(value), on("ENABLED"), on(["a"]), on(5)) == (False, True, True, True)
