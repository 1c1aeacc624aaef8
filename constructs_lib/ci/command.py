"""`ai-monitoring ci`: everything a CI asks of a change, in one go, and one comment about it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

import click

from constructs_lib.annotations import Annotation, github
from constructs_lib.ci import base, posting
from constructs_lib.ci.report import Step, comment, junit, mark
from constructs_lib.config import command as checks
from constructs_lib.config import formats
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.junit import JUnitCase
from constructs_lib.markup import code, escaped
from constructs_lib.review import report as reviews
from constructs_lib.review.review import Review, review
from constructs_lib.rules import command as rules
from constructs_lib.terraform.reading import read
from constructs_lib.units import count


@dataclass(frozen=True, slots=True, kw_only=True)
class CiOptions:
    """What the command is asked for.

    Attributes:
        file: The configuration.
        tests: Its tests; none are run where there is no such file.
        output: The folder of Terraform JSON.
        plans: Plans to review, as JSON; names or patterns. Without any, what `base` had is compared.
        base: The revision to compare with; empty takes the one that the CI names.
        fail_on: `never`, `weakened` or `unclear`: on which review to fail.
        junit: Where to write JUnit XML, if anywhere.
        comments: Whether to comment.
    """

    file: str = "monitoring.yaml"
    tests: str = "monitoring.tests.yaml"
    output: str = "cdktf.out"
    plans: Sequence[str] = ()
    base: str = ""
    fail_on: str = "never"
    junit: str | None = None
    comments: bool = True


def run(options: CiOptions, environment: Mapping[str, str]) -> bool:
    """Run every step, say what came of it, and whether all is well."""
    steps = [_check(options), _tests(options), _rules(options), _review(options, environment)]
    if options.junit is not None:
        Path(options.junit).write_text(junit(steps), encoding="utf-8")
    on_github = environment.get("GITHUB_ACTIONS") == "true"
    if on_github:
        click.echo(github(one for step in steps for one in step.annotations), nl=False)
    # What a change brings into the log must not be taken for a command of the CI.
    guard = secrets.token_hex(16) if on_github else ""
    said = [f"::stop-commands::{guard}"] if guard else []
    said += [line for step in steps for line in _lines(step)]
    said.append(_posted(options, steps, environment))
    said += [f"::{guard}::"] if guard else []
    click.echo("\n".join(said))
    return not any(step.failed for step in steps)


def _lines(step: Step) -> Iterator[str]:
    word = click.style("failed", fg="red") if step.failed else click.style("ok", fg="green")
    yield f"{step.name}: {word}: {step.verdict}"
    if step.markdown:
        yield from (f"  {line}" if line else "" for line in (*step.markdown.strip().splitlines(), ""))


def _posted(options: CiOptions, steps: Sequence[Step], environment: Mapping[str, str]) -> str:
    """Write the comment and the job's summary; gives what was done."""
    text = comment(options.file, steps)
    try:
        where = posting.place(environment) if options.comments else None
        done = (
            f"The comment was {posting.post(where, text, mark(options.file))}."
            if where
            else "No comment was asked for."
        )
    except posting.NotPosted as error:
        done = f"No comment was written: {error}."
    if summary := environment.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n{escaped(done)}\n")
    return done


def _check(options: CiOptions) -> Step:
    (checked,) = checks.check([options.file])
    found = [*formats.annotated([checked])]
    size = f"no problem; {checks.size(checked.config)}" if checked.config is not None else ""
    return Step(
        name="check",
        verdict=size or count(len(checked.problems), "problem"),
        failed=checked.config is None,
        markdown=_listed((*checked.problems, *checked.notes)),
        annotations=found,
        suites={checked.name: formats.cases(checked)},
    )


def _listed(problems: Iterable[Problem]) -> str:
    return "\n".join(f"- {escaped(str(problem))}" for problem in problems)


def _refused(name: str, error: ConfigError) -> Step:
    """A step that could not be run."""
    found = [Annotation.of(problem) for problem in error.problems]
    case = JUnitCase(name="could not run", failures=[*map(str, error.problems)])
    return Step(
        name=name,
        verdict="could not run",
        failed=True,
        markdown=_listed(error.problems),
        annotations=found,
        suites={error.problems[0].file or name: [case]},
    )


def _tests(options: CiOptions) -> Step:
    if not Path(options.tests).exists():
        return Step(name="tests", verdict=f"there is no {options.tests}")
    try:
        from constructs_lib.behaviour import file as behaviour
        from constructs_lib.behaviour import report as reports
        from constructs_lib.behaviour.junit import cases
    except ModuleNotFoundError as error:
        if error.name != "numpy":
            raise
        fix = "pip install 'ai-monitoring-constructs[simulation]'"
        return _refused("tests", ConfigError([Problem("tests of alarms need numpy", fix)]))
    try:
        report = behaviour.load(options.tests).run()
    except ConfigError as error:
        return _refused("tests", error)
    lines = [*reports.lines(report, timelines=False, alarms=True)] if report.failed else []
    return Step(
        name="tests",
        verdict=reports.summary(report),
        failed=bool(report.failed),
        markdown="\n".join(f"    {line}" for line in lines),
        suites={report.suite.file: cases(report)},
    )


def _rules(options: CiOptions) -> Step:
    pattern = f"{options.output}/stacks/*/cdk.tf.json"
    files = sorted(glob(pattern))  # noqa: PTH207  (a path as the user wrote it)
    if not files:
        problem = Problem("there is no Terraform JSON", f"run `ai-monitoring synth`, and commit {pattern}")
        return _refused("rules", ConfigError([problem]))
    try:
        report = rules.run(files, rules.RulesOptions())
    except ConfigError as error:
        return _refused("rules", error)
    found = sum(len(one.findings) for one in report.judged)
    return Step(
        name="rules",
        verdict=f"{count(found, 'finding')} by {count(len(report.rules), 'rule')} in {count(len(files), 'stack')}",
        failed=report.failed,
        markdown=report.markdown() if found else "",
        annotations=[*report.annotations()],
        suites={one.file: report.cases(one) for one in report.judged},
    )


def _review(options: CiOptions, environment: Mapping[str, str]) -> Step:
    revision = options.base or base.named(environment)
    try:
        if options.plans:
            found = dict(_of_plans(options.plans))
        elif revision:
            found = {name: review(then, now) for name, then, now in base.pairs(options.output, revision)}
        else:
            return Step(name="review", verdict="nothing to compare with: no plan, and no base")
    except ConfigError as error:
        return _refused("review", error)
    weakened, unclear = (sum(one.count(level) for one in found.values()) for level in ("weakened", "unclear"))
    parts = [f"WEAKENS monitoring in {count(weakened, 'place')}"] * bool(weakened)
    parts += [f"{count(unclear, 'change')} for you to judge"] * bool(unclear)
    return Step(
        name="review",
        verdict="; ".join(parts) or "weakens nothing",
        failed=options.fail_on != "never" and any(one.fails(options.fail_on) for one in found.values()),
        markdown="\n".join(
            f"#### {code(name)}\n\n{reviews.markdown(one)}" for name, one in found.items() if one.effects
        ),
    )


def _of_plans(patterns: Sequence[str]) -> Iterator[tuple[str, Review]]:
    for pattern in patterns:
        files = sorted(glob(pattern))  # noqa: PTH207  (a path as the user wrote it)
        if not files:
            raise ConfigError([Problem(f"no file is called {pattern!r}", "name what `terraform show -json` wrote")])
        for file in files:
            yield file, review(read(file))
