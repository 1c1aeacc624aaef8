"""What a user may say of a stack's dashboard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from constructs_lib.alarms.alarm import Math
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws import limits, log_limits, names
from constructs_lib.aws.environment import Environment
from constructs_lib.dashboard.widget import Graph, Widget, note, plain_rows, states
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, not_empty
from constructs_lib.references import OrReference

_VIEWS = {"time_series": "timeSeries", "single_value": "singleValue", "bar": "bar", "pie": "pie", "table": "table"}


class LogTable(Model):
    """Lines of logs."""

    log_groups: Annotated[Items[Annotated[str, checked(log_limits.log_group_name), OrReference()]], checked(not_empty)]
    """The log groups that are asked."""
    query: Annotated[str, Field(min_length=1, max_length=10_000)]
    """The query, in the language of Logs Insights: `filter level = "ERROR" | sort @timestamp desc | limit 20`."""
    view: Literal["table", "time_series", "bar", "pie"] = "table"
    """How the result is shown."""


class CustomWidget(Model):
    """Any widget, as CloudWatch's documentation of a dashboard's body describes it."""

    type: Annotated[str, Field(min_length=1)]
    """Its type, such as explorer or custom."""
    properties: Mapping[str, Any]
    """Its properties; nothing checks them before CloudWatch does."""


class ExtraWidget(Model):
    """A widget of your own on the dashboard. Give one of `text`, `metrics`, `math`, `logs`, `alarms`, `custom`."""

    title: Annotated[str, Field(min_length=1)] | None = None
    """What stands above it. Left out: made from what it shows."""
    text: Annotated[str, Field(min_length=1)] | None = None
    """Markdown."""
    metrics: Items[Metric] = ()
    """Metrics, in one graph."""
    math: Math | None = None
    """A metric-math expression."""
    logs: LogTable | None = None
    """Lines of logs."""
    alarms: Items[Annotated[str, Field(min_length=1, max_length=1_600), OrReference()]] = ()
    """States of alarms, by name or ARN, of this stack or others."""
    custom: CustomWidget | None = None
    """Anything else."""
    view: Literal["time_series", "single_value", "bar", "pie", "table"] = "time_series"
    """How metrics are shown."""
    stacked: bool = False
    """Whether curves stand on each other."""
    width: Annotated[int, Field(ge=1, le=24)] = 12
    """In columns, of which a dashboard has 24."""
    height: Annotated[int, Field(ge=1, le=1_000)] = 6
    """In rows."""
    workload: Annotated[str, checked(names.key)] | None = None
    """The workload it belongs to, below whose graphs it is shown. Left out: at the end of the dashboard."""

    def problems(self) -> Iterator[Problem]:
        """One thing to show, options that fit it, and no more than a widget takes."""
        given = [what for what in ("text", "metrics", "math", "logs", "alarms", "custom") if getattr(self, what)]
        if len(given) != 1:
            found = f"{' and '.join(given)} in one widget" if given else "nothing to show"
            yield Problem(found, "give one of `text`, `metrics`, `math`, `logs`, `alarms`, `custom`")
        of_metrics = bool(self.metrics or self.math)
        for option in ("view", "stacked"):
            if option in self.model_fields_set and not of_metrics:
                yield Problem("is about metrics", "remove it", path=option)
        if "title" in self.model_fields_set and (self.text or self.custom):
            yield Problem("has no place in this kind of widget", "write it into the text or the properties", "title")
        if len(self.metrics) > limits.WIDGET_METRICS:
            yield Problem(f"{len(self.metrics)} metrics, and {limits.WIDGET_METRICS} fit", "show fewer", "metrics")
        if len(self.alarms) > limits.ALARM_WIDGET_ALARMS:
            yield Problem(f"{len(self.alarms)} alarms, and {limits.ALARM_WIDGET_ALARMS} fit", "show fewer", "alarms")
        queried = _metrics_of(self.custom.properties) if self.custom is not None else 0
        if queried > limits.WIDGET_METRICS:
            yield Problem(f"{queried} metrics, and {limits.WIDGET_METRICS} fit", "show fewer", "custom.properties")

    def widget(self, environment: Environment) -> Widget:
        """The widget, for what is in an account and Region."""
        width, height = self.width, self.height
        if self.text is not None:
            return note(self.text, width=width, height=height)
        if self.alarms:
            title = self.title or "Alarms"
            arns = [
                one if one.startswith("arn:") else environment.arn("cloudwatch", f"alarm:{one}") for one in self.alarms
            ]
            return states(title, self.alarms, arns, width=width, height=height)
        if self.logs is not None:
            return self._log_table(self.logs, environment.region)
        if self.custom is not None:
            kind, properties = self.custom.type, self.custom.properties
            title = str(properties.get("title", kind))
            return Widget(
                kind=kind,
                title=title,
                properties=properties,
                metrics=_metrics_of(properties),
                width=width,
                height=height,
            )
        return self._graph(environment.region)

    def _log_table(self, logs: LogTable, region: str) -> Widget:
        title = self.title or f"Lines of {', '.join(logs.log_groups)}"
        sources = " | ".join(f"SOURCE '{group}'" for group in logs.log_groups)
        properties = {
            "title": title,
            "region": region,
            "view": _VIEWS[logs.view],
            "query": f"{sources} | {logs.query}",
        }
        return Widget(
            kind="log",
            title=title,
            properties=properties,
            text=logs.query,
            width=self.width,
            height=self.height,
        )

    def _graph(self, region: str) -> Widget:
        if self.math is not None:
            made = Graph(self.math).widget(region, width=self.width, height=self.height)
        else:
            made = plain_rows(self.metrics, region, width=self.width, height=self.height)
        title = self.title or made.title
        view = {"view": _VIEWS[self.view]} | ({"stacked": True} if self.stacked else {})
        return made.shown_as({**made.properties, "title": title, **view}, title)


def _metrics_of(properties: Mapping[str, Any]) -> int:
    metrics = properties.get("metrics")
    return len(metrics) if isinstance(metrics, (list, tuple)) else 0


class DashboardSpec(Model):
    """A stack's dashboard."""

    log_tables: bool = True
    """Whether it shows the newest errors in the log groups that are known. Logs Insights bills what each look at the
    dashboard reads of them."""
    widgets: Items[ExtraWidget] = ()
    """Widgets of your own."""
