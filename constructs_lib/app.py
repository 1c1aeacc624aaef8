"""From monitoring.yaml to cdktf.out: all of it, or nothing changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from constructs_lib import output
from constructs_lib.cdk import App
from constructs_lib.config.config import Config
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.register import files
from constructs_lib.register.build import build as build_register
from constructs_lib.register.tested import recorded_tests
from constructs_lib.stack import MonitoringStack
from constructs_lib.terraform.reading import read_configuration
from constructs_lib.validation import JudgingApp


def build(config: Config, outdir: Path | str) -> tuple[App, list[MonitoringStack]]:
    """The CDKTF app of a configuration and its stacks; `.synth()` writes them into `outdir`, and `report` judges."""
    # Stack traces are for constructs whose caller matters; here it is always this line, on one machine.
    app = JudgingApp(outdir=str(outdir), stack_traces=False)
    return app, [MonitoringStack(app, name, stack, project=config.project) for name, stack in config.stacks.items()]


def synthesise(config: Config, outdir: Path | str | None = None) -> Path:
    """Write the Terraform JSON and the alarm register of every stack, and return the folder.

    It is written next to the folder first and moved in when all of it is done, so a synth that fails leaves what was
    there. Terraform's own files in the stacks' folders stay.

    Args:
        config: What to build.
        outdir: Where to. Left out: what the cdktf command asks for (CDKTF_OUTDIR), or cdktf.out.

    Raises:
        ConfigError: A stack breaks a rule that is not waived; nothing is written then.
    """
    target = output.chosen(outdir)
    with output.written(target) as scratch:
        write(config, scratch)
        complete(config, scratch, target)
    return target


def write(config: Config, folder: Path) -> None:
    """Write the Terraform JSON and the register of every stack into an empty folder.

    Raises:
        ConfigError: A stack breaks a rule that is not waived.
    """
    app, stacks = build(config, folder)
    app.synth()
    report(config, stacks, folder)


def complete(config: Config, folder: Path, target: Path) -> None:
    """Add what is about all stacks: those of the file that are not written now are listed as they are in the target."""
    if config.others:
        output.keep(folder, target, config.others)
    files.write_index([folder, target], [*config.stacks, *config.others])


def report(config: Config, stacks: Sequence[MonitoringStack], folder: Path) -> None:
    """Hold every stack in a folder that was written to the rules, and write its register next to it.

    Raises:
        ConfigError: A stack breaks a rule that is not waived.
    """
    problems: list[Problem] = []
    for stack in stacks:
        home = folder / "stacks" / stack.node.id
        written = read_configuration(home / "cdk.tf.json")
        judgement = stack.rules.judge(written)
        problems += judgement.problems(stack.node.id)
        name = stack.node.id
        context = replace(
            stack.context,
            places=config.places(name),
            environment_variables=config.environment_of(name),
            tests=recorded_tests(config.folder, written) if config.folder is not None else {},
        )
        files.write(build_register(written, context, judgement), home)
    if problems:
        raise ConfigError(problems)
