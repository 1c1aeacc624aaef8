"""From what a test says to a scenario, and everything in it that does not fit what is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from constructs_lib.alarms import composite_rule
from constructs_lib.behaviour import notation
from constructs_lib.behaviour.history import Files, Histories, note, readings
from constructs_lib.behaviour.lookup import Lookup
from constructs_lib.behaviour.notation import TimeSpan
from constructs_lib.behaviour.spec import (
    BehaviourCase,
    ExpectedAlarm,
    ExpectedStates,
    GivenBand,
    GivenEvent,
    GivenMetric,
    Repeated,
)
from constructs_lib.errors import Problem
from constructs_lib.model import nearest
from constructs_lib.simulation import insights
from constructs_lib.simulation.alarm import CompositeAlarm, MetricAlarm, MetricIdentity, OutsideAlarm
from constructs_lib.simulation.data import BandEdges, Values
from constructs_lib.simulation.evaluation import depth
from constructs_lib.simulation.run import looks_at_clock
from constructs_lib.simulation.simulation import MONDAY, Scenario, Simulation
from constructs_lib.simulation.sources import LogLine, filtered, lines_of, matched

_MINUTE = 60
_CHANGES = ("alarm", "ok", "insufficient_data")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A test, ready to run.

    Attributes:
        alarms: What is expected, by the alarm's full name; None for quiet.
        fed: Alarms whose metrics the scenario has values for.
        notes: What is only approximately so, by the alarm it is about.
    """

    case: BehaviourCase
    scenario: Scenario
    alarms: Mapping[str, ExpectedAlarm | None]
    topics: Mapping[str, str]
    groups: Mapping[str, str]
    fed: frozenset[str]
    notes: Mapping[str, str]


