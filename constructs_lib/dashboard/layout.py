"""Where everything goes: alarm states on top, then a row for each workload with its alarms and graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.alarms.alarm import Alarm
from constructs_lib.alarms.severity import rank
from constructs_lib.aws import limits
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.dashboard.widget import Watched, Widget, graphs, states

COLUMNS = 24
_STATES_WIDTH, _GRAPH_WIDTH, _HEIGHT = 6, 9, 6  # a row: the workload's alarms, then two graphs
_STATES_PER_ROW = 6  # tiles that CloudWatch shows in a row at full width
OVERVIEW = "Alarms that notify"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One dashboard.

    Attributes:
        name: As in CloudWatch.
        widgets: At their places.
    """

    name: str
    widgets: tuple[Widget, ...]

    def shows(self, alarm: str) -> bool:
        """Whether the workload of an alarm is on it, and not only its state."""
        return any(alarm in widget.alarms for widget in self.widgets if not widget.title.startswith(OVERVIEW))

    def body(self) -> dict[str, Any]:
        """What CloudWatch takes, as JSON."""
        return {"widgets": [widget.body() for widget in self.widgets]}


def dashboards(
    name: str,
    workloads: Mapping[str, Sequence[Alarm]],
    *,
    environment: Environment,
    charts: Mapping[str, Sequence[Watched]] | None = None,
) -> tuple[Dashboard, ...]:
    """The dashboards of a stack: one, or as many as CloudWatch's limits ask for.

    Args:
        name: The first one's name; the others are numbered.
        workloads: The alarms of each, in the order they are shown.
        environment: Where the alarms are.
        charts: Graphs of a workload besides those of its alarms.
    """
    more = charts if charts is not None else {}
    rows = [
        row
        for workload, table in workloads.items()
        for row in _workload(workload, table, more.get(workload, ()), environment)
    ]
    calling = [alarm for table in workloads.values() for alarm in table if alarm.notifies]
    calling.sort(key=lambda alarm: rank(alarm.severity))
    pages = list(_pages(rows, [*_overview([alarm.name for alarm in calling], environment)]))
    return tuple(
        Dashboard(name if number == 1 else join(name, str(number)), page) for number, page in enumerate(pages, start=1)
    )


def _overview(names: Sequence[str], environment: Environment) -> Iterator[list[Widget]]:
    """Every alarm that notifies, in as few widgets as the limit allows."""
    parts = _parts(names, limits.ALARM_WIDGET_ALARMS)
    for number, part in enumerate(parts, start=1):
        title = OVERVIEW + (f" ({number} of {len(parts)})" if len(parts) > 1 else "")
        height = 1 + -(-len(part) // _STATES_PER_ROW)
        yield [states(title, part, _arns(part, environment), width=COLUMNS, height=height)]


def _workload(
    name: str, table: Sequence[Alarm], charts: Sequence[Watched], environment: Environment
) -> Iterator[list[Widget]]:
    """The rows of one workload: its alarms on the left, its graphs next to them."""
    names = [alarm.name for alarm in table]
    left = [
        states(name, part, _arns(part, environment), width=_STATES_WIDTH, height=_HEIGHT)
        for part in _parts(names, limits.ALARM_WIDGET_ALARMS)
    ]
    right = [graph.widget(environment.region, width=_GRAPH_WIDTH, height=_HEIGHT) for graph in graphs(table, charts)]
    per_row = (COLUMNS - _STATES_WIDTH) // _GRAPH_WIDTH
    for number in range(max(len(left), -(-len(right) // per_row))):
        row = [*left[number : number + 1], *right[number * per_row : (number + 1) * per_row]]
        yield row


def _parts(items: Sequence[str], size: int) -> list[Sequence[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _arns(names: Sequence[str], environment: Environment) -> list[str]:
    return [environment.arn("cloudwatch", f"alarm:{name}") for name in names]


def _pages(rows: Sequence[list[Widget]], overview: Sequence[list[Widget]]) -> Iterator[tuple[Widget, ...]]:
    """Rows from top to bottom, on a new dashboard where the next would be too much."""
    page: list[Widget] = []
    y = metrics = 0
    for row in [*overview, *rows]:
        more = sum(widget.metrics for widget in row)
        if page and (len(page) + len(row) > limits.DASHBOARD_WIDGETS or metrics + more > limits.DASHBOARD_METRICS):
            yield tuple(page)
            page, y, metrics = [], 0, 0
        x = 0 if row[0].kind == "alarm" else _STATES_WIDTH  # further graphs stay under the first ones
        for widget in row:
            page.append(widget.at(x, y))
            x += widget.width
        y += row[0].height
        metrics += more
    if page:
        yield tuple(page)
