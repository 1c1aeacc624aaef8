"""What `check` finds, in the forms of programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict

from constructs_lib.annotations import Annotation, github, sarif
from constructs_lib.config.command import CheckedFile
from constructs_lib.junit import JUnitCase, document


def annotated(files: Sequence[CheckedFile]) -> Iterator[Annotation]:
    """What a CI shows: problems as errors, notes as notices."""
    for one in files:
        yield from map(Annotation.of, one.problems)
        yield from (Annotation.of(note, "notice") for note in one.notes)


def _json(files: Sequence[CheckedFile]) -> str:
    found = [asdict(problem) | {"level": "error"} for one in files for problem in one.problems]
    found += [asdict(note) | {"level": "notice"} for one in files for note in one.notes]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _junit(files: Sequence[CheckedFile]) -> str:
    return document({one.name: cases(one) for one in files})


def cases(one: CheckedFile) -> list[JUnitCase]:
    """Each problem of a file; one that holds, for a file without any."""
    if one.config is not None:
        return [JUnitCase(name="no problem", notes=[*map(str, one.notes)])]
    return [
        JUnitCase(name=problem.path or one.name, line=problem.line, failures=[str(problem)]) for problem in one.problems
    ]


FORMATS: Mapping[str, Callable[[Sequence[CheckedFile]], str]] = {
    "json": _json,
    "github": lambda files: github(annotated(files)),
    "sarif": lambda files: sarif(annotated(files)),
    "junit": _junit,
}
"""By what `check --format` calls them; each gives a whole document, of no problem as well."""
