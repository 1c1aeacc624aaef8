"""Composite alarm rules: ``ALARM("band") AND NOT (OK(traffic) OR FALSE)``.

Source: CloudWatch API reference, PutCompositeAlarm, AlarmRule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from lark import Lark, Token, Transformer, UnexpectedInput

_GRAMMAR = r"""
?either: both ("OR" both)*
?both: negated ("AND" negated)*
?negated: "NOT" negated -> invert
        | STATE "(" name ")" -> in_state
        | "TRUE" -> always
        | "FALSE" -> never
        | "(" either ")"
name: QUOTED | BARE

STATE: "ALARM" | "OK" | "INSUFFICIENT_DATA"
QUOTED: /"(\\.|[^"\\])*"/
BARE: /[^\s()"]+/
%ignore /\s+/
"""

States: TypeAlias = Mapping[str, str]
"""Each alarm's state (ALARM, OK or INSUFFICIENT_DATA) by the name or ARN a rule calls it."""

_Predicate: TypeAlias = Callable[[States], bool]


class InvalidAlarmRule(ValueError):
    """CloudWatch would refuse this rule."""


@dataclass(frozen=True)
class AlarmRule:
    """A parsed rule."""

    alarms: frozenset[str]
    """Names or ARNs of the alarms it mentions."""
    holds: _Predicate
    """Whether the rule is true, so that its alarm is in ALARM, given every mentioned alarm's state."""

    @classmethod
    def parse(cls, rule: str) -> AlarmRule:
        """Raises InvalidAlarmRule with the column."""
        try:
            tree = _parser().parse(rule)
        except UnexpectedInput as error:
            column = f"column {error.column}" if error.column > 0 else "the end"
            raise InvalidAlarmRule(f"alarm rule, at {column}: {error.get_context(rule).rstrip()}") from error
        predicates = _Predicates()
        holds = predicates.transform(tree)
        return cls(frozenset(predicates.alarms), holds)


class _Predicates(Transformer[Token, _Predicate]):
    """Turns each rule of the grammar into a function of the alarms' states."""

    def __init__(self) -> None:
        super().__init__()
        self.alarms: set[str] = set()

    def name(self, children: list[Token]) -> str:
        text = str(children[0])
        if text.startswith('"'):
            text = text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        self.alarms.add(text)
        return text

    def in_state(self, children: list[str]) -> _Predicate:
        state, alarm = str(children[0]), children[1]
        return lambda states: states[alarm] == state

    def either(self, children: list[_Predicate]) -> _Predicate:
        return lambda states: any(child(states) for child in children)

    def both(self, children: list[_Predicate]) -> _Predicate:
        return lambda states: all(child(states) for child in children)

    def invert(self, children: list[_Predicate]) -> _Predicate:
        return lambda states: not children[0](states)

    def always(self, _: list[_Predicate]) -> _Predicate:
        return lambda _states: True

    def never(self, _: list[_Predicate]) -> _Predicate:
        return lambda _states: False


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, start="either", parser="lalr")
