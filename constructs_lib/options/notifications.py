"""Who hears of an alarm, by severity."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from constructs_lib.alarms.receivers import (
    EMAIL,
    FUNCTION,
    HTTPS,
    INCIDENT,
    INCIDENT_IO,
    OPSGENIE,
    OPSGENIE_EU,
    PAGERDUTY,
    PAGERDUTY_EU,
    QUEUE,
    RECEIVER_TYPES,
    TOPIC,
    ReceiverType,
)
from constructs_lib.alarms.severity import SEVERITIES, Severity
from constructs_lib.aws import limits, names
from constructs_lib.aws.environment import Environment
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, shown
from constructs_lib.options.chat import SlackChannel, TeamsChannel
from constructs_lib.references import OrReference, variables_in


class OpsItem(Model):
    """An item in OpsCenter of Systems Manager."""

    severity: Annotated[int, Field(ge=1, le=4)]
    """1, the most urgent, to 4."""
    category: Literal["Availability", "Cost", "Performance", "Recovery", "Security"] = "Availability"
    """What the item is filed under."""

    def __str__(self) -> str:
        return f"{self.severity}#CATEGORY={self.category}"


class Receiver(Model):
    """One way to reach someone; exactly one key."""

    email: Annotated[str, checked(EMAIL.problem), OrReference()] | None = None
    """E-mail address. SNS asks the owner to confirm once; until then nothing arrives."""
    https: Annotated[str, checked(HTTPS.problem), OrReference()] | None = None
    """Webhook that answers SNS. It usually is a secret: write `${var.name}`."""
    pagerduty: Annotated[str, checked(PAGERDUTY.problem), OrReference()] | None = None
    """Integration key of PagerDuty's Amazon CloudWatch integration, as `${var.name}`. Alarms only."""
    pagerduty_eu: Annotated[str, checked(PAGERDUTY_EU.problem), OrReference()] | None = None
    """The same, of an account in PagerDuty's EU service region."""
    opsgenie: Annotated[str, checked(OPSGENIE.problem), OrReference()] | None = None
    """API key of Opsgenie's CloudWatch integration, as `${var.name}`. Alarms only."""
    opsgenie_eu: Annotated[str, checked(OPSGENIE_EU.problem), OrReference()] | None = None
    """The same, of an account in Opsgenie's EU service region."""
    incident_io: Annotated[str, checked(INCIDENT_IO.problem), OrReference()] | None = None
    """Id of a CloudWatch alert source of incident.io, as `${var.name}`. Alarms only."""
    sqs: Annotated[str, checked(QUEUE.problem), OrReference()] | None = None
    """ARN of a queue. One that is made in the same stack and has no policy is given one that lets the topic send."""
    function: Annotated[str, checked(FUNCTION.problem), OrReference()] | None = Field(
        default=None, validation_alias="lambda"
    )
    """ARN of a Lambda function; its permission is made here."""
    topic: Annotated[str, checked(TOPIC.problem), OrReference()] | None = None
    """ARN of an SNS topic that already exists; alarms publish to it directly."""
    slack: SlackChannel | None = None
    """A Slack channel, through Amazon Q Developer in chat applications."""
    teams: TeamsChannel | None = None
    """A channel of Microsoft Teams, through Amazon Q Developer in chat applications."""
    incident: Annotated[str, checked(INCIDENT.problem), OrReference()] | None = None
    """ARN of a response plan of Incident Manager, which takes no new customers since November 2025. Alarms only."""
    ops_item: OpsItem | None = None
    """An item in OpsCenter for each alarm; CloudWatch's service-linked role for it must exist. Alarms only."""

    def problems(self) -> Iterator[Problem]:
        """One key, no more, no fewer."""
        given = [field for field in type(self).model_fields if getattr(self, field) is not None]
        if len(given) != 1:
            found = " and ".join(given) if given else "nothing"
            yield Problem(f"{found} in one receiver", f"write one of {', '.join(RECEIVER_TYPES)} per entry")

    @property
    def kind(self) -> ReceiverType:
        """The kind of receiver."""
        field, _ = self._given()
        return RECEIVER_TYPES[self.key_of(field)]

    @property
    def endpoint(self) -> str:
        """Where it goes."""
        return self.kind.endpoint(str(self._given()[1]))

    def action(self, environment: Environment) -> str:
        """What an alarm calls to reach it, where it calls it itself."""
        return environment.arn("ssm", f"opsitem:{self.ops_item}") if self.ops_item else self.endpoint

    @property
    def words(self) -> str:
        """How a sentence names it: of a variable, by the variable's name."""
        name = ", ".join(variables_in(self.endpoint)) or self.kind.name(self.endpoint)
        return self.kind.words.format(name=name)

    @property
    def channel(self) -> SlackChannel | TeamsChannel | None:
        """The channel of a chat, if that is what it is."""
        return self.slack or self.teams

    def _given(self) -> tuple[str, Any]:
        return next((field, value) for field, value in self if value is not None)


