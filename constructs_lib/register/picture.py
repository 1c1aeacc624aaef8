"""A dashboard as a picture of what will come: the real layout, thresholds and bands; the curves are only a sketch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import escape
from itertools import groupby
from math import sin

from constructs_lib.alarms.severity import FACTS
from constructs_lib.aws.names import shared_beginning
from constructs_lib.dashboard.layout import COLUMNS, Dashboard
from constructs_lib.dashboard.widget import Line, Widget

_UNIT, _ROW, _GAP = 50, 40, 4  # pixels of a grid column, of a grid row, and between widgets
_TILE = 32  # pixels from one alarm's tile to the next below
_LETTER, _BOLD_LETTER = 6, 7  # pixels, about
_SHARE = {"above": 0.3, "below": 0.8}  # where a threshold is drawn, from the top: out of the curve's way


def picture(dashboard: Dashboard) -> str:
    """The dashboard as SVG."""
    height = max(widget.y + widget.height for widget in dashboard.widgets) * _ROW
    names = [name for widget in dashboard.widgets for name in widget.alarms]
    shared = shared_beginning(names)
    inside = "".join("".join(_widget(widget, shared)) for widget in dashboard.widgets)
    label = escape(f"Sketch of dashboard {dashboard.name}")
    return f'<svg viewBox="0 0 {COLUMNS * _UNIT} {height}" role="img" aria-label="{label}">{inside}</svg>'


def _widget(widget: Widget, shared: str) -> Iterator[str]:
    x, y = widget.x * _UNIT + _GAP, widget.y * _ROW + _GAP
    width, height = widget.width * _UNIT - 2 * _GAP, widget.height * _ROW - 2 * _GAP
    yield f'<g transform="translate({x} {y})"><title>{escape(widget.title)}</title>'
    yield f'<rect class="frame" width="{width}" height="{height}" rx="4"/>'
    title = _cut(widget.title, (width - 20) * _LETTER // _BOLD_LETTER)
    yield f'<text class="title" x="10" y="18">{title}</text>'
    yield from _graph(widget, width, height) if widget.kind == "metric" else _tiles(widget, width, height, shared)
    yield "</g>"


def _tiles(widget: Widget, width: int, height: int, shared: str) -> Iterator[str]:
    columns = max(1, width // 190)
    each = (width - 20) // columns
    room = columns * max(1, (height - 32) // _TILE)
    for place, name in enumerate(widget.alarms[:room]):
        left, top = 10 + place % columns * each, 30 + place // columns * _TILE
        last = place == room - 1 and len(widget.alarms) > room
        text = f"and {len(widget.alarms) - room + 1} more" if last else name.removeprefix(shared)
        yield f'<rect class="tile" x="{left}" y="{top}" width="{each - 6}" height="{_TILE - 6}" rx="3"/>'
        yield f'<text class="soft" x="{left + 6}" y="{top + 17}">{_cut(text, each - 16, end=True)}</text>'


def _graph(widget: Widget, width: int, height: int) -> Iterator[str]:
    top, bottom = 30, height - 24
    yield f'<path class="grid" d="M10 {bottom}H{width - 10}"/>'
    if widget.band:
        yield f'<path class="band" d="{_curve(width, top, bottom, band=True)}"/>'
    yield f'<path class="curve" d="{_curve(width, top, bottom)}"/>'
    for side, lines in groupby(sorted(widget.lines, key=lambda line: line.side), key=lambda line: line.side):
        for place, line in enumerate(lines):
            yield _line(line, top + int((bottom - top) * _SHARE[side]) + 16 * place, width)
    legend = "value and its usual band" if widget.band else "value"
    yield f'<text class="soft" x="10" y="{height - 8}">{legend}</text>'


def _line(line: Line, y: int, width: int) -> str:
    color = FACTS[line.severity].color
    return (
        f'<path d="M10 {y}H{width - 10}" stroke="{color}" stroke-width="1.5" stroke-dasharray="5 3"/>'
        f'<text x="14" y="{y - 4}">{_cut(line.label, width - 30)}</text>'
    )


@lru_cache
def _curve(width: int, top: int, bottom: int, *, band: bool = False) -> str:
    """A wave, the same for every graph of one size, so that no one takes it for data."""
    middle, reach = (top + bottom) / 2 + 8, (bottom - top) / 8
    xs = range(10, width - 9, 10)
    ys = [middle + reach * sin(x / 38) for x in xs]
    if not band:
        return "M" + "L".join(f"{x} {y:.0f}" for x, y in zip(xs, ys, strict=True))
    upper = [f"{x} {y - 1.6 * reach:.0f}" for x, y in zip(xs, ys, strict=True)]
    lower = [f"{x} {y + 1.6 * reach:.0f}" for x, y in zip(xs, ys, strict=True)]
    return f"M{'L'.join([*upper, *reversed(lower)])}Z"


def _cut(text: str, pixels: int, *, end: bool = False) -> str:
    """What fits; of an alarm's name the end says more."""
    room = pixels // _LETTER
    if len(text) > room:
        text = f"…{text[-room + 1 :]}" if end else f"{text[: room - 1]}…"
    return escape(text)
