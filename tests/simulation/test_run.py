"""Composites, suppressors, mute rules and actions over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from constructs_lib.simulation.alarm import (
    Actions,
    Alarm,
    CompositeAlarm,
    DataQuery,
    MetricAlarm,
    MetricIdentity,
    State,
)
from constructs_lib.simulation.data import Data, Values
from constructs_lib.simulation.evaluation import CannotSimulate
from constructs_lib.simulation.run import Run
from constructs_lib.simulation.settings import Settings
from constructs_lib.simulation.silence import Suppression, mute_windows
from constructs_lib.terraform.mute import DeployedMuteRule
from tests.simulation.alarms import alarm

TOPIC, POLICY = "arn:aws:sns:us-east-1:123456789012:oncall", "arn:aws:autoscaling:us-east-1:123456789012:policy"


def named(name: str, actions: Actions = Actions()) -> MetricAlarm:
    """An alarm that is on while its metric, of the same name, is above 0."""
    return alarm(
        name=name,
        queries=(DataQuery("m1", MetricIdentity("Test", name), "Sum"),),
        missing="notBreaching",
        actions=actions,
    )


def run(
    alarms: Sequence[Alarm],
    values: dict[str, Sequence[float | None]],
    *,
    start: int = 0,
    mute: Sequence[DeployedMuteRule] = (),
    settings: Settings | None = None,
) -> Run:
    """Alarms over values a minute."""
    length = max(len(series) for series in values.values()) * 60
    data = Data(
        {MetricIdentity("Test", name): Values.each_minute(series) for name, series in values.items()},
        length=length,
        start=start,
    )
    return Run(alarms, data, mute_rules=mute, settings=settings, scaling=[POLICY])


def states(found: Run, name: str) -> list[tuple[int, str]]:
    return [(change.at // 60, change.after) for change in found.histories[name].transitions]


def ran(found: Run) -> list[tuple[int, str, str]]:
    return [(act.at // 60, act.alarm, act.state) for act in found.acts]


def always(topic: str = TOPIC) -> Actions:
    return Actions(on=dict.fromkeys(("OK", "ALARM", "INSUFFICIENT_DATA"), (topic,)))


def test_at_least_a_share_of_the_alarms() -> None:
    """Vector 29, "Composite alarms": two of four, one of four."""
    children = [named(name) for name in "abcd"]
    composite = CompositeAlarm(name="all", rule="AT_LEAST(50%, OK, (a,b,c,d))")
    found = run([*children, composite], {"a": [0, 1, 1], "b": [0, 1, 1], "c": [0, 0, 1], "d": [0, 0, 0]})
    assert found.histories["all"].initial == "ALARM"
    assert states(found, "all") == [(3, "OK")]


def test_a_composite_is_ok_while_its_part_has_no_data() -> None:
    """Vector 30."""
    waiting = alarm(name="a", missing="missing")
    found = run([waiting, CompositeAlarm(name="c", rule="ALARM(a)")], {"other": [0, 0]})
    assert found.histories["a"].initial == "INSUFFICIENT_DATA"
    assert found.histories["c"].initial == "OK"


def test_composites_of_composites_follow_in_the_same_minute() -> None:
    alarms: list[Alarm] = [
        CompositeAlarm(name="top", rule="ALARM(middle)"),
        CompositeAlarm(name="middle", rule="ALARM(a) AND NOT ALARM(b)"),
        named("a"),
        named("b"),
    ]
    found = run(alarms, {"a": [0, 1, 1, 1], "b": [0, 0, 1, 0]})
    assert states(found, "top") == [(2, "ALARM"), (3, "OK"), (4, "ALARM")]


def test_a_composite_can_blink_where_its_parts_swap() -> None:
    """Each alarm is evaluated at a second of its own, which nobody knows."""
    alarms: list[Alarm] = [named("a"), named("b"), CompositeAlarm(name="either", rule="ALARM(a) OR ALARM(b)")]
    found = run(alarms, {"a": [1, 1, 0, 0], "b": [0, 0, 1, 1]})
    assert [(blink.at // 60, blink.alarm) for blink in found.blinks] == [(3, "either")]
    assert run(alarms, {"a": [1, 1, 0, 0], "b": [0, 1, 1, 1]}).blinks == []


@pytest.mark.parametrize(
    ("alarms", "message"),
    [
        ([CompositeAlarm(name="a", rule="ALARM(b)"), CompositeAlarm(name="b", rule="ALARM(a)")], "depends on itself"),
        ([CompositeAlarm(name="a", rule="ALARM(gone)")], "names 'gone', and there is no such alarm"),
        ([CompositeAlarm(name="a", rule="ALARM(")], "its rule does not parse"),
        ([CompositeAlarm(name="a", rule="FALSE", suppressor="gone")], "no such alarm"),
    ],
)
def test_rules_that_cloudwatch_would_not_evaluate(alarms: list[Alarm], message: str) -> None:
    with pytest.raises(CannotSimulate, match=message):
        run(alarms, {"x": [0]})


# AWS's six examples, "Alarm suppression": wait 2, extension 3.
@pytest.mark.parametrize(
    ("composite", "suppressor", "suppressing", "expected"),
    [
        ([(2, "ALARM")], [], False, [(4, "ALARM")]),
        ([(2, "ALARM")], [(3, "ALARM")], False, []),
        ([(2, "ALARM"), (3, "OK")], [], False, [(5, "OK")]),
        ([(2, "ALARM")], [], True, []),
        ([(2, "ALARM")], [(3, "ALARM"), (6, "OK")], False, [(9, "ALARM")]),
        ([(2, "ALARM"), (7, "OK")], [(3, "ALARM"), (6, "OK")], False, [(9, "OK")]),
    ],
    ids=["31", "32", "33", "34", "35", "36"],
)
def test_a_suppressor(
    composite: list[tuple[int, State]],
    suppressor: list[tuple[int, State]],
    suppressing: bool,
    expected: list[tuple[int, State]],
) -> None:
    machine = Suppression(suppressing=suppressing, wait_seconds=2, extension_seconds=3)
    assert list(machine.run(composite, suppressor, 20)) == expected


def test_a_suppressor_without_data_no_longer_suppresses() -> None:
    machine = Suppression(suppressing=True, wait_seconds=2, extension_seconds=3)
    assert list(machine.run([(2, "ALARM")], [(4, "INSUFFICIENT_DATA")], 20)) == [(7, "ALARM")]


def test_an_extension_without_anything_held_runs_nothing() -> None:
    machine = Suppression(suppressing=True, wait_seconds=2, extension_seconds=3)
    assert list(machine.run([], [(4, "OK")], 20)) == []


def test_a_suppressed_composite_still_changes_its_state() -> None:
    alarms: list[Alarm] = [
        named("a"),
        named("maintenance"),
        CompositeAlarm(
            name="c", rule="ALARM(a)", suppressor="maintenance", wait_seconds=60, extension_seconds=60, actions=always()
        ),
    ]
    found = run(alarms, {"a": [0, 1, 1, 1, 0, 0, 0, 0], "maintenance": [0, 1, 1, 1, 1, 0, 0, 0]})
    assert states(found, "c") == [(2, "ALARM"), (5, "OK")]
    assert ran(found) == [(7, "c", "OK")]  # what is held is the state it is in by then
    assert [(held.at // 60, held.by) for held in found.held["c"]] == [(2, "Alarm"), (5, "Alarm")]


def test_actions_run_on_changes_only_and_scaling_every_minute() -> None:
    """Vector 39, "Alarm actions"."""
    tells = named("tells", Actions(on={"ALARM": (TOPIC,)}))
    scales = named("scales", Actions(on={"ALARM": (POLICY,)}))
    values = [0.0, 1, 1, 1, 1, 1, 0, 0]
    found = run([tells, scales], {"tells": values, "scales": values})
    assert [act.at // 60 for act in found.acts if act.alarm == "tells"] == [2]
    assert [(act.at // 60, act.repeated) for act in found.acts if act.alarm == "scales"] == [
        (2, False),
        *((minute, True) for minute in range(3, 7)),
    ]


def test_disabled_actions() -> None:
    found = run([named("a", Actions(enabled=False, on={"ALARM": (TOPIC,)}))], {"a": [0, 1]})
    assert states(found, "a") == [(2, "ALARM")]
    assert found.acts == ()


MONDAY = int(datetime(2026, 1, 5, 1, 55, tzinfo=UTC).timestamp())
NIGHTLY = DeployedMuteRule("", "nightly", "cron(0 2 * * *)", "PT10M", "UTC", ("a",), starts="", expires="")


def test_muted_actions_run_when_the_window_ends_if_the_state_lasts() -> None:
    """By "Alarm Mute Rules": 02:00 to 02:10 are the minutes 5 to 15."""
    on = [0.0] * 6 + [1.0] * 14
    found = run([named("a", always())], {"a": on}, start=MONDAY, mute=[NIGHTLY])
    assert states(found, "a") == [(7, "ALARM")]
    assert ran(found) == [(15, "a", "ALARM")]
    assert [(muted.at // 60, muted.rule) for muted in found.muted] == [(7, "nightly")]


def test_an_alarm_that_came_back_while_muted() -> None:
    """Not documented: whether it says that it is OK again."""
    came_back = [0.0] * 6 + [1.0] * 3 + [0.0] * 11
    options = {"values": {"a": came_back}, "start": MONDAY, "mute": [NIGHTLY]}
    assert ran(run([named("a", always())], **options)) == [(15, "a", "OK")]  # type: ignore[arg-type]
    quiet = Settings(muted_return="quiet")
    assert ran(run([named("a", always())], **options, settings=quiet)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("second", "ends"), [("cron(5 2 * * *)", 20), ("cron(10 2 * * *)", 25), ("cron(4 2 * * *)", 19)]
)
def test_what_one_rule_held_back_runs_when_the_last_one_that_mutes_is_over(second: str, ends: int) -> None:
    """By "Alarm Mute Rules", multiple overlapping rules: an alarm is muted while any rule mutes it."""
    on = [0.0] * 6 + [1.0] * 24
    rules = [NIGHTLY, replace(NIGHTLY, name="second", expression=second)]
    assert ran(run([named("a", always())], {"a": on}, start=MONDAY, mute=rules)) == [(ends, "a", "ALARM")]


def test_the_windows_of_mute_rules() -> None:
    def begins(schedule: str, **options: Any) -> list[str]:
        rule = replace(NIGHTLY, expression=schedule, duration="PT1H", **options)
        week = mute_windows(rule, MONDAY, 7 * 86_400)
        return [datetime.fromtimestamp(MONDAY + window.begin, UTC).strftime("%a %H:%M") for window in week]

    assert begins("cron(0 2 * * SUN)") == ["Sun 02:00"]
    assert begins("cron(0 2 7 * SUN)") == ["Wed 02:00", "Sun 02:00"]
    assert begins("cron(30 9 * * MON-WED)", timezone="America/New_York") == ["Mon 14:30", "Tue 14:30", "Wed 14:30"]
    assert begins("at(2026-01-06T10:00)", timezone="Europe/Berlin") == ["Tue 09:00"]
    assert begins("cron(0 2 * * *)", starts="2026-01-09T00:00", expires="2026-01-11T00:00") == [
        "Fri 02:00",
        "Sat 02:00",
    ]
    assert begins("cron(0 1 * * MON)") == ["Mon 01:00", "Mon 01:00"]  # the first is under way at the start
    with pytest.raises(ValueError, match="neither cron"):
        begins("rate(5 minutes)")
