"""From monitoring.yaml to cdktf.out: all of it, or nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from constructs_lib.cdk import App
from constructs_lib.config.config import Config
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.register import files
from constructs_lib.register.build import build as build_register
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

    It is written next to the folder first and moved in file by file when all of it is done, so a synth that fails or
    is killed leaves what was there. Terraform's own files in the stacks' folders stay.

    Args:
        config: What to build.
        outdir: Where to. Left out: what the cdktf command asks for (CDKTF_OUTDIR), or cdktf.out.

    Raises:
        ConfigError: A stack breaks a rule that is not waived; nothing is written then.
    """
    target = Path(outdir if outdir is not None else os.environ.get("CDKTF_OUTDIR") or "cdktf.out")
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_scratch_folder(target), prefix=f".{target.name}-") as scratch:
        app, stacks = build(config, scratch)
        app.synth()
        report(stacks, Path(scratch))
        _publish(Path(scratch), target)
    return target


def report(stacks: Sequence[MonitoringStack], folder: Path) -> None:
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
        files.write(build_register(written, stack.context, judgement), home)
    if problems:
        raise ConfigError(problems)


def _scratch_folder(target: Path) -> Path:
    """Where files can be written and then moved into `target` whole: its parent, or itself where it is a mount."""
    parent = target.resolve().parent
    same_disk = parent.stat().st_dev == target.stat().st_dev
    return parent if same_disk and os.access(parent, os.W_OK) else target


def _stacks(folder: Path) -> set[str]:
    """The stacks that a manifest lists; empty without a manifest."""
    try:
        return set(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["stacks"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _publish(fresh: Path, target: Path) -> None:
    """Move each file into place whole; the manifest, which names the stacks, goes last."""
    gone = _stacks(target) - _stacks(fresh)  # no longer in the file; other folders are not touched
    files = sorted(path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file())
    files.sort(key=lambda path: path.name == "manifest.json")
    for path in files:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (fresh / path).replace(target / path)
    for name in gone:
        shutil.rmtree(target / "stacks" / name, ignore_errors=True)  # another synth may have been first
