"""The one family of errors this library raises.

Catch `MonitoringError` for all of them. A `ConfigError` holds every problem that was found, not the first one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace


class MonitoringError(Exception):
    """Base of every error this library raises on purpose."""


def cut(word: str, most: int = 100) -> str:
    """A word of the user's as an error repeats it."""
    return word if len(word) <= most else f"{word[:most]}…"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and how to fix it: what every check gives, wherever it looks.

    Attributes:
        rule: What is wrong, as a sentence that begins with the value: `90 is not 10, 20, 30 or a multiple of 60`.
        fix: What to do about it, in the imperative.
        path: Where, in the user's own words: `stacks.production.monitors.ranker.metric.period_seconds`; from a check
            only as far as that knows, perhaps empty.
        file: The file the value was read from, if any.
        line: Its line there, counted from 1.
    """

    rule: str
    fix: str = ""
    path: str = ""
    file: str | None = field(default=None, kw_only=True)
    line: int | None = field(default=None, kw_only=True)

    def at(self, path: str) -> Problem:
        """The same problem, in another place."""
        return replace(self, path=path)

    def under(self, prefix: str) -> Problem:
        """The same problem, seen from the place that holds `prefix`."""
        return self.at(".".join(part for part in (prefix, self.path) if part))

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Place, path, rule and fix, as a terminal may be given them."""
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        path = ".".join(cut(part) for part in self.path.split("."))
        return _printable(place), _printable(path), _printable(self.rule), _printable(self.fix)

    def __str__(self) -> str:
        *head, fix = self.parts
        return ": ".join(filter(None, head)) + (f"; {fix}" if fix else "")


def _printable(text: str) -> str:
    """What a terminal would obey, or write from the right to the left, as the escape it is written with."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


class ConfigError(MonitoringError):
    """What the user asked for can't be deployed as it stands.

    Attributes:
        problems: Every problem found, in the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
