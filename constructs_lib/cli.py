"""The command line: `python -m constructs_lib`, installed as `ai-monitoring`."""

from __future__ import annotations

import atexit
import gc
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import click

from constructs_lib.bindings import base, finder
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.terminal import progress, styled
from constructs_lib.units import count as counted

_FILE = click.Path(dir_okay=True)


def _choose_colour(context: click.Context, _: click.Parameter, wanted: bool | None) -> None:
    """Colours as the option says, then NO_COLOR (no-color.org), then FORCE_COLOR; otherwise on a terminal only."""
    if wanted is None and context.parent is None:
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            wanted = False
        elif os.environ.get("FORCE_COLOR"):
            wanted = True
    if wanted is not None:
        context.color = context.find_root().color = wanted


def _colour(*, hidden: bool) -> click.Option:
    return click.Option(
        ["--color/--no-color"],
        default=None,
        expose_value=False,
        is_eager=True,
        hidden=hidden,
        callback=_choose_colour,
        help="Colours; by default on a terminal only. NO_COLOR and FORCE_COLOR are respected.",
    )


class _Group(click.Group):
    """Bad input gives its problems and exit code 2, never a traceback; colours can be chosen at every command."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.append(_colour(hidden=False))

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        cmd.params.append(_colour(hidden=True))
        super().add_command(cmd, name)

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except ConfigError as error:
            report(error)
        except base.CdkUnavailable as missing:
            click.echo(f"{missing}; nothing was written", err=True)
        except OSError as error:
            what = ": ".join(str(part) for part in (error.filename2 or error.filename, error.strerror or error) if part)
            click.echo(f"{what}; nothing was written", err=True)
        except RuntimeError as error:  # what Node says of the machine it runs on comes through jsii as this
            if not (said := _OF_THE_MACHINE.search(str(error))):
                raise
            click.echo(f"{said[0]}; nothing was written", err=True)
        except KeyboardInterrupt:
            click.echo("Interrupted; nothing was written", err=True)
            return context.exit(INTERRUPTED)
        return context.exit(2)


_OF_THE_MACHINE = re.compile(r"\b(ENOENT|ENOSPC|EACCES|EPERM|EROFS|EDQUOT|EMFILE|EIO)\b.*")
INTERRUPTED = 130
"""What a shell makes of Ctrl-C."""


def _terminated(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)  # on the way out, what was begun is removed


_PROBLEMS_SHOWN = 50
"""More than anyone fixes before trying again."""


def report(error: ConfigError, then: str = "nothing was written") -> None:
    """Print every problem of a configuration, a line each, how many there are, and what follows from that."""
    for problem in error.problems[:_PROBLEMS_SHOWN]:
        click.echo(styled(problem), err=True)
    if (more := len(error.problems) - _PROBLEMS_SHOWN) > 0:
        click.echo(f"… and {more:,} more", err=True)
    said = click.style(counted(len(error.problems), "problem"), fg="red")
    click.echo(f"{said}; {then}" if then else said, err=True)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(None, "--version", "-V", package_name="ai-monitoring-constructs")
def main() -> None:
    """Monitoring of AI workloads on AWS, from a short description to reviewed Terraform."""


def run(arguments: Sequence[str] | None = None, prog_name: str | None = None) -> NoReturn:
    """The command as a process of its own: it lives shortly and keeps nearly all it makes, so nothing is collected.

    Args:
        arguments: Those of the command line if left out.
        prog_name: What the command calls itself.
    """
    gc.disable()
    finder.leave_type_checks_out()  # every value has been checked by our own models by then
    signal.signal(signal.SIGTERM, _terminated)
    try:
        main(arguments, prog_name=prog_name)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            # Freeing thousands of alarms one by one takes longer than writing them.
            if end.code != INTERRUPTED:  # Node has ended by the same Ctrl-C
                atexit._run_exitfuncs()  # noqa: SLF001 (what Python itself calls; it ends Node)
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            except OSError:  # a full disk, which has been said
                os._exit(2)
            os._exit(end.code or 0)
        raise
    raise AssertionError("click ends the process")


_STACK = click.option(
    "--stack", "stacks", multiple=True, metavar="NAME", help="Only this stack; may be given several times."
)


@main.command()
@click.argument("files", nargs=-1, type=_FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif", "junit"]),
    default="text",
    help="How to print problems: github annotates the lines of a pull request.",
)
@_STACK
@click.pass_context
def check(context: click.Context, files: tuple[str, ...], form: str, stacks: tuple[str, ...]) -> None:
    """Report every problem in FILES (monitoring.yaml; - is standard input), without starting CDKTF.

    Several files are one app: what their stacks can't share is reported too.
    """
    from constructs_lib.config import command

    checked = command.check(files or ("monitoring.yaml",), stacks)
    problems = [problem for one in checked for problem in one.problems]
    if form != "text":
        from constructs_lib.config.formats import FORMATS

        click.echo(FORMATS[form](checked), nl=False)
    else:
        for line in (line for one in checked for line in one.lines()):
            click.echo(line)
        if problems:
            report(ConfigError(problems), then="")
    context.exit(2 if problems else 0)


@main.command()
@click.argument("file", default="monitoring.yaml", type=_FILE)
@click.option("--output", "-o", help="Folder to write to. Default: CDKTF_OUTDIR, or cdktf.out.")
@_STACK
def synth(file: str, output: str | None, stacks: tuple[str, ...]) -> None:
    """Write the Terraform JSON of FILE (monitoring.yaml).

    With --stack the others stay as they are. Files that have not changed are not written again.
    """
    if output == "":
        raise click.BadParameter("is empty; name a folder, or leave it out", param_hint="--output")
    if not os.access(Path.home(), os.W_OK):  # jsii would wait for ever for a lock in its cache
        os.environ.setdefault("JSII_RUNTIME_PACKAGE_CACHE", "disabled")
    if Path(file).is_file():
        finder.start_node(base.chosen())  # it loads CDKTF while Python reads the file
    from constructs_lib.output import chosen, recover

    recover(chosen(output))  # whatever is said of the file
    from constructs_lib.config.command import size
    from constructs_lib.config.departures import departures
    from constructs_lib.config.loader import read
    from constructs_lib.parallel import synthesise

    config = read(file, stacks).config
    for note in config.deprecated():
        click.echo(f"{click.style('deprecated', fg='yellow')}: {note}", err=True)
    left = [*departures(config, chosen(output))]  # which is seen before it is written over
    with progress(f"Writing {counted(len(config.stacks), 'stack')}"):
        folder = synthesise(config, output)
    name = next(iter(config.stacks)) if len(config.stacks) == 1 else "*"
    for note in left:
        click.echo(f"{click.style('note', fg='yellow')}: {note}", err=True)
    pages = f"{folder}/stacks/{name}/register.html"
    click.echo(f"{click.style('Wrote', fg='green')} {folder}: {size(config)}, with a page of each: {pages}")


@main.command()
@click.argument("stack")
@click.argument("monitor", required=False)
@click.option("--file", "-f", default="monitoring.yaml", show_default=True, type=_FILE, help="The file it is in.")
@click.pass_context
def show(context: click.Context, stack: str, monitor: str | None, file: str) -> None:
    """Print what STACK, or one MONITOR of it, finally is, with the file and line that each value comes from.

    That is after `include`, `defaults`, `like` and `${env.NAME}`; problems are printed after it.
    """
    from constructs_lib.config import show as shown
    from constructs_lib.config.loader import checked, sources

    source, problem = sources(file), None
    try:
        checked(source)
    except ConfigError as error:
        problem = error
    click.echo(shown.show(source, stack, monitor), nl=False)
    if problem:
        report(problem, "this is what was read")
        context.exit(2)


class _TryFilter(click.Command):
    """Takes `-ERROR` for a pattern: this command has no options of one hyphen but `-h`."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(context, list(args))
        except click.NoSuchOption as error:
            if error.option_name.startswith("--"):
                raise
        context.ignore_unknown_options = True
        return super().parse_args(context, args)


