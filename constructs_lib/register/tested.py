"""What `ai-monitoring test --record` has kept: which tests make an alarm fire or keep it quiet, and what it saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from constructs_lib.errors import ConfigError, Problem
from constructs_lib.terraform.fingerprint import alarms_of, fingerprint
from constructs_lib.terraform.stack import Stack


@dataclass(frozen=True, slots=True)
class Example:
    """What an alarm saw in a test that made it fire, from the beginning to the end.

    Attributes:
        test: The test's name.
        values: What it compared; None where there was nothing.
        lower: The lower edge of its usual band, if it has one.
        upper: The upper edge.
    """

    test: str
    values: tuple[float | None, ...]
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmTests:
    """The tests of one alarm.

    Attributes:
        fires: Names of tests that make it fire, and hold.
        quiet: Names of tests that give it data, keep it quiet, and hold.
        example: What it saw in one that makes it fire.
    """

    fires: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    example: Example | None = None


def recorded_tests(folder: Path, stack: Stack) -> Mapping[str, AlarmTests]:
    """What the records in a folder say of a stack's alarms, as far as these are still the same.

    Raises:
        ConfigError: A record can't be read.
    """
    found: dict[str, AlarmTests] = {}
    now = {name: fingerprint(resource) for name, resource in alarms_of(stack)}
    for path in sorted(folder.glob("*.tests.json")):
        try:
            record = orjson.loads(path.read_bytes())
            known = record["alarms"] if record["stack"] == stack.name else {}
            found |= {name: _read(one) for name, one in known.items() if now.get(name) == one["of"]}
        except (ValueError, TypeError, KeyError, AttributeError):
            rule = "is not what `ai-monitoring test --record` writes"
            raise ConfigError([Problem(rule, "run that again, or remove the file", file=str(path))]) from None
    return found


def _read(one: Mapping[str, Any]) -> AlarmTests:
    example = one.get("example")
    if example is not None:
        example = Example(example["test"], *(tuple(example.get(key, ())) for key in ("values", "lower", "upper")))
    return AlarmTests(tuple(one["fires"]), tuple(one["quiet"]), example)
