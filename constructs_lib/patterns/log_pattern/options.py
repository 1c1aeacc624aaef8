"""The options of a log pattern's parts: the lines to try, and when to alert."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Annotated

from constructs_lib.alarms.metric import PeriodSeconds
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import limits
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked
from constructs_lib.options.limit import OneLimit
from constructs_lib.references import above


class Examples(Model):
    """Lines the filter is tried on before anything is deployed."""

    match: Items[str] = ()
    """Lines it must match."""
    ignore: Items[str] = ()
    """Lines it must not match."""


class LogAlarm(OneLimit):
    """When the filter's metric is out of order. Give one of `above`, `at_least`, `below`, `at_most`."""

    statistic: Annotated[str, checked(limits.statistic)] = "Sum"
    """Sum for matching lines; for a `value` also Average, Minimum, Maximum or a percentile such as p90."""
    period_seconds: PeriodSeconds = 300
    """Length of one period, a multiple of 60: filters publish once a minute. Five minutes smooth out single spikes."""
    severity: Severity | None = None
    """critical, warning or info. Left out: the monitor's."""

    def problems(self) -> Iterator[Problem]:
        """One limit, a period filters publish in, and a legal look-back window."""
        yield from super().problems()
        if above(60, self.period_seconds):
            yield Problem(
                f"{self.period_seconds} is shorter than the minute between two values of a metric filter",
                "write 60 or more",
                path="period_seconds",
            )
        if broken := limits.window(self.period_seconds, self.evaluate.of):
            yield broken


def combinations(values: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Every combination of the listed values, in order: `{model: a}`, `{model: b}`."""
    return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())] if values else []
