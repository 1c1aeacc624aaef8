"""What the evaluator says where Terraform does not know everything: never more than follows from what it knows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.aws.policy import NOT_KNOWN as NO_VALUE
from constructs_lib.aws.policy import Answer, Policy, Principal, Request, evaluate
from constructs_lib.aws.policy.wildcard import matches, matches_arn, tokens

ALLOWED, DENIED, NOT_KNOWN = Answer.ALLOWED, Answer.DENIED, Answer.NOT_KNOWN
TOPIC = "${aws_sns_topic.oncall.arn}"
ALARM = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:calls"
CLOUDWATCH = Principal("Service", "cloudwatch.amazonaws.com")


def publish(resource: str = TOPIC, *, complete: bool = True, **context: str) -> Request:
    keys = {f"aws:{key}": value for key, value in context.items()}
    return Request(principal=CLOUDWATCH, action="sns:Publish", resource=resource, context=keys, complete=complete)


def answer(request: Request, *, effect: str = "Allow", **elements: Any) -> Answer:
    """What a topic's policy of one statement says."""
    body = {"Effect": effect, "Principal": {"Service": CLOUDWATCH.id}, "Action": "sns:Publish", "Resource": TOPIC}
    return evaluate(request, resource=Policy({"Version": "2012-10-17", "Statement": [body | elements]})).answer


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("${a.b.arn}", "${a.b.arn}", True),
        ("${a.b.arn}/*", "${a.b.arn}/key", True),
        ("${a.b.arn}/*", "${a.b.arn}", None),  # the reference could end in a slash
        ("${a.b.arn}", "${a.c.arn}", None),  # two names may have one value
        ("${(known after apply)}", "${(known after apply)}", None),  # two unknown values of a plan
        ("*", "${a.b.arn}", True),
        ("arn:*", "${a.b.arn}", None),
        ("${a.b.arn}", "arn:aws:sns:us-east-1:123456789012:oncall", None),
        ("team-${var.x}", "other-${var.x}", False),  # whatever it is
        ("team-?", "team-${var.x}", None),
        ("${var.x}-queue", "jobs", False),
        ("a${var.x}b${var.x}", "a${var.x}b${var.x}", True),
        ("$${var.x}", "${var.x}", None),  # a text, and a reference that may have it
    ],
)
def test_texts_with_references(pattern: str, value: str, fits: bool | None) -> None:
    assert matches(tokens(pattern, wildcards=True), tokens(value)) is fits


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("arn:aws:sns:us-east-1:${var.account}:t", "arn:aws:sns:us-east-1:${var.account}:t", True),
        ("arn:aws:sns:us-east-1:${var.account}:t", "arn:aws:sns:eu-west-1:123456789012:t", False),
        ("arn:aws:sns:us-east-1:${var.account}:t", "arn:aws:sns:us-east-1:123456789012:t", None),
        ("${aws_sns_topic.t.arn}", "arn:aws:sns:us-east-1:123456789012:t", None),
        ("arn:${data.aws_partition.p.id}:s3:::b/*", "arn:aws:s3:::b/key", None),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::${aws_s3_bucket.b.bucket}/key", None),
        ("arn:aws:logs:*:*:*", "arn:aws:logs:us-east-1:123456789012:log-group:g:*", True),
    ],
)
def test_arns_with_references(pattern: str, value: str, fits: bool | None) -> None:
    assert matches_arn(tokens(pattern, wildcards=True), tokens(value)) is fits


def test_a_reference_is_itself() -> None:
    assert answer(publish()) == ALLOWED


def test_another_topic_may_be_this_one() -> None:
    assert answer(publish("${aws_sns_topic.other.arn}")) == NOT_KNOWN


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ({"Principal": "${var.who}"}, NOT_KNOWN),
        ({"Principal": {"Service": "${var.service}"}}, NOT_KNOWN),
        ({"Principal": {"AWS": "${var.who}"}}, NOT_KNOWN),  # it may be "*"
        ({"Principal": {"AWS": "${aws_iam_role.r.arn}-x"}}, DENIED),  # it can't be "*"
        ({"Action": "${var.action}"}, NOT_KNOWN),
        ({"Action": "sqs:${var.action}"}, DENIED),
        ({"Condition": "${var.condition}"}, NOT_KNOWN),
        ({"Condition": {"StringEquals": "${var.keys}"}}, NOT_KNOWN),
        ({"Condition": {"StringSounds": {"aws:SourceArn": ALARM}}}, NOT_KNOWN),  # an operator to come
        ({"Condition": {"ArnLike": {"aws:SourceArn": "${var.alarms}"}}}, NOT_KNOWN),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:${var.a}:alarm:*"}}}, NOT_KNOWN),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:events:*:${var.a}:*"}}}, DENIED),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "*"}}}, NOT_KNOWN),  # of too few parts: not documented
        ({"Condition": {"NumericLessThan": {"aws:SourceAccount": "${var.n}"}}}, NOT_KNOWN),
        ({"Condition": {"StringEquals": {"aws:SourceVpc": "${var.vpc}"}}}, DENIED),  # the call has no such key
        ({"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}}, NOT_KNOWN),
    ],
    ids=str,
)
def test_what_is_not_known_is_never_wrong(elements: dict[str, Any], said: Answer) -> None:
    assert answer(publish(SourceArn=ALARM, SourceAccount="123456789012"), **elements) == said


