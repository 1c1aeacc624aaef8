"""The dashboard: what stands where, and CloudWatch's limits."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from constructs_lib.alarms.alarm import Alarm, Band, Math, Threshold
from constructs_lib.alarms.duty import PartOf
from constructs_lib.alarms.figure import Figure
from constructs_lib.alarms.log_query import LogQuery
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws.environment import Environment
from constructs_lib.dashboard.layout import Dashboard, WorkloadExtras, dashboards
from constructs_lib.dashboard.widget import note
from tests.alarms.test_grouping import METRIC, alarm

HERE = Environment("123456789012", "us-east-1")


def one(*table: Alarm) -> Dashboard:
    (dashboard,) = dashboards("p", {"ranker": table}, environment=HERE)
    return dashboard


def graph(*table: Alarm) -> dict[str, Any]:
    (widget,) = [widget for widget in one(*table).body()["widgets"] if widget["type"] == "metric"]
    properties: dict[str, Any] = widget["properties"]
    return properties


def places(dashboard: Dashboard) -> list[tuple[str, str, int, int]]:
    return [(widget.kind, widget.title, widget.x, widget.y) for widget in dashboard.widgets]


def test_states_on_top_then_each_workload_below_its_heading() -> None:
    tables = {"api": [alarm("a")], "ranker": [alarm("w", severity="warning"), alarm("c", duty=PartOf("w"))]}
    (dashboard,) = dashboards("p", tables, environment=HERE)
    assert places(dashboard) == [
        ("alarm", "Alarms that notify", 0, 0),
        ("text", "", 0, 2),
        ("alarm", "Alarms", 0, 3),
        ("metric", "Sum of errors of Lambda function ranker", 6, 3),
        ("text", "", 0, 9),
        ("alarm", "Alarms", 0, 10),
        ("metric", "Sum of errors of Lambda function ranker", 6, 10),
    ]
    overview, _, _, _, _, ranker, graph = dashboard.widgets
    assert list(overview.alarms) == ["a", "w"], "the most urgent first; a part notifies no one"
    assert list(ranker.alarms) == ["w", "c"], "parts stay visible"
    assert ranker.properties["alarms"][0] == "arn:aws:cloudwatch:us-east-1:123456789012:alarm:w"
    assert graph.alarms == ("w", "c")


def text_of(table: list[Alarm], owner: str = "", **options: Any) -> str:
    extras = {"ranker": WorkloadExtras(owner=owner)}
    (dashboard,) = dashboards("p", {"ranker": table}, environment=HERE, extras=extras, **options)
    markdown: str = dashboard.widgets[1].properties["markdown"]
    return markdown


def test_a_heading_says_whom_alarms_call_who_owns_it_and_where_the_runbooks_are() -> None:
    table = [
        alarm("p-ranker-slow", runbook="https://r.example.com/slow (1)"),
        alarm("p-ranker-broken", runbook="https://r.example.com/broken"),
        alarm("p-ranker-part", runbook="https://r.example.com/part", duty=PartOf("p-ranker-slow")),
    ]
    receivers: dict[Severity, str] = {"critical": "oncall", "warning": "team"}
    assert text_of(table, "ml", receivers=receivers).splitlines() == [
        "## ranker",
        "",
        "Owner: ml · critical: oncall",
        "",
        "Runbooks: [slow](https://r.example.com/slow%20%281%29) · [broken](https://r.example.com/broken)",
    ]


def test_one_runbook_for_all_is_one_link() -> None:
    table = [alarm(name, runbook="https://r.example.com/all") for name in ("a", "b")]
    assert text_of(table).endswith("\n\n[Runbook](https://r.example.com/all)")


def test_what_users_write_is_no_markup_in_a_heading() -> None:
    text = text_of([alarm("a")], "[x](javascript:1) <b> *y*")
    assert r"Owner: \[x](javascript:1) \<b> \*y\*" in text
    assert "Owner: ${var.team_name}" in text_of([alarm("a")], "${var.team_name}")


def test_logs_and_widgets_of_ones_own_stand_below_the_graphs() -> None:
    query = LogQuery(title="Newest errors", group="/ai/ranker", condition="level = 'ERROR'")
    extras = {"ranker": WorkloadExtras(logs=[query], widgets=[note("# mine", width=12, height=2)])}
    last = [note("last", width=24, height=2)]
    (dashboard,) = dashboards("p", {"ranker": [alarm("a")]}, environment=HERE, extras=extras, widgets=last)
    assert places(dashboard)[4:] == [("log", "Newest errors", 0, 9), ("text", "", 0, 15), ("text", "", 0, 17)]
    assert dashboard.widgets[4].properties == {
        "title": "Newest errors",
        "region": "us-east-1",
        "view": "table",
        "query": "SOURCE '/ai/ranker' | fields @timestamp, @message\n| filter level = 'ERROR'\n"
        "| sort @timestamp desc\n| limit 20",
    }


def test_figures_stand_on_top_and_are_over_their_own_span() -> None:
    spent = Figure("Budget", Math(expression="m1 / 2", metrics={"m1": METRIC}, label="x"), 28)
    (dashboard,) = dashboards("p", {"ranker": [alarm("a")]}, environment=HERE, figures=[spent, spent, spent])
    assert places(dashboard)[1:4] == [
        ("metric", "Budget", 0, 2),
        ("metric", "Budget", 12, 2),
        ("metric", "Budget", 0, 5),
    ]
    properties = dashboard.widgets[1].properties
    assert (properties["view"], properties["start"], properties["setPeriodToTimeRange"]) == (
        "singleValue",
        "-P28D",
        True,
    )


def test_many_alarms_reach_down_beside_the_graphs() -> None:
    (dashboard,) = dashboards("p", many(1, of=20), environment=HERE)
    states = dashboard.widgets[2]
    assert (len(states.alarms), states.height) == (20, 21)


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


def many(count: int, *, of: int = 1) -> dict[str, list[Alarm]]:
    metrics = [METRIC.model_copy(update={"dimensions": {"FunctionName": f"f{n}"}}) for n in range(count * of)]
    table = [
        alarm(f"a{n:04}", condition=Threshold(watch=metric, comparison="above", limit=1))
        for n, metric in enumerate(metrics)
    ]
    return {f"w{n:04}": table[n * of : (n + 1) * of] for n in range(count)}


def test_a_thousand_workloads_are_split_within_the_limits() -> None:
    found = dashboards("p", many(1_000), environment=HERE)
    assert [dashboard.name for dashboard in found] == ["p", "p-2", "p-3", "p-4", "p-5", "p-6", "p-7"]
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
    mine = [note("x", width=10, height=9), note("y", width=12, height=2), note("z", width=24, height=1)]
    extras = {name: WorkloadExtras(widgets=mine) for name in many(9)}
    for dashboard in dashboards("p", {**many(60), **many(9, of=7)}, environment=HERE, extras=extras, widgets=mine):
        for widget in dashboard.widgets:
            assert widget.x >= 0 and widget.x + widget.width <= 24
        for a, b in combinations(dashboard.widgets, 2):
            apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
            assert apart, f"{a.title} and {b.title}"
