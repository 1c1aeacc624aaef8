"""What can be wrong with a log pattern beyond its single options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod

from constructs_lib.alarms import metric_filter
from constructs_lib.alarms.metric_filter import words_for
from constructs_lib.aws import log_limits
from constructs_lib.aws.names import join
from constructs_lib.errors import Problem
from constructs_lib.model import shown
from constructs_lib.patterns.log_pattern.options import Examples, LogAlarm, combinations
from constructs_lib.references import above, is_reference, of_literals
from constructs_lib.units import number

_REFERENCE = re.compile(r"\$\{TfToken\[|^\s*\$\{[^{}]*\}\s*$")
"""A filter that is one whole reference, or has one that CDKTF put in; any other `${` is text to look for."""


def filter_and_examples(text: str, examples: Examples) -> Iterator[Problem]:
    """A filter that is understood, and examples it agrees with."""
    if _REFERENCE.search(text):
        rule = f"{shown(text)} is a Terraform reference, and a filter is tried before deployment"
        yield Problem(rule, "write the filter itself", path="filter")
        return
    broken = [problem.under("filter") for problem in metric_filter.pattern_problems(text)]
    yield from broken
    if broken:
        return
    pattern = metric_filter.parsed(text)
    for should, lines in (("match", examples.match), ("ignore", examples.ignore)):
        for index, line in enumerate(lines):
            path = f"examples.{should}.{index}"
            if (size := len(line.encode(errors="replace"))) > log_limits.EXAMPLE_BYTES:
                rule = f"{shown(line)} has {size:,} bytes, and agents cut events from {log_limits.EXAMPLE_BYTES:,} on"
                yield Problem(rule, "keep the part that decides", path=path)
            elif pattern.matches(line) != (should == "match"):
                what = "does not match" if should == "match" else "matches, and should not"
                yield Problem(
                    f"{shown(line)} {what}: {pattern.explain(line)}", "change the filter, or the line", path=path
                )


def metric(
    field: str | None, alarm: LogAlarm, default_value: float | None, *, chosen: bool, dimensions: bool
) -> Iterator[Problem]:
    """A statistic that means something of what is published; `chosen` says that the user gave the default value."""
    if chosen and default_value is not None and dimensions:
        yield replace(metric_filter.default_and_dimensions(), fix="leave it out: the total has 0 by itself")
    statistic, period = alarm.statistic, alarm.period_seconds
    if is_reference(statistic):
        return
    if field is None:
        yield from _count(alarm, default_value)
    elif default_value is None or (chosen and statistic == "Sum"):
        return
    elif alarm.fires_at(default_value):
        rule = f"a minute without a match counts as {number(default_value)} and would fire"
        yield Problem(rule, "write `default_value: null`, or another number", path=f"alarm.{alarm.comparison}")
    elif not chosen and statistic not in ("Sum", "Maximum") and above(period, 60):
        yield Problem(
            f"{statistic} over {period} seconds, in which each minute without a match counts as a 0",
            "write `period_seconds: 60`, or `default_value: null`",
            path="alarm.period_seconds",
        )


def _count(alarm: LogAlarm, default_value: float | None) -> Iterator[Problem]:
    """Of matching lines: only their sum says something, and it is 0 or more."""
    if alarm.statistic != "Sum":
        rule = f"{alarm.statistic} of matching lines, each of which counts 1, says nothing"
        yield Problem(rule, "write Sum, or name a field in `value`", path="alarm.statistic")
    if default_value:
        rule = f"{number(default_value)} for a minute without a match, in which no line was counted"
        yield Problem(rule, "leave it out, or write null for no data", path="default_value")
    path = f"alarm.{alarm.comparison}"
    if above(0, alarm.limit) or (alarm.limit == 0 and alarm.comparison in ("at_least", "below")):
        what = "always" if alarm.upper else "never"
        yield Problem(f"{number(alarm.limit)} is {what} reached by a number of lines", "write 1 or more", path=path)


def dimension_values(
    text: str, dimensions: Mapping[str, str], values: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    """Values for every dimension, that the filter can publish, in a number CloudWatch does not switch it off for."""
    if not values:
        return
    for name in values.keys() - dimensions.keys():
        yield Problem(f"{name!r} is not a dimension here", "add it to `dimensions`", path=f"dimension_values.{name}")
    for name in sorted(dimensions.keys() - values.keys()):
        rule = f"has no values for {name!r}, and an alarm needs one for every dimension"
        yield Problem(rule, "list them, or remove the dimension", path="dimension_values")
    for name, listed in values.items():
        yield from _listed(name, listed)
        yield from _never_published(text, name, dimensions.get(name), listed)
    count = prod(map(len, values.values()))
    if count * len(values) > log_limits.COMBINATIONS:
        rule = f"{count:,} combinations, and CloudWatch switches off a filter that publishes so many"
        yield Problem(rule, "watch fewer", path="dimension_values")
        return
    names = [join(*combination.values()) for combination in combinations(values)]
    if len(set(names)) < prod(len(set(listed)) for listed in values.values()):
        yield Problem("two combinations give one alarm name", "watch one of them", path="dimension_values")


def _never_published(text: str, name: str, field: str | None, values: Sequence[str]) -> Iterator[Problem]:
    """Values that no event has which the filter lets through: their alarms could never fire."""
    if field is None or not metric_filter.is_field(text, field):
        return  # reported elsewhere
    pattern = metric_filter.parsed(text)
    for index, value in enumerate(values):
        if of_literals(pattern.admits)(field, value) is False:
            rule = f"{shown(value)} is never published: no event whose {words_for(field)} is that matches the filter"
            yield Problem(rule, "remove it, or change the filter", path=f"dimension_values.{name}.{index}")


def _listed(name: str, values: Sequence[str]) -> Iterator[Problem]:
    if not values:
        yield Problem("lists nothing", "list values, or leave it out", path=f"dimension_values.{name}")
    for index, value in enumerate(values):
        path = f"dimension_values.{name}.{index}"
        if broken := log_limits.dimension_value(value):
            yield broken.at(path)
        if value in values[:index]:
            yield Problem(f"{shown(value)} is listed twice", "remove one", path=path)