class BySeverity(Model):
    """Receivers by severity."""

    critical: Items[Receiver] = ()
    """Whom to wake."""
    warning: Items[Receiver] = ()
    """Who looks at it today."""
    info: Items[Receiver] = ()
    """Who wants to know."""

    def problems(self) -> Iterator[Problem]:
        """No receiver twice, and no more alarm actions than CloudWatch calls."""
        for severity, receivers in self.by_severity().items():
            for index, receiver in enumerate(receivers):
                if receiver in receivers[:index]:
                    yield Problem(
                        f"{shown(receiver.endpoint)} is listed twice", "remove one", path=f"{severity}.{index}"
                    )
            direct = sum(receiver.kind.direct for receiver in receivers)
            if broken := limits.actions(direct + (direct < len(receivers))):
                yield broken.under(severity)

    def by_severity(self) -> Mapping[Severity, tuple[Receiver, ...]]:
        """The receivers of every severity that has some."""
        return {severity: receivers for severity in SEVERITIES if (receivers := getattr(self, severity))}


@dataclass(frozen=True, slots=True)
class Used:
    """What some receivers are there for: severities of alarms, of events, and of bills."""

    severities: Collection[Severity]
    events: Collection[Severity] = ()
    costs: Collection[Severity] = ()


class Receivers(BySeverity):
    """The receivers of a workload, or of an owner."""


class NotificationsSpec(BySeverity):
    """Receivers by severity, and those of single workloads and owners."""

    workloads: Mapping[Annotated[str, checked(names.key)], Receivers] = {}
    """Who hears of a workload's monitors in place of those above, by the workload's name: topics of their own. A
    severity that is left out goes to its owner's receivers, or to those above."""
    owners: Mapping[Annotated[str, checked(names.key)], Receivers] = {}
    """The same for all that an owner has."""

    def problems(self) -> Iterator[Problem]:
        """No channel with two names, and no two topics with one."""
        yield from super().problems()
        yield from self._channels()
        for key in self.workloads.keys() & self.owners.keys():
            rule = f"{shown(key)} is a workload and an owner, and the topics of both would have one name"
            yield Problem(rule, "rename one of the two", path=f"owners.{key}")

    def audiences(self) -> Mapping[str, BySeverity]:
        """Everyone's receivers by their path here; those of all others have the empty one."""
        found: dict[str, BySeverity] = {"": self}
        found |= {f"workloads.{key}": receivers for key, receivers in self.workloads.items()}
        return found | {f"owners.{key}": receivers for key, receivers in self.owners.items()}

    def audience(self, severity: Severity, workload: str, owner: str | None) -> str:
        """The path of those who hear of a severity of a workload."""
        known = self.audiences()
        paths = (f"workloads.{workload}", f"owners.{owner}")
        return next((path for path in paths if path in known and severity in known[path].by_severity()), "")

    def _every(self) -> Iterator[tuple[str, Receiver]]:
        """Every receiver, with its path."""
        for path, receivers in self.audiences().items():
            for severity, listed in receivers.by_severity().items():
                for index, receiver in enumerate(listed):
                    yield ".".join(filter(None, (path, severity, str(index)))), receiver

    def _channels(self) -> Iterator[Problem]:
        """A channel's name stands for it in what is made, so it can't mean two."""
        named: dict[str, SlackChannel | TeamsChannel] = {}
        for path, receiver in self._every():
            channel = receiver.channel
            if channel is not None and named.setdefault(channel.name, channel) != channel:
                where = f"{path}.{receiver.kind.key}.name"
                yield Problem(f"{shown(channel.name)} names two channels", "give each its own name", path=where)

    def name_problems(self, name: str) -> Iterator[Problem]:
        """Names that can't be made when all of them begin with `name`."""
        longest = max((key for path in self.audiences() for key in path.split(".")[1:]), key=len, default="")
        if broken := names.topics(names.join(name, longest)):
            yield broken
        channels = any(receiver.channel for _, receiver in self._every())
        if channels and (broken := names.role(self.chat_role(name))):
            yield broken

    @staticmethod
    def chat_role(name: str) -> str:
        """The role by which channels of a chat draw what an alarm looks at."""
        return names.join(name, "chat")

    def elsewhere(self, region: str) -> Iterator[Problem]:
        """Receivers in another Region than the alarms, which could not reach them."""
        for path, receiver in self._every():
            why = receiver.kind.only_here
            if why and (there := names.elsewhere(receiver.endpoint, region)):
                rule = f"{shown(receiver.endpoint)} is in {there}, and {why}"
                yield Problem(rule, f"name one in {region}", path=f"{path}.{receiver.kind.key}")
