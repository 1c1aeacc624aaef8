"""A scenario: what every alarm does over it, and what its actions do."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from constructs_lib.alarms import composite_rule
from constructs_lib.alarms.insights import is_query
from constructs_lib.simulation import insights
from constructs_lib.simulation.alarm import Alarm, CompositeAlarm, MetricAlarm, OutsideAlarm, State
from constructs_lib.simulation.contributors import GroupedEvaluation, evaluation_of
from constructs_lib.simulation.data import Data
from constructs_lib.simulation.evaluation import CannotSimulate, Evaluation, Transition, depth
from constructs_lib.simulation.settings import Settings
from constructs_lib.simulation.silence import Held, MuteWindow, Suppression, merged, mute_windows
from constructs_lib.terraform.mute import DeployedMuteRule

_KEPT = 64
"""Alarms whose metrics are kept at a time: neighbours often read the same ones."""

_MINUTE = 60

_CLOCK = re.compile(r"\b(MINUTE|HOUR|DAY|DATE|MONTH|YEAR|EPOCH)\(")


@dataclass(frozen=True, slots=True)
class History:
    """The states of one alarm.

    Attributes:
        initial: At the scenario's start.
        transitions: What changed, in order.
    """

    alarm: str
    initial: State
    transitions: tuple[Transition, ...] = ()

    def at(self, seconds: int) -> State:
        """The state at a moment, after what happens in that second."""
        index = bisect_right([transition.at for transition in self.transitions], seconds)
        return self.transitions[index - 1].after if index else self.initial

    def entered(self, state: State) -> list[int]:
        """When it came into a state."""
        return [transition.at for transition in self.transitions if transition.after == state]


@dataclass(frozen=True, slots=True)
class Act:
    """An action that an alarm ran.

    Attributes:
        at: When it ran, in seconds.
        changed_at: When the state changed that it is for.
        before: The state before.
        state: The state whose action it is.
        action: Its ARN, or what stands for it.
        group: Of an alarm with contributors, the values that the one it is about is grouped by.
        repeated: Whether it is one of the repetitions of an Auto Scaling action.
    """

    at: int
    changed_at: int
    alarm: str
    before: State
    state: State
    action: str
    repeated: bool = False
    group: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Muted:
    """A change of state whose actions a mute rule held back."""

    at: int
    alarm: str
    state: State
    rule: str


@dataclass(frozen=True, slots=True)
class Blink:
    """A moment at which a composite may change twice: the order of its parts within a minute is not known."""

    at: int
    alarm: str


class Run:
    """Alarms over the data of a scenario.

    Args:
        alarms: Metric alarms and composites.
        data: What the metrics hold.
        mute_rules: Rules that mute some of the alarms.
        settings: What AWS does not document.
        new: Whether the alarms are made at the start of the scenario.
        scaling: Actions that scale: CloudWatch repeats these every minute.
        outside: States that alarms of someone else's come into, in order; OK, where nothing is said.
        idle: States of alarms without data, which are the same in every scenario; what is found is added.
        known: What some alarms do, where that was worked out before.

    Raises:
        CannotSimulate: An alarm can't be evaluated; the message names it.
    """

    def __init__(
        self,
        alarms: Iterable[Alarm],
        data: Data,
        *,
        mute_rules: Iterable[DeployedMuteRule] = (),
        settings: Settings | None = None,
        new: bool = False,
        scaling: Iterable[str] = (),
        outside: Mapping[str, Sequence[tuple[int, State]]] | None = None,
        idle: dict[str, State] | None = None,
        known: Mapping[str, History] | None = None,
    ) -> None:
        self.data, self.new = data, new
        self.settings = settings if settings is not None else Settings()
        self.alarms: Mapping[str, Alarm] = {alarm.name: alarm for alarm in alarms}
        self._mute_rules, self._scaling = tuple(mute_rules), frozenset(scaling)
        self._outside = {} if outside is None else outside
        self._idle, self._known = {} if idle is None else idle, {} if known is None else known
        self.held: dict[str, list[Held]] = {}
        self.muted: list[Muted] = []
        self.blinks: list[Blink] = []
        self.evaluated: list[str] = []
        """Metric alarms that the scenario has data for."""
        self.with_gaps: list[str] = []
        """Those of them for which a period that they judge had no data: what AWS does then is partly unknown."""
        self.contributors: dict[str, dict[tuple[str, ...], History]] = {}
        """Of alarms on a query with GROUP BY: what each series does, by the values it is grouped by."""
        self.histories = self._histories()

    def evaluation(self, name: str, group: tuple[str, ...] = ()) -> Evaluation:
        """How a metric alarm is evaluated, or a contributor to one, to ask for its points.

        Raises:
            KeyError: There is no such alarm.
            CannotSimulate: It has no points, or can't be evaluated.
        """
        found = self.whole(name)
        if isinstance(found, GroupedEvaluation):
            return found.members[group]
        return found

    def whole(self, name: str) -> Evaluation | GroupedEvaluation:
        """How a metric alarm is evaluated, with all of its contributors."""
        alarm = self.alarms[name]
        if not isinstance(alarm, MetricAlarm):
            raise CannotSimulate(f"{name} is not a metric alarm: it has no points")
        return evaluation_of(alarm, self.data.reaching(depth(alarm, self.settings)), self.settings, new=self.new)

    def _is_idle(self, name: str) -> bool:
        """Whether it stays as it is: nothing it reads has data, and it does not look at the clock."""
        alarm = self.alarms[name]
        if self.new or not isinstance(alarm, MetricAlarm):
            return False
        if any(self.data.has(metric) for metric in alarm.metrics):
            return False
        if any(is_query(query.expression) for query in alarm.queries):
            return not any(insights.reads(alarm, metric) for metric in self.data.metrics)
        return not looks_at_clock(alarm)

    def _histories(self) -> dict[str, History]:
        found: dict[str, History] = {}
        metric_alarms = [name for name, alarm in self.alarms.items() if isinstance(alarm, MetricAlarm)]
        for number, name in enumerate(metric_alarms):
            found[name] = self._known[name] if name in self._known else self._history(name)
            if number % _KEPT == _KEPT - 1:
                self.data.forget()
        for name, alarm in self.alarms.items():
            if isinstance(alarm, OutsideAlarm):
                found[name] = outside(name, self._outside.get(name, ()))
        for composite in ordered(self.alarms.values()):
            found[composite.name] = self._composite(composite, found)
        return found

    def _history(self, name: str) -> History:
        """What a metric alarm does."""
        idle = self._is_idle(name)
        if idle and name in self._idle:
            return History(name, self._idle[name])
        evaluation = self.whole(name)
        if idle:
            return History(name, self._idle.setdefault(name, evaluation.initial))
        found = History(name, evaluation.initial, evaluation.transitions)
        if isinstance(evaluation, GroupedEvaluation):
            parts = {group: evaluation.of(group) for group in evaluation.members}
            self.contributors[name] = {group: History(name, *part) for group, part in parts.items()}
        self.evaluated.append(name)
        if evaluation.gaps:
            self.with_gaps.append(name)
        return found

    def _composite(self, composite: CompositeAlarm, known: Mapping[str, History]) -> History:
        rule = composite_rule.parse(composite.rule)
        children = sorted(rule.alarms)
        states: dict[str, str] = {child: known[child].initial for child in children}

        def state() -> State:
            return "ALARM" if rule.holds(states) else "OK"

        initial: State = "INSUFFICIENT_DATA" if self.new else state()
        current, transitions = initial, []
        if self.new and self.data.length >= _MINUTE and state() != current:
            transitions.append(Transition(_MINUTE, composite.name, current, state()))
            current = state()
        changes: dict[int, dict[str, State]] = {}
        for child in children:
            for change in known[child].transitions:
                changes.setdefault(change.at, {})[child] = change.after
        for at in sorted(changes):
            if self._may_blink(rule, states, changes[at]):
                self.blinks.append(Blink(at, composite.name))
            states |= changes[at]
            if state() != current:
                transitions.append(Transition(at, composite.name, current, state()))
                current = state()
        return History(composite.name, initial, tuple(transitions))

    @staticmethod
    def _may_blink(rule: composite_rule.Node, states: Mapping[str, str], changes: Mapping[str, State]) -> bool:
        """Whether children that change in one minute can make it change to and fro, each at its own second."""
        if not 2 <= len(changes) <= 8:
            return False
        before = rule.holds(states)
        if rule.holds({**states, **changes}) != before:
            return False
        parts = list(changes.items())
        some = (dict(part) for size in range(1, len(parts)) for part in combinations(parts, size))
        return any(rule.holds({**states, **part}) != before for part in some)

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """Every action that ran, in order."""
        found = [act for name in self.alarms for act in self._acts(name)]
        return tuple(sorted(found, key=lambda act: (act.at, act.alarm, act.action)))

    def _acts(self, name: str) -> Iterator[Act]:
        history = self.histories[name]
        if name not in self.contributors:
            yield from self._acts_of(name, history, lambda _: True)
            return
        # By "Alarm actions", topics and functions are notified of each contributor, the others of the alarm. While the
        # query gives nothing there is only the alarm.
        by_part = self.contributors[name]
        for group, part in by_part.items():
            yield from self._acts_of(name, part, _of_contributors, group)
        known = {change.at for part in by_part.values() for change in part.transitions}
        alone = replace(history, transitions=tuple(t for t in history.transitions if t.at not in known))
        yield from self._acts_of(name, alone, _of_contributors)
        yield from self._acts_of(name, history, lambda action: not _of_contributors(action))

    def _acts_of(
        self, name: str, history: History, wanted: Callable[[str], bool], group: tuple[str, ...] = ()
    ) -> Iterator[Act]:
        alarm = self.alarms[name]
        if not alarm.actions.enabled or not any(alarm.actions.of(t.after) for t in history.transitions):
            return
        before = {transition.at: transition.before for transition in history.transitions}
        for at, state in self._unmuted(name, history, list(self._due(alarm, history))):
            changed_at = max(moment for moment in before if moment <= at)
            for action in filter(wanted, alarm.actions.of(state)):
                yield Act(at, changed_at, name, before[changed_at], state, action, group=group)
                if action in self._scaling and state == history.at(at):
                    yield from self._repeated(history, at, action, before[changed_at])

    def _due(self, alarm: Alarm, history: History) -> Iterator[tuple[int, State]]:
        """When actions would run: on a change of state, unless a suppressor holds them back."""
        changes = [(transition.at, transition.after) for transition in history.transitions]
        if not isinstance(alarm, CompositeAlarm) or not alarm.suppressor:
            yield from changes
            return
        suppressor = self.histories[alarm.suppressor]
        suppression = Suppression(
            suppressing=suppressor.initial == "ALARM",
            wait_seconds=alarm.wait_seconds,
            extension_seconds=alarm.extension_seconds,
        )
        others = [(transition.at, transition.after) for transition in suppressor.transitions]
        yield from suppression.run(changes, others, self.data.length)
        self.held[alarm.name] = suppression.held

    def _unmuted(self, name: str, history: History, due: Sequence[tuple[int, State]]) -> Iterator[tuple[int, State]]:
        """What no mute rule holds back, and what runs when a window ends because its state lasts."""
        windows = [*merged(self.mute_windows(name))]
        last: dict[MuteWindow, State] = {}
        for at, state in due:
            window = next((window for window in windows if window.begin <= at < window.end), None)
            if window is None:
                yield at, state
            else:
                self.muted.append(Muted(at, name, state, window.rule))
                last[window] = state
        for window, state in last.items():
            returned = history.at(window.begin - 1) == state
            if (
                window.end <= self.data.length
                and history.at(window.end) == state
                and (not returned or self.settings.muted_return == "runs")
            ):
                yield window.end, state

    def mute_windows(self, name: str) -> list[MuteWindow]:
        """When mute rules hold an alarm's actions back."""
        windows = [
            window
            for rule in self._mute_rules
            if name in rule.alarms
            for window in mute_windows(rule, self.data.start, self.data.length)
        ]
        return sorted(windows, key=lambda window: window.begin)

    def _repeated(self, history: History, at: int, action: str, before: State) -> Iterator[Act]:
        """An Auto Scaling action runs once a minute while the state lasts ("Alarm actions")."""
        until = next((t.at for t in history.transitions if t.at > at), self.data.length + 1)
        for moment in range(at + _MINUTE, until, _MINUTE):
            yield Act(moment, at, history.alarm, before, history.at(at), action, repeated=True)