@main.command("try-filter", cls=_TryFilter)
@click.argument("pattern")
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--value", metavar="FIELD", help="Field whose number the metric takes: $.latency_ms, $bytes.")
@click.option("--count", is_flag=True, help="Leave the matching lines out.")
@click.option("--explain", is_flag=True, help="Say of each line why it matches or does not.")
@click.pass_context
def try_filter(
    context: click.Context, pattern: str, file: BinaryIO, *, value: str | None, count: bool, explain: bool
) -> None:
    """Try a CloudWatch Logs filter PATTERN on FILE (or standard input), as a metric filter would.

    Prints the matching lines, how many did, and what the metric would have been; then, as advice, what monitoring.yaml
    would not accept in the pattern. Exits with 0 if a line matches, 1 if none does, 2 if the pattern or the file is not
    valid.
    """
    from constructs_lib.filter_pattern import FilterPatternError, parse_deployed
    from constructs_lib.try_filter import NO_MATCH, run

    try:
        parsed = parse_deployed(pattern)
        matched = run(parsed, file, value=value, count=count, explain=explain)
    except FilterPatternError as error:
        click.echo(error.pointed(), err=True)
        context.exit(2)
    for advice in parsed.advice:
        click.echo(f"Advice: CloudWatch accepts this, and monitoring.yaml does not.\n{advice.pointed()}", err=True)
    context.exit(0 if matched else NO_MATCH)


