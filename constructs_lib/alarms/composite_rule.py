"""The rule of a composite alarm: `ALARM("band") AND NOT (OK(traffic) OR FALSE)`, `AT_LEAST(2, ALARM, (a, b, c))`.

Source: CloudWatch API reference, PutCompositeAlarm, AlarmRule; user guide, "Composite alarms", for AT_LEAST.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
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


_BARE = re.compile(
    r"""\s*(?P<name>"(?:\\.|[^"\\])*"|(?!(?:and|or|not|ALARM|OK|INSUFFICIENT_DATA|AT_LEAST)\b(?!-))[^\s()",]+)"""
)
_IN_WORDS = {"ALARM": "in alarm", "OK": "OK", "INSUFFICIENT_DATA": "without data"}


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

    @property
    def raised_by(self) -> frozenset[str]:
        """Alarms that help to make it true by being in alarm themselves."""
        if self.kind == "ALARM":
            return frozenset([self.alarm])
        if self.kind == "NOT":
            return frozenset()
        return frozenset(name for part in self.parts for name in part.raised_by)

    def renamed(self, name_of: Callable[[str], str]) -> Node:
        """The same rule on alarms of other names."""
        alarm = name_of(self.alarm) if self.kind in STATES else ""
        return replace(self, alarm=alarm, parts=tuple(part.renamed(name_of) for part in self.parts))

    def __str__(self) -> str:
        """As CloudWatch reads it."""
        match self.kind:
            case "AND" | "OR":
                return f" {self.kind} ".join(self._inside(part, str(part)) for part in self.parts)
            case "NOT":
                return f"NOT {self._inside(self.parts[0], str(self.parts[0]))}"
            case "AT_LEAST":
                first, names = self.parts[0], ", ".join(f'"{name}"' for name in self._alarms())
                state = f"NOT {first.parts[0].kind}" if first.kind == "NOT" else first.kind
                return f"AT_LEAST({self.at_least:g}{'%' * self.percent}, {state}, ({names}))"
            case "TRUE" | "FALSE":
                return self.kind
        return f'{self.kind}("{self.alarm}")'

    @property
    def words(self) -> str:
        """As a reader says it."""
        match self.kind:
            case "AND" | "OR":
                return f" {self.kind.lower()} ".join(self._inside(part, part.words) for part in self.parts)
            case "NOT" if self.parts[0].kind in STATES:
                return f'"{self.parts[0].alarm}" is not {_IN_WORDS[self.parts[0].kind]}'
            case "NOT":
                return f"not ({self.parts[0].words})"
            case "AT_LEAST":
                first, names = self.parts[0], ", ".join(f'"{name}"' for name in self._alarms())
                state = f"not {_IN_WORDS[first.parts[0].kind]}" if first.kind == "NOT" else _IN_WORDS[first.kind]
                return f"at least {self.at_least:g}{' %' * self.percent} of {names} are {state}"
            case "TRUE" | "FALSE":
                return self.kind.lower()
        return f'"{self.alarm}" is {_IN_WORDS[self.kind]}'

    def _inside(self, part: Node, text: str) -> str:
        """A part's text in its place in this one's: what binds less tightly needs brackets."""
        order = ("OR", "AND", "NOT")
        looser = part.kind in order and order.index(part.kind) < order.index(self.kind)
        return f"({text})" if looser else text

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


def parse(rule: str, *, bare: bool = False) -> Node:
    """The rule as a tree.

    Args:
        rule: The text.
        bare: Whether a name alone stands for its alarm being in alarm.

    Raises:
        InvalidAlarmRule: With the column.
    """
    parser = _Parser(rule, bare=bare)
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

    def __init__(self, rule: str, *, bare: bool) -> None:
        self._rule, self._bare, self._at = rule, bare, 0

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
        if self._bare and not match and (name := _BARE.match(self._rule, self._at)):
            self._at = name.end()
            return Node("ALARM", alarm=_unquoted(name["name"]))
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
