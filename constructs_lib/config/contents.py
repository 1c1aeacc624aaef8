"""What a stack consists of, once its name is known."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from constructs_lib.alarms import table as alarm_table
from constructs_lib.alarms.alarm import Alarm, Composite
from constructs_lib.alarms.duty import GroupedIn, Notifies
from constructs_lib.alarms.grouping import UNGROUPED, Grouping, group
from constructs_lib.alarms.mute import Caller
from constructs_lib.alarms.routing import with_row
from constructs_lib.alarms.row import OFF_HOURS
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.config.combining import named
from constructs_lib.config.provider import WALL_CLOCK_SINCE
from constructs_lib.config.stack_spec import StackSpec
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.options import link
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.options.notifications import Used
from constructs_lib.patterns.registry import pattern


@dataclass(frozen=True, slots=True)
class Contents:
    """The monitors of a stack and their alarms.

    Attributes:
        monitors: By name, each link to another one turned into the name of what that makes.
        tables: The alarms of each monitor.
        workloads: The alarms of each workload, by name: the order in the file changes nothing that is deployed.
        grouping: The composites that call for whole workloads.
        combined: The monitors that combine alarms, each after those it is made of.
        problems: What can't be built, and is left out of the others.
    """

    monitors: Mapping[str, MonitorSpec]
    tables: Mapping[str, tuple[Alarm, ...]]
    workloads: Mapping[str, tuple[Alarm, ...]]
    grouping: Grouping
    combined: tuple[str, ...]
    problems: tuple[Problem, ...]

    def used(self, spec: StackSpec) -> Mapping[str, Used]:
        """What the receivers of everyone, and of each workload and owner with some of its own, are there for."""
        found: dict[str, list[tuple[Severity, str]]] = {path: [] for path in spec.notifications.audiences()}
        for key, monitor in self.monitors.items():
            table = self.tables.get(key, ())
            alarms = {alarm.severity for alarm in table if isinstance(alarm.duty, Notifies | GroupedIn)}
            for kind, severities in (("alarms", alarms), ("events", monitor.events), ("costs", monitor.costs)):
                for severity in severities:
                    path = spec.notifications.audience(severity, monitor.workload_of(key), monitor.owner or spec.owner)
                    found[path].append((severity, kind))
        return {
            path: Used(
                severities={severity for severity, _ in pairs},
                events={severity for severity, kind in pairs if kind == "events"},
                costs={severity for severity, kind in pairs if kind == "costs"},
            )
            for path, pairs in found.items()
        }

    def calling(self) -> Iterator[tuple[str, Alarm]]:
        """The alarms that notify someone themselves, as they are deployed; a group's comes without a monitor.

        Not those that a composite is made of, or silenced by.
        """
        every = {**self.tables, "": self.grouping.table}
        indirect = {name for table in every.values() for name in _spoken_for(table)}
        for monitor, table in every.items():
            for alarm in table:
                if alarm.notifies and alarm.name not in indirect:
                    yield monitor, alarm


def contents(name: str, spec: StackSpec) -> Contents:
    """What a stack consists of, worked out once; `name` is what the names of all of it begin with."""
    return spec.once(name, lambda: _contents(name, spec))


def _contents(name: str, spec: StackSpec) -> Contents:
    environment = Environment(spec.account, spec.region)
    monitors, problems = link.resolve(spec.monitors, lambda key, monitor: monitor.makes(join(name, monitor.named(key))))
    for key, monitor in monitors.items():
        full = join(name, monitor.named(key))
        problems += [problem.under(key) for problem in monitor.name_problems(full, environment)]
        problems += [problem.under(key) for problem in monitor.adoption_problems(environment)]
        problems += [problem.under(key) for problem in _hours_problems(monitor)]
    combining = {key: monitor for key, monitor in monitors.items() if monitor.combines()}
    single = {key: monitor for key, monitor in monitors.items() if key not in combining}
    tables, broken = _tables(name, spec, single)
    combined, astray = named(name, combining, single, tables)
    others = {alarm.name for table in tables.values() for alarm in table}
    others |= {join(name, monitor.named(key)) for key, monitor in combined.items()}
    more, impossible = _tables(name, spec, combined, others)
    problems = [problem.under("monitors") for problem in (*problems, *broken, *astray, *impossible)]
    monitors = {key: combined.get(key, monitor) for key, monitor in monitors.items() if key in {*single, *combined}}
    replaced = {
        alarm: more[key][0].name
        for key in more
        for member in combined[key].replaces
        for alarm in (member, join(member, OFF_HOURS))
    }
    tables = {key: _replaced(found, replaced) for key in monitors if (found := (tables | more).get(key)) is not None}
    problems += [problem.at("notifications") for problem in spec.notifications.name_problems(name)]
    workloads, grouping = _workloads(monitors, tables), UNGROUPED
    if spec.group_alarms:
        try:
            grouping = _grouping(name, spec, workloads)
        except ConfigError as error:
            problems += [problem.at("group_alarms") for problem in error.problems]
    callers = tuple(_callers(monitors, tables, grouping))
    for index, window in enumerate(spec.maintenance):
        try:
            window.mutes(callers)
        except ConfigError as error:
            problems += [problem.at(f"maintenance.{index}") for problem in error.problems]
    return Contents(monitors, tables, workloads, grouping, tuple(combined), tuple(problems))


def _hours_problems(monitor: MonitorSpec) -> Iterator[Problem]:
    """Hours that change nothing, or that can't be kept."""
    if monitor.hours is None:
        return
    if monitor.hours.otherwise == monitor.severity:
        yield Problem(f"{monitor.severity!r} is the severity already", "give another one", "hours.otherwise")
    if monitor.events or monitor.costs:
        rule = "are for alarms, and this monitor also notifies by events, which CloudWatch can't mute"
        yield Problem(rule, "leave them out, or make two monitors", "hours")


