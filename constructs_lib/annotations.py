"""Problems in the forms that a CI shows next to the lines they are in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from urllib.parse import quote

from constructs_lib.errors import Problem

_ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def _json(problems: Sequence[Problem]) -> str:
    return json.dumps([asdict(problem) for problem in problems], indent=2, ensure_ascii=False)


def _github(problems: Sequence[Problem]) -> str:
    """GitHub's workflow commands ("Workflow commands for GitHub Actions", Setting an error message)."""
    return "\n".join(f"::error {_place(problem)}::{_escaped(_said(problem))}" for problem in problems)


def _place(problem: Problem) -> str:
    found = {"file": problem.file, "line": problem.line, "title": problem.path}
    return ",".join(
        f"{key}={_escaped(str(value)).replace(':', '%3A').replace(',', '%2C')}" for key, value in found.items() if value
    )


def _escaped(text: str) -> str:
    return "".join(_ESCAPED.get(letter, letter) for letter in text)


def _said(problem: Problem) -> str:
    return f"{problem.rule}; {problem.fix}" if problem.fix else problem.rule


def _sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0, which GitHub's code scanning and most editors read."""
    results = [
        {
            "ruleId": "monitoring",
            "level": "error",
            "message": {"text": f"{problem.path}: {_said(problem)}" if problem.path else _said(problem)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(problem.file or "")},
                        "region": {"startLine": problem.line or 1},
                    }
                }
            ],
        }
        for problem in problems
    ]
    driver = {"name": "ai-monitoring", "version": version("ai-monitoring-constructs"), "rules": [{"id": "monitoring"}]}
    runs = [{"tool": {"driver": driver}, "results": results}]
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": runs}, indent=2, ensure_ascii=False)


FORMATS: Mapping[str, Callable[[Sequence[Problem]], str]] = {"json": _json, "github": _github, "sarif": _sarif}
"""By what `check --format` calls them; each gives a whole document, of no problem as well."""
