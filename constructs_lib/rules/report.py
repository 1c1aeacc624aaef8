"""What the rules find, in few words: by rule, the most harmful first, the same problem once with all it concerns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from click import style

from constructs_lib.annotations import Annotation, github, sarif
from constructs_lib.errors import Problem
from constructs_lib.junit import JUnitCase, document
from constructs_lib.markup import code, escaped, one_line
from constructs_lib.rules.rule import RULE_CLASSES, Finding, Rule, RuleClass
from constructs_lib.rules.waiver import AnyWaiver
from constructs_lib.units import count

_SHOWN = 5
"""Names of one problem that are written out; more are read by no one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One file and what was found in it.

    Attributes:
        file: Its name.
        findings: What stays.
        waived: What each waiver set aside.
    """

    file: str
    findings: tuple[Finding, ...]
    waived: tuple[tuple[AnyWaiver, Sequence[Finding]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesReport:
    """All files.

    Attributes:
        judged: Each file, in the order they were given.
        rules: The rules that ran.
        notes: What is to be said of the waivers.
        whole: Whether every name is written out.
        fail_on: The class on which, and on those more harmful, a check fails. Left out: on what stops a synth.
    """

    judged: tuple[Judged, ...]
    rules: tuple[Rule, ...]
    notes: tuple[Problem, ...] = ()
    whole: bool = False
    fail_on: RuleClass | None = None

    @property
    def failed(self) -> bool:
        """Whether a check has to fail."""
        return any(self._fails(finding) for one in self.judged for finding in one.findings)

    def _fails(self, finding: Finding) -> bool:
        if self.fail_on is None:
            return finding.blocks
        return RULE_CLASSES.index(finding.kind) <= RULE_CLASSES.index(self.fail_on)

    def text(self) -> str:
        """For a terminal."""
        lines: list[str] = []
        for one in self.judged:
            found = style(count(len(one.findings), "finding"), fg=None if one.findings else "green")
            lines.append(f"{one.file}: {found} by {count(len(self.rules), 'rule')}")
            for kind, rules in _grouped(one.findings):
                lines += ["", style(f"{kind.capitalize()} ({sum(map(_size, rules.values()))})", fg=_COLOURS[kind])]
                for name, problems in rules.items():
                    lines.append(f"  {style(name, bold=True)} ({_size(problems)})")
                    for problem, subjects in problems.items():
                        lines += [f"    {line}" for line in self._lines(problem, subjects)]
            lines += [""] * bool(one.findings)
            lines += [f"Waived: {words}" for words in _waived(one)]
            lines += [""] * bool(one.waived)
        lines += [f"Waiver: {one_line(str(note))}" for note in self.notes]
        return "\n".join(lines).rstrip("\n") + "\n"

    def _lines(self, problem: str, subjects: list[str]) -> list[str]:
        if len(subjects) == 1:
            return [f"{one_line(subjects[0])}: {one_line(problem)}"]
        return [one_line(problem), f"  {one_line(self._listed(subjects))}"]

    def _listed(self, subjects: list[str]) -> str:
        shown = subjects if self.whole else subjects[:_SHOWN]
        more = len(subjects) - len(shown)
        return ", ".join(shown) + (f" and {more:,} more (--all names them)" if more else "")

    def markdown(self) -> str:
        """For a comment under a pull request."""
        lines: list[str] = []
        for one in self.judged:
            lines += [f"**{code(one.file)}: {count(len(one.findings), 'finding')}**", ""]
            for kind, rules in _grouped(one.findings):
                lines += [f"### {kind.capitalize()} ({sum(map(_size, rules.values()))})", ""]
                for name, problems in rules.items():
                    lines.append(f"- `{name}` ({_size(problems)})")
                    for problem, subjects in problems.items():
                        names = ", ".join(map(code, subjects if self.whole else subjects[:_SHOWN]))
                        more = 0 if self.whole else len(subjects) - len(subjects[:_SHOWN])
                        lines.append(f"  - {names}{f' and {more:,} more' if more else ''}: {escaped(problem)}")
                lines.append("")
            lines += [f"- Waived: {escaped(words)}" for words in _waived(one)]
            lines += [""] * bool(one.waived)
        lines += [f"- Waiver: {escaped(str(note))}" for note in self.notes]
        return "\n".join(lines).rstrip("\n") + "\n"

    def json(self) -> str:
        """For a program; the keys are stable, and every finding is there."""
        document = {
            "rules": len(self.rules),
            "classes": {kind: self._total(kind) for kind in RULE_CLASSES},
            "files": [
                {
                    "file": one.file,
                    "findings": [_document(finding) for finding in _sorted(one.findings)],
                    "waived": [
                        {"rule": waiver.rule, "reason": waiver.reason, "findings": [*map(_document, findings)]}
                        for waiver, findings in one.waived
                    ],
                }
                for one in self.judged
            ],
            "waivers": [
                {"file": note.file, "line": note.line, "problem": note.rule, "fix": note.fix} for note in self.notes
            ],
        }
        return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"

    def _total(self, kind: RuleClass) -> int:
        return sum(finding.kind == kind for one in self.judged for finding in one.findings)

    def annotations(self) -> Iterator[Annotation]:
        """What a CI shows: one for each problem, with all that it concerns."""
        for one in self.judged:
            for kind, rules in _grouped(one.findings):
                failing = {(finding.rule, str(finding.problem)) for finding in one.findings if self._fails(finding)}
                for name, problems in rules.items():
                    for problem, subjects in problems.items():
                        failed = (name, problem) in failing
                        yield Annotation(
                            text=": ".join((self._listed(subjects), problem)),
                            title=name,
                            level="error" if failed else "notice" if kind == "advice" else "warning",
                            rule=name,
                            file=one.file,
                        )

    def github(self) -> str:
        """Workflow commands of GitHub."""
        return github(self.annotations())

    def sarif(self) -> str:
        """For code scanning and editors."""
        described = [
            {"id": rule.name, "shortDescription": {"text": rule.compliant}, "helpUri": rule.page} for rule in self.rules
        ]
        return sarif(self.annotations(), described)

    def junit(self) -> str:
        """For a CI system's page of tests: each rule is one, and fails where a check has to."""
        return document({one.file: self.cases(one) for one in self.judged})

    def cases(self, one: Judged) -> list[JUnitCase]:
        """Every rule that ran on a file."""
        found: dict[str, list[Finding]] = {}
        for finding in one.findings:
            found.setdefault(finding.rule, []).append(finding)
        return [
            JUnitCase(
                name=rule.name,
                failures=[_said(finding) for finding in found.get(rule.name, ()) if self._fails(finding)],
                notes=[_said(finding) for finding in found.get(rule.name, ()) if not self._fails(finding)],
            )
            for rule in self.rules
        ]