_FORMS = ("text", "markdown", "json")


@main.command()
@click.argument("files", nargs=-1, type=_FILE)
@click.option("--rule", "only", multiple=True, metavar="NAME", help="Only this rule; may be given several times.")
@click.option("--exclude", multiple=True, metavar="NAME", help="All rules but this one.")
@click.option(
    "--waivers", metavar="YAML", help="A file of waivers for Terraform that is not made from monitoring.yaml."
)
@click.option(
    "--fail-on",
    type=click.Choice(["will-not-fire", "not-heard", "fires-wrongly", "advice"]),
    help="Exit with 1 for findings of this class, or of one before it. Default: for those that stop a synth.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice([*_FORMS, "github", "sarif", "junit"]),
    default="text",
    help="How to print it: github annotates a pull request.",
)
@click.option("--all", "whole", is_flag=True, help="Name everything that a problem concerns, not only the first five.")
@click.option("--explain", is_flag=True, help="Print the rules themselves, as Markdown.")
@click.pass_context
def rules(context: click.Context, /, files: tuple[str, ...], *, form: str, explain: bool, **options: Any) -> None:
    """Hold FILES to the rules: configurations (cdk.tf.json), plans or states as JSON, written by this tool or not.

    Exits with 1 where one of them breaks a rule that stops a synth. Waivers are those of the register next to a file,
    and of --waivers.
    """
    from constructs_lib.rules import command
    from constructs_lib.rules.report import FORMATS

    asked = command.RulesOptions(**options)
    if explain:
        click.echo(command.explained(asked), nl=False)
        return
    if not files:
        raise click.UsageError("name at least one file, such as cdktf.out/stacks/*/cdk.tf.json")
    with progress("Reading and judging"):
        found = command.run(files, asked)
    click.echo(FORMATS[form](found), nl=False)
    context.exit(1 if found.failed else 0)


