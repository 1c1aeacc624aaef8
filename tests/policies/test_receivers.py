"""What moto does not play: chat channels and response plans, held to AWS's own models of the calls that are made."""

from __future__ import annotations

import re
from typing import Any

import botocore.loaders
import botocore.model
import botocore.validate
import pytest

from constructs_lib.alarms.receivers import RECEIVER_TYPES
from constructs_lib.aws.policy import Answer
from constructs_lib.aws.policy.service_calls import ALARM_PUBLISHES, RULE_PUBLISHES
from constructs_lib.testing import resources, synth
from tests.configs import config, load
from tests.policies.deployed import ACCOUNT, stacks, trusted_by
from tests.policies.test_resources import policy_of
from tests.stacks import monitoring_stack

GUID = "1234abcd-12ab-34cd-56ef-1234567890ab"
EVERY: dict[str, Any] = {
    "email": "oncall@example.com",
    "https": "${var.url}",
    **dict.fromkeys(("pagerduty", "pagerduty_eu", "opsgenie", "opsgenie_eu", "incident_io"), "${var.key}"),
    "sqs": f"arn:aws:sqs:us-east-1:{ACCOUNT}:alarms",
    "lambda": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:on-alarm",
    "topic": f"arn:aws:sns:us-east-1:{ACCOUNT}:oncall",
    "slack": {"workspace": "T012AB3C4", "channel": "C0123ABCD", "name": "ml-oncall"},
    "teams": {"tenant": GUID, "team": GUID, "channel": "19%3Aabc123%40thread.tacv2", "name": "ml-team"},
    "incident": f"arn:aws:ssm-incidents::{ACCOUNT}:response-plan/oncall",
    "ops_item": {"severity": 2},
}
"""An address of every kind of receiver."""

JOBS = {"pattern": "training_jobs", "name_prefix": "ranker-", "severity": "critical"}
WITH_MAIL = {"email": "all@example.com"}


def deployed(kind: str) -> dict[str, Any]:
    """A stack whose alarms and failed jobs one receiver hears of, beside an e-mail address."""
    return synth(monitoring_stack(config({"jobs": JOBS}, notifications={"critical": [WITH_MAIL, {kind: EVERY[kind]}]})))


def shape(service: str, operation: str) -> Any:
    """The input of a call, as AWS's model has it."""
    model = botocore.loaders.Loader().load_service_model(service, "service-2")
    return botocore.model.ServiceModel(model).operation_model(operation).input_shape


def broken(call: dict[str, Any], input_shape: Any) -> list[str]:
    """What AWS's model says against a call: types, lengths, and the patterns that botocore itself leaves to AWS."""
    found = [botocore.validate.ParamValidator().validate(call, input_shape).generate_report()]
    for name, value in call.items():
        member = input_shape.members[name]
        pattern = getattr(member, "metadata", {}).get("pattern")
        if pattern and isinstance(value, str) and not re.fullmatch(pattern, value):
            found.append(f"{name} {value!r} is not like {pattern}")
    return [*filter(None, found)]


def test_there_is_an_address_of_every_kind() -> None:
    assert EVERY.keys() == RECEIVER_TYPES.keys()


@pytest.mark.parametrize("kind", RECEIVER_TYPES)
def test_every_kind_hears_alarms_and_events_or_check_says_that_it_hears_no_events(kind: str) -> None:
    stack = deployed(kind)
    (alarm,) = resources(stack, "aws_cloudwatch_metric_alarm").values()
    targets = {target["arn"] for target in resources(stack, "aws_cloudwatch_event_target").values()}
    notes = [
        str(note)
        for note in load(config({"jobs": JOBS}, notifications={"critical": [WITH_MAIL, {kind: EVERY[kind]}]})).notes()
    ]
    own = EVERY[kind] if isinstance(EVERY[kind], str) else f"arn:aws:ssm:us-east-1:{ACCOUNT}:opsitem:"
    if RECEIVER_TYPES[kind].direct:
        assert any(action.startswith(own) for action in alarm["alarm_actions"])
        assert (own in targets) is RECEIVER_TYPES[kind].hears_events
    else:
        hearing = {item["topic_arn"] for item in resources(stack, "aws_sns_topic_subscription").values()} | {
            arn
            for of in ("slack", "teams")
            for item in resources(stack, f"aws_chatbot_{of}_channel_configuration").values()
            for arn in item["sns_topic_arns"]
        }
        assert {*alarm["alarm_actions"]} & hearing
        assert targets <= hearing
    assert (
        any(kind in note and "hears of alarms only" in note for note in notes) is not RECEIVER_TYPES[kind].hears_events
    )


