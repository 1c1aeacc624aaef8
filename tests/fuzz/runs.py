"""Running the command line in this process, with an end to what hangs."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from constructs_lib import cli
from constructs_lib.errors import ConfigError, Problem

CPU_SECONDS = 20
"""A check takes milliseconds of these, a synth a fraction of one; a busy machine makes neither longer."""


class _Hang(BaseException):
    """Nothing that an `except Exception` on the way could take for its own."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a command ended, and the problems that it named."""

    code: int
    output: str
    problems: Sequence[Problem]
    broken: str
    """The traceback that a person would have seen; empty as it should be."""


@contextmanager
def _limited() -> Iterator[None]:
    """Raise in what takes too long, counted in CPU time: pytest has the other timer."""

    def stop(*_: object) -> None:
        raise _Hang

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def run(*arguments: str) -> Run:
    """The command line with these arguments."""
    problems: list[Problem] = []
    say = cli.report

    def heard(error: ConfigError, then: str = "nothing was written") -> None:
        problems.extend(error.problems)
        say(error, then)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "report", heard)
        try:
            with _limited():
                result = CliRunner().invoke(cli.main, arguments)
        except _Hang:
            return Run(-1, "", problems, f"hangs: {CPU_SECONDS} CPU seconds and more\n{traceback.format_exc()}")
    shown = "".join(traceback.format_exception(*result.exc_info)) if result.exc_info else ""
    known = isinstance(result.exception, SystemExit | None)
    return Run(result.exit_code, result.output, problems, "" if known else shown)
