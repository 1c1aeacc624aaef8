"""A dashboard as a picture of what will come: the real layout, thresholds and bands, and curves from tests.

A graph whose alarms have a test shows what one of them saw when the test made it fire, with the threshold at its place.
Other graphs have no curve, for no one should take a made-up one for data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from textwrap import wrap

from constructs_lib.alarms.severity import FACTS
from constructs_lib.aws.names import shared_beginning
from constructs_lib.dashboard.layout import COLUMNS, Dashboard
from constructs_lib.dashboard.widget import Line, Widget
from constructs_lib.register.tested import Example

_UNIT, _ROW, _GAP = 50, 40, 4  # pixels of a grid column, of a grid row, and between widgets
_TILE = 32  # pixels from one alarm's tile to the next below
_LINE = 17  # pixels from one line of text to the next
_LETTER, _BOLD_LETTER, _HEADING_LETTER = 6, 7, 9  # pixels, about
_SHARE = {"above": 0.3, "below": 0.8}  # where a threshold is drawn without a curve, from the top
_LINK = re.compile(r"\[((?:[^\]\\]|\\.)*)\]\([^)]*\)")

Series = Sequence[float | None]


def picture(dashboard: Dashboard, examples: Mapping[str, Example] | None = None) -> str:
    """The dashboard as SVG.

    Args:
        dashboard: What to draw.
        examples: What alarms saw in tests, by their names.
    """
    height = max(widget.y + widget.height for widget in dashboard.widgets) * _ROW
    shared = shared_beginning(name for widget in dashboard.widgets for name in widget.alarms)
    inside = "".join("".join(_widget(widget, shared, examples or {})) for widget in dashboard.widgets)
    label = escape(f"Sketch of dashboard {dashboard.name}")
    return f'<svg viewBox="0 0 {COLUMNS * _UNIT} {height}" role="img" aria-label="{label}">{inside}</svg>'


def _widget(widget: Widget, shared: str, examples: Mapping[str, Example]) -> Iterator[str]:
    x, y = widget.x * _UNIT + _GAP, widget.y * _ROW + _GAP
    width, height = widget.width * _UNIT - 2 * _GAP, widget.height * _ROW - 2 * _GAP
    yield f'<g transform="translate({x} {y})">'
    if widget.title:
        yield f"<title>{escape(widget.title)}</title>"
    yield f'<rect class="frame" width="{width}" height="{height}" rx="4"/>'
    title = _cut(widget.title, (width - 20) * _LETTER // _BOLD_LETTER)
    yield f'<text class="title" x="10" y="18">{title}</text>'
    match widget.kind:
        case "alarm":
            yield from _tiles(widget, width, height, shared)
        case "metric" if widget.properties.get("view") == "singleValue":
            yield f'<text class="figure" x="{width // 2}" y="{height // 2 + 20}" text-anchor="middle">–</text>'
        case "metric":
            example = next((examples[name] for name in widget.alarms if name in examples), None)
            yield from _graph(widget, width, height, example)
        case "text":
            yield from _markdown(widget.text, width, height)
        case "log":
            yield from _lines(widget.text.split("\n"), width, height, top=36)
        case kind:
            yield f'<text class="soft" x="10" y="36">{_cut(f"a widget of type {kind}", width - 20)}</text>'
    yield "</g>"


def _markdown(markdown: str, width: int, height: int) -> Iterator[str]:
    """Headings and plain text: of a link its words, and nothing of other signs."""
    top = 22
    lines = []
    for line in filter(None, markdown.split("\n")):
        plain = re.sub(r"\\(.)", r"\1", _LINK.sub(r"\1", line))
        if heading := re.match(r"#+ *", plain):
            text = _cut(plain[heading.end() :], (width - 20) * _LETTER // _HEADING_LETTER)
            yield f'<text class="heading" x="10" y="{top}">{text}</text>'
            top += _LINE + 3
        else:
            lines.append(plain)
    yield from _lines(lines, width, height, top=top)


def _lines(lines: Iterable[str], width: int, height: int, *, top: int) -> Iterator[str]:
    wrapped = (part for line in lines for part in wrap(line, (width - 20) // _LETTER))
    for place, line in enumerate(wrapped):
        if (y := top + place * _LINE) < height:
            yield f'<text class="soft" x="10" y="{y}">{escape(line)}</text>'


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


def _graph(widget: Widget, width: int, height: int, example: Example | None) -> Iterator[str]:
    top, bottom = 30, height - 24
    yield f'<path class="grid" d="M10 {bottom}H{width - 10}"/>'
    if example is None:
        yield from _thresholds(widget.lines, width, top, bottom)
        yield f'<text class="soft" x="10" y="{height - 8}">no test shows a curve</text>'
        return
    shown = [*example.values, *example.lower, *example.upper, *(line.value for line in widget.lines)]
    known = [value for value in shown if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    scale = (bottom - top - 12) / (high - low or 1)

    def y(value: float) -> float:
        return bottom - (value - low) * scale

    edges = zip(_xs(example.upper, width), example.lower, example.upper, strict=True)
    band = [(x, y(lower), y(upper)) for x, lower, upper in edges if lower is not None and upper is not None]
    if band:
        outline = [*((x, upper) for x, _, upper in band), *((x, lower) for x, lower, _ in reversed(band))]
        yield f'<path class="band" d="M{"L".join(f"{x:.0f} {y:.0f}" for x, y in outline)}Z"/>'
    for line in widget.lines:
        yield _line(line, int(y(line.value)), width)
    for stretch in _stretches(example.values, width):
        points = "L".join(f"{x:.0f} {y(value):.0f}" for x, value in stretch)
        yield f'<path class="curve" d="M{points}{"h1" if len(stretch) == 1 else ""}"/>'
    yield f'<text class="soft" x="10" y="{height - 8}">{_cut(example.test, width - 20)}</text>'


def _thresholds(lines: Sequence[Line], width: int, top: int, bottom: int) -> Iterator[str]:
    for side, same in groupby(sorted(lines, key=lambda line: line.side), key=lambda line: line.side):
        for place, line in enumerate(same):
            yield _line(line, top + int((bottom - top) * _SHARE[side]) + 16 * place, width)


def _xs(series: Series, width: int) -> list[float]:
    return [10 + (width - 20) * place / max(1, len(series) - 1) for place in range(len(series))]


def _stretches(series: Series, width: int) -> Iterator[list[tuple[float, float]]]:
    """A curve for each stretch without a gap."""
    stretch: list[tuple[float, float]] = []
    for x, value in zip((*_xs(series, width), 0.0), (*series, None), strict=True):
        if value is not None:
            stretch.append((x, value))
        elif stretch:
            yield stretch
            stretch = []


def _line(line: Line, y: int, width: int) -> str:
    color = FACTS[line.severity].color
    return (
        f'<path d="M10 {y}H{width - 10}" stroke="{color}" stroke-width="1.5" stroke-dasharray="5 3"/>'
        f'<text x="14" y="{y - 4}">{_cut(line.label, width - 30)}</text>'
    )


def _cut(text: str, pixels: int, *, end: bool = False) -> str:
    """What fits; of an alarm's name the end says more."""
    room = pixels // _LETTER
    if len(text) > room:
        text = f"…{text[-room + 1 :]}" if end else f"{text[: room - 1]}…"
    return escape(text)
