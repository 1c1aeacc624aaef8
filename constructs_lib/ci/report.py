"""What a CI says of a change: a comment under it, and JUnit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from constructs_lib.annotations import Annotation
from constructs_lib.junit import JUnitCase, document
from constructs_lib.markup import escaped

COMMENT_CHARACTERS = 65_536
"""GitHub's limit on a comment; GitLab's is 1,000,000 ("Account and limit settings")."""

_CUT = "\n\n*The rest did not fit: it is in the job's log.*\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the four: check, tests, rules, review.

    Attributes:
        name: What it is called.
        verdict: What came of it, in a few words.
        failed: Whether the change can't go on.
        markdown: The details, if there are any to read.
        annotations: What is shown next to the lines.
        suites: Results by file.
    """

    name: str
    verdict: str
    failed: bool = False
    markdown: str = ""
    annotations: Sequence[Annotation] = ()
    suites: dict[str, Sequence[JUnitCase]] = field(default_factory=dict)


def comment(file: str, steps: Sequence[Step]) -> str:
    """The comment, which begins with its mark: the same file has one comment, whatever the number of commits."""
    failed = [step.name for step in steps if step.failed]
    head = f"Monitoring: {' and '.join(failed)} failed" if failed else "Monitoring: all is well"
    lines = [mark(file), f"### {head}", "", "| | | |", "| --- | --- | --- |"]
    lines += [f"| {'❌' if step.failed else '✅'} | {step.name} | {escaped(step.verdict)} |" for step in steps]
    for step in steps:
        if step.markdown:
            opened = " open" if step.failed or step.name == "review" else ""
            lines += [
                "",
                f"<details{opened}><summary>{step.name}</summary>",
                "",
                step.markdown.strip(),
                "",
                "</details>",
            ]
    return _fitting("\n".join(lines) + "\n")


def mark(file: str) -> str:
    """An invisible line by which the comment is found again."""
    return f"<!-- ai-monitoring {quote(file)} -->"


def _fitting(text: str) -> str:
    """As much as a comment holds, cut between two lines."""
    if len(text) <= COMMENT_CHARACTERS:
        return text
    kept = text[: COMMENT_CHARACTERS - len(_CUT) - len("\n</details>")].rpartition("\n")[0]
    return kept + ("\n</details>" if kept.count("<details") > kept.count("</details>") else "") + _CUT


def junit(steps: Iterable[Step]) -> str:
    """All results; those of different steps on one file have names of their own."""
    return document({f"{step.name}: {file}": cases for step in steps for file, cases in step.suites.items()})
