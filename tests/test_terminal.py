"""What a terminal shows while something takes its time."""

from __future__ import annotations

import io
import time
from types import SimpleNamespace

import pytest
from click import unstyle

from constructs_lib import terminal
from constructs_lib.errors import Problem


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(terminal, "sys", SimpleNamespace(stderr=(found := Terminal())))
    monkeypatch.setattr(terminal, "SLOW_SECONDS", 0.02)
    monkeypatch.setattr(terminal, "_TICK_SECONDS", 0.01)
    return found


def test_what_takes_long_is_said_and_taken_away(screen: Terminal) -> None:
    with terminal.progress("Writing 40 stacks") as say:
        say("3 of 40")
        latest = time.monotonic() + 30
        while "3 of 40" not in screen.getvalue() and time.monotonic() < latest:
            time.sleep(0.01)
    first, *_, last = screen.getvalue().removeprefix("\r").split("\r")
    assert first.rstrip() == "Writing 40 stacks, 3 of 40, 0 s"
    assert screen.getvalue().endswith(f"\r{' ' * len(first)}\r")
    assert last == ""


def test_what_is_quick_says_nothing(screen: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "SLOW_SECONDS", 60)
    with terminal.progress("Writing"):
        pass
    assert screen.getvalue() == ""


def test_a_file_gets_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "sys", SimpleNamespace(stderr=(found := io.StringIO())))
    monkeypatch.setattr(terminal, "SLOW_SECONDS", 0)
    with terminal.progress("Writing") as say:
        say("1 of 2")
        time.sleep(0.05)
    assert found.getvalue() == ""


def test_without_colours_a_problem_is_what_it_says() -> None:
    for problem in (Problem("is wrong"), Problem("is wrong", "mind it", "a.b", file="m.yaml", line=3)):
        assert unstyle(terminal.styled(problem)) == str(problem)