def looks_at_clock(alarm: MetricAlarm) -> bool:
    """Whether its math asks for the time, so that it may change without any data."""
    return any(_CLOCK.search(query.expression) for query in alarm.queries)


def _of_contributors(action: str) -> bool:
    """Whether an action runs for each contributor: not OpsItems, incidents and investigations."""
    return not re.match(r"arn:[\w-]+:(ssm|ssm-incidents|aiops):", action)


def outside(name: str, states: Sequence[tuple[int, State]]) -> History:
    """The history of an alarm whose states are given."""
    current: State = "OK"
    initial, transitions = current, []
    for at, state in sorted(states):
        if at <= 0:
            initial = state
        elif state != current:
            transitions.append(Transition(at, name, current, state))
        current = state
    return History(name, initial, tuple(transitions))


def ordered(alarms: Iterable[Alarm]) -> list[CompositeAlarm]:
    """Composites after those that they are made of.

    Raises:
        CannotSimulate: A rule that does not parse, names an unknown alarm, or depends on itself.
    """
    everything = {alarm.name: alarm for alarm in alarms}
    done: list[CompositeAlarm] = []
    under_way: list[str] = []

    def visit(alarm: CompositeAlarm) -> None:
        if alarm in done:
            return
        if alarm.name in under_way:
            raise CannotSimulate(f"{alarm.name} depends on itself: CloudWatch stops evaluating such alarms")
        under_way.append(alarm.name)
        for child in sorted(_children(alarm)):
            if child not in everything:
                raise CannotSimulate(f"{alarm.name} names {child!r}, and there is no such alarm")
            below = everything[child]
            if isinstance(below, CompositeAlarm):
                visit(below)
        under_way.pop()
        done.append(alarm)

    for alarm in everything.values():
        if isinstance(alarm, CompositeAlarm):
            visit(alarm)
    return done


def _children(alarm: CompositeAlarm) -> frozenset[str]:
    try:
        names = composite_rule.parse(alarm.rule).alarms
    except composite_rule.InvalidAlarmRule as error:
        raise CannotSimulate(f"{alarm.name}: its rule does not parse, {error}") from None
    return names | ({alarm.suppressor} if alarm.suppressor else set())
