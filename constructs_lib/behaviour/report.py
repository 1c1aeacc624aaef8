"""Results of a file of tests, for a person to read."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.behaviour.coverage import Coverage
from constructs_lib.behaviour.file import Report
from constructs_lib.behaviour.timeline import timeline
from constructs_lib.simulation.simulation import Simulation


def lines(report: Report, *, timelines: bool, alarms: bool) -> Iterator[str]:
    """What to print.

    Args:
        report: The results.
        timelines: Whether tests that hold show what happened, too.
        alarms: Whether to name the alarms that no test covers.
    """
    for verdict, line in zip(report.verdicts, report.lines, strict=True):
        where = "" if verdict.holds else f" ({report.suite.file}:{line})"
        yield f"{'ok  ' if verdict.holds else 'FAIL'}  {verdict.name}{where}"
        yield from (f"      {failure.text}" for failure in verdict.failures)
        yield from (f"      {note}" for note in verdict.notes)
        yield from (f"      would be another verdict with {setting}" for setting in verdict.depends)
        if timelines or not verdict.holds:
            yield from (f"      {row}" for row in timeline(verdict))
    simulation = report.suite.simulation
    for name, reason in simulation.deployment.left_out.items():
        yield f"not simulated: {name}: {reason}"
    if alarms:
        yield from _uncovered(report.coverage, simulation)
    yield summary(report)


def _uncovered(coverage: Coverage, simulation: Simulation) -> Iterator[str]:
    for names, what in ((coverage.never_fired, "makes fire"), (coverage.never_quiet, "keeps quiet")):
        if names:
            yield f"no test {what}: {', '.join(simulation.names.short(name) for name in names)}"


def summary(report: Report) -> str:
    """The last line: how many tests failed, and how much is covered."""
    tests, failed, coverage = len(report.verdicts), len(report.failed), report.coverage
    counted = f"{tests} test{'s' * (tests != 1)}, {failed or 'none'} failed"
    return (
        f"{report.suite.file}: {counted}; of {len(coverage.alarms)} alarms {len(coverage.fired)} fire in a test and "
        f"{len(coverage.quiet)} keep quiet in one ({coverage.percent:.0f} %)"
    )