@main.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", help="How to print it.")
@click.option(
    "--fail-on",
    type=click.Choice(["weakened", "unclear"]),
    help="Exit with 1 where monitoring is weakened; `unclear`: also where a person has to judge.",
)
@click.pass_context
def review(context: click.Context, files: tuple[str, ...], form: str, fail_on: str | None) -> None:
    """Say what plans do to monitoring, worst first.

    FILES are what `terraform show -json` prints of plan files, one or many; or two versions of a configuration, such as
    cdk.tf.json before and after. Any plan with CloudWatch alarms will do.
    """
    from constructs_lib.review import report as reports
    from constructs_lib.review.review import reviews

    with progress("Reading and comparing"):
        found = reviews(files)
    click.echo(reports.FORMATS[form](found[0]) if len(found) == 1 else reports.OF_MANY[form](found), nl=False)
    if fail_on is not None and any(one.fails(fail_on) for one in found):
        context.exit(1)


@main.command(context_settings={"auto_envvar_prefix": "AI_MONITORING"})
@click.argument("file", default="monitoring.yaml", type=_FILE, envvar="AI_MONITORING_FILE")
@click.option("--tests", default="monitoring.tests.yaml", metavar="FILE", help="Its tests, where there are any.")
@click.option("--output", "-o", default="cdktf.out", metavar="FOLDER", help="The Terraform JSON to judge.")
@click.option("--plan", "plans", multiple=True, metavar="JSON", help="Review this plan, or those of a pattern.")
@click.option("--base", default="", metavar="REVISION", help="Without a plan: compare with this. Default: the CI's.")
@click.option(
    "--fail-on",
    type=click.Choice(["never", "weakened", "unclear"]),
    default="never",
    help="Which review fails. Default: none, for a person decides.",
)
@click.option("--junit", metavar="XML", help="Write the results for a CI system.")
@click.option("--comment/--no-comment", "comments", default=True, help="Whether to comment under the change.")
@click.pass_context
def ci(context: click.Context, /, **options: Any) -> None:
    """Check, test, hold to the rules and review a change, and comment under it on GitHub or GitLab.

    Each option can come from the environment: AI_MONITORING_FAIL_ON for --fail-on. Exits with 1 where a step fails;
    where no comment can be written, as for a pull request from a fork, it says so and does not fail.
    """
    from constructs_lib.ci import command

    context.exit(0 if command.run(command.CiOptions(**options), os.environ) else 1)


@main.command()
@click.argument("files", nargs=-1, type=_FILE, required=True)
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", help="How to print it.")
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit with 1 where fewer are watched."
)
@click.pass_context
def unwatched(context: click.Context, files: tuple[str, ...], form: str, fail_under: float | None) -> None:
    """List the resources in FILES that no alarm watches, what AWS recommends for them, and the YAML for it.

    FILES are configurations, plans or states as JSON, of any Terraform; an alarm in one of them may watch a resource
    in another by its name.
    """
    from constructs_lib.unwatched import command

    with progress("Looking for what is not watched"):
        printed, failed = command.run(files, form=form, fail_under=fail_under)
    click.echo(printed, nl=False)
    context.exit(1 if failed else 0)


@main.command()
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@click.pass_context
def addresses(context: click.Context, old: str, new: str) -> None:
    """Say which Terraform addresses of OLD are kept in NEW, and which `moved` blocks are missing.

    Each is a folder such as cdktf.out, or a configuration, plan or state as JSON. Exits with 1 where a block is
    missing: without it, Terraform deletes what is there and makes it again.
    """
    from constructs_lib.review import addresses as compared

    pairs = compared.pairs_of(compared.stacks(old), compared.stacks(new))
    found = [(name, compared.compare(before, after)) for name, before, after in pairs]
    click.echo(compared.report(found), nl=False)
    context.exit(1 if any(one.missing for _, one in found) else 0)


