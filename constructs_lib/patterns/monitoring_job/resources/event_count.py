"""Events that are only counted, for an alarm on how many there were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct
from constructs_lib.resources.event_rule import Destination, EventRule
from constructs_lib.resources.queue import EventQueue

KEPT_DAYS = 1
"""They are counted as they pass; that they can be read for a day is a by-product."""


def event_count(
    scope: Construct,
    construct_id: str,
    *,
    name: str,
    description: str,
    pattern: Mapping[str, Any],
    environment: Environment,
) -> EventRule:
    """A rule with a queue of the same name behind it: whether EventBridge counts without a target is nowhere said."""
    queue = EventQueue(
        scope, f"{construct_id}-queue", name=name, environment=environment, rules=name, kept_days=KEPT_DAYS
    )
    return EventRule(
        scope, construct_id, name=name, description=description, pattern=pattern, targets=[Destination(queue.arn)]
    )
