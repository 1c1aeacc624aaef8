"""Whether a test holds, and on which unknown that depends."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from constructs_lib.alarms import composite_rule
from constructs_lib.behaviour import notation
from constructs_lib.behaviour.scenario import Prepared, spans_of
from constructs_lib.behaviour.spec import ExpectedAlarm, ExpectedStates
from constructs_lib.simulation.alarm import CompositeAlarm, MetricAlarm, State
from constructs_lib.simulation.metric_math.functions import RANGE_DEPENDENT
from constructs_lib.simulation.run import History
from constructs_lib.simulation.settings import ALTERNATIVES
from constructs_lib.simulation.simulation import Outcome, Scenario, Simulation, is_own

_ENTERS: Mapping[str, State] = {"alarm": "ALARM", "ok": "OK", "insufficient_data": "INSUFFICIENT_DATA"}

_WIDTHS: Mapping[float, str] = {0.75: "a quarter narrower", 1.25: "a quarter wider"}
"""How far off an approximate band may be: a verdict says whether that matters."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that did not happen as it is expected.

    Attributes:
        alarm: The alarm it is about; empty where it is about messages or sizes.
    """

    text: str
    alarm: str = ""


@dataclass(frozen=True)
class Verdict:
    """What became of a test.

    Attributes:
        failures: What went otherwise; none where the test holds.
        depends: Settings of the unknown under which the verdict would be another one.
    """

    prepared: Prepared
    outcome: Outcome
    failures: tuple[Mismatch, ...]
    depends: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything happened as expected."""
        return not self.failures

    @property
    def notes(self) -> list[str]:
        """What the verdict rests on that is only approximately so."""
        names = self.outcome.simulation.names
        return [f"{names.short(name)}: {text}" for name, text in self.prepared.notes.items()]

    @property
    def name(self) -> str:
        """The test's name."""
        return self.prepared.case.name

    @property
    def fired(self) -> frozenset[str]:
        """Alarms that the test makes fire, and expects to; with the parts that make a composite fire."""
        found: set[str] = set()
        for name, expected in self.prepared.alarms.items():
            if expected is not None and expected.alarm is not None:
                found |= {
                    part for at in self.outcome.run.histories[name].entered("ALARM") for part in self._on(name, at)
                }
        return frozenset(found)

    def _on(self, name: str, at: int) -> Iterator[str]:
        """An alarm that is in ALARM at a moment, and its parts that are."""
        if self.outcome.run.histories[name].at(at) == "ALARM":
            yield name
            alarm = self.outcome.simulation.alarms[name]
            if isinstance(alarm, CompositeAlarm):
                for part in composite_rule.parse(alarm.rule).alarms:
                    yield from self._on(part, at)

    @property
    def kept_quiet(self) -> frozenset[str]:
        """Alarms that the test feeds, expects to be quiet, and that are."""
        named = {name for name, expected in self.prepared.alarms.items() if expected is None}
        expected = self.prepared.fed if self.prepared.case.expect.others == "quiet" else named
        histories = self.outcome.run.histories
        return frozenset(
            name
            for name in (expected | named) & self.prepared.fed
            if name in named or name not in self.prepared.alarms
            if not histories[name].entered("ALARM") and histories[name].initial != "ALARM"
        )


def judge(prepared: Prepared, simulation: Simulation) -> Verdict:
    """Run a test.

    Raises:
        CannotSimulate: An alarm can't be evaluated.
    """
    outcome = simulation.run(prepared.scenario)
    failures = tuple(_failures(prepared, outcome))
    return Verdict(prepared, outcome, failures, tuple(_depends(prepared, simulation, outcome, not failures)))


def _failures(prepared: Prepared, outcome: Outcome) -> Iterator[Mismatch]:
    for name, expected in prepared.alarms.items():
        yield from _alarm_failures(name, expected, outcome)
    if prepared.case.expect.others == "quiet":
        for name, alarm in outcome.simulation.alarms.items():
            fires = outcome.run.histories[name].entered("ALARM")
            acts = is_own(alarm) and alarm.actions.enabled and alarm.actions.of("ALARM")
            if fires and name not in prepared.alarms and acts:
                short = outcome.simulation.names.short(name)
                yield Mismatch(f"{short} goes into ALARM at {_moments(fires)}, and is not expected to", name)
    yield from _message_failures(prepared, outcome)
    for text, sizes in prepared.case.expect.sizes.items():
        for moment, size in sizes.items():
            found = outcome.size(prepared.groups[text], notation.seconds(moment) or 0)
            if found != size:
                yield Mismatch(f"{text} has {found} instances at {moment}, not {size}")


def _alarm_failures(name: str, expected: ExpectedAlarm | None, outcome: Outcome) -> Iterator[Mismatch]:
    short = outcome.simulation.names.short(name)
    yield from _history_failures(outcome.run.histories[name], short, expected)
    if expected is None:
        return
    parts = {", ".join(group): history for group, history in outcome.run.contributors.get(name, {}).items()}
    for text, wanted in expected.contributors.items():
        if text not in parts:
            yield Mismatch(f"{short} has no contributor {text!r}: it has {', '.join(parts) or 'none'}", name)
            continue
        yield from _history_failures(parts[text], f"{short} of {text}", None if wanted == "quiet" else wanted)


