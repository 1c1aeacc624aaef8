"""Registers of stacks, as a synth makes them."""

from __future__ import annotations

from typing import Any

from constructs_lib.register.build import build
from constructs_lib.register.entry import Entry, Register
from constructs_lib.stack import MonitoringStack
from constructs_lib.terraform.reading import configured, parse
from constructs_lib.terraform.stack import Stack
from constructs_lib.testing import synth
from tests.configs import anomaly, config, metric
from tests.stacks import monitoring_stack

ERRORS: dict[str, Any] = {
    "pattern": "threshold",
    "metric": metric(name="Errors", period_seconds=60),
    "above": 5,
    "evaluate": {"breaching": 3, "of": 5},
}


def registered(monitors: dict[str, Any] | None = None, /, **options: Any) -> Register:
    """The register of the valid config with other monitors or options."""
    stack = monitoring_stack(config(monitors, **options))
    return of(stack)


def of(stack: MonitoringStack) -> Register:
    """The register of a stack."""
    written = Stack("production", configured(synth(stack)))
    return build(written, stack.context, stack.rules.judge(written))


def entries(register: Register) -> dict[str, Entry]:
    """By name, without what all names begin with."""
    return {entry.name.removeprefix("recommender-production-"): entry for entry in register.entries}


def default() -> Register:
    """A register with something of everything."""
    return registered({"calls": anomaly(quiet_below=20), "errors": ERRORS}, owner="ml-platform")


def by_hand(resources: dict[str, Any]) -> Stack:
    """A stack that somebody wrote without this library."""
    found = parse({"resource": resources}, name="stack")
    assert isinstance(found, Stack)
    return found