@main.command("test")
@click.argument("file", default="monitoring.tests.yaml", type=_FILE)
@click.option(
    "--of",
    "configuration",
    metavar="FILE",
    help="What to test: monitoring.yaml, or cdk.tf.json, a plan or a state as JSON.",
)
@click.option("--only", "-k", default="", metavar="TEXT", help="Run the tests with this in their name.")
@click.option(
    "--timeline", "timelines", is_flag=True, help="Show what happened in every test, not only in failed ones."
)
@click.option("--coverage", is_flag=True, help="Name the alarms that no test makes fire, or keeps quiet.")
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="The coverage that is needed.")
@click.option("--junit", metavar="XML", help="Write the results for a CI system.")
@click.option("--html", metavar="PAGE", help="Draw every scenario on a page.")
@click.option("--record", is_flag=True, help="Keep next to FILE (.json) what the next synth shows in the register.")
@click.option("--watch", is_flag=True, help="Run again whenever the file, or what it tests, changes.")
@click.pass_context
def test(context: click.Context, /, file: str, *, watch: bool, **options: Any) -> None:
    """Test alarms: run the scenarios of FILE (monitoring.tests.yaml) on what will be deployed.

    Exits with 1 where a test fails, or less is covered than --fail-under asks for.
    """
    import tempfile  # what other commands do without, and 5 ms

    try:
        from constructs_lib.behaviour import command
    except ModuleNotFoundError as error:
        if error.name != "numpy":
            raise
        fix = "pip install 'ai-monitoring-constructs[simulation]'"
        raise ConfigError([Problem("tests of alarms need numpy", fix)]) from None
    if options["record"] and (options["only"] or file == "-"):
        raise click.BadParameter("keeps what all tests of a file cover", param_hint="--record")
    of_yaml = (options["configuration"] or "").endswith((".yaml", ".yml"))
    if watch and of_yaml:
        raise click.BadParameter("watches JSON only: name what a synth writes", param_hint="--watch")
    try:
        with tempfile.TemporaryDirectory() as folder:
            if of_yaml:
                options["configuration"] = _synthesised(options["configuration"], folder)
            asked = command.CommandOptions(**options)
            if watch:
                command.watch(file, asked, report)
            context.exit(0 if command.run(file, asked) else 1)
    except ConfigError as error:
        report(error, "no test was run")
        context.exit(2)


def _synthesised(file: str, folder: str) -> str:
    """The Terraform JSON of the only stack of a monitoring.yaml."""
    from constructs_lib.app import synthesise
    from constructs_lib.config.loader import load

    config = load(file)
    if len(config.stacks) > 1:
        rule = f"describes {counted(len(config.stacks), 'stack')}, and a test is of one"
        raise ConfigError([Problem(rule, "synthesise it, and name the cdk.tf.json of one of them", file=file)])
    synthesise(config, folder)
    (stack,) = config.stacks
    return str(Path(folder, "stacks", stack, "cdk.tf.json"))


@main.command()
@click.option("--markdown", is_flag=True, help="Print every option as Markdown instead: docs/reference.md.")
@click.option("--tests", is_flag=True, help="The schema of monitoring.tests.yaml instead.")
def schema(*, markdown: bool, tests: bool) -> None:
    """Print the JSON Schema of monitoring.yaml, for an editor to complete it."""
    from constructs_lib.config import file
    from constructs_lib.config.editor import for_editors, written
    from constructs_lib.config.reference import reference

    if markdown:
        click.echo(reference(), nl=False)
        return
    if tests:
        from constructs_lib.behaviour.spec import BehaviourFile

        click.echo(written(for_editors(BehaviourFile.model_json_schema(), "monitoring.tests.schema.json")))
        return
    click.echo(written(file.schema()))


@main.group()
def slo() -> None:
    """Service level objectives."""


@slo.command("import")
@click.argument("file", type=_FILE)
def import_slo(file: str) -> None:
    """Print the objectives of FILE (OpenSLO) as monitors, to be put below `monitors:` in monitoring.yaml."""
    from constructs_lib.config import openslo
    from constructs_lib.yaml_lines import read_text

    name = "standard input" if file == "-" else file
    click.echo(openslo.written(openslo.monitors(read_text(file, name), name)), nl=False)


if __name__ == "__main__":
    run()