def test_a_channels_configuration_is_what_amazon_q_takes() -> None:
    names = {
        "configuration_name": "ConfigurationName",
        "iam_role_arn": "IamRoleArn",
        "sns_topic_arns": "SnsTopicArns",
        "guardrail_policy_arns": "GuardrailPolicyArns",
        "user_authorization_required": "UserAuthorizationRequired",
        "logging_level": "LoggingLevel",
        "slack_team_id": "SlackTeamId",
        "slack_channel_id": "SlackChannelId",
        "tenant_id": "TenantId",
        "team_id": "TeamId",
        "channel_id": "ChannelId",
    }
    for kind, operation in (
        ("slack", "CreateSlackChannelConfiguration"),
        ("teams", "CreateMicrosoftTeamsChannelConfiguration"),
    ):
        (made,) = resources(deployed(kind), f"aws_chatbot_{kind}_channel_configuration").values()
        call = {names[key]: value for key, value in made.items() if key in names}
        call["IamRoleArn"] = f"arn:aws:iam::{ACCOUNT}:role/recommender-production-chat"
        call["SnsTopicArns"] = [f"arn:aws:sns:us-east-1:{ACCOUNT}:recommender-production-critical"]
        assert {*names} >= {key for key in made if key not in ("lifecycle", "depends_on")}
        assert broken(call, shape("chatbot", operation)) == []
        (wrong, *others) = [key for key in call if key.endswith(("TeamId", "ChannelId"))]
        assert broken(call | {wrong: "not an id"}, shape("chatbot", operation)), others


def test_the_topics_of_a_chat_let_alarms_and_events_in_and_its_role_lets_amazon_q_in() -> None:
    (here,) = (found for found in stacks() if found.name == "receivers-production")
    channels = [
        item for kind in ("slack", "teams") for item in here.of(f"aws_chatbot_{kind}_channel_configuration").values()
    ]
    assert len(channels) == 2
    for channel in channels:
        for topic in channel["sns_topic_arns"]:
            policy = policy_of(here, "aws_sns_topic_policy", "arn", topic)
            alarm = f"arn:aws:cloudwatch:{here.region}:{ACCOUNT}:alarm:errors"
            assert ALARM_PUBLISHES.answer(policy, topic, source=alarm, account=ACCOUNT) == Answer.ALLOWED
    chats = {arn for channel in channels for arn in channel["sns_topic_arns"] if arn.endswith("-chat")}
    sent = {target["arn"] for target in here.of("aws_cloudwatch_event_target").values()}
    assert sent & chats, "events are sent to it in its own form"
    for topic in sent & chats:
        assert RULE_PUBLISHES.answer(policy_of(here, "aws_sns_topic_policy", "arn", topic), topic) == Answer.ALLOWED
    (role,) = (role for role in here.roles() if role.arn == channels[0]["iam_role_arn"])
    assert trusted_by(role, "chatbot.amazonaws.com").answer == Answer.ALLOWED


def test_a_response_plan_is_named_as_incident_manager_does() -> None:
    start = shape("ssm-incidents", "StartIncident")
    (alarm,) = resources(deployed("incident"), "aws_cloudwatch_metric_alarm").values()
    (plan,) = (action for action in alarm["alarm_actions"] if ":ssm-incidents:" in action)
    assert broken({"responsePlanArn": plan}, start) == []
    assert broken({"responsePlanArn": "oncall"}, start)
