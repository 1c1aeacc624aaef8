"""Terraform's JSON in its three forms, and damage to it: whatever the place, another value or none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[2]
MORE: dict[str, Any] = {
    "aws_chatbot_slack_channel_configuration": {
        "chat": {"configuration_name": "ml", "sns_topic_arns": ["${aws_sns_topic.oncall.arn}"]}
    },
    "aws_cloudwatch_alarm_mute_rule": {
        "night": {
            "name": "night",
            "rule": [{"schedule": [{"expression": "cron(0 2 * * ? *)", "duration": "PT1H", "timezone": "UTC"}]}],
            "mute_targets": [{"alarm_names": ["errors"]}],
        }
    },
    "aws_instance": {"gpu": {"user_data": "amazon-cloudwatch-agent-ctl -s", "monitoring": True}},
    "aws_budgets_budget": {"spend": {"name": "spend", "notification": [{"subscriber_sns_topic_arns": ["arn:aws:a"]}]}},
}
WRONG: list[Any] = [
    None, True, False, 0, -1, 1e308, 10**30, "", "x", "${x}", "${", "${aws_sns_topic.oncall.arn}", "${local.a}", [], {},
    [None], [[]], [{}], {"": None}, {"a": [1]}, ["x", 1, None], {"references": [1]}, "\x00", "a" * 200, "1e5", "NaN",
    "inf", {"a": {"b": {"c": []}}}, "arn:aws:sns:us-east-1:123456789012:oncall", "arn:", '{"Statement": 5}',
]  # fmt: skip


@cache
def _resources() -> dict[str, dict[str, Any]]:
    committed = ROOT / "cdktf.out" / "stacks" / "production" / "cdk.tf.json"
    found: dict[str, dict[str, Any]] = json.loads(committed.read_text(encoding="utf-8"))["resource"]
    return found | MORE


def configuration(_: Random) -> dict[str, Any]:
    return {"provider": {"aws": [{"region": "us-east-1"}]}, "locals": {"a": "b"}, "resource": deepcopy(_resources())}


def plan(random: Random) -> dict[str, Any]:
    """With values that are unknown or secret here and there, and some resources in a module."""
    changes, written = [], []
    for kind, name, values in _each():
        arguments = {key: deepcopy(value) for key, value in values.items() if key != "//"}
        unknown = {key: True for key in arguments if random.random() < 0.1}
        after = {key: value for key, value in arguments.items() if key not in unknown}
        secret = {key: True for key in after if random.random() < 0.05}
        change = {
            "actions": random.choice([["update"], ["no-op"], ["delete", "create"]]),
            "before": deepcopy(arguments),
            "after": after,
            "after_unknown": unknown,
            "before_sensitive": {},
            "after_sensitive": secret,
        }
        head = {"mode": "managed", "type": kind, "name": name}
        changes.append(head | {"address": f"{kind}.{name}", "change": change})
        references = {"references": ["aws_sns_topic.oncall.arn", "aws_sns_topic.oncall", "var.topic"]}
        expressions = dict.fromkeys(arguments, references)
        written.append(head | {"address": f"{kind}.{name}", "provider_config_key": "aws", "expressions": expressions})
    call = {"module": {"resources": written[:5], "outputs": {}}, "expressions": {"topic": {"references": ["local.a"]}}}
    providers = {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "us-east-1"}}}}
    root = {"resources": written, "module_calls": {"app": call}}
    return {
        "format_version": "1.2",
        "resource_changes": changes,
        "configuration": {"provider_config": providers, "root_module": root},
    }


def state(_: Random) -> dict[str, Any]:
    items = [
        {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "values": deepcopy(values)}
        for kind, name, values in _each()
    ]
    root = {"resources": items[:50], "child_modules": [{"address": "module.app", "resources": items[50:]}]}
    return {"format_version": "1.0", "values": {"root_module": root}}


def _each() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for kind, named in _resources().items():
        for name, values in named.items():
            yield kind, name, values


FORMS = (configuration, plan, state)


def damaged(document: Any, random: Random, times: int) -> Any:
    """A document with some values replaced, or taken away."""
    places = [*_places(document)]
    for holder, key in random.sample(places, times):
        if isinstance(holder, dict) and random.random() < 0.2:
            holder.pop(key, None)
        elif isinstance(holder, dict) or key < len(holder):
            holder[key] = deepcopy(random.choice(WRONG))
    return document


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from _places(item)
