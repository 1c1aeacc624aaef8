"""Series out of CloudWatch: what `aws cloudwatch get-metric-data` prints, or a CSV file.

Source: CloudWatch API reference, "GetMetricData" and "MetricDataResult"; a result may come in several pages of one id,
in any order. An anomaly band comes as two values at each moment. CSV: a column of moments, then one a series, each
named in the last line above the first moment; what is above that is skipped.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from constructs_lib.model import nearest
from constructs_lib.simulation.arrays import Floats, Ints

_MILLISECONDS = 100_000_000_000
"""Numbers above this are milliseconds since 1970, not seconds."""

_EDGES = ("lower", "upper")


class InvalidExport(ValueError):
    """A file, or a part of it, that holds no such series; the message says why, and after `; ` what to do."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One series, or the two edges of a band.

    Attributes:
        at: Seconds since 1970, ascending.
        values: One row; two of a band: the lower and the upper edge.
        every: How many seconds lie between two moments as a rule.
    """

    at: Ints
    values: Floats
    every: int


class Export:
    """What a file holds.

    Args:
        points: Moments and values, by the id or the column.
    """

    def __init__(self, points: Mapping[str, Iterable[tuple[int, float]]]) -> None:
        self._series: dict[str, Exported] = {}
        for key, pairs in points.items():
            found = sorted(pairs)
            at = np.array([moment for moment, _ in found], dtype=np.int64)
            values = np.array([value for _, value in found], dtype=np.float64)
            stamps, times = np.unique(at, return_counts=True)
            if len(stamps) and (times == 2).all():
                values = values.reshape(-1, 2).T  # sorted: the lower edge is the smaller value
            elif (times == 1).all():
                values = values[None]
            else:
                raise InvalidExport(f"{key} has some moments once and others several times")
            self._series[key] = Exported(stamps, values, _step(stamps))

    def series(self, key: str | None = None) -> Exported:
        """One series; without its id, the only one.

        Raises:
            InvalidExport: There is no such series, or there are several.
        """
        return self._one(key, rows=1, what="series")

    def band(self, key: str | None = None) -> Exported:
        """The edges of an anomaly band: two values a moment, or series called lower and upper.

        Raises:
            InvalidExport: There is no such band, or there are several.
        """
        if key is None and set(_EDGES) <= self._series.keys():
            lower, upper = (self._series[edge] for edge in _EDGES)
            if np.array_equal(lower.at, upper.at):
                return Exported(lower.at, np.concatenate([lower.values, upper.values]), lower.every)
            raise InvalidExport("lower and upper are not at the same moments; export both at once")
        return self._one(key, rows=2, what="band")

    def _one(self, key: str | None, *, rows: int, what: str) -> Exported:
        fitting = {name: found for name, found in self._series.items() if len(found.values) == rows and len(found.at)}
        if key is None:
            if len(fitting) == 1:
                return next(iter(fitting.values()))
            if fitting:
                raise InvalidExport(
                    f"holds {len(fitting)} {_PLURALS[what]}; say which, such as id: {next(iter(fitting))}"
                )
            raise InvalidExport(f"holds no {what}{_HINTS[what]}")
        if key in fitting:
            return fitting[key]
        if key in self._series:
            empty = not len(self._series[key].at)
            raise InvalidExport(f"{key!r} holds no value" if empty else f"{key!r} is not a {what}{_HINTS[what]}")
        raise InvalidExport(f"holds no {key!r}; {nearest(key, self._series)}")


_PLURALS = {"series": "series", "band": "bands"}
_HINTS = {
    "series": "; ask `aws cloudwatch get-metric-data` for a metric",
    "band": "; ask `aws cloudwatch get-metric-data` for ANOMALY_DETECTION_BAND(…), which has two values a moment",
}


def read(path: Path) -> Export:
    """Read a file.

    Raises:
        InvalidExport: It can't be read, or is neither of the two formats.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidExport(f"can't be read: {getattr(error, 'strerror', None) or 'it is not text'}") from None
    return Export(_of_json(text) if text.lstrip()[:1] in ("{", "[") else _of_csv(text))


def _of_json(text: str) -> dict[str, list[tuple[int, float]]]:
    try:
        results = json.loads(text)["MetricDataResults"]
        found: dict[str, list[tuple[int, float]]] = {}
        for result in results:
            moments, values = result["Timestamps"], result["Values"]
            pairs = zip(map(_moment, moments), map(float, values), strict=True)
            found.setdefault(str(result["Id"]), []).extend(pairs)
    except (ValueError, KeyError, TypeError):
        raise InvalidExport(
            "is not what `aws cloudwatch get-metric-data` prints; it has MetricDataResults with Id, Timestamps, Values"
        ) from None
    return found


def _of_csv(text: str) -> dict[str, list[tuple[int, float]]]:
    names: list[str] = []
    found: dict[str, list[tuple[int, float]]] = {}
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        if not row:
            continue
        try:
            moment = _moment(row[0])
        except ValueError:
            if found:
                raise InvalidExport(f"line {number} does not begin with a moment") from None
            names = row[1:]
            continue
        for index, cell in enumerate(row[1:]):
            key = names[index].strip() if index < len(names) and names[index].strip() else f"column {index + 2}"
            pairs = found.setdefault(key, [])
            if cell.strip():
                try:
                    pairs.append((moment, float(cell)))
                except ValueError:
                    raise InvalidExport(f"line {number} has {cell!r} where a number belongs") from None
    if not found:
        raise InvalidExport("holds no line with a moment and a value, such as 2026-01-05T09:00:00Z,120")
    return found


def _moment(value: Any) -> int:
    """Seconds since 1970: a number, or a time, of UTC unless it says otherwise."""
    try:
        number = float(value)
    except ValueError:
        moment = datetime.fromisoformat(str(value).strip().replace("/", "-"))
        return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())
    return int(number / 1000 if number > _MILLISECONDS else number)


def _step(stamps: Ints) -> int:
    """The most usual distance."""
    if len(stamps) < 2:
        return 60
    steps, times = np.unique(np.diff(stamps), return_counts=True)
    return int(steps[np.argmax(times)])
