"""Who hears of which alarm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, TypeAlias

from constructs_lib.alarms.alarm import Alarm
from constructs_lib.alarms.duty import Notifies
from constructs_lib.alarms.receivers import called
from constructs_lib.alarms.severity import SEVERITIES, Severity
from constructs_lib.aws import limits, names
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import nearest


@dataclass(frozen=True, slots=True)
class Routing:
    """Where alarms of each severity go: the ARNs an alarm calls when it changes state.

    `Notifications` builds one with its topics; build one yourself to use topics you already have:
    `Routing({"critical": [topic.arn]})`.

    Raises:
        ConfigError: More ARNs than CloudWatch allows on one state.
    """

    actions: Mapping[Severity, tuple[str, ...]]
    when_over: frozenset[Severity]
    """Severities whose receivers also hear when an alarm is over."""
    chats: Mapping[Severity, str]
    """Topics for events of a severity that end in a chat, which shows them only in a form of its own."""
    register: str | None
    """Link to the alarm's row in the register, for the alarm's description; `{alarm}` stands for the alarm's name."""
    others: Mapping[str, Routing]
    """By an alarm's name who hears of it instead; most alarms have none."""

    def __init__(
        self,
        actions: Mapping[Severity, list[str] | tuple[str, ...]],
        *,
        when_over: Iterable[Severity] = SEVERITIES,
        chats: Mapping[Severity, str] | None = None,
        register: str | None = None,
        others: Mapping[str, Routing] | None = None,
    ) -> None:
        for severity, arns in actions.items():
            if severity not in SEVERITIES:
                rule = f"{severity!r} is not a severity"
                raise ConfigError([Problem(path="notifications", rule=rule, fix=nearest(severity, SEVERITIES))])
            if isinstance(arns, str):
                rule = f"{arns!r} is one text, not a list of ARNs"
                raise ConfigError([Problem(path=f"notifications.{severity}", rule=rule, fix="put it in a list")])
        frozen = {severity: tuple(arns) for severity, arns in actions.items()}
        problems = [
            problem.at(f"notifications.{severity}")
            for severity, arns in frozen.items()
            if (problem := limits.actions(len(arns)))
        ]
        if problems:
            raise ConfigError(problems)
        object.__setattr__(self, "actions", MappingProxyType(frozen))
        object.__setattr__(self, "when_over", frozenset(when_over))
        object.__setattr__(self, "chats", MappingProxyType(dict(chats or {})))
        object.__setattr__(self, "register", register)
        object.__setattr__(self, "others", MappingProxyType(dict(others or {})))

    @classmethod
    def of(cls, notifications: Routed) -> Routing:
        """The routing of what a construct was given as `notifications`.

        Raises:
            ConfigError: It is something else.
        """
        routing = getattr(notifications, "routing", notifications)
        if isinstance(routing, Routing):
            return routing
        rule = f"a {type(notifications).__name__} does not say who hears of an alarm"
        raise ConfigError([Problem(rule, "give a Notifications, or a Routing({...})", "notifications")])

    def of_alarm(self, alarm: Alarm) -> Routing:
        """Who hears of an alarm."""
        return self.others.get(alarm.name, self)

    def as_deployed(self, alarm: Alarm) -> Alarm:
        """The alarm as it is deployed: with a link to its row in the register.

        Raises:
            ConfigError: The link makes its description longer than CloudWatch takes.
        """
        return with_row(alarm, self.register)

    def says_when_over(self, alarm: Alarm) -> bool:
        """Whether people hear that the alarm is over."""
        return isinstance(alarm.duty, Notifies) and alarm.duty.when_over and alarm.severity in self.when_over

    def when_over_to(self, alarm: Alarm) -> list[str]:
        """The ARNs for the news that the alarm is over."""
        if not self.says_when_over(alarm):
            return []
        return [action for action in self.to(alarm.severity) if (kind := called(action)) is None or not kind.opens]

    def to(self, severity: Severity) -> tuple[str, ...]:
        """The ARNs for one severity.

        Raises:
            ConfigError: No one receives this severity, so no one would see its alarms.
        """
        arns = self.actions.get(severity, ())
        if not arns:
            raise ConfigError([unheard(severity)])
        return arns


def with_row(alarm: Alarm, register: str | None) -> Alarm:
    """The alarm with the link to its row in the register.

    Raises:
        ConfigError: The link makes its description longer than CloudWatch takes.
    """
    if register is None:
        return alarm
    return Alarm(**{**dict(alarm), "register_row": names.at_alarm(register, alarm.name)})


class HasRouting(Protocol):
    """Something that says who hears of an alarm: a `Notifications`."""

    @property
    def routing(self) -> Routing:
        """Who hears of which severity."""


Routed: TypeAlias = Routing | HasRouting


def unheard(severity: Severity) -> Problem:
    """The problem of an alarm that no one would hear."""
    return Problem(
        path=f"notifications.{severity}",
        rule=f"no one receives {severity!r}, and an alarm uses it",
        fix="add a receiver for it, or give the alarm a severity that has one",
    )


def only_alarms(severity: Severity) -> Problem:
    """The problem of an event that no one would hear, as only alarms reach the receivers."""
    rule = f"all that receives {severity!r} hears of alarms only, and events of this severity are sent"
    return Problem(rule, "add an e-mail address, a chat, a queue or a function", f"notifications.{severity}")
