"""EventBridge: rules that deliver to SNS topics, with their input transformer and dead-letter queue."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from moto.events.models import Rule
from moto.sns.exceptions import SNSNotFoundError
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.utilities.arns import parse_arn

from constructs_lib.simulation import input_transformer


def deliver(
    original: Callable[..., None], rule: Rule, original_event: Mapping[str, Any], *arguments: Any, **options: Any
) -> None:
    """An event reaches the rule's topics, or their dead-letter queues."""
    takes_events = rule.state == "ENABLED" and rule.event_pattern.dump()
    if not takes_events or not rule.event_pattern.matches_event(original_event):  # type: ignore[arg-type]
        return
    event = {key: value for key, value in original_event.items() if key != "ingestion-time"}
    event["time"] = input_transformer.event_time(float(original_event["time"]))
    others = copy(rule)
    others.targets = []
    for target in rule.targets:
        if parse_arn(target["Arn"]).service == "sns":
            _publish(rule, target, event)
        else:
            others.targets.append(target)
    original(others, original_event, *arguments, **options)


def _publish(rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any]) -> None:
    topic = target["Arn"]
    message = input_transformer.target_input(target, event, rule.name, rule.arn)
    try:
        to = parse_arn(topic)
        sns_backends[to.account][to.region].publish(message, arn=topic)
    except SNSNotFoundError:
        queue_arn = target.get("DeadLetterConfig", {}).get("Arn")
        if queue_arn is not None:
            queue = parse_arn(queue_arn)
            sqs_backends[queue.account][queue.region].send_message(queue.resource_id, json.dumps(event))
