"""The rule of a composite alarm: `ALARM("band") AND NOT (OK(traffic) OR FALSE)`, `AT_LEAST(2, ALARM, (a, b, c))`.

Source: CloudWatch API reference, PutCompositeAlarm, AlarmRule; user guide, "Composite alarms", for AT_LEAST.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal

State = Literal["ALARM", "OK", "INSUFFICIENT_DATA"]
STATES: tuple[State, ...] = ("ALARM", "OK", "INSUFFICIENT_DATA")

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?P<name>"(?:\\.|[^"\\])*"|[^\s()",]+)\s*\)
      | (?P<count>AT_LEAST\s*\(\s*(?P<number>\d+(?:\.\d+)?)(?P<percent>\s*%)?\s*,
            \s*(?P<negated>NOT\s+)?(?P<counted>ALARM|OK|INSUFFICIENT_DATA)\s*,
            \s*\((?P<list>(?:"(?:\\.|[^"\\])*"|[^()"])+)\)\s*\))
      | (?P<word>AND|OR|NOT|TRUE|FALSE)\b
      | (?P<sign>[()])
    )""",
    re.VERBOSE,
)


_NAME = re.compile(r"""\s*(?P<name>"(?:\\.|[^"\\])*"|[^\s()",]+)\s*(?:,|$)""")


class InvalidAlarmRule(ValueError):
    """CloudWatch would refuse this rule."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a rule: `AND`, `OR`, `NOT`, `AT_LEAST` over parts, `TRUE`, `FALSE`, or the state of an alarm.

    Attributes:
        kind: One of these words, or the state.
        parts: What it is made of.
        alarm: Name or ARN, where the kind is a state.
        at_least: How many of its parts `AT_LEAST` needs.
        percent: Whether that is a percentage of them.
    """

    kind: str
    parts: tuple[Node, ...] = ()
    alarm: str = ""
    at_least: float = 0
    percent: bool = False

    @property
    def alarms(self) -> frozenset[str]:
        """Names or ARNs of all alarms in it."""
        return frozenset(self._alarms())

    def _alarms(self) -> Iterator[str]:
        if self.kind in STATES:
            yield self.alarm
        for part in self.parts:
            yield from part._alarms()  # noqa: SLF001  (its own class)

    def holds(self, states: Mapping[str, str]) -> bool:
        """Whether it is true, given every alarm's state."""
        match self.kind:
            case "AND":
                return all(part.holds(states) for part in self.parts)
            case "OR":
                return any(part.holds(states) for part in self.parts)
            case "NOT":
                return not self.parts[0].holds(states)
            case "AT_LEAST":
                needed = self.at_least * len(self.parts) / 100 if self.percent else self.at_least
                return sum(part.holds(states) for part in self.parts) >= needed
            case "TRUE" | "FALSE":
                return self.kind == "TRUE"
            case state:
                return states[self.alarm] == state


def parse(rule: str) -> Node:
    """The rule as a tree.

    Raises:
        InvalidAlarmRule: With the column.
    """
    parser = _Parser(rule)
    tree = parser.either()
    parser.end()
    return tree


def implies(one: Node, other: Node) -> bool | None:
    """Whether the other is true whenever the one is; None where there are too many alarms to try all states."""
    alarms = sorted(one.alarms | other.alarms)
    if len(alarms) > 8:
        return _implies_by_parts(one, other)
    cases = (dict(zip(alarms, states, strict=True)) for states in product(STATES, repeat=len(alarms)))
    return all(other.holds(states) for states in cases if one.holds(states))


def _implies_by_parts(one: Node, other: Node) -> bool | None:
    """Of two lists of the same kind: a longer OR holds more often, a longer AND less often."""
    if one == other:
        return True
    kinds = {node.kind for node in (one, other)} - set(STATES)
    if len(kinds) != 1 or not kinds <= {"AND", "OR"}:
        return None
    (kind,) = kinds
    fewer, more = (frozenset(node.parts if node.kind == kind else (node,)) for node in (one, other))
    return fewer <= more if kind == "OR" else more <= fewer


class _Parser:
    """Recursive descent; NOT binds tighter than AND, AND tighter than OR."""

    def __init__(self, rule: str) -> None:
        self._rule, self._at = rule, 0

    def either(self) -> Node:
        return self._list("OR", self._both)

    def _both(self) -> Node:
        return self._list("AND", self._negated)

    def _list(self, word: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self._take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Node(word, tuple(parts))

    def _negated(self) -> Node:
        if self._take("NOT"):
            return Node("NOT", (self._negated(),))
        if self._take("("):
            inside = self.either()
            self._expect(")")
            return inside
        match = _TOKEN.match(self._rule, self._at)
        if match and match["state"]:
            self._at = match.end()
            return Node(match["state"], alarm=_unquoted(match["name"]))
        if match and match["count"]:
            self._at = match.end()
            return self._at_least(match)
        if match and match["word"] in ("TRUE", "FALSE"):
            self._at = match.end()
            return Node(match["word"])
        raise self._invalid()

    def _at_least(self, match: re.Match[str]) -> Node:
        parts, at = [], 0
        while at < len(match["list"]):
            name = _NAME.match(match["list"], at)
            if name is None:
                self._at = match.start("list") + at
                raise self._invalid()
            part = Node(match["counted"], alarm=_unquoted(name["name"]))
            parts.append(Node("NOT", (part,)) if match["negated"] else part)
            at = name.end()
        return Node("AT_LEAST", tuple(parts), at_least=float(match["number"]), percent=bool(match["percent"]))

    def _take(self, token: str) -> bool:
        match = _TOKEN.match(self._rule, self._at)
        if match and token in (match["word"], match["sign"]):
            self._at = match.end()
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise self._invalid()

    def end(self) -> None:
        if self._rule[self._at :].strip():
            raise self._invalid()

    def _invalid(self) -> InvalidAlarmRule:
        rest = self._rule[self._at :].strip()
        return InvalidAlarmRule(f"column {self._at + 1}: {rest[:40]!r}" if rest else "it ends too early")


def _unquoted(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') else name
