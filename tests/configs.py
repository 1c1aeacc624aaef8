"""monitoring.yaml files for tests: a valid one, to be changed in the one place a test is about."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import yaml

from constructs_lib.config.config import Config
from constructs_lib.config.loader import loads
from constructs_lib.config.stack_spec import StackSpec
from constructs_lib.errors import ConfigError
from constructs_lib.references import variables_in

INVOCATIONS: dict[str, Any] = {
    "namespace": "AWS/Lambda",
    "name": "Invocations",
    "dimensions": {"FunctionName": "ranker"},
    "statistic": "Sum",
    "period_seconds": 300,
}

ANOMALY: dict[str, Any] = {"pattern": "anomaly", "metric": INVOCATIONS, "severity": "critical"}

_VALID: dict[str, Any] = {
    "project": "recommender",
    "stacks": {
        "production": {
            "account": "123456789012",
            "region": "us-east-1",
            "runbook": "https://runbooks.example.com/{alarm}",
            "notifications": {
                "critical": [{"email": "oncall@example.com"}],
                "warning": [{"email": "team@example.com"}],
            },
            "monitors": {"calls": ANOMALY},
        }
    },
}


def config(monitors: dict[str, Any] | None = None, /, **stack: Any) -> dict[str, Any]:
    """The valid config with other monitors, or other options of its stack."""
    data = deepcopy(_VALID)
    if monitors is not None:
        stack["monitors"] = monitors
    data["stacks"]["production"] |= stack
    return data


def anomaly(**options: Any) -> dict[str, Any]:
    """The valid anomaly monitor with other options."""
    return deepcopy(ANOMALY) | options


def threshold(**options: Any) -> dict[str, Any]:
    """A threshold monitor on the valid metric."""
    limit = {} if options.keys() & {"above", "at_least", "below", "at_most"} else {"above": 1}
    return {"pattern": "threshold", "metric": deepcopy(INVOCATIONS), "severity": "critical"} | limit | options


def math(expression: str, **options: Any) -> dict[str, Any]:
    """A threshold monitor on an expression over the valid metric, which it calls `calls`."""
    watched = {"expression": expression, "label": "a number", "metrics": {"calls": deepcopy(INVOCATIONS)}} | options
    return {"pattern": "threshold", "math": watched, "severity": "critical", "above": 1}


def metric(**options: Any) -> dict[str, Any]:
    """The valid metric with other options."""
    return deepcopy(INVOCATIONS) | options


def load(data: dict[str, Any] | str) -> Config:
    """What the loader makes of it."""
    return loads(data if isinstance(data, str) else yaml.safe_dump(data, sort_keys=False))


def problems(data: dict[str, Any] | str) -> list[str]:
    """The problems the loader reports, without file and line; their path begins at the stack where it is in one."""
    try:
        load(data)
    except ConfigError as error:
        return [
            f"{problem.path.removeprefix('stacks.production.')}: {problem.rule}"
            + (f"; {problem.fix}" if problem.fix else "")
            for problem in error.problems
        ]
    return []


_OF_TYPE: dict[str, Any] = {"number": 1, "bool": True, "list(string)": ["a"], "map(string)": {"a": "b"}}


def variables_of(stack: StackSpec, text: str) -> dict[str, Any]:
    """A value for each variable of a stack, of its type; `text` for those that are text."""
    types = {name: declared.type for name, declared in stack.variables.items()}
    return {name: _OF_TYPE.get(types.get(name, "string"), text) for name in variables_in(stack)}
