"""What EventBridge makes of an event for a target.

Source: "Amazon EventBridge input transformation", EventBridge user guide. In a template, ``<name>`` inside a quoted
text is replaced by the value's text, elsewhere by its JSON; a path that finds nothing gives nothing. The quotes around
a text template are part of what is delivered, as in AWS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_TOKEN = re.compile(r'\\.|"|<([^<>\s"]+)>')
"""Escaped characters, quotes and placeholders: what decides how a placeholder is filled."""

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
"""A step of a path: a name, or an index."""


def target_input(target: Mapping[str, Any], event: Mapping[str, Any], rule_name: str, rule_arn: str) -> str:
    """The text that `target` receives for `event`."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(_find(target["InputPath"], event))
    transformer = target.get("InputTransformer")
    if transformer is None:
        return json.dumps(event)
    values = {name: _find(path, event) for name, path in transformer.get("InputPathsMap", {}).items()}
    predefined = {
        "aws.events.rule-name": rule_name,
        "aws.events.rule-arn": rule_arn,
        "aws.events.event": event,
        "aws.events.event.json": event,
        "aws.events.event.ingestion-time": event["time"],
    }
    return fill(transformer["InputTemplate"], {**predefined, **values})


def fill(template: str, values: Mapping[str, Any]) -> str:
    """The template with its placeholders filled; names without a value stay as they are."""
    inside_text = False

    def replaced(token: re.Match[str]) -> str:
        nonlocal inside_text
        if token.group() == '"':
            inside_text = not inside_text
        name = token.group(1)
        if name is None or name not in values:
            return token.group()
        value = values[name]
        if value is None:
            return ""
        if not inside_text:
            return json.dumps(value)
        text = value if isinstance(value, str) else json.dumps(value)
        return json.dumps(text)[1:-1]

    return _TOKEN.sub(replaced, template)


def event_time(moment: float) -> str:
    """As events carry it: 2026-11-20T10:00:00Z."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _find(path: str, event: Mapping[str, Any]) -> Any:
    """What is at `$.detail.items[0].name`: EventBridge takes no other form of JSON path."""
    found: Any = event
    for name, index in _STEP.findall(path.removeprefix("$")):
        try:
            found = found[int(index)] if index else found[name]
        except (KeyError, IndexError, TypeError):
            return None
    return found
