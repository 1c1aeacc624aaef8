"""`ai-monitoring check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from click import style

from constructs_lib.config.config import Config
from constructs_lib.config.loader import load, name_of
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.units import count


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file, and what is wrong in it.

    Attributes:
        name: What errors call it.
        config: What it says; None where it has problems.
        problems: What has to change.
        notes: What is as it was asked for, and may still surprise.
    """

    name: str
    config: Config | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    def lines(self) -> Iterator[str]:
        """What to say of a file without a problem."""
        if self.config is not None:
            yield f"{self.name}: {style('no problem', fg='green')}; {size(self.config)}"
            for note in self.notes:
                yield f"{self.name}: {style('note', fg='yellow')}: {replace(note, file=None, line=None)}"


def check(file: str) -> CheckedFile:
    """Check a file; `-` is standard input."""
    try:
        config = load(file)
    except ConfigError as error:
        return CheckedFile(name_of(file), None, error.problems)
    notes = tuple(replace(note, file=note.file or name_of(file)) for note in config.notes())
    return CheckedFile(name_of(file), config, notes=notes)


def size(config: Config) -> str:
    """How much a configuration describes: `48 alarms in 1 stack`."""
    alarms = sum(len(table) for stack in config.stacks for table in config.contents(stack).tables.values())
    return f"{count(alarms, 'alarm')} in {count(len(config.stacks), 'stack')}"
