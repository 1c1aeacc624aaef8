"""What a user may say of a stack's dashboard."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.dashboard.spec import ExtraWidget
from constructs_lib.errors import ConfigError
from constructs_lib.testing import synth
from tests.configs import config, metric, threshold
from tests.stacks import monitoring_stack

LOGS: dict[str, Any] = {
    "pattern": "log_pattern",
    "log_group": {"name": "/ai/ranker", "create": False},
    "filter": "?Error ?Exception",
    "alarm": {"above": 0, "period_seconds": 300},
}


def shown(dashboard: object, **monitors: Any) -> list[dict[str, Any]]:
    stack = monitoring_stack(config(monitors or {"calls": threshold()}, dashboard=dashboard))
    (made,) = synth(stack)["resource"]["aws_cloudwatch_dashboard"].values()
    widgets: list[dict[str, Any]] = json.loads(made["dashboard_body"])["widgets"]
    return widgets


def mine(**widget: Any) -> dict[str, Any]:
    """The last widget of a dashboard, which is a user's own."""
    return shown({"widgets": [widget]})[-1]


def test_metrics_in_one_graph() -> None:
    found = mine(title="Load", metrics=[metric(), metric(name="Errors")], view="bar", width=8, stacked=True)
    assert (found["type"], found["width"], found["height"]) == ("metric", 8, 6)
    properties = found["properties"]
    assert (properties["title"], properties["view"], properties["stacked"]) == ("Load", "bar", True)
    assert [row[1] for row in properties["metrics"]] == ["Invocations", "Errors"]
    assert properties["metrics"][0][-1] == {"id": "m1", "stat": "Sum", "period": 300}


def test_metric_math() -> None:
    math = {"expression": "100 * a / b", "metrics": {"a": metric(name="Errors"), "b": metric()}, "label": "errors in %"}
    properties = mine(math=math, view="single_value")["properties"]
    assert (properties["title"], properties["view"]) == ("Errors in %", "singleValue")
    assert properties["metrics"][0][0]["expression"] == "100 * a / b"


def test_text_and_logs_and_alarms() -> None:
    assert mine(text="# Hello")["properties"] == {"markdown": "# Hello"}
    logs = mine(logs={"log_groups": ["/a", "/b"], "query": "fields @message"}, title="Both")["properties"]
    assert logs["query"] == "SOURCE '/a' | SOURCE '/b' | fields @message"
    assert (logs["title"], logs["region"], logs["view"]) == ("Both", "us-east-1", "table")
    other = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:other"
    assert mine(alarms=["mine", other])["properties"]["alarms"] == [other.replace("other", "mine"), other]


def test_anything_else_is_passed_on() -> None:
    found = mine(custom={"type": "explorer", "properties": {"labels": [{"key": "team"}]}}, width=24)
    assert (found["type"], found["properties"]) == ("explorer", {"labels": [{"key": "team"}]})


def test_a_widget_of_a_workload_stands_with_it() -> None:
    widgets = shown({"widgets": [{"text": "of a", "workload": "a"}]}, a=threshold(), b=threshold())
    texts = [widget["properties"].get("markdown", "").partition("\n")[0] for widget in widgets]
    assert [text for text in texts if text] == ["## a", "of a", "## b"]


def test_log_tables_can_be_left_out() -> None:
    assert [widget["type"] for widget in shown(True, logs=LOGS)][-1] == "log"
    assert "log" not in [widget["type"] for widget in shown({"log_tables": False}, logs=LOGS)]


@pytest.mark.parametrize(
    ("widget", "says"),
    [
        ({}, "nothing to show; give one of `text`"),
        ({"text": "a", "alarms": ["b"]}, "text and alarms in one widget"),
        ({"text": "a", "stacked": True}, "stacked: is about metrics"),
        ({"text": "a", "title": "b"}, "title: has no place in this kind of widget"),
        ({"text": "a", "width": 25}, "width: "),
        ({"alarms": ["a"] * 101}, "alarms: 101 alarms, and 100 fit"),
        ({"metrics": [metric()] * 501}, "metrics: 501 metrics, and 500 fit"),
        ({"custom": {"type": "metric", "properties": {"metrics": [[]] * 501}}}, "custom.properties: 501 metrics"),
        ({"logs": {"log_groups": [], "query": "x"}}, "logs.log_groups: is empty"),
        ({"text": "a", "widht": 3}, "'widht' is not a key here; did you mean 'width'?"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_a_widget_that_can_not_be(widget: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ExtraWidget(**widget)
    assert says in str(caught.value)


def test_hundreds_of_widgets_are_split_over_dashboards() -> None:
    widgets = [{"text": str(number), "width": 1, "height": 1} for number in range(600)]
    stack = monitoring_stack(config({"calls": threshold()}, dashboard={"widgets": widgets}))
    bodies = [
        json.loads(one["dashboard_body"]) for one in synth(stack)["resource"]["aws_cloudwatch_dashboard"].values()
    ]
    assert [len(body["widgets"]) <= 500 for body in bodies] == [True, True]
    assert sum(len(body["widgets"]) for body in bodies) == 604
