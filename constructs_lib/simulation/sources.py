"""What log lines and events make of the metrics, and which messages events become, through what is deployed.

Source: CloudWatch Logs user guide, "Creating metrics from log events using filters"; EventBridge user guide,
"Monitoring Amazon EventBridge" for the metrics of rules.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from constructs_lib import filter_pattern
from constructs_lib.filter_pattern import Pattern
from constructs_lib.simulation import event_pattern, input_transformer
from constructs_lib.simulation.alarm import MetricIdentity
from constructs_lib.simulation.data import Values
from constructs_lib.simulation.deployed import DeployedRule, LogFilter

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class LogLine:
    """A log event.

    Attributes:
        at: Seconds from the scenario's start.
    """

    at: int
    log_group: str
    text: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a rule sends to one of its targets."""

    at: int
    rule: str
    to: str
    text: str


@lru_cache(maxsize=1_024)
def _parsed(pattern: str) -> Pattern | None:
    """None for the empty pattern, which takes every line."""
    return filter_pattern.parse(pattern) if pattern.strip() else None


class _Published:
    """Values by metric, while they come in."""

    def __init__(self) -> None:
        self._values: dict[MetricIdentity, list[tuple[int, float]]] = defaultdict(list)

    def add(self, metric: MetricIdentity, at: int, value: float) -> None:
        self._values[metric].append((at, value))

    def values(self) -> dict[MetricIdentity, Values]:
        return {metric: _values(values) for metric, values in self._values.items()}


def _values(pairs: Sequence[tuple[int, float]]) -> Values:
    return Values(
        np.array([at for at, _ in pairs], dtype=np.int64), np.array([value for _, value in pairs], dtype=float)
    )


def filtered(filters: Iterable[LogFilter], lines: Iterable[LogLine]) -> dict[MetricIdentity, Values]:
    """What metric filters publish for log lines."""
    by_group: dict[str, list[LogLine]] = defaultdict(list)
    for line in lines:
        by_group[line.log_group].append(line)
    published = _Published()
    for each in filters:
        minutes: dict[int, bool] = {}
        known: dict[str, _Taken] = {}  # a scenario repeats the same lines
        for line in by_group.get(each.log_group, ()):
            if line.text not in known:
                known[line.text] = _taken(each, line.text)
            matches, metric, value = known[line.text]
            if metric is not None:
                published.add(metric, line.at, value)
            minutes[line.at // _MINUTE] = minutes.get(line.at // _MINUTE, False) or matches
        if each.default is not None:
            for minute, matches in minutes.items():
                if not matches:
                    published.add(each.metric, minute * _MINUTE, each.default)
    return published.values()


_Taken = tuple[bool, MetricIdentity | None, float]
"""Whether a line matches, and what is published for it."""


def _taken(each: LogFilter, text: str) -> _Taken:
    """What a filter makes of a line: without the field for the value, or for a dimension, it publishes nothing."""
    pattern = _parsed(each.pattern)
    if pattern is not None and not pattern.matches(text):
        return False, None, 0.0
    if each.value.startswith("$"):
        value = pattern.value_of(each.value, text) if pattern else None
    else:
        value = float(each.value)
    fields = {name: pattern.text_of(field, text) if pattern else None for name, field in each.dimensions.items()}
    known = {name: found for name, found in fields.items() if found is not None}
    if value is None or len(known) < len(fields):
        return True, None, 0.0
    return True, MetricIdentity.of(each.metric.namespace, each.metric.name, known), value


def matched(
    rules: Iterable[DeployedRule], events: Iterable[tuple[int, Mapping[str, Any]]]
) -> tuple[dict[MetricIdentity, Values], list[Delivered]]:
    """What rules count and send for events.

    Raises:
        UnknownOperator: A pattern holds an operator that is not known.
    """
    published, sent = _Published(), []
    everything = list(events)
    for rule in rules:
        for at, event in everything:
            if not event_pattern.matches(rule.pattern, event):
                continue
            for name in ("MatchedEvents", "TriggeredRules"):
                published.add(MetricIdentity.of("AWS/Events", name, {"RuleName": rule.name}), at, 1.0)
            for target in rule.targets:
                published.add(MetricIdentity.of("AWS/Events", "Invocations", {"RuleName": rule.name}), at, 1.0)
                text = input_transformer.target_input(target.input, event, rule.name, rule.name)
                sent.append(Delivered(at, rule.name, target.to, text))
    return published.values(), sorted(sent, key=lambda one: (one.at, one.rule, one.to))


def lines_of(texts: Iterable[tuple[int, str | Mapping[str, Any]]], log_group: str) -> list[LogLine]:
    """Log events of one group; a mapping is a line of JSON."""
    return [
        LogLine(at, log_group, text if isinstance(text, str) else json.dumps(text, ensure_ascii=False))
        for at, text in texts
    ]
