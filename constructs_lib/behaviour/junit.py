"""Results of tests of alarms for a CI system."""

from __future__ import annotations

from constructs_lib.behaviour.file import Report
from constructs_lib.behaviour.timeline import timeline
from constructs_lib.junit import JUnitCase, document


def junit(report: Report) -> str:
    """The report of one file of tests."""
    return document({report.suite.file: cases(report)})


def cases(report: Report) -> list[JUnitCase]:
    """Each test, and what became of it."""
    return [
        JUnitCase(
            name=verdict.name,
            line=line,
            failures=[failure.text for failure in verdict.failures],
            details=() if verdict.holds else [*timeline(verdict)],
            notes=[*verdict.notes, *(f"would be another verdict with {setting}" for setting in verdict.depends)],
        )
        for verdict, line in zip(report.verdicts, report.lines, strict=True)
    ]