def _tables(
    name: str, spec: StackSpec, monitors: Mapping[str, MonitorSpec], others: Collection[str] = ()
) -> tuple[dict[str, tuple[Alarm, ...]], list[Problem]]:
    """The alarms of monitors, and what is wrong with them; `others` are alarms that theirs may be made of."""
    tables: dict[str, tuple[Alarm, ...]] = {}
    problems: list[Problem] = []
    for key, monitor in monitors.items():
        try:
            table = pattern(monitor.pattern).alarms(monitor, join(name, monitor.named(key)), runbook=spec.runbook)
            for alarm in table:
                with_row(alarm, spec.register_link)
        except ConfigError as error:
            problems += [_of_monitor(problem, key) for problem in error.problems]
            continue
        problems += [problem.at(key) for problem in alarm_table.problems(table, others)]
        if not spec.provider.has(WALL_CLOCK_SINCE) and any(alarm.evaluate.wall_clock for alarm in table):
            rule = "windows that follow the clock need a newer AWS provider than the stack allows"
            problems.append(Problem(rule, 'add `provider: {at_least: "6.69"}` to the stack', key))
        tables[key] = table
    return tables, problems


def _replaced(table: Sequence[Alarm], by: Mapping[str, str]) -> tuple[Alarm, ...]:
    """The alarms of a table; those in whose place another one calls say so."""
    return tuple(
        Alarm(**{**dict(alarm), "duty": GroupedIn(by[alarm.name])}) if alarm.name in by and alarm.notifies else alarm
        for alarm in table
    )


def _of_monitor(problem: Problem, key: str) -> Problem:
    """What is wrong with an alarm, where the user can do something about it."""
    return problem.under(key) if problem.path.startswith("adopt.") else problem.at(key)


def _callers(
    monitors: Mapping[str, MonitorSpec], tables: Mapping[str, tuple[Alarm, ...]], grouping: Grouping
) -> Iterator[Caller]:
    """The alarms that call people; scaling policies are not kept from their work."""
    for key, table in tables.items():
        for alarm in table:
            if alarm.notifies or isinstance(alarm.duty, GroupedIn):
                own = alarm.duty.composite if isinstance(alarm.duty, GroupedIn) else alarm.name
                speaker = grouping.group_of.get(alarm.name, own)
                yield Caller(key, monitors[key].workload_of(key), alarm.severity, speaker)


def _spoken_for(table: Sequence[Alarm]) -> Iterator[str]:
    """Names of the alarms that composites of a table are made of, and silenced by."""
    names = {alarm.key: alarm.name for alarm in table}
    for alarm in table:
        if isinstance(alarm.condition, Composite):
            yield from (names.get(key, key) for key in alarm.condition.alarms)
            yield alarm.condition.suppressed_by or ""


def _workloads(
    monitors: Mapping[str, MonitorSpec], tables: Mapping[str, tuple[Alarm, ...]]
) -> dict[str, tuple[Alarm, ...]]:
    found: dict[str, list[Alarm]] = {}
    for name in sorted(tables):
        found.setdefault(monitors[name].workload_of(name), []).extend(tables[name])
    return {name: tuple(found[name]) for name in sorted(found)}


def _grouping(name: str, spec: StackSpec, workloads: Mapping[str, tuple[Alarm, ...]]) -> Grouping:
    grouping = group(name, workloads, suppressed_by=spec.suppressed_by, runbook=spec.runbook)
    members = {alarm.name for table in workloads.values() for alarm in table}
    others = members if spec.suppressed_by is None else {*members, spec.suppressed_by}
    for alarm in grouping.table:
        with_row(alarm, spec.register_link)
    if problems := [*alarm_table.problems(grouping.table, others)]:
        raise ConfigError(problems)
    return grouping
