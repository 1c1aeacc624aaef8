"""From monitoring.yaml to cdktf.out: all of it, or nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
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

LITTER_SECONDS = 3_600
"""A synth takes seconds."""


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
    folder, prefix = _scratch_folder(target), f".{target.name}-"
    _clear_litter(folder, prefix)
    scratch = Path(tempfile.mkdtemp(dir=folder, prefix=prefix))
    try:
        app, stacks = build(config, scratch)
        app.synth()
        report(stacks, scratch)
        _publish(scratch, target)
    except (KeyboardInterrupt, SystemExit):
        _remove_for_good(scratch)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
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


def _remove_for_good(folder: Path) -> None:
    """After an interrupt: Node may still be writing, until it has heard of it."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.1)
        if not folder.exists():
            return


def _clear_litter(folder: Path, prefix: str) -> None:
    """Remove what synths left behind that were killed, which is no longer written to."""
    for left in folder.glob(f"{prefix}*"):
        if left.is_dir() and time.time() - left.stat().st_mtime > LITTER_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _publish(fresh: Path, target: Path) -> None:
    """Move each file into place whole, the manifest last, which names the stacks; if one can't be, all are put back."""
    gone = _stacks(target) - _stacks(fresh)  # no longer in the file; other folders are not touched
    files = sorted(path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file())
    files.sort(key=lambda path: path.name == "manifest.json")
    before = {path: (target / path).read_bytes() for path in files if (target / path).exists()}
    moved: list[Path] = []
    try:
        for path in files:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (fresh / path).replace(target / path)
            moved.append(path)
    except BaseException:
        for path in moved:
            if path in before:
                (target / path).write_bytes(before[path])
            else:
                (target / path).unlink(missing_ok=True)
        raise
    for name in gone:
        shutil.rmtree(target / "stacks" / name, ignore_errors=True)  # another synth may have been first
