"""Test results as JUnit XML, which CI systems show."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from constructs_lib.behaviour.file import Report
from constructs_lib.behaviour.timeline import timeline


def junit(report: Report) -> str:
    """The report of one file of tests."""
    suite = Xml.Element(
        "testsuite",
        name=report.suite.file,
        tests=str(len(report.verdicts)),
        failures=str(len(report.failed)),
        errors="0",
        skipped="0",
    )
    for verdict, line in zip(report.verdicts, report.lines, strict=True):
        case = Xml.SubElement(
            suite, "testcase", name=verdict.name, classname=report.suite.file, file=report.suite.file, line=str(line)
        )
        if notes := [*verdict.notes, *(f"would be another verdict with {setting}" for setting in verdict.depends)]:
            Xml.SubElement(case, "system-out").text = "\n".join(notes)
        if not verdict.holds:
            failure = Xml.SubElement(case, "failure", message=verdict.failures[0].text)
            failure.text = "\n".join([*(failure.text for failure in verdict.failures), *timeline(verdict)])
    root = Xml.Element("testsuites")
    root.append(suite)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
