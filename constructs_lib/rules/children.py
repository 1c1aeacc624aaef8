"""Which alarms work through another one."""

from __future__ import annotations

import re

from constructs_lib.terraform.stack import Stack

_CHILD = re.compile(r'(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*("(?:\\.|[^"\\])*"|[^\s()"]+)\s*\)')


def spoken_for(stack: Stack) -> frozenset[str]:
    """Addresses of alarms that a composite of the stack is made of or silenced by."""
    named = {alarm.name: alarm.address for alarm in stack.alarms}
    found: set[str] = set()
    for alarm in stack.alarms:
        if not alarm.composite:
            continue
        for name in (*_names(alarm.rule), alarm.suppressor):
            resource = stack.referred(name)
            found.add(resource.address if resource else named.get(name.rpartition(":alarm:")[2], ""))
    return frozenset(found)


def _names(rule: str) -> list[str]:
    return [name.strip('"').replace('\\"', '"') for name in _CHILD.findall(rule)]
