"""`ai-monitoring test`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from constructs_lib.behaviour import report as reports
from constructs_lib.behaviour.file import Report, Suite, load
from constructs_lib.behaviour.junit import junit
from constructs_lib.errors import ConfigError
from constructs_lib.terminal import progress
from constructs_lib.units import count

_COLOURS = {"ok  ": "green", "FAIL": "red"}
_WATCH_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOptions:
    """What the command is asked for.

    Attributes:
        configuration: Terraform's JSON to test; None takes what the file names.
        only: A part of the names of the tests to run.
        timelines: Show what happened in every test.
        coverage: Name the alarms that are not covered.
        fail_under: The coverage in percent that is needed.
        junit: Where to write JUnit XML.
        html: Where to write the page.
        record: Keep what the register shows of it.
    """

    configuration: str | None = None
    only: str = ""
    timelines: bool = False
    coverage: bool = False
    fail_under: float | None = None
    junit: str | None = None
    html: str | None = None
    record: bool = False


def run(file: str, options: CommandOptions) -> bool:
    """Run a file of tests, print what became of them, and say whether all is well.

    Raises:
        ConfigError: The file can't be run.
    """
    return _run(load(file, options.configuration), options)


def _run(suite: Suite, options: CommandOptions) -> bool:
    with progress("Testing alarms") as say:
        found = suite.run(
            lambda name: options.only.lower() in name.lower(), lambda done, of: say(f"{done} of {count(of, 'test')}")
        )
    for line in reports.lines(found, timelines=options.timelines, alarms=options.coverage):
        word = line[:4]
        click.echo(click.style(word, fg=_COLOURS[word]) + line[4:] if word in _COLOURS else line)
    _write(found, options)
    enough = options.fail_under is None or found.coverage.percent >= options.fail_under
    if not enough:
        click.echo(f"the coverage is {found.coverage.percent:.1f} %, under {options.fail_under:g} %")
    return not found.failed and enough


def _write(found: Report, options: CommandOptions) -> None:
    if options.junit:
        Path(options.junit).write_text(junit(found), encoding="utf-8")
    if options.html:
        from constructs_lib.behaviour.page import page

        Path(options.html).write_text(page(found), encoding="utf-8")
    if options.record and found.suite.source is not None:
        from constructs_lib.behaviour.record import record
        from constructs_lib.terraform.reading import read_configuration

        target = Path(found.suite.file).with_suffix(".json")
        target.write_bytes(record(found, read_configuration(found.suite.source)))


def watch(file: str, options: CommandOptions, report: Callable[[ConfigError], None]) -> None:
    """Run a file of tests each time that it, or what it tests, changes."""
    known: dict[Path, int] = {}
    exports: tuple[Path, ...] = ()
    while True:
        now = _changes([*_watched(file, options), *exports])
        if now != known:
            click.clear()
            try:
                suite = load(file, options.configuration)
                exports = suite.exports
                _run(suite, options)
            except ConfigError as error:
                report(error)
            known = now | _changes(exports)
        time.sleep(_WATCH_SECONDS)


def _changes(paths: Iterable[Path]) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in paths if path.exists()}


def _watched(file: str, options: CommandOptions) -> Iterator[Path]:
    yield Path(file)
    if options.configuration:
        yield Path(options.configuration)
    else:
        yield from Path(file).parent.glob("cdktf.out/stacks/*/cdk.tf.json")
