"""The ways an alarm can reach a person or a program: one entry each, with all that depends on which it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from constructs_lib.aws import names
from constructs_lib.errors import Problem
from constructs_lib.model import shown


def last_part(address: str) -> str:
    """A resource's name at the end of its ARN."""
    return address.rpartition(":")[2].rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverType:
    """One way to be reached.

    Attributes:
        key: What a user writes. For what subscribes to a topic it is SNS's protocol, too, where there is no address.
        problem: What is wrong with an address.
        address: Of a service, where SNS posts to; `{}` stands for its key.
        direct: Whether CloudWatch calls it itself; the others subscribe to a topic that is made for them.
        service: Whose ARN an alarm calls, of what is direct.
        opens: Whether it opens something, which would be opened again when the alarm is over.
        hears_events: Whether it takes the text that an event rule sends, and not alarms alone.
        chat: Whether it is a channel that Amazon Q Developer in chat applications posts to.
        only_here: Why it has to be in the alarms' own Region, if it has to.
        public: The address without what is secret in it.
        name: A short name for a sentence.
        words: How a sentence mentions it.
        extra: The function that makes what a subscription needs besides, `module:function`, called with the scope, the
            subscription's construct id, the address and the topic's ARN. Written out, because loading it loads CDKTF.
    """

    key: str
    problem: Callable[[str], Problem | None] = lambda _: None
    address: str = ""
    direct: bool = False
    service: str = ""
    opens: bool = False
    hears_events: bool = True
    chat: bool = False
    only_here: str = ""
    public: Callable[[str], str] = str
    name: Callable[[str], str] = last_part
    words: str = "{name}"
    extra: str = ""

    @property
    def protocol(self) -> str:
        """SNS's, of what subscribes to a topic."""
        return "https" if self.address else self.key

    def endpoint(self, written: str) -> str:
        """Where SNS sends to, of what a user wrote."""
        return self.address.format(written) if self.address else written


def _email(address: str) -> Problem | None:
    name, _, domain = address.rpartition("@")
    if name and "." in domain and " " not in address:
        return None
    return Problem(f"{shown(address)} is not an e-mail address", "write it like oncall@example.com")


_NEVER_CONFIRMS = {
    "hooks.slack.com": "slack: {workspace: …, channel: …, name: …}",
    "webhook.office.com": "teams: {tenant: …, team: …, channel: …, name: …}",
    "outlook.office.com": "teams: {tenant: …, team: …, channel: …, name: …}",
    "logic.azure.com": "teams: {tenant: …, team: …, channel: …, name: …}",
    "api.powerplatform.com": "teams: {tenant: …, team: …, channel: …, name: …}",
    "discord.com": "lambda: with a function that posts it",
    "discordapp.com": "lambda: with a function that posts it",
    "chat.googleapis.com": "lambda: with a function that posts it",
}
"""Hosts whose webhooks take messages in a form of their own: they leave SNS's SubscriptionConfirmation unanswered."""

_SECRET = re.compile(
    r"https://[^/]*@|[?&](?:\w*key|\w*token|secret|sig\w*|password)=[^&$]|/[0-9a-f]{32}(?:/|$)", re.IGNORECASE
)
"""A password, a key in the query, or an integration key such as PagerDuty's."""


def webhook(url: str) -> Problem | None:
    """What SNS can't deliver to, and what no file should hold."""
    if not (url.startswith("https://") and len(url) > len("https://")):
        return Problem(
            f"{shown(url)} is not an https address", "write it like https://hooks.example.com/…, or ${var.name}"
        )
    host = _host(url)
    for domain, way in _NEVER_CONFIRMS.items():
        if f".{host.partition(':')[0]}".endswith(f".{domain}"):
            rule = f"a webhook of {domain} never confirms SNS's subscription"
            return Problem(rule, f"write {way}")
    if _SECRET.search(url) or service_at(url):
        rule = f"an address at {host} with its secret would stand in the file, the plan and the state"
        return Problem(rule, "write ${var.name}, and give it as TF_VAR_name")
    return None


def _host(url: str) -> str:
    """A webhook's path is as good as a password."""
    return url.removeprefix("https://").partition("/")[0].partition("?")[0].rpartition("@")[2]


def _queue(arn: str) -> Problem | None:
    if arn.endswith(".fifo"):
        return Problem(
            f"{shown(arn)} is a FIFO queue, and SNS sends from a standard topic to none", "name a standard one"
        )
    return names.arn(arn, "sqs", "arn:aws:sqs:us-east-1:123456789012:alarms")


def _function(arn: str) -> Problem | None:
    example = "arn:aws:lambda:us-east-1:123456789012:function:on-alarm"
    if ":function:" not in arn:
        return Problem(f"{shown(arn)} is not a Lambda function's ARN", f"write it like {example}")
    return names.arn(arn, "lambda", example)


