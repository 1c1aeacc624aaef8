"""The folder that a synth writes to: after it, and after any that was killed, all of it is old or all of it is new.

What is written grows in a scratch folder next to it. One rename makes that folder the next content; only then are its
files moved into place, each whole. Who dies before the rename leaves the old content and litter; who dies after it
leaves moves that the next run makes up for.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LITTER_SECONDS = 3_600
"""A synth takes seconds."""
_MANIFEST = "manifest.json"
"""Names the stacks; moved last."""
_NEXT = ".next"
"""Marks a folder that is complete: its files belong in place."""


def chosen(outdir: Path | str | None) -> Path:
    """Where to write: as asked for, or what the cdktf command asks for (CDKTF_OUTDIR), or cdktf.out."""
    return Path(outdir if outdir is not None else os.environ.get("CDKTF_OUTDIR") or "cdktf.out")


def commit() -> str:
    """The commit that is synthesised, where AI_MONITORING_COMMIT says it: the clock would change what is written."""
    return os.environ.get("AI_MONITORING_COMMIT", "")


def stacks(folder: Path) -> set[str]:
    """The stacks that a manifest lists; empty without a manifest."""
    try:
        return set(json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))["stacks"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def recover(target: Path) -> None:
    """Finish what a run that was killed had begun to move into a folder, and remove what others left next to it.

    Raises:
        OSError: A file can't take its place.
    """
    if not target.is_dir():
        return
    with _locked(target) as alone:
        for left in sorted(_home_of_scratch(target).glob(f".{target.name}-*")):
            if left.suffix == _NEXT and alone:
                _move(left, target)
            elif left.is_dir() and time.time() - left.stat().st_mtime > LITTER_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def written(target: Path) -> Iterator[Path]:
    """A folder to write into, whose files become those of `target`; where this ends in an error nothing changes.

    Raises:
        OSError: The folder can't be made, or a file can't take its place; then none has.
    """
    target.mkdir(parents=True, exist_ok=True)
    recover(target)
    scratch = Path(tempfile.mkdtemp(dir=_home_of_scratch(target), prefix=f".{target.name}-"))
    try:
        yield scratch
        with _locked(target):
            _move(scratch.rename(f"{scratch}{_NEXT}"), target)
    except (KeyboardInterrupt, SystemExit):
        _remove_for_good(scratch)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _move(following: Path, target: Path) -> None:
    """Move what is left of the next content into place, the manifest last; if a file can't be, all are put back."""
    files = sorted(path.relative_to(following) for path in following.rglob("*") if path.is_file())
    files.sort(key=lambda path: path.name == _MANIFEST)
    gone = stacks(target) - stacks(following) if files else set()  # other folders are not touched
    before = {path: (target / path).read_bytes() for path in files if (target / path).exists()}
    moved: list[Path] = []
    try:
        for path in files:
            if path in before and before[path] == (following / path).read_bytes():
                continue  # what has not changed keeps its time
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            if path.name == _MANIFEST:
                for name in gone:
                    shutil.rmtree(target / "stacks" / name, ignore_errors=True)
            (following / path).replace(target / path)
            moved.append(path)
    except BaseException:
        for path in moved:
            if path in before:
                (target / path).write_bytes(before[path])
            else:
                (target / path).unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(following, ignore_errors=True)


_ENTRY = re.compile(r'^    "([^"]+)": \{\n.*?^    \}', re.MULTILINE | re.DOTALL)
"""A stack in CDKTF's manifest."""


def unite(folder: Path, others: Iterable[Path]) -> None:
    """Move the stacks of other folders into one, and into its manifest, as if it had been written at once."""
    for other in others:
        _list(folder, other, None)
        for home in (other / "stacks").iterdir():
            home.rename(folder / "stacks" / home.name)
        shutil.rmtree(other)


def keep(folder: Path, target: Path, stacks: Collection[str]) -> None:
    """List stacks of the target in the manifest of a folder that is to take its place."""
    if (target / _MANIFEST).is_file():
        _list(folder, target, stacks)


def _list(folder: Path, other: Path, wanted: Collection[str] | None) -> None:
    manifest, more = ((home / _MANIFEST).read_text(encoding="utf-8") for home in (folder, other))
    own = [*_ENTRY.finditer(manifest)]
    added = [entry for entry in _ENTRY.finditer(more) if wanted is None or entry[1] in wanted]
    entries = {entry[1]: entry[0] for entry in (*added, *own)}
    listed = ",\n".join(entries[name] for name in sorted(entries))
    whole = f"{manifest[: own[0].start()]}{listed}{manifest[own[-1].end() :]}"
    (folder / _MANIFEST).write_text(whole, encoding="utf-8", newline="\n")


@contextmanager
def _locked(target: Path) -> Iterator[bool]:
    """Wait for others that move files into the folder; False where the file system has no locks.

    A lock ends with its process, however that ends.
    """
    folder, alone = os.open(target, os.O_RDONLY), False
    try:
        with suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
            alone = True
        yield alone
    finally:
        os.close(folder)


def _home_of_scratch(target: Path) -> Path:
    """Where files can be written and then moved into `target` whole: its parent, or itself where it is a mount."""
    parent = target.resolve().parent
    same_disk = parent.stat().st_dev == target.stat().st_dev
    return parent if same_disk and os.access(parent, os.W_OK) else target


def _remove_for_good(folder: Path) -> None:
    """After an interrupt: Node may still be writing, until it has heard of it."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.1)
        if not folder.exists():
            return
