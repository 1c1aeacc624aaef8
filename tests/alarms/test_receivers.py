"""The table of receiver types is whole: what it names exists, and a user can write each."""

from __future__ import annotations

from pkgutil import resolve_name

import pytest

from constructs_lib.alarms.receivers import RECEIVER_TYPES, receiver_type, service_at, webhook
from constructs_lib.errors import Problem
from constructs_lib.options.notifications import Receiver


def test_a_user_can_write_every_receiver_type() -> None:
    assert [Receiver.key_of(field) for field in Receiver.model_fields] == list(RECEIVER_TYPES)
    assert all(key == kind.key for key, kind in RECEIVER_TYPES.items())


@pytest.mark.parametrize(
    ("key", "endpoint"),
    [
        ("pagerduty", "https://events.pagerduty.com/integration/${var.key}/enqueue"),
        ("pagerduty_eu", "https://events.eu.pagerduty.com/integration/${var.key}/enqueue"),
        ("opsgenie", "https://api.opsgenie.com/v1/json/cloudwatch?apiKey=${var.key}"),
        ("opsgenie_eu", "https://api.eu.opsgenie.com/v1/json/cloudwatch?apiKey=${var.key}"),
        ("incident_io", "https://api.incident.io/v2/alert_events/cloudwatch/${var.key}"),
    ],
)
def test_a_pagers_key_becomes_the_address_that_its_guide_gives(key: str, endpoint: str) -> None:
    receiver = Receiver.model_validate({key: "${var.key}"})
    assert (receiver.endpoint, receiver.kind.protocol) == (endpoint, "https")
    service = service_at(endpoint)
    assert service and service.key == key, "read back from Terraform it is the same service"
    problem = service.problem("0123456789abcdef")
    assert problem and problem.fix == "write ${var.name}, and give it as TF_VAR_name"
    assert "0123456789abcdef" not in problem.rule, "an error is no place for a secret"
    assert service.problem(endpoint) == Problem(
        "a whole address would stand in the file, the plan and the state", "write https: ${var.name}"
    )


def test_what_makes_extra_resources_is_there() -> None:
    extras = [kind.extra for kind in RECEIVER_TYPES.values() if kind.extra]
    assert extras and all(callable(resolve_name(extra)) for extra in extras)


def test_a_sentence_names_the_receiver_and_gives_no_secret_away() -> None:
    hook = receiver_type("https")
    assert hook.public("https://hooks.example.com/T0/secret") == "hooks.example.com"
    said = {
        key: receiver_type(key).words.format(name=receiver_type(key).name(address))
        for key, address in {
            "email": "oncall@example.com",
            "https": "https://hooks.example.com/T0/secret",
            "sqs": "arn:aws:sqs:us-east-1:123456789012:alarms",
            "lambda": "arn:aws:lambda:us-east-1:123456789012:function:on-alarm",
            "topic": "arn:aws:sns:us-east-1:123456789012:oncall",
            "incident": "arn:aws:ssm-incidents::123456789012:response-plan/oncall",
            "ops_item": "arn:aws:ssm:us-east-1:123456789012:opsitem:1#CATEGORY=Availability",
            "slack": "ml-oncall",
            "sms": "+4930123456",
        }.items()
    }
    assert said == {
        "email": "oncall",
        "https": "hooks.example.com",
        "sqs": "queue alarms",
        "lambda": "function on-alarm",
        "topic": "the subscribers of topic oncall",
        "incident": "an incident by response plan oncall",
        "ops_item": "OpsCenter",
        "slack": "Slack channel ml-oncall",
        "sms": "+4930123456",
    }


@pytest.mark.parametrize(
    ("url", "says"),
    {
        "Slack": ("https://hooks.slack.com/services/T0/B0/x", "write slack: {"),
        "Teams": ("https://acme.webhook.office.com/webhookb2/x", "write teams: {"),
        "a workflow of Teams": ("https://prod-1.westus.logic.azure.com:443/workflows/x", "write teams: {"),
        "Discord": ("https://discord.com/api/webhooks/1/x", "write lambda:"),
        "Google Chat": ("https://chat.googleapis.com/v1/spaces/x/messages?key=k", "write lambda:"),
        "a key in the query": ("https://api.opsgenie.com/v1/json/cloudwatch?apiKey=1234", "write ${var.name}"),
        "an integration's key": (f"https://events.pagerduty.com/integration/{'0a' * 16}/enqueue", "write ${var.name}"),
        "an id of incident.io": ("https://api.incident.io/v2/alert_events/cloudwatch/01AB", "write ${var.name}"),
        "a password": ("https://user:word@alarms.example.com/", "write ${var.name}"),
        "no TLS": ("http://alarms.example.com", "write it like https://"),
    }.values(),
    ids=lambda value: value.partition("/")[0] if value.startswith("write") else value[:24],
)
def test_a_webhook_that_never_confirms_or_shows_its_secret_is_refused(url: str, says: str) -> None:
    problem = webhook(url)
    assert problem and problem.fix.startswith(says)
    assert "apiKey" not in problem.rule and "word@" not in problem.rule, "an error is no place for a secret either"


def test_other_webhooks_are_right() -> None:
    assert webhook("https://hooks.example.com/T0/alarms") is None
    assert webhook("https://alarms.discord.example.org/?team=ml") is None
