"""What is wrong, in the forms that a CI shows next to the lines it is about: one way for `check` and `rules`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal
from urllib.parse import quote

from constructs_lib.errors import Problem

Level = Literal["error", "warning", "notice"]
"""In GitHub's words."""

_ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One thing to show at a place.

    Attributes:
        text: What is wrong, and what to do about it.
        title: What it is about: a path in the file, or the name of a rule.
        level: How bad it is.
        rule: The rule's name.
        file: Where it is, if anywhere.
        line: Its line there, from 1.
    """

    text: str
    title: str = ""
    level: Level = "error"
    rule: str = "monitoring"
    file: str | None = None
    line: int | None = None

    @classmethod
    def of(cls, problem: Problem, level: Level = "error") -> Annotation:
        """A problem of a file that a person wrote."""
        text = f"{problem.rule}; {problem.fix}" if problem.fix else problem.rule
        return cls(text=text, title=problem.path, level=level, file=problem.file, line=problem.line)


def github(annotations: Iterable[Annotation]) -> str:
    """GitHub's workflow commands ("Workflow commands for GitHub Actions", Setting an error message)."""
    return "".join(f"::{one.level} {_place(one)}::{_escaped(one.text)}\n" for one in annotations)


def _place(one: Annotation) -> str:
    found = {"file": one.file, "line": one.line, "title": one.title}
    return ",".join(
        f"{key}={_escaped(str(value)).replace(':', '%3A').replace(',', '%2C')}" for key, value in found.items() if value
    )


def _escaped(text: str) -> str:
    return "".join(_ESCAPED.get(letter, letter) for letter in text)


def sarif(annotations: Iterable[Annotation], rules: Sequence[Mapping[str, object]] = ({"id": "monitoring"},)) -> str:
    """SARIF 2.1.0, which GitHub's code scanning and most editors read.

    Args:
        annotations: What to show.
        rules: SARIF's descriptions of the rules that were asked (`reportingDescriptor`).
    """
    results = [
        {
            "ruleId": one.rule,
            "level": "note" if one.level == "notice" else one.level,
            "message": {"text": f"{one.title}: {one.text}" if one.title not in ("", one.rule) else one.text},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(one.file or "")},
                        "region": {"startLine": one.line or 1},
                    }
                }
            ],
        }
        for one in annotations
    ]
    driver = {"name": "ai-monitoring", "version": version("ai-monitoring-constructs"), "rules": rules}
    runs = [{"tool": {"driver": driver}, "results": results}]
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": runs}, indent=2, ensure_ascii=False) + "\n"
