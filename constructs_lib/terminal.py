"""What a person at a terminal sees: a problem in colours, and how far something is that takes its time."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from click import style

from constructs_lib.errors import Problem

SLOW_SECONDS = 2
"""Before that no one wonders."""
_TICK_SECONDS = 0.25


def styled(problem: Problem) -> str:
    """A problem as `str` gives it, its parts told apart."""
    place, path, rule, fix = problem.parts
    head = [style(place, fg="cyan") if place else "", style(path, bold=True) if path else "", rule]
    return ": ".join(filter(None, head)) + (f"; {style(fix, fg='green')}" if fix else "")


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Say on a terminal's stderr, after two seconds, what is being done and for how long; gone when it is done.

    Gives a function that takes how far it is: `3 of 40 stacks`.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    line, begin, done = _Line(what), time.monotonic(), threading.Event()

    def show() -> None:
        if done.wait(SLOW_SECONDS):
            return
        while not done.wait(_TICK_SECONDS):
            line.write(time.monotonic() - begin)

    watch = threading.Thread(target=show, daemon=True)
    watch.start()
    try:
        yield line.so_far
    finally:
        done.set()
        watch.join()
        line.clear()


class _Line:
    """The last line of a terminal, written over again and again."""

    def __init__(self, what: str) -> None:
        self._what, self._so_far, self._longest = what, "", 0

    def so_far(self, text: str) -> None:
        self._so_far = text

    def write(self, seconds: float) -> None:
        text = ", ".join(filter(None, (self._what, self._so_far, f"{seconds:.0f} s")))
        self._longest = max(self._longest, len(text))
        sys.stderr.write(f"\r{text:<{self._longest}}")
        sys.stderr.flush()

    def clear(self) -> None:
        if self._longest:
            sys.stderr.write(f"\r{'':<{self._longest}}\r")
            sys.stderr.flush()
