"""What people get: messages by topic, subscription and filter policy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from constructs_lib.alarms.receivers import RECEIVER_TYPES
from constructs_lib.simulation import event_pattern, insights
from constructs_lib.simulation.alarm import MetricAlarm
from constructs_lib.simulation.deployed import DeployedMonitoring, Subscription
from constructs_lib.simulation.run import Act
from constructs_lib.simulation.sources import Delivered
from constructs_lib.terraform import chat

Kind = Literal["alarm", "ok", "insufficient_data", "event"]

_KINDS: Mapping[str, Kind] = {"ALARM": "alarm", "OK": "ok", "INSUFFICIENT_DATA": "insufficient_data"}


@dataclass(frozen=True, slots=True)
class Message:
    """Something that was published to a topic.

    Attributes:
        at: Seconds from the scenario's start.
        topic: The topic's name.
        kind: Which news it is: an alarm, that it is over, that data is missing, or an event.
        source: The alarm or the rule.
        text: What is in it: of an alarm, the JSON that CloudWatch sends.
        receivers: Endpoints of the subscriptions that let it through.
    """

    at: int
    topic: str
    kind: Kind
    source: str
    text: str
    receivers: tuple[str, ...]


def messages(
    deployment: DeployedMonitoring,
    acts: Iterable[Act],
    delivered: Iterable[Delivered],
    *,
    start: int,
    reason: Callable[[Act], str],
) -> Iterator[Message]:
    """Every message of a scenario, in order.

    Args:
        deployment: Topics and who reads them.
        acts: What alarms did.
        delivered: What event rules sent.
        start: When the scenario starts, in seconds since 1970.
        reason: Why an alarm is in the state that it acts for.
    """
    found = [
        Message(
            act.at,
            deployment.topics[act.action],
            _KINDS[act.state],
            act.alarm,
            text := json.dumps(_body(deployment, act, start, reason(act)), ensure_ascii=False),
            _receivers(deployment, act.action, text),
        )
        for act in acts
        if act.action in deployment.topics
    ]
    found += [
        Message(
            one.at, deployment.topics[one.to], "event", one.rule, one.text, _receivers(deployment, one.to, one.text)
        )
        for one in delivered
        if one.to in deployment.topics
    ]
    yield from sorted(found, key=lambda message: (message.at, message.topic, message.source))


def _body(deployment: DeployedMonitoring, act: Act, start: int, reason: str) -> dict[str, Any]:
    """By "Schema of Amazon SNS notifications"; without what only the account knows."""
    return {
        "AlarmName": act.alarm,
        "AlarmDescription": deployment.descriptions.get(act.alarm, ""),
        "NewStateValue": act.state,
        "NewStateReason": reason,
        "StateChangeTime": f"{datetime.fromtimestamp(start + act.changed_at, UTC):%Y-%m-%dT%H:%M:%S}.000+0000",
        "OldStateValue": act.before,
    } | ({"AlarmContributorAttributes": contributor} if (contributor := _contributor(deployment, act)) else {})


def _contributor(deployment: DeployedMonitoring, act: Act) -> dict[str, str]:
    """What the series that a message is about is grouped by, called as in the history of alarms."""
    if not act.group:
        return {}
    alarm = next(alarm for alarm in deployment.alarms if alarm.name == act.alarm)
    query = insights.grouped(alarm) if isinstance(alarm, MetricAlarm) else None
    return dict(zip(query.groups, act.group, strict=True)) if query else {}


def _receivers(deployment: DeployedMonitoring, topic: str, text: str) -> tuple[str, ...]:
    same = {address for address, name in deployment.topics.items() if name == deployment.topics[topic]}
    return tuple(s.endpoint for s in deployment.subscriptions if s.topic in same and _lets_through(s, text))


def _lets_through(subscription: Subscription, text: str) -> bool:
    """CloudWatch and EventBridge publish without message attributes: a filter on those lets nothing through."""
    reads_json = subscription.protocol in chat.TYPES.values() or subscription.endpoint in RECEIVER_TYPES
    if reads_json and not text.startswith("{"):
        return False  # of what is not an alarm or an event, a chat shows custom notifications only
    if not subscription.filter_policy:
        return True
    if not subscription.on_body:
        return event_pattern.matches(subscription.filter_policy, {})
    try:
        body = json.loads(text)
    except ValueError:
        return False
    return isinstance(body, dict) and event_pattern.matches(subscription.filter_policy, body)
