"""Results as JUnit XML, which CI systems show: of `check`, of the rules, and of tests of alarms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML can't hold (XML 1.0, "2.2 Characters")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JUnitCase:
    """One result.

    Attributes:
        name: What was looked at.
        line: Its line in the file, where that is known.
        failures: What is wrong; the first one is its headline.
        details: What explains the failures.
        notes: What is to be said though nothing failed.
    """

    name: str
    line: int | None = None
    failures: Sequence[str] = ()
    details: Sequence[str] = ()
    notes: Sequence[str] = ()


def document(suites: Mapping[str, Sequence[JUnitCase]]) -> str:
    """The results of each file, by its name."""
    root = Xml.Element("testsuites")
    for file, cases in suites.items():
        failed = sum(bool(case.failures) for case in cases)
        counts = {"tests": str(len(cases)), "failures": str(failed), "errors": "0", "skipped": "0"}
        suite = Xml.SubElement(root, "testsuite", {"name": _legal(file), **counts})
        for case in cases:
            place = {"name": _legal(case.name), "classname": _legal(file), "file": _legal(file)}
            line = {"line": str(case.line)} if case.line else {}
            element = Xml.SubElement(suite, "testcase", place | line)
            if case.notes:
                Xml.SubElement(element, "system-out").text = _legal("\n".join(case.notes))
            if case.failures:
                failure = Xml.SubElement(element, "failure", message=_legal(case.failures[0]))
                failure.text = _legal("\n".join((*case.failures, *case.details)))
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _legal(text: str) -> str:
    return _FORBIDDEN.sub(" ", text)