def _topic(arn: str) -> Problem | None:
    example = "arn:aws:sns:us-east-1:123456789012:oncall"
    if not re.fullmatch(r"[^:]*:[^:]*:sns:[^:]+:[^:]+:[A-Za-z0-9_-]+", arn):
        return Problem(f"{shown(arn)} is not a standard topic's ARN", f"write it like {example}")
    return names.arn(arn, "sns", example)


def _response_plan(arn: str) -> Problem | None:
    if re.fullmatch(r"arn:[^:]+:ssm-incidents::\d{12}:response-?plan/[A-Za-z0-9_-]+", arn):
        return None
    example = "arn:aws:ssm-incidents::123456789012:response-plan/oncall"
    return Problem(f"{shown(arn)} is not a response plan's ARN", f"write it like {example}")


def _service(key: str, name: str, address: str) -> ReceiverType:
    """A service that confirms the subscription by itself, and makes incidents of the alarms that CloudWatch sends.

    Whoever knows its key can raise an incident. It reads the JSON of an alarm; any other text it drops, or may drop.
    """

    def secret(written: str) -> Problem:
        what = "a whole address" if "://" in written else f"a key of {name}"
        fix = "write https: ${var.name}" if "://" in written else "write ${var.name}, and give it as TF_VAR_name"
        return Problem(f"{what} would stand in the file, the plan and the state", fix)

    return ReceiverType(
        key=key, address=address, problem=secret, hears_events=False, public=lambda _: name, name=lambda _: name
    )


EMAIL = ReceiverType(key="email", problem=_email, name=lambda address: address.partition("@")[0])
HTTPS = ReceiverType(key="https", problem=webhook, public=_host, name=_host)
# PagerDuty's guide "Amazon CloudWatch Integration": the integration key is in the address, and accounts of its EU
# service region have a host of their own. Text that is not an alarm's JSON is discarded.
PAGERDUTY = _service("pagerduty", "PagerDuty", "https://events.pagerduty.com/integration/{}/enqueue")
PAGERDUTY_EU = _service("pagerduty_eu", "PagerDuty", "https://events.eu.pagerduty.com/integration/{}/enqueue")
# Opsgenie's guide "Integrate Opsgenie with Amazon CloudWatch Alarms".
OPSGENIE = _service("opsgenie", "Opsgenie", "https://api.opsgenie.com/v1/json/cloudwatch?apiKey={}")
OPSGENIE_EU = _service("opsgenie_eu", "Opsgenie", "https://api.eu.opsgenie.com/v1/json/cloudwatch?apiKey={}")
# The example of incident.io's Terraform provider, `incident_alert_source`: the id of the source is all there is.
INCIDENT_IO = _service("incident_io", "incident.io", "https://api.incident.io/v2/alert_events/cloudwatch/{}")
QUEUE = ReceiverType(key="sqs", problem=_queue, words="queue {name}")
FUNCTION = ReceiverType(
    key="lambda",
    problem=_function,
    only_here="its permission is made in the Region of the alarms",
    words="function {name}",
    extra="constructs_lib.resources.notifications:invocation_permission",
)
TOPIC = ReceiverType(
    key="topic",
    problem=_topic,
    direct=True,
    service="sns",
    only_here="CloudWatch publishes to topics of its own Region only",
    words="the subscribers of topic {name}",
)
INCIDENT = ReceiverType(
    key="incident",
    problem=_response_plan,
    direct=True,
    service="ssm-incidents",
    opens=True,
    hears_events=False,
    words="an incident by response plan {name}",
)
OPS_ITEM = ReceiverType(
    key="ops_item",
    direct=True,
    service="ssm",
    opens=True,
    hears_events=False,
    name=lambda _: "OpsCenter",
    words="{name}",
)
SLACK = ReceiverType(key="slack", chat=True, words="Slack channel {name}")
TEAMS = ReceiverType(key="teams", chat=True, words="Teams channel {name}")

_SERVICES = (PAGERDUTY, PAGERDUTY_EU, OPSGENIE, OPSGENIE_EU, INCIDENT_IO)
RECEIVER_TYPES = {
    kind.key: kind for kind in (EMAIL, HTTPS, *_SERVICES, QUEUE, FUNCTION, TOPIC, SLACK, TEAMS, INCIDENT, OPS_ITEM)
}
"""By key. What a user writes for each is a field of `options.notifications.Receiver`."""


def receiver_type(key: str) -> ReceiverType:
    """The entry of a key, or of a protocol that only others use, such as sms."""
    return RECEIVER_TYPES.get(key, ReceiverType(key=key))


def service_at(address: str) -> ReceiverType | None:
    """The service that a webhook belongs to, by the part of its address that is no secret."""
    return next((kind for kind in _SERVICES if address.startswith(kind.address.partition("{")[0])), None)


def called(action: str) -> ReceiverType | None:
    """The type of what an alarm calls itself, by its ARN."""
    service = action.split(":")[2] if action.startswith("arn:") and action.count(":") > 4 else ""
    return next((kind for kind in RECEIVER_TYPES.values() if kind.service == service and service), None)
