r"""The regular expressions of filter patterns (`%…%`), checked and translated for Python's `re`.

Allowed by the AWS page ("Supported regular expressions"): letters, digits, `: _ # = @ / ; , -`, the operators
`^ $ ? [ ] { } | \ * + .` and the classes `\d \D \s \S \w \W \xhh`; the page's examples also hold blanks. No
parentheses, no `!`, nothing outside ASCII. Everything else is an error here, and `\xhh` is the way around it.

There are no groups, so no repetition can hold another, and matching can't take exponential time. What a leading or
trailing `.*` would still cost (each start of the line tried in turn) is saved by dropping it: the question is only
whether the expression is found.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from constructs_lib.filter_pattern.errors import FilterPatternError

_SYMBOLS = ":_#=@/;,- "
_LITERALS = frozenset(string.ascii_letters + string.digits + _SYMBOLS)
_OPERATORS = "^$?[]{}|\\*+."
_CLASSES = "dDsSwW"
_ESCAPABLE = frozenset(_OPERATORS + _SYMBOLS)
_QUANTIFIER = re.compile(r"[*+?]|\{(\d*)(,?)(\d*)\}", re.ASCII)
_MAX_REPEAT = 1000
"""Of `{m,n}`. RE2's limit; AWS names none."""


@dataclass(slots=True)
class _Item:
    """An atom with its repetition, in Python's syntax. An anchor has no repetition."""

    atom: str
    least: int = 1
    most: int | None = 1
    anchor: bool = False

    def __str__(self) -> str:
        if (self.least, self.most) == (1, 1):
            return self.atom
        if self.most is None:
            return self.atom + {0: "*", 1: "+"}.get(self.least, f"{{{self.least},}}")
        return f"{self.atom}{{{self.least},{self.most}}}"


class Checked(NamedTuple):
    """A compiled expression, and what is probably a slip in it."""

    expression: re.Pattern[str]
    advice: Sequence[FilterPatternError]


@lru_cache(maxsize=256)
def compiled(source: str) -> re.Pattern[str]:
    r"""The expression between the percent signs, for `search`.

    Classes are ASCII ones (`\w` is `[A-Za-z0-9_]`, as the AWS page has it), `.` is any character but a line feed, `^`
    and `$` are the ends of the text.

    Raises:
        FilterPatternError: See `check`.
    """
    return check(source).expression


def check(source: str, *, pattern: str | None = None, offset: int = 0) -> Checked:
    """Compile, or say what is not allowed.

    Args:
        source: The expression between the percent signs.
        pattern: The pattern it stands in, for errors; the expression itself if there is none.
        offset: Where in the pattern it begins, counted from 0.

    Raises:
        FilterPatternError: With the column of the character.
    """
    translation = _Translation(source, source if pattern is None else pattern, offset)
    alternatives = translation.alternatives()
    try:
        expression = re.compile("|".join(_searchable(items) for items in alternatives), re.ASCII)
    except (re.error, OverflowError) as error:
        raise translation.error(
            0,
            f"`%{source}%` is not a regular expression ({error})",
            "begin each range with its lower end, as `[a-z]` does",
        ) from error
    return Checked(expression, translation.advice)


