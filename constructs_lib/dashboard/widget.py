"""One widget of a CloudWatch dashboard, and what a picture of it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from constructs_lib.alarms.alarm import Alarm, Band, Composite, Insights, Math, Threshold
from constructs_lib.alarms.figure import Figure
from constructs_lib.alarms.log_query import LogQuery
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.severity import FACTS, Severity
from constructs_lib.aws.comparison import COMPARISONS
from constructs_lib.references import is_reference
from constructs_lib.units import number


@dataclass(frozen=True, slots=True)
class Line:
    """A threshold drawn into a graph."""

    label: str
    value: float
    side: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """A widget at its place on the grid of 24 columns.

    Attributes:
        kind: As a dashboard's body has it: alarm, metric, log, text, or what a user asks for.
        title: What a reader sees above it.
        properties: As in a dashboard's body.
        metrics: How many metrics it counts as.
        alarms: Names of the alarms whose state it shows, or that compare what it shows.
        text: What it says, of a kind that says something: Markdown, or a query.
        lines: Thresholds drawn in.
        band: Whether a learnt band is drawn in.
    """

    kind: str
    title: str
    properties: Mapping[str, Any]
    metrics: int = 0
    alarms: Sequence[str] = ()
    text: str = ""
    lines: Sequence[Line] = ()
    band: bool = False
    x: int = 0
    y: int = 0
    width: int = 6
    height: int = 6

    def at(self, x: int, y: int) -> Widget:
        """The same at another place."""
        return replace(self, x=x, y=y)

    def shown_as(self, properties: Mapping[str, Any], title: str) -> Widget:
        """The same, shown in another way."""
        return replace(self, properties=properties, title=title)

    def body(self) -> dict[str, Any]:
        """As in a dashboard's body."""
        return {
            "type": self.kind,
            "x": self.x,
            "y": self.y,
            "width": self.width,
            "height": self.height,
            "properties": self.properties,
        }


def states(title: str, names: Sequence[str], arns: Iterable[str], *, width: int, height: int) -> Widget:
    """The states of some alarms."""
    properties = {"title": title, "alarms": list(arns)}
    return Widget(kind="alarm", title=title, properties=properties, alarms=names, width=width, height=height)


def note(markdown: str, *, width: int, height: int) -> Widget:
    """Text in Markdown."""
    properties = {"markdown": markdown}
    return Widget(kind="text", title="", properties=properties, text=markdown, width=width, height=height)


def log_table(query: LogQuery, region: str, *, width: int, height: int) -> Widget:
    """The lines that a query finds. It is run whenever someone looks at the dashboard."""
    properties = {
        "title": query.title,
        "region": region,
        "view": "table",
        "query": f"SOURCE '{query.group}' | {query.text}",
    }
    return Widget(kind="log", title=query.title, properties=properties, text=query.text, width=width, height=height)


def figure(shown: Figure, region: str, *, width: int, height: int) -> Widget:
    """One number over its span of days, whatever the dashboard shows."""
    rows = _rows(shown.watch)
    properties = {
        "title": shown.title,
        "region": region,
        "view": "singleValue",
        "metrics": rows,
        "start": f"-P{shown.days}D",
        "setPeriodToTimeRange": True,
    }
    return Widget(
        kind="metric", title=shown.title, properties=properties, metrics=len(rows), width=width, height=height
    )


Watched = Metric | Math | Insights
"""What a graph shows."""


@dataclass
class Graph:
    """A graph in the making: one thing, and everything that alarms compare with it."""

    watch: Watched
    lines: list[Line] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    def add(self, alarm: Alarm) -> None:
        """Draw in what an alarm compares with."""
        condition = alarm.condition
        self.alarms.append(alarm.name)
        if isinstance(condition, Band):
            self.bands.append(condition)
        elif isinstance(condition, Threshold) and not is_reference(condition.limit):
            limit = f"{number(condition.limit)} {condition.unit}".rstrip()
            label = f"{alarm.key}: {condition.comparison.replace('_', ' ')} {limit}"
            side = "above" if COMPARISONS[condition.comparison].upper else "below"
            self.lines.append(Line(label, condition.limit, side, alarm.severity))

    def widget(self, region: str, *, width: int, height: int) -> Widget:
        """The graph as a widget."""
        watch = self.watch
        title = watch.describe()
        title = title if title[1:2].isdigit() else title[:1].upper() + title[1:]  # "p99 latency" stays as it is
        rows = _rows(watch)
        for index, band in enumerate(self.bands, start=1):
            expression = f"ANOMALY_DETECTION_BAND(metric, {number(band.width)})"
            rows.append([{"expression": expression, "id": f"band{index}", "label": "Usual band"}])
        properties: dict[str, Any] = {
            "title": title,
            "region": region,
            "view": "timeSeries",
            "metrics": rows,
            "period": watch.period_seconds,
        }
        if self.lines:
            properties["annotations"] = {
                "horizontal": [
                    {"label": line.label, "value": line.value, "color": FACTS[line.severity].color}
                    for line in self.lines
                ]
            }
        return Widget(
            kind="metric",
            title=title,
            properties=properties,
            metrics=len(rows),
            alarms=tuple(self.alarms),
            lines=tuple(self.lines),
            band=bool(self.bands),
            width=width,
            height=height,
        )


def plain_rows(metrics: Sequence[Metric], region: str, *, width: int, height: int) -> Widget:
    """Some metrics in one graph."""
    title = ", ".join(dict.fromkeys(metric.describe() for metric in metrics))
    properties = {
        "title": title,
        "region": region,
        "view": "timeSeries",
        "metrics": [
            _row(metric, f"m{number}", period=metric.period_seconds) for number, metric in enumerate(metrics, start=1)
        ],
    }
    return Widget(kind="metric", title=title, properties=properties, metrics=len(metrics), width=width, height=height)


def graphs(table: Iterable[Alarm], charts: Iterable[Watched] = ()) -> list[Graph]:
    """One graph for each thing that the alarms of a table watch, with all that they compare it with; then charts."""
    found: dict[str, Graph] = {}
    for alarm in table:
        if not isinstance(alarm.condition, Composite):
            _graph(found, alarm.condition.watch).add(alarm)
    for chart in charts:
        _graph(found, chart)
    return list(found.values())


def _graph(found: dict[str, Graph], watch: Watched) -> Graph:
    key = watch.model_dump_json(warnings=False)  # references are not numbers
    return found.setdefault(key, Graph(watch))


def _rows(watch: Any) -> list[list[Any]]:
    """The `metrics` of a graph: a metric, an expression with what it reads, or a query."""
    if isinstance(watch, Metric):
        return [_row(watch, "metric")]
    if isinstance(watch, Math):
        result = {"expression": watch.expression, "id": Math.RESULT_ID, "label": watch.label}
        steps = [[{"expression": text, "id": key, "visible": False}] for key, text in watch.steps.items()]
        return [[result], *steps, *(_row(metric, key, visible=False) for key, metric in watch.metrics.items())]
    return [[{"expression": watch.query, "id": Math.RESULT_ID, "label": watch.label}]]


def _row(metric: Metric, key: str, **options: Any) -> list[Any]:
    dimensions = metric.dimensions if isinstance(metric.dimensions, dict) else {}
    pairs = [part for pair in sorted(dimensions.items()) for part in pair]
    return [metric.namespace, metric.name, *pairs, {"id": key, "stat": metric.statistic, **options}]
