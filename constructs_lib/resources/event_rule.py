"""An EventBridge rule on the default bus: events that match go to topics or queues, as a message in words if wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.alarms.event_message import EventMessage
from constructs_lib.alarms.routing import Routing, only_alarms
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import names
from constructs_lib.cdk import Construct
from constructs_lib.errors import ConfigError
from constructs_lib.references import of_literals
from constructs_lib.resources.queue import EventQueue
from constructs_lib.resources.values import as_json, aws

RETRY_SECONDS, RETRY_ATTEMPTS = 86_400, 185
"""How long EventBridge tries to deliver: its own default, written out."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A topic or queue, and whether what it is sent ends in a chat."""

    arn: str
    chat: bool = False


class EventRule(Construct):
    """Passes events on.

    Args:
        name: Name of the rule, up to 64 characters.
        description: What it is for.
        pattern: The event pattern.
        targets: Up to five topics or queues.
        message: The message. Left out: the event itself.
        undelivered: Takes the events that no target took, or None.

    Attributes:
        rule: The aws_cloudwatch_event_rule.
        targets: aws_cloudwatch_event_target in their order.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        pattern: Mapping[str, Any],
        targets: Sequence[Destination],
        message: EventMessage | None = None,
        undelivered: EventQueue | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.rule: Any = aws.cloudwatch_event_rule.CloudwatchEventRule(
            self, "rule", name=name, description=description, event_pattern=as_json(pattern), state="ENABLED"
        )
        target = aws.cloudwatch_event_target
        self.targets: list[Any] = [
            target.CloudwatchEventTarget(
                self,
                f"target-{number}",
                rule=self.rule.name,
                target_id=f"target-{number}",
                arn=to.arn,
                input_transformer=target.CloudwatchEventTargetInputTransformer(
                    input_paths=dict(message.values),
                    input_template=message.chat_template if to.chat else message.template,
                )
                if message is not None
                else None,
                retry_policy=target.CloudwatchEventTargetRetryPolicy(
                    maximum_event_age_in_seconds=RETRY_SECONDS, maximum_retry_attempts=RETRY_ATTEMPTS
                ),
                dead_letter_config=target.CloudwatchEventTargetDeadLetterConfig(arn=undelivered.arn)
                if undelivered is not None
                else None,
            )
            for number, to in enumerate(targets, start=1)
        ]


def topics(notifications: Routing, severity: Severity) -> list[Destination]:
    """The topics that hear of a severity; other actions of alarms can't take an event.

    Raises:
        ConfigError: There is none.
    """
    routing = Routing.of(notifications)
    found = [Destination(arn) for arn in routing.to(severity) if not of_literals(names.arn)(arn, "sns", "")]
    if not found:
        raise ConfigError([only_alarms(severity)])
    chat = routing.chats.get(severity)
    return found if chat is None else [*found, Destination(chat, chat=True)]
