"""What is wrong with a filter pattern: where, why, and what to write instead."""

from __future__ import annotations

from constructs_lib.errors import MonitoringError


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
        self.message = message
        self.pattern = pattern
        self.column = column
        self.fix = fix

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the keyword-only arguments when the error crosses a process."""
        return _rebuild, (self.message, self.pattern, self.column, self.fix)

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}; {self.fix}"

    def pointed(self) -> str:
        """The pattern with a caret under the column, for a terminal. White space is drawn as single blanks."""
        line = "".join(" " if character.isspace() else character for character in self.pattern)
        return f"{line}\n{' ' * (self.column - 1)}^ {self.message}; {self.fix}"


def _rebuild(message: str, pattern: str, column: int, fix: str) -> FilterPatternError:
    return FilterPatternError(message, pattern=pattern, column=column, fix=fix)
