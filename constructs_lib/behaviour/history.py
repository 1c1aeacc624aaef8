"""Series and bands of a test that come out of CloudWatch, or are learnt from what was before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from constructs_lib.alarms.insights import is_query
from constructs_lib.behaviour import notation
from constructs_lib.behaviour.lookup import Lookup
from constructs_lib.behaviour.spec import GivenBand, GivenHistory, GivenMetric
from constructs_lib.simulation import export, insights, learnt, statistic
from constructs_lib.simulation.alarm import DAY_SECONDS, MetricAlarm, MetricIdentity
from constructs_lib.simulation.arrays import Flags, Floats, Ints
from constructs_lib.simulation.data import BandEdges, Values
from constructs_lib.simulation.evaluation import depth
from constructs_lib.simulation.export import Export, Exported, InvalidExport
from constructs_lib.simulation.simulation import Simulation


class Files:
    """Exports by their names, each read once.

    Args:
        folder: What names are seen from.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Export | InvalidExport] = {}

    def open(self, name: str) -> Export:
        """What a file holds.

        Raises:
            InvalidExport: It can't be read.
        """
        if name not in self._read:
            try:
                self._read[name] = export.read(self._folder / name)
            except InvalidExport as error:
                self._read[name] = error
        found = self._read[name]
        if isinstance(found, InvalidExport):
            raise found
        return found

    @property
    def names(self) -> list[Path]:
        """Every file that was asked for."""
        return [self._folder / name for name in self._read]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which an alarm reads a metric."""

    alarm: str
    statistic: str
    period_seconds: int


def readings(simulation: Simulation, metric: MetricIdentity) -> Iterator[Reading]:
    """How alarms read a metric."""
    for alarm in simulation.alarms.values():
        if not isinstance(alarm, MetricAlarm):
            continue
        for query in alarm.queries:
            if query.metric == metric:
                yield Reading(alarm.name, query.statistic, alarm.period_seconds)
            elif is_query(query.expression) and insights.parse(query.expression).matches(metric):
                yield Reading(alarm.name, insights.parse(query.expression).statistic.kind, alarm.period_seconds)


class Histories:
    """What a test takes from files, and learns.

    Args:
        simulation: What it is about.
        lookup: Where problems go.
        files: Exports.
    """

    def __init__(self, simulation: Simulation, lookup: Lookup, files: Files) -> None:
        self._simulation, self._lookup, self._files = simulation, lookup, files

    def _found(self, given: GivenMetric | GivenHistory | GivenBand, path: str) -> Exported | None:
        """What it names of a file; None where it names none, or the file does not hold it."""
        if given.file is None:
            return None
        try:
            one = self._files.open(given.file)
            return one.band(given.id) if isinstance(given, GivenBand) else one.series(given.id)
        except InvalidExport as error:
            rule, _, fix = str(error).partition("; ")
            self._lookup.wrong(f"{path}.{'file' if given.id is None else 'id'}", f"{given.file} {rule}", fix)
            return None

    def begin(self, metrics: Collection[GivenMetric], bands: Collection[GivenBand]) -> int | None:
        """When a scenario starts that does not say: with the first value of a file, or after all histories."""
        quiet = Histories(self._simulation, Lookup(self._simulation), self._files)
        firsts = [int(found.at[0]) for given in metrics if (found := quiet._found(given, "")) is not None]
        if firsts:
            return -(-min(firsts) // 60) * 60
        pasts = [band.learnt_from for band in bands if band.learnt_from is not None]
        ends = [int(found.at[-1]) + found.every for given in pasts if (found := quiet._found(given, "")) is not None]
        return -(-max(ends) // 60) * 60 if ends else None

    def end(self, given: GivenMetric, start: int) -> int:
        """When a series of a file ends, in seconds from the start; 0 where it is not there."""
        found = self._found(given, "")
        return 0 if found is None else max(int(found.at[-1]) + found.every - start, 0)

    # --- series

    def values(
        self, given: GivenMetric, metric: MetricIdentity, path: str, *, start: int, length: int
    ) -> tuple[Values | None, str]:
        """The values of a metric that a file holds, and of which statistic they are."""
        found = self._found(given, path)
        known = list(readings(self._simulation, metric))
        name = given.statistic or self._statistic(given, known, path)
        if found is None or not name:
            return None, name
        first, last = int(found.at[0]) - start, int(found.at[-1]) + found.every - start
        if last <= 0 or first >= length:
            self._lookup.wrong(f"{path}.file", f"{given.file} {_outside(found, start)}", "set `start` and `for`")
        elif last < length:
            rule = f"{given.file} ends at {notation.worded(last)}, and the scenario at {notation.worded(length)}"
            self._lookup.wrong(f"{path}.file", rule, "make `for` shorter")
        for one in known:
            if one.statistic == name:
                self._check_step(found, one, f"{path}.file", str(given.file))
        inside = found.at - start < length
        return _published(found.at[inside] - start, found.values[0, inside], name, found.every), name

    def _statistic(self, given: GivenMetric, known: list[Reading], path: str) -> str:
        if given.of is not None:
            name = self._simulation.names.find(given.of.rpartition(".")[0] if self._dotted(given.of) else given.of)
            return next(one.statistic for one in known if one.alarm == name)
        several = sorted({one.statistic for one in known})
        if len(several) > 1:
            rule = f"alarms read {' and '.join(several)} of this metric, and a file holds one"
            self._lookup.wrong(f"{path}.statistic", rule, f"say which, such as statistic: {several[0]}")
            return ""
        return several[0]

    def _dotted(self, text: str) -> bool:
        return "." in text and not self._simulation.names.matching(text)

    def _check_step(self, found: Exported, one: Reading, path: str, file: str) -> None:
        """Whether the statistic of an alarm's period can be made of a file's."""
        every, period = notation.worded(found.every), notation.worded(one.period_seconds)
        if found.every > one.period_seconds:
            rule = f"{file} has a value every {every}, and {one.alarm} reads one every {period}"
            self._lookup.wrong(path, rule, f"export it with a period of {min(one.period_seconds, 60)} seconds")
        elif found.every < one.period_seconds and statistic.parse(one.statistic).needs_samples:
            rule = f"the {one.statistic} of {period} can't be made of those of {every}, which is what {file} holds"
            self._lookup.wrong(path, rule, f"export it with a period of {one.period_seconds} seconds")

    # --- bands

    def exported(self, given: GivenBand, path: str, *, start: int, length: int, before: int) -> BandEdges | None:
        """A band as CloudWatch had learnt it; between two moments, the first one holds."""
        found = self._found(given, path)
        if found is None:
            return None
        minutes = np.arange(-before, length + 60, 60, dtype=np.int64) + start
        place = np.searchsorted(found.at, minutes, side="right") - 1
        there = (place >= 0) & (minutes - found.at[np.maximum(place, 0)] < found.every)
        if not there[before // 60 : -1].any():
            self._lookup.wrong(f"{path}.file", f"{given.file} {_outside(found, start)}", "set `start` and `for`")
        lower, upper = (np.where(there, row[np.maximum(place, 0)], np.nan) for row in found.values)
        return BandEdges(lower, upper, before)

    def learnt(
        self, given: GivenHistory, alarm: str, values: Values | None, path: str, *, start: int, length: int
    ) -> BandEdges | None:
        """A band learnt from history, and from the scenario's own values as they come."""
        subject = self._simulation.alarms[alarm]
        assert isinstance(subject, MetricAlarm)  # noqa: S101  (it compares with a band)
        past = self._past(given, subject, path, start=start)
        if past is None:
            return None
        parts = [past] if values is None else [_where(past, lambda at: at < 0), _where(values, lambda at: at >= 0)]
        history = parts[0] + parts[1] if len(parts) == 2 else past
        before = -(-depth(subject, self._simulation.settings) // 60) * 60
        band = learnt.edges(subject, history, start=start, length=length, before=before)
        if np.isnan(band.upper).all():
            rule = f"holds less than {learnt.LEAST_SECONDS // 3600} hours before the scenario's start"
            self._lookup.wrong(path, rule, "give more, or a later `start`")
        return band

    def _past(self, given: GivenHistory, alarm: MetricAlarm, path: str, *, start: int) -> Values | None:
        key, _ = learnt.subject(alarm)
        query = next((query for query in alarm.queries if query.id == key and query.metric), None)
        if given.file is None:
            minutes = max((notation.seconds(given.every) or 60) // 60, 1)
            points = [point for point in notation.points(given.values or 0.0) for _ in range(minutes)]
            return Values.each_minute(points, start=-60 * len(points))
        found = self._found(given, path)
        if found is None:
            return None
        if query is None:  # of metric math: its own values
            return _published(found.at - start, found.values[0], "", found.every)
        self._check_step(found, Reading(alarm.name, query.statistic, alarm.period_seconds), path, given.file)
        return _published(found.at - start, found.values[0], query.statistic, found.every)


def note(band: BandEdges, given: GivenBand) -> str:
    """What is to be said of a band that CloudWatch did not learn; empty where it was stated or exported."""
    if not band.approximate or given.learnt_from is None:
        return ""
    source = given.learnt_from.file or "the values before the start"
    return f"approximate band, learnt here from {source}: CloudWatch learns another one"


def _outside(found: Exported, start: int) -> str:
    first, last = ((int(at) - start) / DAY_SECONDS for at in (found.at[0], found.at[-1] + found.every))
    return f"goes from {first:+.1f} to {last:+.1f} days of the scenario's start, and does not overlap it"


def _published(at: Ints, values: Floats, name: str, every: int) -> Values:
    """Values that give a statistic again, where there is one in each period: known when its time is over."""
    at = at + max(every - 60, 0)
    if name == "SampleCount":
        return Values(at, values, values, np.ones_like(values), np.ones_like(values), every)
    return Values(at, values, every=every)


def _where(values: Values, wanted: Callable[[Ints], Flags]) -> Values:
    chosen = wanted(values.at)
    count, smallest, largest = (
        None if part is None else part[chosen] for part in (values.count, values.smallest, values.largest)
    )
    return Values(values.at[chosen], values.total[chosen], count, smallest, largest, values.every)
