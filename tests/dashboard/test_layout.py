"""The dashboard: what stands where, and CloudWatch's limits."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from constructs_lib.alarms.alarm import Alarm, Band, Math, Threshold
from constructs_lib.alarms.duty import PartOf
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws.environment import Environment
from constructs_lib.dashboard.layout import Dashboard, dashboards
from tests.alarms.test_grouping import METRIC, alarm

HERE = Environment("123456789012", "us-east-1")


def one(*table: Alarm) -> Dashboard:
    (dashboard,) = dashboards("p", {"ranker": table}, environment=HERE)
    return dashboard


def graph(*table: Alarm) -> dict[str, Any]:
    (widget,) = [widget for widget in one(*table).body()["widgets"] if widget["type"] == "metric"]
    properties: dict[str, Any] = widget["properties"]
    return properties


def test_states_on_top_then_a_row_for_each_workload() -> None:
    tables = {"api": [alarm("a")], "ranker": [alarm("w", severity="warning"), alarm("c", duty=PartOf("w"))]}
    (dashboard,) = dashboards("p", tables, environment=HERE)
    assert [(widget.kind, widget.title, widget.x, widget.y) for widget in dashboard.widgets] == [
        ("alarm", "Alarms that notify", 0, 0),
        ("alarm", "api", 0, 2),
        ("metric", "Sum of errors of Lambda function ranker", 6, 2),
        ("alarm", "ranker", 0, 8),
        ("metric", "Sum of errors of Lambda function ranker", 6, 8),
    ]
    overview, _, _, ranker, _ = dashboard.widgets
    assert list(overview.alarms) == ["a", "w"], "the most urgent first; a part notifies no one"
    assert list(ranker.alarms) == ["w", "c"], "parts stay visible"
    assert ranker.properties["alarms"][0] == "arn:aws:cloudwatch:us-east-1:123456789012:alarm:w"


def test_alarms_on_one_metric_share_a_graph_with_thresholds_and_band() -> None:
    band = alarm("band", condition=Band(watch=METRIC, width=3, direction="outside"))
    found = graph(alarm("high"), band)
    assert found["metrics"] == [
        ["AWS/Lambda", "Errors", "FunctionName", "ranker", {"id": "metric", "stat": "Sum"}],
        [{"expression": "ANOMALY_DETECTION_BAND(metric, 3)", "id": "band1", "label": "Usual band"}],
    ]
    assert found["annotations"]["horizontal"] == [{"label": "high: above 1", "value": 1.0, "color": "#d13212"}]
    assert (found["region"], found["period"]) == ("us-east-1", 300)


def test_metric_math_draws_the_result_and_hides_what_it_reads() -> None:
    watch = Math(expression="m1 * two", metrics={"m1": METRIC}, steps={"two": "1 + 1"}, label="twice the errors")
    found = graph(alarm("a", condition=Threshold(watch=watch, comparison="above", limit=1)))
    assert found["metrics"][0] == [{"expression": "m1 * two", "id": "result", "label": "twice the errors"}]
    assert [row[-1].get("visible") for row in found["metrics"][1:]] == [False, False]


def test_a_threshold_that_is_not_known_is_not_drawn() -> None:
    condition = Threshold(watch=METRIC, comparison="above", limit="${var.limit}")  # type: ignore[arg-type]
    assert "annotations" not in graph(alarm("a", condition=condition))


def many(count: int) -> dict[str, list[Alarm]]:
    metrics = [METRIC.model_copy(update={"dimensions": {"FunctionName": f"f{n}"}}) for n in range(count)]
    return {
        f"w{n:04}": [alarm(f"a{n:04}", condition=Threshold(watch=metric, comparison="above", limit=1))]
        for n, metric in enumerate(metrics)
    }


def test_a_thousand_workloads_are_split_within_the_limits() -> None:
    found = dashboards("p", many(1_000), environment=HERE)
    assert [dashboard.name for dashboard in found] == ["p", "p-2", "p-3", "p-4", "p-5"]
    for dashboard in found:
        assert len(dashboard.widgets) <= 500
        assert sum(widget.metrics for widget in dashboard.widgets) <= 2_500
        assert all(len(widget.alarms) <= 100 for widget in dashboard.widgets)
    shown = {name for dashboard in found for widget in dashboard.widgets for name in widget.alarms}
    assert len(shown) == 1_000


def test_a_workload_with_many_metrics_stays_under_the_metric_limit() -> None:
    metrics = {f"m{n}": Metric(namespace="N", name=f"n{n}", statistic="Sum", custom=True) for n in range(10)}
    watches = [Math(expression=f"SUM(METRICS()) + {n}", metrics=metrics, label=str(n)) for n in range(300)]
    table = [alarm(f"a{n}", condition=Threshold(watch=w, comparison="above", limit=1)) for n, w in enumerate(watches)]
    found = dashboards("p", {"w": table}, environment=HERE)
    assert len(found) == 2
    assert all(sum(widget.metrics for widget in dashboard.widgets) <= 2_500 for dashboard in found)


def test_nothing_overlaps_and_nothing_leaves_the_grid() -> None:
    for dashboard in dashboards("p", many(60), environment=HERE):
        for widget in dashboard.widgets:
            assert widget.x >= 0 and widget.x + widget.width <= 24
        for a, b in combinations(dashboard.widgets, 2):
            apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
            assert apart, f"{a.title} and {b.title}"
