"""Where everything goes: alarm states and figures on top, then each workload: heading, alarms, graphs, logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.alarms.alarm import Alarm
from constructs_lib.alarms.figure import Figure
from constructs_lib.alarms.log_query import LogQuery
from constructs_lib.alarms.severity import Severity, rank
from constructs_lib.aws import limits
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join, shared_beginning
from constructs_lib.dashboard.heading import heading
from constructs_lib.dashboard.widget import Watched, Widget, figure, graphs, log_table, note, states

COLUMNS = 24
_STATES_WIDTH, _GRAPH_WIDTH, _HEIGHT = 6, 9, 6  # a row: the workload's alarms, then two graphs
_FIGURE_WIDTH, _FIGURE_HEIGHT = 12, 3
_LOG_HEIGHT = 6
_STATES_PER_ROW = 6  # tiles that CloudWatch shows in a row at full width
OVERVIEW = "Alarms that notify"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadExtras:
    """What a dashboard shows of a workload besides its alarms.

    Attributes:
        charts: Graphs besides those of what its alarms watch.
        logs: Tables of log lines.
        owner: Who owns it.
        widgets: What is shown below all that.
    """

    charts: Sequence[Watched] = ()
    logs: Sequence[LogQuery] = ()
    owner: str = ""
    widgets: Sequence[Widget] = ()


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
    extras: Mapping[str, WorkloadExtras] | None = None,
    receivers: Mapping[Severity, str] | None = None,
    figures: Sequence[Figure] = (),
    widgets: Sequence[Widget] = (),
) -> tuple[Dashboard, ...]:
    """The dashboards of a stack: one, or as many as CloudWatch's limits ask for.

    Args:
        name: The first one's name; the others are numbered.
        workloads: The alarms of each, in the order they are shown.
        environment: Where the alarms are.
        extras: What is shown of a workload besides.
        receivers: Whom an alarm of each severity calls, in words.
        figures: Single numbers, shown on top.
        widgets: What is shown besides, at the end.
    """
    more = extras if extras is not None else {}
    everything = [alarm for table in workloads.values() for alarm in table]
    shared = shared_beginning(alarm.name for alarm in everything)
    calling = sorted((alarm for alarm in everything if alarm.notifies), key=lambda alarm: rank(alarm.severity))
    top = [
        *_overview([alarm.name for alarm in calling], environment),
        *_flowing([figure(one, environment.region, width=_FIGURE_WIDTH, height=_FIGURE_HEIGHT) for one in figures]),
    ]
    blocks = [
        block
        for workload, table in workloads.items()
        for block in _workload(
            workload, table, more.get(workload, WorkloadExtras()), environment, receivers=receivers, shared=shared
        )
    ]
    pages = _pages([*top, *blocks, *_flowing(widgets)])
    return tuple(
        Dashboard(name if number == 1 else join(name, str(number)), page) for number, page in enumerate(pages, start=1)
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """Widgets that stay together.

    Attributes:
        widgets: At their places below the block's upper edge.
        height: Where the next block begins, though a widget may reach further down.
    """

    widgets: tuple[Widget, ...]
    height: int

    @classmethod
    def of(cls, *widgets: Widget) -> _Block:
        """A block as high as what is in it."""
        return cls(widgets, max(widget.y + widget.height for widget in widgets))

    def below(self, *others: Widget) -> _Block:
        """The same with other widgets above it."""
        y = max((widget.y + widget.height for widget in others), default=0)
        return _Block((*others, *(widget.at(widget.x, widget.y + y) for widget in self.widgets)), self.height + y)


def _overview(names: Sequence[str], environment: Environment) -> Iterator[_Block]:
    """Every alarm that notifies, in as few widgets as the limit allows."""
    parts = _parts(names, limits.ALARM_WIDGET_ALARMS)
    for number, part in enumerate(parts, start=1):
        title = OVERVIEW + (f" ({number} of {len(parts)})" if len(parts) > 1 else "")
        height = 1 + -(-len(part) // _STATES_PER_ROW)
        yield _Block.of(states(title, part, _arns(part, environment), width=COLUMNS, height=height))


def _workload(
    name: str,
    table: Sequence[Alarm],
    extras: WorkloadExtras,
    environment: Environment,
    *,
    receivers: Mapping[Severity, str] | None,
    shared: str,
) -> Iterator[_Block]:
    """A heading with the first row below it, further rows, the log tables, and what a user adds."""
    markdown, height = heading(name, table, owner=extras.owner, receivers=receivers, shared=shared)
    above = [note(markdown, width=COLUMNS, height=height)]
    for block in (*_rows(table, extras.charts, environment), *_logs(extras, environment), *_flowing(extras.widgets)):
        yield block.below(*above)
        above = []


def _rows(table: Sequence[Alarm], charts: Sequence[Watched], environment: Environment) -> Iterator[_Block]:
    """The alarms on the left, the graphs next to them."""
    right = [graph.widget(environment.region, width=_GRAPH_WIDTH, height=_HEIGHT) for graph in graphs(table, charts)]
    per_row = (COLUMNS - _STATES_WIDTH) // _GRAPH_WIDTH
    parts = _parts([alarm.name for alarm in table], limits.ALARM_WIDGET_ALARMS)
    # Alone on the left they may reach as far down as the graphs.
    rows = max(1, -(-len(right) // per_row)) if len(parts) == 1 else 1
    left = [
        states(
            "Alarms",
            part,
            _arns(part, environment),
            width=_STATES_WIDTH,
            height=min(rows * _HEIGHT, max(_HEIGHT, 1 + len(part))),
        )
        for part in parts
    ]
    for number in range(max(len(left), -(-len(right) // per_row))):
        row = right[number * per_row : (number + 1) * per_row]
        placed = (one.at(_STATES_WIDTH + place * _GRAPH_WIDTH, 0) for place, one in enumerate(row))
        yield _Block((*left[number : number + 1], *placed), _HEIGHT)


def _logs(extras: WorkloadExtras, environment: Environment) -> Iterator[_Block]:
    for query in extras.logs:
        yield _Block.of(log_table(query, environment.region, width=COLUMNS, height=_LOG_HEIGHT))


def _flowing(widgets: Sequence[Widget]) -> Iterator[_Block]:
    """One next to the other, as many as fit into a row."""
    row: list[Widget] = []
    x = 0
    for widget in widgets:
        if row and x + widget.width > COLUMNS:
            yield _Block.of(*row)
            row, x = [], 0
        row.append(widget.at(x, 0))
        x += widget.width
    if row:
        yield _Block.of(*row)


def _parts(items: Sequence[str], size: int) -> list[Sequence[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _arns(names: Sequence[str], environment: Environment) -> list[str]:
    return [environment.arn("cloudwatch", f"alarm:{name}") for name in names]


def _pages(blocks: Sequence[_Block]) -> Iterator[tuple[Widget, ...]]:
    """Blocks from top to bottom, on a new dashboard where the next would be too much."""
    page: list[Widget] = []
    y = metrics = 0
    for block in blocks:
        more = sum(widget.metrics for widget in block.widgets)
        if page and (
            len(page) + len(block.widgets) > limits.DASHBOARD_WIDGETS or metrics + more > limits.DASHBOARD_METRICS
        ):
            yield tuple(page)
            page, y, metrics = [], 0, 0
        page += [widget.at(widget.x, widget.y + y) for widget in block.widgets]
        y += block.height
        metrics += more
    if page:
        yield tuple(page)
