"""What is wrong with a filter pattern: where, why, and what to write instead."""

from __future__ import annotations

from constructs_lib.errors import MonitoringError


def printable(text: str) -> str:
    r"""Text that may come from a log, with what a terminal would act on spelled out: `\x1b`. Tabs stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in text)


class FilterPatternError(MonitoringError, ValueError):
    """What CloudWatch Logs would refuse in a filter pattern, or would quietly read otherwise than it was meant.

    Attributes:
        message: What was found and what is allowed there, in one sentence without a full stop.
        fix: What to write instead, in the imperative.
        pattern: The pattern as it was given.
        column: Where in it, counted from 1; one past the end when something is missing there.
    """

    def __init__(self, message: str, *, pattern: str, column: int, fix: str) -> None:
        super().__init__(message)
        self.message = printable(message)
        self.pattern = pattern
        self.column = column
        self.fix = printable(fix)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the keyword-only arguments when the error crosses a process."""
        return _rebuild, (self.message, self.pattern, self.column, self.fix)

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}; {self.fix}"

    def pointed(self) -> str:
        """The pattern with a caret under the column, for a terminal. What has no width is drawn as a blank."""
        line = "".join(character if character.isprintable() else " " for character in self.pattern)
        return f"{line}\n{' ' * (self.column - 1)}^ {self.message}; {self.fix}"


def _rebuild(message: str, pattern: str, column: int, fix: str) -> FilterPatternError:
    return FilterPatternError(message, pattern=pattern, column=column, fix=fix)
