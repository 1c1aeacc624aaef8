"""Alarms on other alarms: the names in their rules, and the order in which they can be built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from constructs_lib.alarms.alarm import Alarm
from constructs_lib.aws.names import join
from constructs_lib.errors import Problem
from constructs_lib.model import nearest, shown
from constructs_lib.options.monitor import MonitorSpec


def named(
    stack: str,
    combining: Mapping[str, MonitorSpec],
    others: Mapping[str, MonitorSpec],
    tables: Mapping[str, Sequence[Alarm]],
) -> tuple[dict[str, MonitorSpec], list[Problem]]:
    """Monitors that combine alarms, with the full names of those; each after the ones it is made of.

    Those that name what is not there are left out; what is wrong comes next to them, with paths that begin with the
    monitor's name.

    Args:
        stack: What the names of all alarms begin with.
        combining: The monitors by name.
        others: All other monitors.
        tables: Their alarms.
    """
    of_monitor = {
        key: {_word(key, alarm, join(stack, others[key].named(key))): alarm.name for alarm in table}
        for key, table in tables.items()
    }
    full = {word: name for names in of_monitor.values() for word, name in names.items()}
    full |= {key: join(stack, monitor.named(key)) for key, monitor in combining.items()}
    problems = [
        _unknown(word, full, of_monitor.get(word, {})).at(f"{key}.{option}")
        for key, monitor in combining.items()
        for word, option in monitor.combines().items()
        if word not in full
    ]
    graph = {key: [word for word in monitor.combines() if word in combining] for key, monitor in combining.items()}
    try:
        order = [*TopologicalSorter(graph).static_order()]
    except CycleError as error:
        circle: list[str] = error.args[1]
        rule = f"names itself through {' → '.join(circle[1:])}"
        return {}, [*problems, Problem(rule, "take one of the names out", f"{circle[0]}.when")]
    astray = {problem.path.partition(".")[0] for problem in problems}
    return {key: combining[key].naming(full) for key in order if key not in astray}, problems


def _word(key: str, alarm: Alarm, beginning: str) -> str:
    """What a file calls an alarm: as it is named, but after its monitor's name in the file, and not a former one."""
    if alarm.name.startswith(beginning):
        return key + alarm.name.removeprefix(beginning)
    return key if alarm.key == "alarm" else join(key, alarm.key)  # it has a name of its own


def _unknown(word: str, full: Mapping[str, str], of_monitor: Mapping[str, str]) -> Problem:
    if of_monitor:
        names = ", ".join(of_monitor)
        return Problem(f"{shown(word)} is a monitor, and no alarm of it is called so", f"name one of {names}")
    return Problem(f"{shown(word)} is not an alarm of this stack", nearest(word, full))
