"""Whether an alarm is still the one that was tested."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import orjson

from constructs_lib.terraform.alarm import ALARM_TYPES
from constructs_lib.terraform.stack import Resource, Stack

_WORDS = ("alarm_description", "tags", "alarm_actions", "ok_actions", "insufficient_data_actions", "actions_enabled")
"""Arguments that do not decide when an alarm fires."""


def fingerprint(alarm: Resource) -> str:
    """What decides when an alarm fires, in short: tests of an alarm that has changed say nothing of the new one."""
    decides = {key: value for key, value in alarm.values.items() if key not in _WORDS}
    return hashlib.sha256(orjson.dumps(decides, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]


def alarms_of(stack: Stack) -> Iterator[tuple[str, Resource]]:
    """The alarms of a stack, by name."""
    for resource in stack.of(*ALARM_TYPES):
        yield str(resource.values.get("alarm_name")), resource
