"""Who hears of an alarm, by severity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from constructs_lib.alarms.severity import SEVERITIES, Severity
from constructs_lib.aws import limits, names
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, shown
from constructs_lib.references import OrReference


def _email(address: str) -> Problem | None:
    name, _, domain = address.rpartition("@")
    if name and "." in domain and " " not in address:
        return None
    return Problem(f"{shown(address)} is no e-mail address", "write it like oncall@example.com")


def _https(url: str) -> Problem | None:
    if url.startswith("https://") and len(url) > len("https://"):
        return None
    return Problem(f"{shown(url)} is no https address", "write it like https://hooks.example.com/…, or ${var.name}")


def _queue(arn: str) -> Problem | None:
    if arn.endswith(".fifo"):
        return Problem(
            f"{shown(arn)} is a FIFO queue, and SNS sends from a standard topic to none", "name a standard one"
        )
    return names.arn(arn, "sqs", "arn:aws:sqs:us-east-1:123456789012:alarms")


def _function(arn: str) -> Problem | None:
    example = "arn:aws:lambda:us-east-1:123456789012:function:on-alarm"
    if ":function:" not in arn:
        return Problem(f"{shown(arn)} is no Lambda function's ARN", f"write it like {example}")
    return names.arn(arn, "lambda", example)


def _topic(arn: str) -> Problem | None:
    example = "arn:aws:sns:us-east-1:123456789012:oncall"
    if not re.fullmatch(r"[^:]*:[^:]*:sns:[^:]+:[^:]+:[A-Za-z0-9_-]+", arn):
        return Problem(f"{shown(arn)} is no standard topic's ARN", f"write it like {example}")
    return names.arn(arn, "sns", example)


class Receiver(Model):
    """One way to reach somebody; exactly one key."""

    email: Annotated[str, checked(_email), OrReference()] | None = None
    """E-mail address. SNS asks the owner to confirm once; until then nothing arrives."""
    https: Annotated[str, checked(_https), OrReference()] | None = None
    """Webhook of PagerDuty, Opsgenie and the like. It usually is a secret: write `${var.name}`."""
    sqs: Annotated[str, checked(_queue), OrReference()] | None = None
    """ARN of a queue whose policy lets this topic send to it."""
    function: Annotated[str, checked(_function), OrReference()] | None = Field(default=None, alias="lambda")
    """ARN of a Lambda function; its permission is made here."""
    topic: Annotated[str, checked(_topic), OrReference()] | None = None
    """ARN of an SNS topic that already exists; alarms publish to it directly."""

    def problems(self) -> Iterator[Problem]:
        """One key, no more, no fewer."""
        given = [field for field in type(self).model_fields if getattr(self, field) is not None]
        if len(given) != 1:
            found = " and ".join(given) if given else "nothing"
            yield Problem(f"{found} in one receiver", "write one of email, https, sqs, lambda, topic per entry")

    @property
    def protocol(self) -> str:
        """SNS's word for it: email, https, sqs, lambda; or `topic` for one that exists."""
        return "lambda" if self.function is not None else self._given()[0]

    @property
    def endpoint(self) -> str:
        """Where it goes."""
        return self._given()[1]

    def _given(self) -> tuple[str, str]:
        return next((field, value) for field, value in self if value is not None)


_ONLY_HERE = {
    "topic": "CloudWatch publishes to topics of its own Region only",
    "lambda": "its permission is made in the Region of the alarms",
}


class NotificationsSpec(Model):
    """Receivers by severity."""

    critical: Items[Receiver] = ()
    """Who gets up for it."""
    warning: Items[Receiver] = ()
    """Who looks at it today."""
    info: Items[Receiver] = ()
    """Who wants to know."""

    def problems(self) -> Iterator[Problem]:
        """No receiver twice, and no more alarm actions than CloudWatch calls."""
        for severity, receivers in self.by_severity().items():
            seen: set[tuple[str, str]] = set()
            for index, receiver in enumerate(receivers):
                if (receiver.protocol, receiver.endpoint) in seen:
                    yield Problem(
                        f"{shown(receiver.endpoint)} is listed twice", "remove one", path=f"{severity}.{index}"
                    )
                seen.add((receiver.protocol, receiver.endpoint))
            topics = sum(receiver.protocol == "topic" for receiver in receivers)
            if broken := limits.actions(topics + any(receiver.protocol != "topic" for receiver in receivers)):
                yield broken.under(severity)

    def elsewhere(self, region: str) -> Iterator[Problem]:
        """Receivers in another Region than the alarms, which could not reach them."""
        for severity, receivers in self.by_severity().items():
            for index, receiver in enumerate(receivers):
                why = _ONLY_HERE.get(receiver.protocol)
                if why and (there := names.elsewhere(receiver.endpoint, region)):
                    rule = f"{shown(receiver.endpoint)} is in {there}, and {why}"
                    fix = f"name one in {region}"
                    yield Problem(rule, fix, path=f"{severity}.{index}.{receiver.protocol}")

    def by_severity(self) -> Mapping[Severity, tuple[Receiver, ...]]:
        """The receivers of every severity that has some."""
        return {severity: receivers for severity in SEVERITIES if (receivers := getattr(self, severity))}