FORMATS: Mapping[str, Callable[[RulesReport], str]] = {
    "text": RulesReport.text,
    "markdown": RulesReport.markdown,
    "json": RulesReport.json,
    "github": RulesReport.github,
    "sarif": RulesReport.sarif,
    "junit": RulesReport.junit,
}

_COLOURS: Mapping[RuleClass, str] = {
    "will not fire": "red",
    "not heard": "red",
    "fires wrongly": "yellow",
    "advice": "cyan",
}

_Grouped = dict[str, dict[str, list[str]]]
"""By rule, then by problem, what is concerned."""


def _grouped(findings: Sequence[Finding]) -> Iterator[tuple[RuleClass, _Grouped]]:
    for kind in RULE_CLASSES:
        rules: _Grouped = {}
        for finding in findings:
            if finding.kind == kind:
                rules.setdefault(finding.rule, {}).setdefault(str(finding.problem), []).append(finding.subject)
        if rules:
            yield kind, rules


def _sorted(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: RULE_CLASSES.index(finding.kind))


def _said(finding: Finding) -> str:
    return f"{finding.subject}: {finding.problem}"


def _size(problems: dict[str, list[str]]) -> int:
    return sum(map(len, problems.values()))


def _waived(one: Judged) -> Iterator[str]:
    """One line for each rule and reason."""
    counts = Counter({(waiver.rule, waiver.reason): len(found) for waiver, found in one.waived if found})
    yield from (f"{rule} ({number}): {reason}" for (rule, reason), number in counts.items())


def _document(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "class": finding.kind,
        "stops_synth": finding.blocks,
        "address": finding.address,
        "name": finding.subject,
        "monitor": finding.monitor or None,
        "problem": finding.problem.rule,
        "fix": finding.problem.fix,
    }