def test_a_condition_on_a_key_nobody_knows_of() -> None:
    """Allowed and denied both need to know whether AWS sends it."""
    condition = {"StringEquals": {"aws:SourceOrgID": "o-123"}}
    assert answer(publish(), Condition=condition) == DENIED
    assert answer(publish(complete=False), Condition=condition) == NOT_KNOWN
    assert answer(publish(SourceOrgID=NO_VALUE), Condition=condition) == NOT_KNOWN
    assert answer(publish(complete=False), Condition={"Null": {"aws:SourceOrgID": "false"}}) == NOT_KNOWN
    assert answer(publish(SourceOrgID=NO_VALUE), Condition={"Null": {"aws:SourceOrgID": "false"}}) == ALLOWED


def test_a_deny_that_may_apply_leaves_it_open() -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "${var.topic}"}
    decision = evaluate(publish(), resource=Policy({"Statement": [allow, deny]}))
    assert decision.answer == NOT_KNOWN
    assert decision.reason == "it depends on Deny #2"
    assert evaluate(publish(), resource=Policy({"Statement": [deny]})).answer == DENIED, "nothing allows it"


@pytest.mark.parametrize(
    "value",
    [
        "${data.aws_iam_policy_document.topic.json}",
        '${jsonencode({"Version" = "2012-10-17"})}',
        "${(known after apply)}",
        '{"Statement": ${jsonencode(local.statements)}}',
        '{"Statement": "${local.statements}"}',
        "no JSON",
        "[]",
        None,
    ],
    ids=str,
)
def test_a_policy_that_can_not_be_read_yet(value: object) -> None:
    decision = evaluate(publish(), resource=Policy.read(value))
    assert decision.answer == NOT_KNOWN
    assert "not known" in decision.reason


def test_quotes_inside_a_reference_belong_to_terraform() -> None:
    text = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "${var.arns["a"]}"}}'
    assert evaluate(publish('${var.arns["a"]}'), resource=Policy.read(text)).answer == ALLOWED
    escaped = text.replace('["a"]', '[\\"a\\"]')
    assert evaluate(publish('${var.arns["a"]}'), resource=Policy.read(escaped)).answer == ALLOWED


def test_a_policy_variable_is_no_reference() -> None:
    """A configuration escapes its dollar sign; a plan has it as AWS gets it."""
    for text in ("arn:aws:sqs:us-east-1:123456789012:$${aws:username}", "arn:aws:sqs:us-east-1:123456789012:${aws:username}"):  # noqa: E501  # fmt: skip
        identity = Policy({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": text}})
        bob = Principal("AWS", "arn:aws:iam::123456789012:user/bob")
        for name, said in (("bob", ALLOWED), ("eve", DENIED)):
            queue = f"arn:aws:sqs:us-east-1:123456789012:{name}"
            request = Request(principal=bob, action="sqs:SendMessage", resource=queue, context={"aws:username": "bob"})
            assert evaluate(request, identity=[identity]).answer == said


def test_accounts_that_are_not_known() -> None:
    """Whether both are one account decides; where both ways end alike, it does not matter."""
    caller = Principal("AWS", "arn:aws:iam::${var.account}:role/r")
    request = Request(principal=caller, action="sns:Publish", resource="arn:aws:sns:us-east-1:123456789012:t")
    own = Policy({"Statement": {"Effect": "Allow", "Action": "sns:*", "Resource": "*"}})
    anybody = Policy({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sns:*", "Resource": "*"}})
    assert evaluate(request, identity=[own]).answer == NOT_KNOWN
    assert evaluate(request, identity=[own], resource=anybody).answer == ALLOWED
    assert evaluate(request).answer == DENIED


WORDS = ("sns", "us-east-1", "123456789012", "999999999999", "oncall", "team", "alarm:calls", "rule/failed")


@given(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS),
    st.sampled_from(["ArnLike", "ArnNotLike", "StringEquals", "StringNotLike", "StringLikeIfExists"]),
    st.sampled_from(["Allow", "Deny"]),
    st.sets(st.sampled_from(WORDS)),
)
def test_a_value_that_becomes_known_never_contradicts(
    account: str, name: str, operator: str, effect: str, hidden: set[str]
) -> None:
    """Replace any words, everywhere, by references: the answer is the same, or not known."""
    source = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:calls"
    statements = [
        {"Effect": "Allow", "Principal": "*", "Action": "sns:*", "Resource": f"arn:aws:sns:us-east-1:{account}:*"},
        {
            "Effect": effect,
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": f"arn:aws:sns:*:123456789012:{name}",
            "Condition": {operator: {"aws:SourceArn": f"arn:aws:cloudwatch:us-east-1:{account}:alarm:*"}},
        },
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    resource = "arn:aws:sns:us-east-1:123456789012:oncall"
    known = evaluate(publish(resource, SourceArn=source), resource=Policy.read(policy)).answer

    def hide(text: str) -> str:
        for word in hidden:
            text = text.replace(word, f"${{var.w{WORDS.index(word)}}}")
        return text

    request = publish(hide(resource), SourceArn=hide(source))
    assert evaluate(request, resource=Policy.read(hide(policy))).answer in (known, NOT_KNOWN)