class _Translation:
    """One pass over the source."""

    def __init__(self, source: str, pattern: str, offset: int) -> None:
        self.source = source
        self.pattern = pattern
        self.offset = offset
        self.position = 0
        self.advice: list[FilterPatternError] = []

    def error(self, position: int, message: str, fix: str) -> FilterPatternError:
        return FilterPatternError(message, pattern=self.pattern, column=self.offset + position + 1, fix=fix)

    def alternatives(self) -> list[list[_Item]]:
        """The alternatives between `|`, each a list of items."""
        found: list[list[_Item]] = [[]]
        while self.position < len(self.source):
            if self.source[self.position] == "|":
                self._end_alternative(found[-1])
                self.position += 1
                found.append([])
            else:
                found[-1].append(self._item())
        self._end_alternative(found[-1])
        return found

    def _end_alternative(self, items: list[_Item]) -> None:
        if not items:
            self.advice.append(
                self.error(self.position, "an empty alternative matches every event", "put something there")
            )

    def _item(self) -> _Item:
        start = self.position
        character = self.source[start]
        if character in "^$":
            self.position += 1
            item = _Item(character, anchor=True)
        else:
            item = _Item(self._atom())
        quantifier = _QUANTIFIER.match(self.source, self.position)
        if quantifier is None:
            return item
        if item.anchor:
            raise self.error(self.position, f"`{character}` can't be repeated", f"write `\\{character}` for the sign")
        item.least, item.most = self._bounds(quantifier)
        self.position = quantifier.end()
        if again := _QUANTIFIER.match(self.source, self.position):
            raise self.error(self.position, f"`{again[0]}` repeats a repetition", "leave one of the two out")
        return item

    def _bounds(self, quantifier: re.Match[str]) -> tuple[int, int | None]:
        match quantifier[0]:
            case "*":
                return 0, None
            case "+":
                return 1, None
            case "?":
                return 0, 1
        low, comma, high = quantifier.groups()
        least = int(low or 0)
        most = int(high) if high else None if comma else least
        if not low and not high:
            raise self.error(quantifier.start(), "`{}` has no number", "write `{2}`, `{2,}` or `{2,5}`")
        if max(least, most or 0) > _MAX_REPEAT:
            raise self.error(quantifier.start(), f"`{quantifier[0]}` repeats more than {_MAX_REPEAT} times", "lower it")
        if most is not None and most < least:
            raise self.error(quantifier.start(), f"`{quantifier[0]}` ends below its start", "swap the two numbers")
        return least, most

    def _atom(self) -> str:
        start = self.position
        character = self.source[start]
        if character == "\\":
            return self._escape()
        if character == "[":
            return self._class()
        self.position += 1
        if character == ".":
            return "."
        if character in "*+?" or (character == "{" and _QUANTIFIER.match(self.source, start)):
            raise self.error(
                start, f"`{character}` repeats what is before it, and nothing is", f"write `\\{character}` for the sign"
            )
        if character == "{":
            raise self.error(start, "`{` is not followed by numbers and `}`", "write `\\{` for the sign")
        return self._literal(character, start)

    def _literal(self, character: str, position: int) -> str:
        if character in _LITERALS or character in "]}":
            return re.escape(character)
        raise self.error(position, _not_allowed(character), _replacement(character))

    def _escape(self) -> str:
        start = self.position
        character = self.source[start + 1 : start + 2]
        if character in _CLASSES and character:
            self.position = start + 2
            return f"\\{character}"
        if character == "x":
            digits = self.source[start + 2 : start + 4]
            if len(digits) != 2 or not set(digits) <= set(string.hexdigits):
                raise self.error(start, "`\\x` needs two hexadecimal digits", "write `\\x28` for `(`")
            self.position = start + 4
            if int(digits, 16) > 0x7F:
                raise self.error(start, f"`\\x{digits}` is outside ASCII", "match it with `.`")
            return f"\\x{digits}"
        if character in _ESCAPABLE and character:
            self.position = start + 2
            return re.escape(character)
        raise self.error(
            start,
            f"`\\{character}` is not an escape allowed here: `\\d \\D \\s \\S \\w \\W \\xhh` and those of operators",
            _replacement(character) if not character.isalnum() else "write `\\x09` for a tab",
        )

    def _class(self) -> str:
        start = self.position
        self.position += 1
        parts = ["["]
        if self.source.startswith("^", self.position):
            parts.append("^")
            self.position += 1
        first = self.position
        while self.position < len(self.source):
            position = self.position
            character = self.source[position]
            if character == "]" and position > first:
                self.position += 1
                return "".join([*parts, "]"])
            if character in "[]":
                raise self.error(position, f"`{character}` inside `[…]` is ambiguous", f"write `\\{character}`")
            if character == "-" and self.source.startswith("--", position):
                raise self.error(position, "`--` inside `[…]` is ambiguous", "write `\\-` for the sign")
            if character == "\\":
                parts.append(self._escape())
                continue
            self.position += 1
            if character == "-":
                parts.append("-")
            elif character in _OPERATORS:
                parts.append(re.escape(character))
            else:
                parts.append(self._literal(character, position))
        raise self.error(start, "`[` is never closed", "add `]`, or write `\\[` for the sign")


def _not_allowed(character: str) -> str:
    if not character.isascii():
        return f"`{character}` is outside ASCII, and CloudWatch allows no multi-byte characters in a regular expression"
    if character in "()":
        return f"`{character}` is not allowed in a regular expression: there are no groups"
    return f"`{character}` is not allowed in a regular expression"


def _replacement(character: str) -> str:
    if not character:
        return "write `\\\\` for the sign"
    if not character.isascii():
        return "match it with `.`, or use a quoted phrase instead"
    code = f"\\x{ord(character):02x}"
    if character in "()":
        return f"spell out the alternatives (`%ab|ac%`), or write `{code}` for the sign"
    return f"write `{code}`"


def _searchable(items: list[_Item]) -> str:
    """The items without what `search` finds anyway: repetition at either end beyond the least."""
    trimmed = list(items)
    for end in (0, -1):
        while trimmed and not trimmed[end].anchor:
            item = trimmed[end]
            trimmed[end] = _Item(item.atom, item.least, item.least)
            if item.least:
                break
            trimmed.pop(end)
    return "".join(map(str, trimmed))
