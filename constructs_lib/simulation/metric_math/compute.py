"""The value of an expression over the evaluation range of an alarm, for many evaluations at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from constructs_lib.simulation.arrays import Floats, Ints
from constructs_lib.simulation.metric_math import functions
from constructs_lib.simulation.metric_math.operators import negative, operate
from constructs_lib.simulation.metric_math.tree import (
    Array,
    Call,
    MetricMathError,
    Name,
    Negative,
    Node,
    NumberLiteral,
    Operation,
    TextLiteral,
    Word,
)
from constructs_lib.simulation.metric_math.values import Scalar, TimeSeries, Value, scalar, series_of, several
from constructs_lib.simulation.settings import Settings


@dataclass(frozen=True, slots=True)
class Range:
    """What the evaluations read.

    Attributes:
        period_seconds: The period that all metrics share.
        at: When each period begins, in seconds since 1970: a row an evaluation, a column a period, the oldest first.
        metrics: Metrics by id, in the alarm's order.
        expressions: Expressions by id.
        bands: Lower and upper edges, by the id of what the band is for.
        settings: What is not documented.
    """

    period_seconds: int
    at: Ints
    metrics: Mapping[str, Floats]
    expressions: Mapping[str, Node]
    settings: Settings
    bands: Mapping[str, tuple[Floats, Floats]] = field(default_factory=dict)

    def series(self, expression: str) -> Floats:
        """The points of a metric or an expression by its id.

        Raises:
            MetricMathError: It is not one series, or can't be computed.
        """
        value = _Computation(self).named(expression)
        if not isinstance(value, TimeSeries):
            found = "a number" if isinstance(value, Scalar) else "several series"
            raise MetricMathError(f"{expression} is {found}, and an alarm watches one series")
        return np.broadcast_to(value.values, self.at.shape)


class _Computation:
    def __init__(self, reads: Range) -> None:
        self._range = reads
        self._known: dict[str, Value] = {}
        self._under_way: list[str] = []

    def named(self, name: str) -> Value:
        if name in self._range.metrics:
            return TimeSeries(self._range.metrics[name])
        if name not in self._range.expressions:
            raise MetricMathError(f"{name} is neither a metric nor an expression of the alarm")
        if name in self._under_way:
            raise MetricMathError(f"{name} is defined by itself")
        if name not in self._known:
            self._under_way.append(name)
            self._known[name] = self.value(self._range.expressions[name])
            self._under_way.pop()
        return self._known[name]

    def value(self, node: Node) -> Value:
        match node:
            case NumberLiteral(number):
                return scalar(number)
            case Name(name):
                return self.named(name)
            case Negative(of):
                return negative(self.value(of))
            case Operation(sign, left, right):
                return operate(sign, self.value(left), self.value(right))
            case Array(items):
                return functions.joined([self.value(item) for item in items])
            case Call(name, arguments):
                return self._call(name, arguments)
            case TextLiteral(text) | Word(text):
                raise MetricMathError(f"{text!r} can't stand there")

    def _call(self, name: str, arguments: tuple[Node, ...]) -> Value:
        if name in functions.ELSEWHERE:
            raise MetricMathError(f"{name} takes its values from outside the metrics, which is not simulated")
        if name == "SEARCH":
            raise MetricMathError("SEARCH is not allowed in an alarm")
        handler = _CALLS.get(name)
        if handler is None:
            raise MetricMathError(f"{name} is not a function of metric math that the simulation knows")
        smallest, largest, compute = handler
        if not smallest <= len(arguments) <= largest:
            raise MetricMathError(f"{name} takes {_counted(smallest, largest)}, not {len(arguments)}")
        return compute(self, name, arguments)

    def pointwise(self, name: str, arguments: tuple[Node, ...]) -> Value:
        return functions.each(functions.POINTWISE[name], self.value(arguments[0]), name)

    def reduced(self, name: str, arguments: tuple[Node, ...]) -> Value:
        sample = self._range.settings.stddev == "sample"
        return functions.reduce(name, self.value(arguments[0]), sample=sample)

    def stepwise(self, name: str, arguments: tuple[Node, ...]) -> Value:
        return functions.each(functions.stepwise(name, self._range.period_seconds), self.value(arguments[0]), name)

    def stamps(self, name: str, arguments: tuple[Node, ...]) -> Value:
        series_of(self.value(arguments[0]), name)
        return functions.stamps(name, self._range.at)

    def period(self, name: str, arguments: tuple[Node, ...]) -> Value:
        if not isinstance(arguments[0], Name) or arguments[0].id not in self._range.metrics:
            raise MetricMathError(f"{name} takes a metric's id")
        return scalar(self._range.period_seconds)

    def time_series(self, name: str, arguments: tuple[Node, ...]) -> Value:
        value = self.value(arguments[0])
        if not isinstance(value, Scalar):
            raise MetricMathError(f"{name} takes a number")
        return TimeSeries(np.broadcast_to(value.values, self._range.at.shape))

    def fill(self, _: str, arguments: tuple[Node, ...]) -> Value:
        filler = arguments[1]
        return functions.fill(
            self.value(arguments[0]), filler.value if isinstance(filler, Word) else self.value(filler)
        )

    def choose(self, _: str, arguments: tuple[Node, ...]) -> Value:
        condition, *rest = (self.value(argument) for argument in arguments)
        return functions.choose(
            condition,
            rest[0],
            rest[1] if len(rest) > 1 else None,
            without_value=self._range.settings.if_without_value,
        )

    def metrics(self, name: str, arguments: tuple[Node, ...]) -> Value:
        part = ""
        if arguments:
            if not isinstance(arguments[0], TextLiteral):
                raise MetricMathError(f"{name} takes a text in quotes, or nothing")
            part = arguments[0].value
        chosen = [values for key, values in self._range.metrics.items() if part in key]
        if not chosen:
            raise MetricMathError(f'{name}("{part}") finds no metric of the alarm')
        return several(np.stack(chosen))

    def metric_count(self, _: str, arguments: tuple[Node, ...]) -> Value:
        return functions.metric_count(self.value(arguments[0]))

    def picked(self, name: str, arguments: tuple[Node, ...]) -> Value:
        return functions.picked(self.value(arguments[0]), name)

    def sliced(self, name: str, arguments: tuple[Node, ...]) -> Value:
        first, *end = (self._whole(argument, name) for argument in arguments[1:])
        return functions.sliced(self.value(arguments[0]), first, end[0] if end else None)

    def ordered(self, name: str, arguments: tuple[Node, ...]) -> Value:
        by, order = (argument.value if isinstance(argument, Word) else "" for argument in arguments[1:3])
        limit = self._whole(arguments[3], name) if len(arguments) == 4 else None
        return functions.ordered(self.value(arguments[0]), by, order, limit)

    def without_empty(self, _: str, arguments: tuple[Node, ...]) -> Value:
        return functions.without_empty(self.value(arguments[0]))

    def band(self, name: str, arguments: tuple[Node, ...]) -> Value:
        of = arguments[0]
        if not isinstance(of, Name):
            raise MetricMathError(f"{name} takes the id of a metric or an expression")
        series_of(self.named(of.id), name)
        lower, upper = self._range.bands.get(of.id, (np.full(self._range.at.shape, np.nan),) * 2)
        edges = (lower, upper) if self._range.settings.band_first == "lower" else (upper, lower)
        return several(np.stack(edges))

    def _whole(self, node: Node, name: str) -> int:
        if not isinstance(node, NumberLiteral) or node.value != int(node.value):
            raise MetricMathError(f"{name} takes whole numbers")
        return int(node.value)


def _counted(smallest: int, largest: int) -> str:
    if smallest == largest:
        return f"{smallest} argument{'s' * (smallest != 1)}"
    return f"{smallest} to {largest} arguments"


_Handler = Callable[[_Computation, str, tuple[Node, ...]], Value]

_CALLS: Mapping[str, tuple[int, int, _Handler]] = {
    **dict.fromkeys(functions.POINTWISE, (1, 1, _Computation.pointwise)),
    **dict.fromkeys(("SUM", "AVG", "MIN", "MAX", "STDDEV", "DATAPOINT_COUNT"), (1, 1, _Computation.reduced)),
    **dict.fromkeys(("DIFF", "DIFF_TIME", "RATE", "RUNNING_SUM"), (1, 1, _Computation.stepwise)),
    **dict.fromkeys(("MINUTE", "HOUR", "DAY", "DATE", "MONTH", "YEAR", "EPOCH"), (1, 1, _Computation.stamps)),
    "PERIOD": (1, 1, _Computation.period),
    "TIME_SERIES": (1, 1, _Computation.time_series),
    "FILL": (2, 2, _Computation.fill),
    "IF": (2, 3, _Computation.choose),
    "METRICS": (0, 1, _Computation.metrics),
    "METRIC_COUNT": (1, 1, _Computation.metric_count),
    "FIRST": (1, 1, _Computation.picked),
    "LAST": (1, 1, _Computation.picked),
    "SLICE": (2, 3, _Computation.sliced),
    "SORT": (3, 4, _Computation.ordered),
    "REMOVE_EMPTY": (1, 1, _Computation.without_empty),
    "ANOMALY_DETECTION_BAND": (1, 2, _Computation.band),
}

KNOWN = frozenset(_CALLS)
"""Every function that can be computed."""
