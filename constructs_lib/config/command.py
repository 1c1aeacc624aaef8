"""`ai-monitoring check`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from click import style

from constructs_lib.config.config import Config
from constructs_lib.config.departures import departures
from constructs_lib.config.loader import Loaded, name_of, read
from constructs_lib.config.sharing import conflicts
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.output import chosen
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


def check(files: Sequence[str], stacks: Collection[str] = ()) -> list[CheckedFile]:
    """Check the files of one app; `-` is standard input. What another one includes is checked as a part of that.

    Args:
        files: Their names.
        stacks: Check only these.
    """
    loaded: dict[str, Loaded | ConfigError] = {}
    for file in files:
        try:
            loaded[file] = read(file, stacks)
        except ConfigError as error:
            loaded[file] = error
    right = {file: found for file, found in loaded.items() if isinstance(found, Loaded)}
    parts = {part.resolve() for found in right.values() for part in found.source.files[1:]}
    for file in [file for file in loaded if file != "-" and Path(file).resolve() in parts]:
        del loaded[file]
        right.pop(file, None)
    problems: dict[str, list[Problem]] = {file: [] for file in right}
    for stack, problem in conflicts([one for file, found in right.items() for one in found.config.app_stacks(file)]):
        problems[stack.file].append(right[stack.file].source.document.placed(problem))
    return [_checked(name_of(file), found, problems.get(file, ())) for file, found in loaded.items()]


def _checked(name: str, found: Loaded | ConfigError, problems: Sequence[Problem]) -> CheckedFile:
    if isinstance(found, ConfigError):
        return CheckedFile(name, None, found.problems)
    surprising = (*found.config.notes(), *departures(found.config, chosen(None)))
    notes = tuple(replace(note, file=note.file or name) for note in surprising)
    return CheckedFile(name, None if problems else found.config, tuple(problems), notes)


def size(config: Config) -> str:
    """How much a configuration describes: `48 alarms in 1 stack`."""
    alarms = sum(len(table) for stack in config.stacks for table in config.contents(stack).tables.values())
    return f"{count(alarms, 'alarm')} in {count(len(config.stacks), 'stack')}"