def _history_failures(history: History, short: str, expected: ExpectedStates | None) -> Iterator[Mismatch]:
    name = history.alarm
    if expected is None:
        if fires := history.entered("ALARM"):
            yield Mismatch(f"{short} is not quiet: it goes into ALARM at {_moments(fires)}", name)
        elif history.initial == "ALARM":
            yield Mismatch(f"{short} is not quiet: it is in ALARM from the start", name)
        return
    for key, state in _ENTERS.items():
        wanted = getattr(expected, key)
        if wanted is None:
            continue
        spans, found = spans_of(wanted), history.entered(state)
        fits = len(spans) == len(found) and all(
            span.first <= at <= span.last for span, at in zip(spans, found, strict=True)
        )
        if not fits:
            words = " and ".join(map(str, spans)) or "never"
            yield Mismatch(f"{short} goes into {state} at {_moments(found) or 'no time'}, expected {words}", name)
    for moment, state in expected.states.items():
        at = history.at(notation.seconds(moment) or 0)
        if at != state:
            yield Mismatch(f"{short} is in {at} at {moment}, not in {state}", name)


def _message_failures(prepared: Prepared, outcome: Outcome) -> Iterator[Mismatch]:
    expect = prepared.case.expect
    for kinds, wanted, what in (
        (("alarm", "event"), expect.messages, "messages"),
        (("ok",), expect.ok_messages, "messages that it is over"),
    ):
        for text, count in wanted.items():
            topic = prepared.topics[text]
            found = [message for message in outcome.messages if message.topic == topic and message.kind in kinds]
            if len(found) != count:
                sent = ", ".join(f"{notation.worded(message.at)} {message.source}" for message in found)
                yield Mismatch(f"{text} gets {len(found)} {what}, not {count}{f': {sent}' if sent else ''}")
    for endpoint, count in expect.receivers.items():
        got = [m for m in outcome.messages if endpoint in m.receivers and m.kind in ("alarm", "event")]
        if len(got) != count:
            yield Mismatch(f"{endpoint} gets {len(got)} messages, not {count}")
    for wanted_text in expect.texts:
        parts = (wanted_text.contains,) if isinstance(wanted_text.contains, str) else wanted_text.contains
        texts = [message.text for message in outcome.messages if message.topic == prepared.topics[wanted_text.to]]
        if not any(all(part in one for part in parts) for one in texts):
            nearest = max(texts, key=lambda one: sum(part in one for part in parts), default="")
            missing = [part for part in parts if part not in nearest]
            best = f"; one is: {nearest}" if nearest else ""
            yield Mismatch(f"no message to {wanted_text.to} contains {missing}{best}")


def _moments(found: list[int]) -> str:
    return " and ".join(notation.worded(at) for at in found)


def _depends(prepared: Prepared, simulation: Simulation, outcome: Outcome, holds: bool) -> Iterator[str]:
    """Other readings of what AWS does not say, under which the verdict would be another one."""

    def other_verdict(other: Simulation, scenario: Scenario, affected: Collection[str]) -> bool:
        again = {*affected, *outcome.run.contributors}
        known = {name: one for name, one in outcome.run.histories.items() if name not in again}
        return any(_failures(prepared, other.run(scenario, known))) is holds

    for name, affected in _relevant(simulation, outcome):
        for value in ALTERNATIVES[name]:
            if value == getattr(simulation.settings, name):
                continue
            if name == "extra_periods" and not _reads_otherwise(simulation, outcome, value):
                continue
            settings = replace(simulation.settings, **cast("dict[str, Any]", {name: value}))
            if other_verdict(simulation.under(settings), prepared.scenario, affected):
                yield f"{name}: {value}"
    approximate = {name for name, band in prepared.scenario.bands.items() if band.approximate}
    for by, words in _WIDTHS.items() if approximate else ():
        given = prepared.scenario.bands.items()
        bands = {name: band.scaled(by) if name in approximate else band for name, band in given}
        if other_verdict(simulation, replace(prepared.scenario, bands=bands), approximate):
            yield f"an approximate band that is {words}"


def _reads_otherwise(simulation: Simulation, outcome: Outcome, extra: object) -> bool:
    """Whether any alarm that has data would read another number of periods."""
    alarms = (simulation.alarms[name] for name in outcome.run.evaluated)
    return any(
        simulation.settings.periods_read(alarm.period_seconds, alarm.periods) != alarm.periods + cast("int", extra)
        for alarm in alarms
        if isinstance(alarm, MetricAlarm)
    )


def _relevant(simulation: Simulation, outcome: Outcome) -> Iterator[tuple[str, set[str]]]:
    """Settings that can matter to the alarms that the scenario has data for, and to which of them."""
    found = [simulation.alarms[name] for name in outcome.run.evaluated]
    alarms = [alarm for alarm in found if isinstance(alarm, MetricAlarm)]
    text = {alarm.name: " ".join(query.expression for query in alarm.queries) for alarm in alarms}
    gaps = set(outcome.run.with_gaps)
    edges = re.compile(r"\b(FIRST|LAST)\(")

    def those(matter: Callable[[MetricAlarm], object]) -> set[str]:
        return {alarm.name for alarm in alarms if matter(alarm)}

    matters = {
        "extra_periods": gaps | those(lambda alarm: any(f"{name}(" in text[alarm.name] for name in RANGE_DEPENDENT)),
        "premature": gaps & those(lambda alarm: alarm.missing in ("missing", "ignore")),
        "hourly_minute": those(lambda alarm: alarm.step_seconds == 3600),
        "percentile": those(lambda alarm: any(query.statistic.startswith("p") for query in alarm.queries)),
        "low_samples": those(lambda alarm: alarm.few_samples_ignored),
        "if_without_value": gaps & those(lambda alarm: "IF(" in text[alarm.name]),
        "stddev": those(lambda alarm: "STDDEV(" in text[alarm.name]),
        "band_first": those(
            lambda alarm: "ANOMALY_DETECTION_BAND(" in text[alarm.name] and edges.search(text[alarm.name])
        ),
        "tracking_low_percent": those(lambda alarm: alarm.assumed),
    }
    yield from ((name, affected) for name, affected in matters.items() if affected)
    if outcome.run.muted:
        yield "muted_return", set()
