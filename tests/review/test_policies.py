"""Whom a changed policy no longer lets in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.review.plans import change, reviewed

ROOT: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "*", "Resource": "*"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [ROOT, *statements]})


def lets_in(service: str, *actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions), "Resource": "*", **more}


ALARMS = lets_in("cloudwatch.amazonaws.com", "sns:Publish")
OF_ACCOUNT = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
EVENTS = lets_in("events.amazonaws.com", "sns:Publish")
KEY = lets_in("cloudwatch.amazonaws.com", "kms:Decrypt", "kms:GenerateDataKey*")
SENDS = lets_in("events.amazonaws.com", "sqs:SendMessage")
FORBIDDEN = {"Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": "*"}


TOPIC = {"arn": "arn:aws:sns:us-east-1:123456789012:oncall", "name": "oncall"}
KEY_OF = {"id": "1234", "arn": "arn:aws:kms:us-east-1:123456789012:key/1234"}
QUEUE = {"id": "https://sqs.us-east-1.amazonaws.com/123456789012/failed", "name": "failed"}


def apart(owner: dict[str, Any], kind: str, link: str, *, made: bool, written: str) -> list[tuple[str, str]]:
    """What a policy of its own does to an owner that stays, when it is made or deleted."""
    policy_of_it = {link: owner.get("arn" if link == "arn" else "id"), "policy": written}
    sides = (None, policy_of_it) if made else (policy_of_it, None)
    found = reviewed(change(owner, owner, kind=kind.removesuffix("_policy"), name="it"), change(*sides, kind=kind))
    return [(effect.kind, effect.summary) for effect in found.effects]


@pytest.mark.parametrize(
    ("owner", "kind", "link", "made", "written", "said"),
    [
        (TOPIC, "aws_sns_topic_policy", "arn", True, policy(EVENTS), "its policy no longer lets cloudwatch"),
        (TOPIC, "aws_sns_topic_policy", "arn", False, policy(ALARMS, EVENTS), "its policy no longer lets events"),
        (KEY_OF, "aws_kms_key_policy", "key_id", False, policy(KEY), "its policy no longer lets cloudwatch"),
        (QUEUE, "aws_sqs_queue_policy", "queue_url", False, policy(SENDS), "its policy no longer lets events"),
    ],
)
def test_a_policy_of_its_own_is_made_or_deleted(
    owner: dict[str, Any], kind: str, link: str, *, made: bool, written: str, said: str
) -> None:
    ((effect, summary),) = apart(owner, kind, link, made=made, written=written)
    assert effect == "receivers"
    assert summary.startswith(said)


def test_a_policy_that_goes_with_its_topic_is_no_finding_of_its_own() -> None:
    gone = change({"arn": TOPIC["arn"], "policy": policy(ALARMS)}, None, kind="aws_sns_topic_policy")
    found = reviewed(change(TOPIC, None, kind="aws_sns_topic", name="it"), gone)
    assert [effect.summary for effect in found.effects] == ["topic oncall is deleted, with all its subscribers"]


def test_statements_that_go_are_shown() -> None:
    (effect,) = reviewed(change({"policy": policy(KEY)}, {"policy": policy()}, kind="aws_kms_key")).effects
    (detail,) = effect.details
    assert detail.startswith('gone: {"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"}')


def test_a_key_whose_services_may_still_have_a_way_in_is_for_a_person_to_judge() -> None:
    account = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert changed("aws_kms_key", policy(KEY), policy(KEY | {"Condition": account})) == [
        ("unclear", "its policy changes")
    ]


def changed(kind: str, before: object, after: object) -> list[tuple[str, str]]:
    """Kind and sentence of each effect of a change of a policy."""
    found = reviewed(change({"policy": before}, {"policy": after}, kind=kind, name="it"))
    return [(effect.kind, effect.summary) for effect in found.effects]


@pytest.mark.parametrize(
    ("kind", "before", "after", "services"),
    [
        ("aws_sns_topic_policy", policy(ALARMS, EVENTS), policy(EVENTS), "cloudwatch.amazonaws.com"),
        ("aws_sns_topic", policy(ALARMS, EVENTS), policy(), "cloudwatch.amazonaws.com and events.amazonaws.com"),
        ("aws_sns_topic", policy(ALARMS), policy(ALARMS, FORBIDDEN), "cloudwatch.amazonaws.com"),
        (
            "aws_sns_topic_policy",
            policy(EVENTS),
            policy(EVENTS | {"Condition": OF_ACCOUNT}),  # EventBridge sends no such key
            "events.amazonaws.com",
        ),
        ("aws_kms_key", policy(KEY), policy(), "cloudwatch.amazonaws.com"),
        ("aws_kms_key_policy", policy(KEY), policy(KEY | {"Action": "kms:Decrypt"}), "cloudwatch.amazonaws.com"),
        ("aws_sqs_queue_policy", policy(SENDS), policy(), "events.amazonaws.com"),
    ],
)
def test_a_service_that_has_no_way_in_any_more(kind: str, before: str, after: str, services: str) -> None:
    assert changed(kind, before, after) == [("receivers", f"its policy no longer lets {services} in")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (policy(ALARMS), policy(ALARMS | {"Condition": OF_ACCOUNT})),  # that of the alarms, most probably
        (policy(ALARMS), policy(ALARMS | {"Principal": {"Service": "${var.service}"}})),
        (policy(ALARMS), "${data.aws_iam_policy_document.topic.json}"),
        ("${data.aws_iam_policy_document.topic.json}", policy()),
        (policy(), policy(ALARMS)),
    ],
)
def test_what_may_still_have_one_is_for_a_person_to_judge(before: str, after: str) -> None:
    assert changed("aws_sns_topic_policy", before, after) == [("unclear", "its policy changes")]


def test_a_key_that_has_nothing_to_do_with_it_is_no_finding() -> None:
    assert changed("aws_kms_key", policy(), policy(lets_in("logs.eu-west-1.amazonaws.com", "kms:*"))) == []