class Preparation:
    """Makes a scenario of a test.

    Args:
        case: The test.
        simulation: What it is about.
        files: Exports that it may name.
    """

    def __init__(self, case: BehaviourCase, simulation: Simulation, files: Files) -> None:
        self._case, self._simulation = case, simulation
        self._given, self._expect = case.given, case.expect
        self._lookup = Lookup(simulation)
        self._histories = Histories(simulation, self._lookup, files)
        self._start = self._begin()
        self._notes: dict[str, str] = {}

    @property
    def problems(self) -> list[Problem]:
        """What keeps the test from being run."""
        return self._lookup.problems

    def prepared(self) -> Prepared | None:
        """The test ready to run; None where `problems` keep it from that."""
        length, start = self._length(), self._start
        values = self._values(length)
        bands = self._bands(length, values)
        lines = self._lines(length)
        events = self._events(length, start)
        alarms = dict(self._expected_alarms())
        topics: dict[str, str] = {}
        for key in ("messages", "ok_messages"):
            topics |= self._lookup.named(getattr(self._expect, key), self._simulation.topic_names.find, f"expect.{key}")
        for index, text in enumerate(self._expect.texts):
            topics |= self._lookup.named([text.to], self._simulation.topic_names.find, f"expect.texts.{index}")
        groups = dict(self._lookup.named(self._expect.sizes, self._simulation.group_names.find, "expect.sizes"))
        sizes = self._lookup.named(self._given.sizes, self._simulation.group_names.find, "given.sizes")
        self._note_sizes({*groups.values()})
        self._check_receivers()
        self._check_states()
        self._check_spans(length)
        fed = self._fed({*values, *filtered(self._simulation.deployment.filters, lines)}, events)
        self._check_expectations(alarms, fed)
        if self._lookup.problems:
            return None
        scenario = Scenario(
            length=length,
            outside={
                self._simulation.names.find(text): [(_seconds(moment), state) for moment, state in states.items()]
                for text, states in self._given.states.items()
            },
            values=values,
            lines=lines,
            events=events,
            bands=bands,
            start=start,
            steady=self._case.before == "steady",
            new=self._case.new_alarms,
            sizes={name: self._given.sizes[text] for text, name in sizes.items()},
        )
        return Prepared(self._case, scenario, alarms, topics, groups, fed, self._notes)

    # --- how long

    def _begin(self) -> int:
        if self._case.start is None:
            found = self._histories.begin(self._given.metrics, self._given.bands.values())
            return MONDAY if found is None else found
        try:
            moment = datetime.fromisoformat(self._case.start)
        except ValueError:
            self._lookup.wrong("start", f"{self._case.start!r} is not a moment", "write it like 2026-01-05T09:00")
            return 0
        found = int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())
        return found // _MINUTE * _MINUTE

    def _length(self) -> int:
        ends = [end for end, _ in self._ends()]
        if self._case.length is not None:
            length = notation.seconds(self._case.length) or 0
            for end, path in self._ends():
                if end > length:
                    rule = f"goes on to {notation.worded(end)}, and the scenario ends at {self._case.length}"
                    self._lookup.wrong(
                        path,
                        rule,
                        "make `for` longer, or this shorter",
                    )
            return length
        longest = max([_MINUTE, *ends, *(span.last for span, _ in self._spans())])
        return -(-longest // _MINUTE) * _MINUTE

    def _ends(self) -> Iterator[tuple[int, str]]:
        for index, given in enumerate(self._given.metrics):
            if given.values is None:
                if self._case.length is None:
                    yield self._histories.end(given, self._start), f"given.metrics.{index}"
            elif not notation.open_ended(given.values):
                count = len(notation.points(given.values))
                yield _seconds(given.at) + count * _seconds(given.every), f"given.metrics.{index}"
        for group, all_lines in self._given.logs.items():
            for index, lines in enumerate(all_lines):
                yield _last(lines) + _MINUTE, f"given.logs.{group}.{index}"
        for index, event in enumerate(self._given.events):
            yield _last(event) + _MINUTE, f"given.events.{index}"

    # --- what is given

    def _values(self, length: int) -> dict[MetricIdentity, Values]:
        found: dict[MetricIdentity, Values] = {}
        for index, given in enumerate(self._given.metrics):
            path = f"given.metrics.{index}"
            metric = self._lookup.metric(given, path)
            values = self._series(given, given.values, length, path) if given.values is not None else None
            if metric is not None and values is None:
                values = self._of_file(given, metric, length, path)
            if metric is not None and values is not None:
                found[metric] = found[metric] + values if metric in found else values
        return found

    def _of_file(self, given: GivenMetric, metric: MetricIdentity, length: int, path: str) -> Values | None:
        values, statistic = self._histories.values(given, metric, path, start=self._start, length=length)
        for one in readings(self._simulation, metric):
            named = one.alarm in (name for name, _ in self._expected_alarms())
            if values is not None and one.statistic != statistic and (named or self._expect.others == "quiet"):
                short = self._simulation.names.short(one.alarm)
                self._lookup.wrong(
                    f"{path}.file",
                    f"{given.file} holds {statistic}, and {short} reads {one.statistic} of the same metric",
                    "give values for it, or test it elsewhere" if named else "add `others: ignore`",
                )
        return values

    def _series(self, given: GivenMetric, text: str | float, length: int, path: str) -> Values:
        at, every = _seconds(given.at), _seconds(given.every)
        points = notation.points(text, until=max(-(-(length - at) // every), 0))
        end = at + len(points) * every
        if end < length:
            self._lookup.wrong(
                f"{path}.values",
                f"end at {notation.worded(end)}, and the scenario at {notation.worded(length)}",
                f"say what comes then: _x* for nothing, or the value with x*, such as {_tail(text)}x*",
            )
        there = [(at + index * every, value) for index, value in enumerate(points) if value is not None]
        moments = np.array([moment for moment, _ in there], dtype=np.int64)
        values = np.array([value for _, value in there], dtype=np.float64)
        if given.samples == 1:
            return Values(moments, values, every=every)
        count = np.full(len(values), float(given.samples))
        return Values(moments, values * given.samples, count, values, values, every)

    def _bands(self, length: int, values: Mapping[MetricIdentity, Values]) -> dict[str, BandEdges]:
        found: dict[str, BandEdges] = {}
        for text, given in self._given.bands.items():
            name = self._lookup.band_alarm(text)
            if name is None:
                continue
            path, band = f"given.bands.{text}", None
            alarm = self._simulation.alarms[name]
            assert isinstance(alarm, MetricAlarm)  # noqa: S101  (it compares with a band)
            if given.learnt_from is not None:
                own = next((values[metric] for metric in alarm.metrics if metric in values), None)
                path = f"{path}.learnt_from"
                band = self._histories.learnt(given.learnt_from, name, own, path, start=self._start, length=length)
            elif given.file is not None:
                before = -(-depth(alarm, self._simulation.settings) // _MINUTE) * _MINUTE
                band = self._histories.exported(given, path, start=self._start, length=length, before=before)
            else:
                band = self._stated(given, length, path)
            if band is not None:
                found[name] = band
                if text := note(band, given):
                    self._notes[name] = text
        return found

    def _stated(self, band: GivenBand, length: int, path: str) -> BandEdges:
        every = _seconds(band.every)
        minutes = length // _MINUTE + 1

        def edge(text: str | float | None, key: str) -> Any:
            if text is None:
                return np.full(minutes, np.nan)
            needed = -(-length // every)
            points = notation.points(text, until=needed)
            if len(points) < needed:
                self._lookup.wrong(
                    f"{path}.{key}",
                    f"ends at {notation.worded(len(points) * every)}, before the scenario",
                    "make it longer, or end it with x*",
                )
            array = np.array([np.nan if value is None else value for value in points], dtype=np.float64)
            return array[np.minimum(np.arange(minutes) * _MINUTE // every, len(array) - 1)]

        return BandEdges(edge(band.lower, "lower"), edge(band.upper, "upper"))

    def _lines(self, length: int) -> list[LogLine]:
        groups = sorted({each.log_group for each in self._simulation.deployment.filters})
        found: list[LogLine] = []
        for group, all_lines in self._given.logs.items():
            if group not in groups:
                rule = f"no metric filter reads log group {group!r}"
                self._lookup.wrong(f"given.logs.{group}", rule, nearest(group, groups))
            for lines in all_lines:
                found += lines_of(((at, lines.message) for at in _moments(lines, length)), group)
        return found

    def _events(self, length: int, start: int) -> list[tuple[int, Mapping[str, Any]]]:
        found = [
            (at, _event(given, start + at))
            for given in self._given.events
            for at in (*self._earlier(given), *_moments(given, length))
        ]
        for index, given in enumerate(self._given.events):
            _, sent = matched(self._simulation.deployment.rules, [(0, _event(given, start))])
            if not sent:
                self._lookup.wrong(
                    f"given.events.{index}",
                    "no event rule takes this event to a target",
                    "compare it with the rules' patterns",
                )
        return sorted(found, key=lambda event: event[0])

    def _earlier(self, given: GivenEvent) -> Iterator[int]:
        """What happens again and again from the start on had happened before, too."""
        steady = self._case.before == "steady" and not self._case.new_alarms
        if steady and given.count > 1 and _seconds(given.at) < _MINUTE:
            every = _seconds(given.every)
            yield from range(_seconds(given.at) - every, -self._simulation.reach("AWS/Events"), -every)

    # --- what is expected

    def _expected_alarms(self) -> Iterator[tuple[str, ExpectedAlarm | None]]:
        for text, expected in self._expect.alarms.items():
            name = self._lookup.alarm(text, f"expect.alarms.{text}")
            if name is not None:
                yield name, None if expected == "quiet" else expected

    def _note_sizes(self, groups: set[str]) -> None:
        """Sizes that hang on what AWS does not publish."""
        tracked = {one.group for one in self._simulation.deployment.tracked}
        for name in sorted(groups & tracked):
            self._notes[name] = (
                "assumed sizes: AWS does not publish how target tracking comes to them, and the metric that is given "
                "does not follow them"
            )

    def _check_receivers(self) -> None:
        endpoints = sorted({one.endpoint for one in self._simulation.deployment.subscriptions})
        for endpoint in self._expect.receivers:
            if endpoint not in endpoints:
                rule = f"{endpoint!r} is not the endpoint of a subscription"
                self._lookup.wrong(f"expect.receivers.{endpoint}", rule, nearest(endpoint, endpoints))

    def _check_states(self) -> None:
        for text in self._given.states:
            name = self._lookup.alarm(text, f"given.states.{text}")
            if name is not None and not isinstance(self._simulation.alarms[name], OutsideAlarm):
                self._lookup.wrong(f"given.states.{text}", f"{name} is in this stack: its metrics decide", "give those")

    def _spans(self) -> Iterator[tuple[TimeSpan, str]]:
        for text, expected in self._expect.alarms.items():
            if expected == "quiet":
                continue
            yield from _spans(expected, f"expect.alarms.{text}")
            for group, wanted in expected.contributors.items():
                if wanted != "quiet":
                    yield from _spans(wanted, f"expect.alarms.{text}.contributors.{group}")
        for group, sizes in self._expect.sizes.items():
            for moment in sizes:
                yield TimeSpan(_seconds(moment), _seconds(moment)), f"expect.sizes.{group}.{moment}"

    def _check_spans(self, length: int) -> None:
        for one, path in self._spans():
            if one.first > length:
                self._lookup.wrong(
                    path,
                    f"{one} is after the scenario, which ends at {notation.worded(length)}",
                    "make `for` longer, or expect it earlier",
                )

    def _fed(self, metrics: set[MetricIdentity], events: list[tuple[int, Mapping[str, Any]]]) -> frozenset[str]:
        counted, _ = matched(self._simulation.deployment.rules, events)
        metrics |= set(counted)
        found = {
            name
            for name, alarm in self._simulation.alarms.items()
            if isinstance(alarm, MetricAlarm)
            and (looks_at_clock(alarm) or any(insights.reads(alarm, metric) for metric in metrics))
        }
        found |= {name for text in self._given.states for name in self._simulation.names.matching(text)}
        while True:
            more = {
                name
                for name, alarm in self._simulation.alarms.items()
                if isinstance(alarm, CompositeAlarm) and composite_rule.parse(alarm.rule).alarms & found
            }
            if more <= found:
                return frozenset(found) & self._simulation.alarms.keys()
            found |= more

    def _check_expectations(self, alarms: Mapping[str, ExpectedAlarm | None], fed: frozenset[str]) -> None:
        expect = self._expect
        if expect.others == "ignore" and not (
            alarms or expect.messages or expect.ok_messages or expect.receivers or expect.texts or expect.sizes
        ):
            self._lookup.wrong("expect", "expects nothing, so it can't fail", "name an alarm, or leave `others` out")
        if not self._case.new_alarms and not self._lookup.problems:
            self._check_reached(alarms, fed)
        given = {self._lookup.band_alarm(text) for text in self._given.bands}
        for name in alarms:
            for part in self._lookup.parts(name):
                if part in fed and self._lookup.needs_band(part) and part not in given:
                    self._lookup.wrong(
                        "given.bands", f"holds no band for {part}, which is never judged without one", "give one"
                    )
        self._lookup.problems = list(dict.fromkeys(self._lookup.problems))

    def _check_reached(self, alarms: Mapping[str, ExpectedAlarm | None], fed: frozenset[str]) -> None:
        """Expectations that nothing happens, where nothing can."""
        if not fed and not self._given.events:
            self._lookup.wrong("given", "reaches no alarm, so the test can't fail", "give a metric, lines or events")
            return
        for text, wanted in self._expect.alarms.items():
            name = next((one for one in self._simulation.names.matching(text) if one in alarms), None)
            nothing = wanted == "quiet" or not (
                wanted.contributors or any(spans_of(getattr(wanted, key)) for key in _CHANGES)
            )
            if name is not None and name not in fed and nothing:
                rule = "can't fail: nothing that is given reaches this alarm"
                self._lookup.wrong(f"expect.alarms.{text}", rule, "give one of its metrics")
        deployment, topics = self._simulation.deployment, set[str]()
        for name in fed:
            topics |= {action for actions in self._simulation.alarms[name].actions.on.values() for action in actions}
        if self._given.events:
            topics |= {target.to for rule in deployment.rules for target in rule.targets}
        reached = {deployment.topics[address] for address in topics if address in deployment.topics}
        endpoints = {one.endpoint for one in deployment.subscriptions if deployment.topics.get(one.topic) in reached}
        for key, known, find in (
            ("messages", reached, self._simulation.topic_names.matching),
            ("ok_messages", reached, self._simulation.topic_names.matching),
            ("receivers", endpoints, lambda endpoint: [endpoint]),
        ):
            for text, count in getattr(self._expect, key).items():
                if count == 0 and not known.intersection(find(text)):
                    rule = "can't fail: nothing that is given leads to a message there"
                    self._lookup.wrong(f"expect.{key}.{text}", rule, "remove it, or give what might")


def _spans(expected: ExpectedStates, path: str) -> Iterator[tuple[TimeSpan, str]]:
    for key in _CHANGES:
        for one in spans_of(getattr(expected, key)):
            yield one, f"{path}.{key}"
    for moment in expected.states:
        yield TimeSpan(_seconds(moment), _seconds(moment)), f"{path}.states.{moment}"


def spans_of(text: Any) -> list[TimeSpan]:
    """Spans of time, from one text or several."""
    texts = () if text is None else (text,) if isinstance(text, str) else text
    return [found for one in texts if (found := notation.span(one)) is not None]


def _seconds(text: str) -> int:
    return notation.seconds(text) or 0


def _tail(text: str | float) -> str:
    return str(text).split()[-1].split("x")[0].split("..")[-1].strip("()")


def _last(given: Repeated) -> int:
    return _seconds(given.at) + (given.count - 1) * _seconds(given.every)


def _moments(given: Repeated, length: int) -> Iterator[int]:
    first, every = _seconds(given.at), _seconds(given.every)
    return (at for index in range(given.count) if (at := first + index * every) < length + _MINUTE)


def _event(given: GivenEvent, moment: int) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": given.detail_type,
        "source": given.source,
        "account": "123456789012",
        "time": f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": "us-east-1",
        "resources": list(given.resources),
        "detail": dict(given.detail),
    }
