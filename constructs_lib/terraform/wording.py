"""An alarm in words, from what Terraform says of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from constructs_lib.alarms.composite_rule import STATES, InvalidAlarmRule, Node, parse
from constructs_lib.aws import catalogue
from constructs_lib.aws.comparison import BAND_OPERATORS, STATIC_OPERATORS
from constructs_lib.references import is_reference
from constructs_lib.terraform.alarm import ANY, DeployedAlarm, Series
from constructs_lib.terraform.stack import Stack, path_of
from constructs_lib.units import duration, number

_STATE_WORDS = {"ALARM": "in alarm", "OK": "well", "INSUFFICIENT_DATA": "without data"}

_LABEL_UNIT = re.compile(r" in (ms|seconds|percent)$")
"""The unit at the end of a label, which a sentence has after the number."""


def condition(alarm: DeployedAlarm, stack: Stack) -> str:
    """When it fires: `sum of errors of Lambda function ranker is above 5 in 3 of 5 periods of 1 minute`."""
    if alarm.composite:
        return rule(alarm, stack)
    if alarm.promql:
        return f"`{alarm.promql}` has a result"
    return f"{subject(alarm)} is {comparison(alarm)} {window(alarm)}"


def subject(alarm: DeployedAlarm) -> str:
    """What it looks at: a metric, or the result of an expression."""
    watched = alarm.watched
    series = watched.series if watched else (alarm.series[0] if alarm.series and not alarm.queries else None)
    if series:
        return describe(series)
    if watched:
        return _LABEL_UNIT.sub("", watched.label) or f"the result of `{watched.expression}`"
    return "what it watches"


def describe(series: Series) -> str:
    """A metric: `sum of errors of Lambda function ranker`."""
    if series.dimensions is None:
        return f"{series.statistic} {series.namespace} {series.name} (dimensions not yet known)"
    if several := " and ".join(name for name, value in series.dimensions.items() if value == ANY):
        return f"{catalogue.measured(series.namespace, series.name, series.statistic)} of each {several}"
    words = catalogue.describe(series.namespace, series.name, series.dimensions, series.statistic)
    details = [f"in {series.unit}"] * bool(series.unit) + [f"of account {series.account}"] * bool(series.account)
    return f"{words} ({', '.join(details)})" if details else words


def comparison(alarm: DeployedAlarm) -> str:
    """What it is compared with: `above 5`, `outside its usual band (2 standard deviations)`."""
    if band := BAND_OPERATORS.get(alarm.operator):
        width = f" ({number(alarm.band_width)} standard deviations)" if alarm.band_width is not None else ""
        return f"{band.words} its usual band{width}"
    static = STATIC_OPERATORS.get(alarm.operator)
    return f"{static.words if static else alarm.operator} {limit(alarm)}".rstrip()


def limit(alarm: DeployedAlarm) -> str:
    """The threshold, with its unit where the catalogue knows one."""
    if alarm.threshold is None:
        return alarm.threshold_text or "its limit"
    unit = _unit(alarm)
    return f"{number(alarm.threshold)} {unit}".rstrip()


def _unit(alarm: DeployedAlarm) -> str:
    if alarm.watched and (match := _LABEL_UNIT.search(alarm.watched.label)):
        return match[1]
    if (
        len(alarm.series) != 1
        or (alarm.watched and alarm.watched.expression)
        or alarm.series[0].statistic == "SampleCount"
    ):
        return ""
    facts = catalogue.find(alarm.series[0].namespace, alarm.series[0].name)
    return facts.unit if facts and facts.unit.isalpha() and facts.unit != "count" else ""


def window(alarm: DeployedAlarm) -> str:
    """M of N: `in 3 of 5 periods of 1 minute`."""
    period = duration(alarm.period_seconds) if alarm.period_seconds else "a length not yet known"
    period += f" by the clock of {alarm.wall_clock}" if alarm.wall_clock else ""
    if alarm.of is None or alarm.breaching is None:
        return f"in periods of {period}"
    if alarm.of == 1:
        return f"in one period of {period}"
    return f"in {number(alarm.breaching)} of {number(alarm.of)} periods of {period}"


def rule(alarm: DeployedAlarm, stack: Stack) -> str:
    """A composite's rule: `ranker-band and ranker-traffic are in alarm`."""
    try:
        tree = parse(alarm.rule)
    except InvalidAlarmRule:
        return f"its rule holds: {alarm.rule}" if not is_reference(alarm.rule) else "its rule holds"

    def name(child: str) -> str:
        resource = stack.referred(child)
        found = resource.values.get("alarm_name") if resource else None
        path = path_of(child)
        return str(found or (path[1] if len(path) > 1 else child.rpartition(":alarm:")[2]))

    return _words(tree, name, top=True)


def _words(node: Node, name: Callable[[str], str], *, top: bool = False) -> str:
    if node.kind in STATES:
        return f"{name(node.alarm)} is {_STATE_WORDS[node.kind]}"
    if node.kind in ("TRUE", "FALSE"):
        return "always" if node.kind == "TRUE" else "never"
    if node.kind == "NOT":
        return f"not ({_words(node.parts[0], name, top=True)})"
    if node.kind == "AT_LEAST":
        share = f"{number(node.at_least)} %" if node.percent else number(node.at_least)
        parts = ", ".join(_words(part, name, top=True) for part in node.parts)
        return f"at least {share} of these hold: {parts}"
    states = {part.kind for part in node.parts}
    if len(states) == 1 and (state := next(iter(states))) in STATES and len(node.parts) > 1:
        names = [name(part.alarm) for part in node.parts]
        both = node.kind == "AND"
        text = f"{', '.join(names[:-1])} {'and' if both else 'or'} {names[-1]}"
        text += f" {'are' if both else 'is'} {_STATE_WORDS[state]}"
    else:
        text = f" {node.kind.lower()} ".join(_words(part, name) for part in node.parts)
    return text if top else f"({text})"
